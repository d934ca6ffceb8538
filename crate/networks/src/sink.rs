use spotcheck_engine::onnx::StringStringEntryProto;

use crate::Error;

/// What a weight is for, which decides how exactly it has to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A matrix or the kernel of a convolution; `outputs` is the axis of its output channels.
    Kernel { outputs: usize },
    /// Everything else: norms, biases, embeddings, positions, masks, indices.
    Plain,
}

/// The elements of a weight, row-major.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Elements<'a> {
    F32(&'a [f32]),
    I32(&'a [i32]),
}

/// A weight on its way into a graph.
#[derive(Clone, Copy, Debug)]
pub struct Weight<'a> {
    pub name: &'a str,
    pub shape: &'a [usize],
    pub role: Role,
    pub elements: Elements<'a>,
}

/// Where the weights of a graph go while it is built, so that they are never all in memory.
pub trait WeightSink {
    /// Stores a weight outside of the graph and tells where, as ONNX's external data; `None` leaves it in the graph.
    ///
    /// A failure is an [`Error::Store`].
    fn store(&mut self, weight: &Weight<'_>) -> Result<Option<Vec<StringStringEntryProto>>, Error>;
}

/// Leaves every weight in the graph.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inline;

impl WeightSink for Inline {
    fn store(&mut self, _: &Weight<'_>) -> Result<Option<Vec<StringStringEntryProto>>, Error> {
        Ok(None)
    }
}
