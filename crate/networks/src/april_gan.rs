//! APRIL-GAN (Chen, Han and Zhang, arXiv 2305.17382; ByChelsea/VAND-APRIL-GAN, MIT licence): CLIP's image tower over a whole
//! picture at a larger size, and a trained linear layer on the patches after each of some blocks.

mod config;
mod graph;
mod session;

pub use config::AprilGanConfig;
pub use session::AprilGan;

pub(crate) const NAME: &str = "APRIL-GAN";
