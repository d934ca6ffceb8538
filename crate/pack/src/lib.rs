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
//! # How one is built
//! [`assemble`] makes a pack from [`Checkpoints`] in Hugging Face layout into [`PackFiles`], tensor by tensor: what is in
//! memory at a time is one tensor, one part of a blob and the hashes of the tensors that were stored. `build` does so
//! from one folder into another.
//!
//! # How weights are stored
//! A [`Precision`] says it for the whole pack. With [`Precision::F32`] a graph and its blob are plain ONNX with external
//! data (a blob that was cut has to be joined for other readers). The other two add to a tensor's `external_data` what
//! only [`Pack`] understands, while the tensor still calls itself `FLOAT` and has its shape:
//!
//! | `encoding` | at `offset`, in `length` bytes |
//! | --- | --- |
//! | (none) | the elements in the tensor's own type, little endian, as ONNX says |
//! | `f16` | the elements in half precision, little endian |
//! | `i8` | a scale (`f32`, little endian) for each place along `axis`, then a signed byte for each element, row-major: element = byte · scale |
//!
//! Loading makes `f32` of all of them. Vectors (norms, biases), tensors below 1 KiB and those with values beyond half
//! precision stay as they are; only matrices and kernels of at least 2,048 elements become bytes, and none of the decoders
//! or of a layer that reads the picture: those are small, and what they lose shows in every pixel.
//!
//! What it costs, against the same pack in f32 on the CPU engine. *Trained*: CLIPSeg and IS-Net of the demo on 24 drawn
//! parts of kinds not trained on, without SAM, the worst of all; SAM's rows: the whole demo on 40 others, SAM's thresholds as
//! they are. *Full size*: the standard pack with random weights, which nothing has made robust, on one photograph with a
//! given foreground.
//!
//! | | f16, trained | int8, trained | f16, full size | int8, full size |
//! | --- | --- | --- | --- | --- |
//! | CLIP image embedding (unit length), largest difference | 4.5e-5 | 2.4e-3 | 9.4e-5 | 3.2e-3 |
//! | CLIPSeg probability of a prompt, largest difference of a pixel | 1.1e-3 | 3.1e-2 | 2.5e-3 | 5.3e-2 |
//! | the same, mean over all pixels | 2.1e-5 | 4.7e-4 | 1.8e-4 | 4.2e-3 |
//! | IS-Net saliency, largest difference of a pixel | 1.5e-3 | 7.1e-2 | | |
//! | SAM's predicted IoU of a candidate, largest difference | 1.0e-2 | 2.7e-2 | | |
//! | SAM's kept masks, of 27; the least IoU with that of f32 | all 27, 0.9999 | all 27, 0.9987 | | |
//! | foreground, the least IoU with that of f32 | 0.9998 | 0.9977 | | |
//! | sample score with SAM, median (largest) difference | 4e-5 (3e-4) | 8e-4 (1e-1) | | |
//! | sample score, median (largest) difference | 7e-5 (1e-2) | 1e-3 (8e-2) | 2e-5 | 2e-3 |
//! | standard pack (826 MB in f32) | | | 415 MB | 243 MB |
//!
//! # How one is used
//! [`Pack::open`] reads a pack from any [`Storage`], [`Pack::damage`] checks its bytes and [`Pack::models`] loads it.
#![forbid(unsafe_code)]

pub mod acquire;
mod build;
mod catalogue;
mod checkpoints;
mod error;
mod estimate;
pub mod fetch;
mod files;
mod flops;
mod graphs;
mod listing;
mod manifest;
mod options;
mod pack;
#[cfg(not(target_arch = "wasm32"))]
mod part;
mod precision;
mod preprocessor;
mod progress;
mod recognise;
mod repair;
mod storage;
pub mod texts;
mod verify;
mod weights;
mod writer;

#[cfg(not(target_arch = "wasm32"))]
pub use build::build;
pub use build::{assemble, possible_files};
pub use catalogue::{Catalogue, CatalogueCheckpoint, CatalogueFile, Preset};
#[cfg(not(target_arch = "wasm32"))]
pub use checkpoints::CheckpointFolder;
pub use checkpoints::Checkpoints;
pub use error::Error;
pub use estimate::{Estimate, Stage};
pub use files::PackFiles;
#[cfg(not(target_arch = "wasm32"))]
pub use files::PackFolder;
pub use flops::flops;
pub use listing::{Listed, Listing};
pub use manifest::{
    AprilGanNetwork, ClipNetwork, ClipSegNetwork, DecoderParts, FileInfo, Graph, IsNetNetwork, Manifest,
    NetworkSet, SamNetwork, TextGraph, WindowGraph, WindowGraphs,
};
pub use options::{BuildOptions, Origin};
pub use pack::Pack;
#[cfg(not(target_arch = "wasm32"))]
pub use part::{FilePart, PartFolder};
pub use precision::Precision;
pub use progress::{BuildProgress, OnProgress};
pub use recognise::{Unfit, Unrecognised, recognise};
pub use repair::{network_of, networks_of, repair};
#[cfg(not(target_arch = "wasm32"))]
pub use storage::Folder;
pub use storage::{Memory, Storage};
