//! CLIP: the image embedding of a tile, the text embedding of a prompt.

mod block;
mod config;
mod preprocess;
mod session;
mod text;
mod vision;
mod window_session;
mod windows;

pub use config::{ClipConfig, TextConfig, VisionConfig};
pub use preprocess::clip_input;
pub use session::{ClipText, ClipVision, TextGraphs};
pub use window_session::{ClipWindows, WindowOnnx};

pub(crate) use block::{Block, Shape, decoder_block, encoder_block};
pub(crate) use preprocess::normalised;
pub(crate) use session::unit;
pub(crate) use vision::{embed_patches, project_first};

pub(crate) const NAME: &str = "CLIP";

/// What stands before the names of CLIP's tensors: `clip.` where it is part of CLIPSeg.
pub(crate) fn prefix(weights: &crate::Weights) -> &'static str {
    if weights.has_below("clip.") { "clip." } else { "" }
}
