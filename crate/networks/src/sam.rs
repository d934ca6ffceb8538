//! SAM, the Segment Anything Model (Kirillov et al., ICCV 2023): the masks of what is at a point.

mod config;
mod decoder;
mod encoder;
mod geometry;
mod prompt;
mod session;

pub use config::SamConfig;
pub use prompt::SamPromptEncoder;
pub use session::{Sam, SamDecoder, SamEmbedding, sam_input};

pub(crate) const NAME: &str = "SAM";

/// `SamLayerNorm`'s epsilon, in the neck and in the mask decoder's upscaling: fixed, whatever the configuration says.
const CHANNEL_NORM_EPS: f32 = 1e-6;
