//! The method of Baugh et al., *Zero-Shot Anomaly Detection with Pre-trained Segmentation Models* (VAND 2023).
//!
//! Foreground, tiles, tile score, localisation, aggregation: a file each. The four networks are asked for through
//! the trait [`Networks`]; this crate never sees a graph, a GPU or a file.

mod inspection;
mod networks;
mod progress;
mod settings;

pub use inspection::{Component, FiredPrompt, ForegroundSource, Inspection, StageSeconds, Tile};
pub use networks::{MaskCandidate, NetworkError, Networks};
pub use progress::{CancellationToken, Progress, Stage};
pub use settings::Settings;
