//! Published zero-shot methods beside that of `spotcheck-method`, to be held against it on the same pictures and metrics.
//!
//! They look at the whole picture: no foreground, no tiles. What they share is here:
//!
//! - [`PromptEnsemble`]: states and templates become two [`TextFeatures`] for each object's name.
//! - [`Baseline`]: inspects pictures by any [`ZeroShot`] method, with progress and cancellation.
//! - [`Finding`]: what a method found in a picture, and the [`Inspection`](spotcheck_method::Inspection) that says it. Whatever
//!   takes an inspection (page, report, export, evaluation) takes that of a baseline.
//!
//! The methods: [`winclip`], [`april_gan`].
//!
//! Networks are asked for through traits, as in `spotcheck-method`; this crate never sees a graph, a GPU or a file.
#![forbid(unsafe_code)]

pub mod april_gan;
mod baseline;
mod ensemble;
mod finding;
pub mod winclip;

pub use april_gan::{AprilGan, StageEncoder, StageFeatures};
pub use baseline::{Baseline, ZeroShot};
pub use ensemble::{Averaging, PromptEnsemble, TextFeatures};
pub use finding::Finding;
pub use winclip::{PatchTokens, WinClip, WindowEncoder};
