use std::collections::HashMap;

use spotcheck_engine::onnx::{StringStringEntryProto, TensorProto};
use spotcheck_networks::{Elements, Error as NetworkError, Weight, WeightSink};
use xxhash_rust::xxh3::Xxh3;

use crate::precision::Encoding;
use crate::writer::Writer;
use crate::{Error, Graph, Precision};

/// A tensor with fewer bytes stays in its graph.
const LEAST: usize = 1024;
/// Each tensor begins at a multiple of so many bytes.
const ALIGNMENT: u64 = 64;
/// `TensorProto.DataLocation.EXTERNAL`
const EXTERNAL: i32 = 1;

/// A blob of weights under construction, shared by the graphs of a checkpoint: equal tensors are stored once, and each
/// part of the blob is written as soon as it is full.
pub(crate) struct Blob<'w, 'f> {
    pub writer: &'w mut Writer<'f>,
    name: String,
    /// The pack's precision.
    wanted: Precision,
    /// That of the graph in work.
    precision: Precision,
    /// Bytes so far.
    length: u64,
    /// The part that is not full yet.
    part: Vec<u8>,
    parts: Vec<String>,
    /// Offset and length of each tensor, by a hash of its bytes. It need not withstand anybody: who makes a checkpoint makes
    /// all of its tensors. In a browser SHA-256 would take longer than all the rest, as graphs share most tensors.
    places: HashMap<u128, (u64, u64)>,
    /// What another blob has.
    beside: Option<Stored>,
    /// Why a tensor could not be stored.
    failed: Option<Error>,
}

/// The tensors of a blob that was written, by the hashes of their bytes.
pub(crate) struct Stored {
    blob: String,
    places: HashMap<u128, (u64, u64)>,
}

impl<'w, 'f> Blob<'w, 'f> {
    pub fn new(writer: &'w mut Writer<'f>, name: &str, precision: Precision) -> Self {
        Self {
            writer,
            name: name.into(),
            wanted: precision,
            precision,
            length: 0,
            part: Vec::new(),
            parts: Vec::new(),
            places: HashMap::new(),
            beside: None,
            failed: None,
        }
    }

    /// Leaves out what another blob has: graphs find it there.
    pub fn beside(self, stored: Stored) -> Self {
        Self { beside: Some(stored), ..self }
    }

    /// Writes the graph that `make` makes with this blob as its sink.
    pub fn graph(
        &mut self,
        file: &str,
        make: impl FnOnce(&mut dyn WeightSink) -> Result<Vec<u8>, Error>,
    ) -> Result<Graph, Error> {
        self.graph_at(self.wanted, file, make)
    }

    /// [`Blob::graph`] of a decoder: it is small, and what it loses shows in every pixel, so no matrix of it becomes bytes.
    pub fn decoder(
        &mut self,
        file: &str,
        make: impl FnOnce(&mut dyn WeightSink) -> Result<Vec<u8>, Error>,
    ) -> Result<Graph, Error> {
        let precision = if self.wanted == Precision::Int8 { Precision::F16 } else { self.wanted };
        self.graph_at(precision, file, make)
    }

    fn graph_at(
        &mut self,
        precision: Precision,
        file: &str,
        make: impl FnOnce(&mut dyn WeightSink) -> Result<Vec<u8>, Error>,
    ) -> Result<Graph, Error> {
        self.precision = precision;
        let made = make(self);
        match self.failed.take() {
            Some(e) => Err(e),
            None => self.writer.graph(file, &made?),
        }
    }

    /// Writes what is left. A blob that fits in one file is its own only part.
    pub fn finish(mut self) -> Result<Stored, Error> {
        match self.parts.is_empty() {
            true => {
                self.writer.file(&self.name, &self.part)?;
                self.parts.push(self.name.clone());
            }
            false => self.write_part()?,
        }
        self.writer.weights.insert(self.name.clone(), self.parts);
        Ok(Stored { blob: self.name, places: self.places })
    }

    /// The blob that a tensor is in, its offset and length.
    fn place(&mut self, encoding: Encoding, weight: &Weight<'_>) -> Result<(String, u64, u64), Error> {
        let mut hash = Xxh3::new();
        encoding.encode(weight, |bytes| {
            hash.update(bytes);
            Ok::<_, Error>(())
        })?;
        let hash = hash.digest128();
        let here = self.places.get(&hash).map(|place| (&self.name, place));
        let there = || self.beside.as_ref().and_then(|other| Some((&other.blob, other.places.get(&hash)?)));
        if let Some((blob, &(offset, length))) = here.or_else(there) {
            return Ok((blob.clone(), offset, length));
        }
        let padding = self.length.next_multiple_of(ALIGNMENT) - self.length;
        self.append(&[0; ALIGNMENT as usize][..padding as usize])?;
        let offset = self.length;
        encoding.encode(weight, |bytes| self.append(bytes))?;
        let length = self.length - offset;
        self.places.insert(hash, (offset, length));
        Ok((self.name.clone(), offset, length))
    }

    fn append(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.part.len() >= self.writer.largest {
                self.write_part()?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(self.writer.largest - self.part.len()));
            self.part.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    fn write_part(&mut self) -> Result<(), Error> {
        let name = part_name(&self.name, self.parts.len());
        self.writer.file(&name, &self.part)?;
        self.part.clear();
        self.parts.push(name);
        Ok(())
    }
}

/// The name of a part of a blob.
pub(crate) fn part_name(blob: &str, number: usize) -> String {
    format!("{blob}.{number:03}")
}

impl WeightSink for Blob<'_, '_> {
    fn store(&mut self, weight: &Weight<'_>) -> Result<Option<Vec<StringStringEntryProto>>, NetworkError> {
        let elements = match weight.elements {
            Elements::F32(values) => values.len(),
            Elements::I32(values) => values.len(),
        };
        if elements * 4 < LEAST {
            return Ok(None);
        }
        let encoding = Encoding::of(weight, self.precision);
        let (blob, offset, length) = self.place(encoding, weight).map_err(|e| {
            let message = e.to_string();
            self.failed = Some(e);
            NetworkError::Store { weight: weight.name.into(), message }
        })?;
        let entry = |key: &str, value: String| StringStringEntryProto { key: key.into(), value };
        let mut place = vec![
            entry("location", blob),
            entry("offset", offset.to_string()),
            entry("length", length.to_string()),
        ];
        match encoding {
            Encoding::Raw => {}
            Encoding::F16 => place.push(entry("encoding", "f16".into())),
            Encoding::I8 { axis } => {
                place.extend([entry("encoding", "i8".into()), entry("axis", axis.to_string())]);
            }
        }
        Ok(Some(place))
    }
}

/// Where a graph's tensor stands in a blob, and how.
pub(crate) struct Place {
    pub blob: String,
    pub offset: u64,
    pub length: u64,
    encoding: Encoding,
}

impl Place {
    /// How the bytes here become the tensor's elements as ONNX has them; `None` when they are these already.
    pub fn coded(&self, tensor: &TensorProto) -> Result<Option<Coded>, String> {
        if self.encoding == Encoding::Raw {
            return Ok(None);
        }
        let shape = tensor.shape().map_err(|e| e.to_string())?;
        Ok(Some(Coded { encoding: self.encoding, shape }))
    }
}

/// How the elements of a tensor of `f32`s are stored.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Coded {
    encoding: Encoding,
    shape: Vec<usize>,
}

impl Coded {
    /// Bytes of the elements as `f32`s; `None` when they cannot be counted.
    pub fn size(&self) -> Option<usize> {
        Encoding::Raw.bytes(&self.shape)
    }

    /// The elements, from the bytes that are stored.
    pub fn decode(&self, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        self.encoding.decode(&self.shape, bytes)
    }
}

/// A tensor's place; `None` when its data is in the graph, an error when the place cannot be read.
pub(crate) fn place(tensor: &TensorProto) -> Result<Option<Place>, String> {
    if tensor.data_location != EXTERNAL {
        return Ok(None);
    }
    let value = |key: &str| tensor.external_data.iter().find(|e| e.key == key).map(|e| e.value.as_str());
    let number = |key: &str| value(key).and_then(|v| v.parse::<u64>().ok());
    let axis = || number("axis").and_then(|axis| usize::try_from(axis).ok());
    let encoding = match value("encoding") {
        None => Some(Encoding::Raw),
        Some("f16") => Some(Encoding::F16),
        Some("i8") => axis().map(|axis| Encoding::I8 { axis }),
        Some(_) => None,
    };
    match (value("location"), number("offset"), number("length"), encoding) {
        (Some(blob), Some(offset), Some(length), Some(encoding)) => {
            Ok(Some(Place { blob: blob.into(), offset, length, encoding }))
        }
        (_, _, _, None) => Err(format!("tensor `{}` is stored in a way that is not known", tensor.name)),
        _ => Err(format!("tensor `{}` does not say where its data is", tensor.name)),
    }
}
