mod onnx;
mod protobuf;
mod safetensors;

use std::collections::BTreeMap;

use half::{bf16, f16};

use crate::{Error, ReadAt};

pub(crate) use onnx::OnnxGraph;

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 20;

/// The tensors of a checkpoint, read one by one when they are asked for.
///
/// Tensors that nobody asks for (position ids, batch counters, parts of a network that are not needed) are ignored.
pub struct Weights<'a> {
    entries: BTreeMap<String, Entry>,
    file: Box<dyn ReadAt + 'a>,
    prefix: String,
}

/// A tensor of a checkpoint.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub element: Element,
    pub shape: Vec<usize>,
    pub place: Place,
}

/// Where a tensor's elements are.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In the file, from this byte on.
    File { offset: u64 },
    /// Here.
    Values(Vec<f32>),
    /// They all are this number.
    Filled(f32),
}

/// The type of a tensor's elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    F32,
    F16,
    BF16,
    /// One that is not read, by its name.
    Other(String),
}

impl Element {
    /// A type by its name in the safetensors format.
    fn named(name: &str) -> Self {
        match name {
            "F32" => Self::F32,
            "F16" => Self::F16,
            "BF16" => Self::BF16,
            other => Self::Other(other.into()),
        }
    }

    /// Bytes of an element; `None` when it is not known.
    fn size(&self) -> Option<u64> {
        Some(match self {
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 2,
            Self::Other(name) => match name.as_str() {
                "F64" | "I64" | "U64" | "C64" => 8,
                "I32" | "U32" => 4,
                "I16" | "U16" => 2,
                "BOOL" | "I8" | "U8" => 1,
                _ => return None,
            },
        })
    }
}

impl<'a> Weights<'a> {
    /// Reads the header of a safetensors file in memory. Fails when the bytes are not one.
    pub fn from_safetensors(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::open_safetensors(bytes)
    }

    /// Reads the header of a safetensors file. Fails when it is not one, and when it is cut off.
    pub fn open_safetensors(file: impl ReadAt + 'a) -> Result<Self, Error> {
        let entries = safetensors::read(&file)?;
        Ok(Self::new(entries, file))
    }

    pub(crate) fn new(entries: BTreeMap<String, Entry>, file: impl ReadAt + 'a) -> Self {
        Self { entries, file: Box::new(file), prefix: String::new() }
    }

    /// Looks for every tensor below what stands before the name `anchor` in the checkpoint: nothing, or a prefix like
    /// `model.` or `module.` that a checkpoint was saved with. Of several the shortest counts.
    pub fn below_prefix_of(mut self, anchor: &str) -> Self {
        let prefixes = self.entries.keys().filter_map(|name| {
            let prefix = name.strip_suffix(anchor)?;
            (prefix.is_empty() || prefix.ends_with('.')).then_some(prefix)
        });
        self.prefix = prefixes.min_by_key(|prefix| prefix.len()).unwrap_or_default().into();
        self
    }

    /// Looks for every tensor below `prefix` (given with its dot, e.g. `"clip."`) when the checkpoint has names that
    /// begin with it, and without it otherwise: older checkpoints leave such a prefix out.
    pub fn with_optional_prefix(mut self, prefix: &str) -> Self {
        if self.has_below(prefix) {
            self.prefix += prefix;
        }
        self
    }

    /// The names of all tensors in the checkpoint, with prefixes, in the order of the alphabet.
    pub fn names(&self) -> Vec<&str> {
        self.entries.keys().map(String::as_str).collect()
    }

    /// Whether the checkpoint has a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// Whether the checkpoint has a tensor whose name begins with `start`.
    pub fn has_below(&self, start: &str) -> bool {
        let start = format!("{}{start}", self.prefix);
        self.entries.range(start.clone()..).next().is_some_and(|(name, _)| name.starts_with(&start))
    }

    /// A tensor's shape; `None` when the checkpoint does not have it.
    pub fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.entry(name).map(|entry| entry.shape.clone())
    }

    /// A tensor's values, row-major, as `f32`.
    ///
    /// Fails when the checkpoint does not have it, when its shape is another one, when its elements are not f32, f16 or
    /// bf16, and when the file cannot be read.
    pub fn take(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let tensor = format!("{}{name}", self.prefix);
        let Some(entry) = self.entry(name) else { return Err(Error::MissingTensor { tensor }) };
        if entry.shape != shape {
            return Err(Error::TensorShape { tensor, expected: shape.to_vec(), found: entry.shape.clone() });
        }
        if let Element::Other(found) = &entry.element {
            return Err(Error::TensorType { tensor, found: found.clone() });
        }
        let count = shape.iter().product();
        let read = match &entry.place {
            Place::Values(values) => return Ok(values.clone()),
            Place::Filled(value) => return Ok(vec![*value; count]),
            Place::File { offset } => match &entry.element {
                Element::F16 => self.read(*offset, count, |b| f16::from_le_bytes(b).to_f32()),
                Element::BF16 => self.read(*offset, count, |b| bf16::from_le_bytes(b).to_f32()),
                _ => self.read(*offset, count, f32::from_le_bytes),
            },
        };
        read.map_err(|e| Error::Checkpoint(format!("tensor `{tensor}` cannot be read: {e}")))
    }

    /// `count` elements of `N` bytes each, from `offset` on.
    fn read<const N: usize>(
        &self,
        offset: u64,
        count: usize,
        value: impl Fn([u8; N]) -> f32,
    ) -> std::io::Result<Vec<f32>> {
        let mut values = Vec::with_capacity(count);
        let mut buffer = vec![0; CHUNK.min(count * N)];
        let mut at = offset;
        while values.len() < count {
            let bytes = ((count - values.len()) * N).min(CHUNK);
            let chunk = buffer.get_mut(..bytes).unwrap_or_default();
            self.file.read_at(at, chunk)?;
            let (words, _) = chunk.as_chunks::<N>();
            values.extend(words.iter().map(|&word| value(word)));
            at += bytes as u64;
        }
        Ok(values)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        match self.prefix.as_str() {
            "" => self.entries.get(name),
            prefix => self.entries.get(&format!("{prefix}{name}")),
        }
    }

    /// A checkpoint of zeros with the names and shapes of a list in `tests/parity/shapes`: a name, a tab and `[d, …]`
    /// a line.
    #[cfg(test)]
    pub(crate) fn zeros(list: &str) -> Self {
        let shape = |s: &str| {
            let inner = s.trim().trim_start_matches('[').trim_end_matches(']');
            inner.split(',').filter(|d| !d.trim().is_empty()).map(|d| d.trim().parse().unwrap()).collect()
        };
        let lines = list.lines().filter(|l| !l.trim().is_empty()).map(|l| l.split_once('\t').unwrap());
        let zeros = |s: &str| Entry { element: Element::F32, shape: shape(s), place: Place::Filled(0.0) };
        Weights::new(lines.map(|(name, s)| (name.into(), zeros(s))).collect(), &[][..])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use ::safetensors::SafeTensors;
    use ::safetensors::tensor::{Dtype, TensorView, serialize};
    use proptest::prelude::*;

    use super::*;

    fn file(tensors: &[(&str, Dtype, &[usize], Vec<u8>)]) -> Vec<u8> {
        let views = tensors.iter().map(|(name, dtype, shape, data)| {
            (*name, TensorView::new(*dtype, shape.to_vec(), data).unwrap())
        });
        serialize(views.collect::<HashMap<_, _>>(), None).unwrap()
    }

    /// A file with this header, and so many bytes behind it.
    fn with_header(header: &str, data: usize) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    }

    #[test]
    fn reads_the_three_float_types_as_f32() {
        let values = [1.5f32, -2.0, 0.25];
        let f32s = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let f16s = values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect();
        let bf16s = values.iter().flat_map(|&v| bf16::from_f32(v).to_le_bytes()).collect();
        let bytes = file(&[
            ("a", Dtype::F32, &[3], f32s),
            ("b", Dtype::F16, &[1, 3], f16s),
            ("c", Dtype::BF16, &[3, 1], bf16s),
        ]);
        let weights = Weights::from_safetensors(&bytes).unwrap();
        assert_eq!(weights.take("a", &[3]).unwrap(), values);
        assert_eq!(weights.take("b", &[1, 3]).unwrap(), values);
        assert_eq!(weights.take("c", &[3, 1]).unwrap(), values);
    }

    #[test]
    fn tensors_of_several_chunks_are_whole() {
        let values: Vec<f32> = (0..CHUNK / 2 + 77).map(|i| i as f32).collect();
        let data = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let bytes = file(&[("a", Dtype::F32, &[values.len()], data), ("b", Dtype::F32, &[0], Vec::new())]);
        let weights = Weights::from_safetensors(&bytes).unwrap();
        assert_eq!(weights.take("a", &[values.len()]).unwrap(), values);
        assert!(weights.take("b", &[0]).unwrap().is_empty());
    }

    #[test]
    fn errors_name_the_tensor_and_both_shapes() {
        let bytes =
            file(&[("clip.ids", Dtype::I64, &[1], vec![0; 8]), ("clip.w", Dtype::F32, &[2], vec![0; 8])]);
        let weights = Weights::from_safetensors(&bytes).unwrap();
        let message = |r: Result<Vec<f32>, Error>| r.unwrap_err().to_string();
        assert_eq!(message(weights.take("w", &[2])), "the checkpoint has no tensor `w`");
        let below = weights.with_optional_prefix("clip.").with_optional_prefix("other.");
        assert!(below.take("w", &[2]).is_ok());
        assert!(message(below.take("w", &[2, 1])).contains("`clip.w` has the shape [2]"));
        assert!(message(below.take("w", &[2, 1])).contains("asks for [2, 1]"));
        assert!(message(below.take("ids", &[1])).contains("`clip.ids` holds I64"));
        assert!(Weights::from_safetensors(b"no such thing").is_err());
    }

    #[test]
    fn prefixes_are_found_by_a_tensor_that_every_network_has() {
        let names = |names: &[&str]| {
            let tensors: Vec<_> = names.iter().map(|n| (*n, Dtype::F32, &[1][..], vec![0; 4])).collect();
            file(&tensors)
        };
        let bytes = names(&["model.a.weight", "model.deep.a.weight", "model.b"]);
        let weights = Weights::from_safetensors(&bytes).unwrap().below_prefix_of("a.weight");
        assert!(weights.has("b") && weights.has_below("deep.") && !weights.has_below("shallow."));
        let bytes = names(&["a.weight", "extra.weight", "b"]);
        let weights = Weights::from_safetensors(&bytes).unwrap().below_prefix_of("a.weight");
        assert!(weights.has("b") && !weights.has_below("model."));
    }

    #[test]
    fn headers_that_lie_are_refused() {
        let message = |bytes: &[u8]| Weights::from_safetensors(bytes).err().unwrap().to_string();
        let one = |offsets: &str| {
            format!(
                r#"{{"__metadata__": {{"x": "y"}}, "a": {{"dtype": "F32", "shape": [2], "data_offsets": {offsets}}}}}"#
            )
        };
        assert!(Weights::from_safetensors(&with_header(&one("[0, 8]"), 8)).is_ok());
        assert!(message(&with_header(&one("[0, 8]"), 7)).contains("8 bytes, but 7 are there"));
        assert!(message(&with_header(&one("[0, 8]"), 9)).contains("8 bytes, but 9 are there"));
        assert!(message(&with_header(&one("[4, 12]"), 12)).contains("`a` is at 4 to 12"));
        assert!(message(&with_header(&one("[8, 0]"), 8)).contains("`a` is at 8 to 0"));
        assert!(
            message(&with_header(&one("[0, 4]"), 4)).contains("`a` of F32 and the shape [2] has 4 bytes")
        );
        let overlap = r#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#;
        assert!(message(&with_header(overlap, 8)).contains("`b` is at 4 to 8"));
        let huge = r#"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}}"#;
        assert!(message(&with_header(huge, 0)).contains("4611686018427387904"));
        let mut endless = with_header("{}", 0);
        endless[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(message(&endless).contains("a header of 18446744073709551615 bytes"));
        assert!(message(&with_header("[]", 0)).contains("its header"));
    }

    proptest! {
        /// What the format's own library refuses is refused here, and what both read is the same.
        #[test]
        fn agrees_with_the_formats_own_library(
            flips in prop::collection::vec((0usize..400, any::<u8>()), 0..3),
            cut in 0usize..300,
        ) {
            let mut bytes = file(&[
                ("a", Dtype::F32, &[2, 3], (0..24).collect()),
                ("b", Dtype::F16, &[4], (0..8).collect()),
                ("c", Dtype::U8, &[5], (0..5).collect()),
            ]);
            for (at, value) in flips {
                let at = at % bytes.len();
                bytes[at] = value;
            }
            if cut < bytes.len() {
                bytes.truncate(bytes.len() - cut % 9);
            }
            let (ours, theirs) = (Weights::from_safetensors(&bytes), SafeTensors::deserialize(&bytes));
            if let Ok(ours) = &ours {
                for name in ours.names() {
                    let shape = ours.shape(name).unwrap();
                    let values = ours.take(name, &shape);
                    if let (Ok(values), Ok(theirs)) = (values, &theirs) {
                        prop_assert_eq!(values.len(), theirs.tensor(name).unwrap().shape().iter().product::<usize>());
                    }
                }
            }
            if theirs.is_err() {
                // An element type that neither knows may have any size here: it cannot be read anyway.
                let strange = |w: &Weights| w.entries.values().any(|e| e.element.size().is_none());
                prop_assert!(ours.is_err() || ours.as_ref().is_ok_and(strange));
            }
        }
    }
}
