//! A pack: a folder with everything that an engine needs to run the four networks.
//!
//! # What is in it
//! - `manifest.json`: a [`Manifest`], with the size and SHA-256 of every other file.
//! - Graphs: plain ONNX whose larger weights stand outside, as ONNX's *external data*.
//! - Weights: one blob a checkpoint (`clipseg.bin`), shared by all its graphs, so that a second text length or the
//!   image tower at another size costs nothing. A blob over 20 MiB is cut into `clipseg.bin.000`, `clipseg.bin.001`, …:
//!   no host refuses such files, and a download that broke off resumes at the last one.
//! - `tokenizer.json`.
//!
//! [`build`] makes a pack from checkpoints in Hugging Face layout, [`Pack::open`] reads one from any [`Storage`],
//! [`Pack::verify`] checks its bytes and [`Pack::models`] loads it.
#![forbid(unsafe_code)]

#[cfg(not(target_arch = "wasm32"))]
mod build;
mod error;
pub mod fetch;
mod flops;
mod graphs;
mod manifest;
mod pack;
mod storage;
mod weights;

#[cfg(not(target_arch = "wasm32"))]
pub use build::{BuildOptions, Origin, build};
pub use error::Error;
pub use flops::flops;
pub use manifest::{
    ClipNetwork, ClipSegNetwork, FileInfo, Graph, IsNetNetwork, Manifest, NetworkSet, SamNetwork, TextGraph,
};
pub use pack::Pack;
#[cfg(not(target_arch = "wasm32"))]
pub use storage::Folder;
pub use storage::{Memory, Storage};
