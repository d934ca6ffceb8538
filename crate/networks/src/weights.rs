use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};

use crate::Error;

/// The tensors of a checkpoint in the safetensors format, read where they stand.
///
/// Tensors that nobody asks for (position ids, batch counters, parts of a network that are not needed) are ignored.
pub struct Weights<'a> {
    tensors: Tensors<'a>,
    prefix: String,
}

enum Tensors<'a> {
    File(SafeTensors<'a>),
    #[cfg(test)]
    Zeros(std::collections::BTreeMap<String, Vec<usize>>),
}

impl<'a> Weights<'a> {
    /// Reads the header of a safetensors file. Fails when the bytes are not one.
    pub fn from_safetensors(bytes: &'a [u8]) -> Result<Self, Error> {
        let file = SafeTensors::deserialize(bytes).map_err(|e| Error::Checkpoint(e.to_string()))?;
        Ok(Self { tensors: Tensors::File(file), prefix: String::new() })
    }

    /// Looks for every tensor below `prefix` (given with its dot, e.g. `"clip."`) when the checkpoint has names that
    /// begin with it, and without it otherwise: older checkpoints leave such a prefix out.
    pub fn with_optional_prefix(mut self, prefix: &str) -> Self {
        if self.names().iter().any(|name| name.starts_with(prefix)) {
            self.prefix = prefix.into();
        }
        self
    }

    /// The names of all tensors in the checkpoint, with prefixes, in no particular order.
    pub fn names(&self) -> Vec<&str> {
        match &self.tensors {
            Tensors::File(file) => file.names().into_iter().collect(),
            #[cfg(test)]
            Tensors::Zeros(shapes) => shapes.keys().map(String::as_str).collect(),
        }
    }

    /// Whether the checkpoint has a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.shape(name).is_some()
    }

    /// A tensor's shape; `None` when the checkpoint does not have it.
    pub fn shape(&self, name: &str) -> Option<Vec<usize>> {
        let name = format!("{}{name}", self.prefix);
        match &self.tensors {
            Tensors::File(file) => file.tensor(&name).ok().map(|t| t.shape().to_vec()),
            #[cfg(test)]
            Tensors::Zeros(shapes) => shapes.get(&name).cloned(),
        }
    }

    /// A tensor's values, row-major, as `f32`.
    ///
    /// Fails when the checkpoint does not have it, when its shape is another one, and when its elements are not f32,
    /// f16 or bf16.
    pub fn take(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let tensor = format!("{}{name}", self.prefix);
        let found = self.shape(name).ok_or_else(|| Error::MissingTensor { tensor: tensor.clone() })?;
        if found != shape {
            return Err(Error::TensorShape { tensor, expected: shape.to_vec(), found });
        }
        match &self.tensors {
            Tensors::File(file) => {
                let view = file.tensor(&tensor).map_err(|e| Error::Checkpoint(e.to_string()))?;
                to_f32(view.dtype(), view.data())
                    .ok_or_else(|| Error::TensorType { tensor, found: format!("{:?}", view.dtype()) })
            }
            #[cfg(test)]
            Tensors::Zeros(_) => Ok(vec![0.0; shape.iter().product()]),
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
        let lines = list.lines().filter(|l| !l.trim().is_empty());
        let shapes = lines.map(|l| l.split_once('\t').unwrap()).map(|(n, s)| (n.into(), shape(s))).collect();
        Weights { tensors: Tensors::Zeros(shapes), prefix: String::new() }
    }
}

/// `None` when the elements are of a type that is not read.
fn to_f32(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F32 => words(bytes, f32::from_le_bytes),
        Dtype::F16 => words(bytes, |b| f16::from_le_bytes(b).to_f32()),
        Dtype::BF16 => words(bytes, |b| bf16::from_le_bytes(b).to_f32()),
        _ => return None,
    })
}

fn words<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (words, _) = bytes.as_chunks::<N>();
    words.iter().map(|&w| read(w)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use safetensors::tensor::{TensorView, serialize};

    use super::*;

    fn file(tensors: &[(&str, Dtype, &[usize], Vec<u8>)]) -> Vec<u8> {
        let views = tensors.iter().map(|(name, dtype, shape, data)| {
            (*name, TensorView::new(*dtype, shape.to_vec(), data).unwrap())
        });
        serialize(views.collect::<HashMap<_, _>>(), None).unwrap()
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
}
