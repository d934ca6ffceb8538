//! CLIPSeg: where in a tile a prompt is found, cut into the part of a tile and the part of a prompt.

mod config;
mod decoder;
mod preprocess;
mod session;
mod vision;

pub use config::ClipSegConfig;
pub use preprocess::clipseg_input;
pub use session::{ClipSeg, ClipSegEmbedding};

pub(crate) const NAME: &str = "CLIPSeg";
