//! Runs ONNX graphs: on the CPU through rten, on the GPU through wonnx.
//!
//! The rest of Spotcheck knows [`Tensor`], [`Session`] and [`Engine`] and nothing of what stands behind them.

mod engine;
mod error;
mod lower;
pub mod onnx;
mod outline;
mod rten;
mod session;
mod tensor;
mod weights;
mod wonnx;

pub use engine::{Engine, EngineKind, Preference};
pub use error::{Error, ErrorKind};
pub use session::{Session, ValueInfo};
pub use tensor::{Data, DataType, Tensor};
pub use weights::{Bundle, Onnx, SharedWeights};
