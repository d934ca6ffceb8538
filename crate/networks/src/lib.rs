//! The four networks, each built from its official checkpoint as a plain ONNX graph of static shapes.
//!
//! [`Weights`] reads a checkpoint, a network's configuration says its sizes, and [`GraphBuilder`] writes the graph that an
//! engine runs. What a network does to a picture before and after stands beside its graph.

mod error;
mod graph;
mod weights;

pub use error::Error;
pub use graph::{Conv, GraphBuilder, Value};
pub use weights::Weights;
