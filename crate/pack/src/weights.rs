#![cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "a page reads packs, it does not build them"))]

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use spotcheck_engine::onnx::{GraphProto, StringStringEntryProto, TensorProto};

/// A tensor with fewer bytes stays in its graph.
const LEAST: usize = 1024;
/// Each tensor begins at a multiple of so many bytes.
const ALIGNMENT: usize = 64;
/// `TensorProto.DataLocation.EXTERNAL`
const EXTERNAL: i32 = 1;

/// A blob of weights under construction, shared by the graphs of a checkpoint: equal tensors are stored once.
pub(crate) struct Blob {
    name: String,
    pub bytes: Vec<u8>,
    places: HashMap<[u8; 32], usize>,
}

/// Where a graph's tensor stands in a blob.
pub(crate) struct Place {
    pub blob: String,
    pub offset: u64,
    pub length: u64,
}

impl Blob {
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), bytes: Vec::new(), places: HashMap::new() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes the larger weights out of a graph; each remembers its place, as ONNX's external data.
    pub fn take_from(&mut self, graph: &mut GraphProto) {
        for tensor in graph.initializer.iter_mut().filter(|tensor| tensor.raw_data.len() >= LEAST) {
            let data = std::mem::take(&mut tensor.raw_data);
            let offset = *self.places.entry(Sha256::digest(&data).into()).or_insert_with(|| {
                self.bytes.resize(self.bytes.len().next_multiple_of(ALIGNMENT), 0);
                let offset = self.bytes.len();
                self.bytes.extend_from_slice(&data);
                offset
            });
            let entry = |key: &str, value: String| StringStringEntryProto { key: key.into(), value };
            tensor.data_location = EXTERNAL;
            tensor.external_data = vec![
                entry("location", self.name.clone()),
                entry("offset", offset.to_string()),
                entry("length", data.len().to_string()),
            ];
        }
    }
}

/// A tensor's place; `None` when its data is in the graph, an error when the place cannot be read.
pub(crate) fn place(tensor: &TensorProto) -> Result<Option<Place>, String> {
    if tensor.data_location != EXTERNAL {
        return Ok(None);
    }
    let value = |key: &str| tensor.external_data.iter().find(|e| e.key == key).map(|e| e.value.as_str());
    let number = |key: &str| value(key).and_then(|v| v.parse::<u64>().ok());
    match (value("location"), number("offset"), number("length")) {
        (Some(blob), Some(offset), Some(length)) => Ok(Some(Place { blob: blob.into(), offset, length })),
        _ => Err(format!("tensor `{}` does not say where its data is", tensor.name)),
    }
}
