//! How good a detector is, and where to cut its scores: F1-max, AUROC, AUPRO, curves, and thresholds.
//!
//! [`Ranking`] answers for scores with labels, be they of samples or of all pixels of a class; definitions and ties are
//! those of scikit-learn. [`aupro`] asks how much of each defective region is found. [`PixelHistogram`] answers the pixel-level
//! questions for more pixels than fit into memory, with the error that this costs. Of a [`Picture`] a part may count; the rest
//! is neither anomalous nor normal. Higher scores mean more anomalous.
//!
//! # Deciding
//! A score of at least the threshold is rejected, one below it is accepted. [`suggest`] finds thresholds, with labels
//! and without; [`Confusion`] says what one of them does, a [`Histogram`] shows where it lies. Positive means anomalous
//! throughout, so a false positive is a whole part rejected.
#![forbid(unsafe_code)]

mod aupro;
mod confusion;
mod curves;
mod histogram;
mod picture;
mod pixels;
mod ranking;
mod stored;
pub mod suggest;
mod threshold;

pub use aupro::{aupro, pixel_ranking};
pub use confusion::Confusion;
pub use curves::{CurvePoint, PrecisionRecallPoint, RocPoint, thinned};
pub use histogram::Histogram;
pub use picture::Picture;
pub use pixels::{Bounded, BoundedF1, PixelHistogram};
pub use ranking::{BestF1, Ranking};

/// Why a metric has no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{scores} scores with {labels} labels: there must be one label a score")]
    Unpaired { scores: usize, labels: usize },
    #[error("score {index} is not a number")]
    NotANumber { index: usize },
    #[error("score {index} is not from 0 to 1")]
    OutOfRange { index: usize },
    #[error("none of the {count} is anomalous: there is nothing to find")]
    NothingAnomalous { count: usize },
    #[error("all of the {count} are anomalous: there is nothing to tell them from")]
    NothingNormal { count: usize },
    #[error(
        "picture {index}: the mask has {mask_width}×{mask_height} pixels, the map {map_width}×{map_height}; \
         metrics are taken at the map's own size"
    )]
    SizesDiffer { index: usize, map_width: u32, map_height: u32, mask_width: u32, mask_height: u32 },
    #[error("the stored counts of pixels cannot be read: {0}")]
    Stored(&'static str),
    #[error("the highest false-positive rate is {0}; it must be above 0 and at most 1")]
    BadLimit(f64),
}
