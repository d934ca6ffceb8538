use std::ops::Range;

use ::rten::ModelOptions;
use prost::bytes::Bytes;

use crate::onnx::{GraphProto, TensorProto};
use crate::rten::operators;
use crate::{Error, ErrorKind};

/// `TensorProto.DataLocation.EXTERNAL`
pub(crate) const EXTERNAL: i32 = 1;

/// An ONNX graph to be loaded: its bytes and, when its tensors stand in another file (ONNX's *external data*), that.
#[derive(Clone, Copy)]
pub struct Onnx<'a> {
    pub bytes: &'a [u8],
    pub weights: Option<&'a SharedWeights>,
}

impl<'a> From<&'a [u8]> for Onnx<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self { bytes, weights: None }
    }
}

impl<'a> From<&'a Vec<u8>> for Onnx<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

/// Graphs in memory that share their weights.
#[derive(Clone)]
pub struct Bundle {
    /// ONNX files.
    pub graphs: Vec<Vec<u8>>,
    pub weights: Option<SharedWeights>,
}

impl Bundle {
    /// The graph of this number, to be loaded.
    pub fn graph(&self, number: usize) -> Option<Onnx<'_>> {
        Some(Onnx { bytes: self.graphs.get(number)?, weights: self.weights.as_ref() })
    }
}

/// A file of weights in memory, for all graphs whose tensors stand in it: they share the bytes and copy none.
///
/// [`Engine::share`](crate::Engine::share) makes it, for that engine alone. The memory is free again when this and all
/// the graphs are dropped.
#[derive(Clone)]
pub struct SharedWeights(pub(crate) Held);

#[derive(Clone)]
pub(crate) enum Held {
    /// rten reads the tensors where they stand.
    Rten(ModelOptions),
    /// They wait here for their way to the GPU.
    Wonnx { file: String, bytes: Bytes },
}

impl SharedWeights {
    pub(crate) fn for_rten(file: &str, bytes: Vec<u8>) -> Self {
        let mut options = operators::options();
        options.external_data(file, bytes);
        Self(Held::Rten(options))
    }

    pub(crate) fn for_wonnx(file: &str, bytes: Vec<u8>) -> Self {
        Self(Held::Wonnx { file: file.into(), bytes: bytes.into() })
    }
}

/// Puts tensors that stand in `file` into the graph itself; its bytes are shared, not copied.
pub(crate) fn bring_in(graph: &mut GraphProto, file: &str, bytes: &Bytes) -> Result<(), Error> {
    for tensor in graph.initializer.iter_mut().filter(|tensor| tensor.data_location == EXTERNAL) {
        let place = place(tensor, file).filter(|place| place.end <= bytes.len()).ok_or_else(|| {
            let message = format!("tensor {:?} stands outside of the weights {file:?}", tensor.name);
            Error::new(ErrorKind::BadGraph, message)
        })?;
        tensor.raw_data = bytes.slice(place);
        tensor.external_data.clear();
        tensor.data_location = 0;
    }
    Ok(())
}

fn place(tensor: &TensorProto, file: &str) -> Option<Range<usize>> {
    let value = |key: &str| tensor.external_data.iter().find(|e| e.key == key).map(|e| e.value.as_str());
    let number = |key: &str| value(key)?.parse::<usize>().ok();
    let (offset, length) = (number("offset")?, number("length")?);
    (value("location")? == file).then_some(offset..offset.checked_add(length)?)
}

/// An engine was chosen anew since the weights were shared.
pub(crate) fn of_another_engine(graph: &str) -> Error {
    let message = format!("graph {graph}: its weights were shared for another engine");
    Error::new(ErrorKind::BadInput, message)
}
