//! What a batch of pictures of like parts says about each of them, and what a few good pictures say.
//!
//! No training and no prompts: a patch of a whole part has near twins in other pictures, a defective one has not. Patches are
//! compared by the features that the segmenter's vision pass has made anyway
//! ([`Options::tile_features`](spotcheck_method::Options::tile_features)), so a comparison costs no network call.
//!
//! - [`Picture`]: an inspection's tiles and which of their patches show the part.
//! - [`Consensus`]: each picture of a batch against the others (Li et al., *MuSc*, ICLR 2024); [`rescore`] lets like pictures share
//!   their scores.
//! - [`Memory`]: pictures against one to ten good ones (Roth et al., *PatchCore*, CVPR 2022; Jeong et al., *WinCLIP*, CVPR 2023,
//!   section 4.3).
//! - [`combine`]: the zero-shot map and comparisons as one map and score.
//! - [`Basis`]: the above for a batch that is too large for the memory: references and good pictures alone are in it.
//! - [`Calibration`]: scores on one scale for all objects.
//!
//! Nothing here knows a network, a file or a clock.
#![forbid(unsafe_code)]

mod basis;
mod calibrate;
mod combine;
mod consensus;
mod coreset;
mod describe;
mod error;
mod memory;
mod nearest;
mod picture;
mod rescore;
mod settings;
mod stored;

pub use basis::{Basis, Joined};
pub use calibrate::{Calibration, LEAST_SCORES, squash};
pub use combine::{Combined, combine, patch_calibration};
pub use consensus::{Compared, Consensus, LEAST_PICTURES, drawn};
pub use coreset::coreset;
pub use describe::Descriptors;
pub use error::Error;
pub use memory::Memory;
pub use nearest::Packed;
pub use picture::{Picture, Tile};
pub use rescore::rescore;
pub use settings::Settings;
