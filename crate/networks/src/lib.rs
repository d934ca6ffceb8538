//! The method's four networks and a baseline's, each built from its official checkpoint as a plain ONNX graph of static shapes.
//!
//! [`Weights`] reads a checkpoint tensor by tensor, a network's configuration says its sizes, and [`GraphBuilder`] writes
//! the graph that an engine runs, handing each weight to a [`WeightSink`] as it is made: neither a checkpoint nor a
//! network is ever in memory whole. What a network does to a picture before and after stands beside its graph.

mod april_gan;
mod clip;
mod clipseg;
mod error;
mod graph;
mod interpolate;
mod isnet;
mod models;
mod picture;
mod sam;
mod sink;
mod source;
mod tokenizer;
mod weights;

pub use april_gan::{AprilGan, AprilGanConfig};
pub use clip::{
    ClipConfig, ClipText, ClipVision, ClipWindows, TextConfig, TextGraphs, VisionConfig, WindowOnnx,
    clip_input,
};
pub use clipseg::{ClipSeg, ClipSegConfig, ClipSegEmbedding, clipseg_input};
pub use error::Error;
pub use graph::{Activation, Conv, GraphBuilder, Value};
pub use isnet::{HalfGraph, IsNet, IsNetConfig, isnet_input};
pub use models::Models;
pub use picture::Normalisation;
pub use sam::{Sam, SamConfig, SamDecoder, SamEmbedding, SamPromptEncoder, sam_input};
pub use sink::{Elements, Inline, Role, Weight, WeightSink};
#[cfg(not(target_arch = "wasm32"))]
pub use source::LocalFile;
pub use source::ReadAt;
pub use tokenizer::Tokenizer;
pub use weights::Weights;
