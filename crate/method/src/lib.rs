//! The method of Baugh et al., *Zero-Shot Anomaly Detection with Pre-trained Segmentation Models* (VAND 2023).
//!
//! [`Inspector::inspect`] is the whole way from a picture to an [`Inspection`]. Its stages are modules of their own
//! and can be used alone, in this order:
//!
//! 1. [`prompts`]: states and templates become texts, texts become two mean vectors for each object's name.
//! 2. [`foreground`]: IS-Net's mask filters SAM's; what is kept, united, is the object.
//! 3. [`tiles`]: a square around each connected component, or a strip of them.
//! 4. [`score`]: CLIP's cosines say how anomalous a tile is.
//! 5. [`segment`]: CLIPSeg's maps say where.
//! 6. [`aggregate`]: tiles become the picture's map, their scores the sample's.
//!
//! The four networks are asked for through the trait [`Networks`]; this crate never sees a graph, a GPU or a file.
//! Where the paper gives no number, [`Settings`] has one with a sentence on it.
#![forbid(unsafe_code)]

pub mod aggregate;
mod dump;
mod error;
mod features;
pub mod foreground;
mod inspect;
mod inspection;
mod networks;
mod progress;
pub mod prompts;
mod report;
pub mod score;
pub mod segment;
mod settings;
mod texts;
pub mod tiles;

pub use dump::Dump;
pub use error::{Error, all_finite, answer};
pub use features::{PatchFeatures, TileFeatures};
pub use foreground::{ForegroundSource, SamMask};
pub use inspect::{Inspector, Options, check_input};
pub use inspection::{Component, Inspection, StageSeconds, Tile};
pub use networks::{MaskCandidate, NetworkError, Networks};
pub use progress::{CancellationToken, Course, Progress, Stage};
pub use prompts::{LocalisingVectors, TextVectors};
pub use report::{Report, ReportSeconds};
pub use score::FiredPrompt;
pub use settings::{Bounds, Setting, Settings, SettingsError, ValueKind, describe_settings};
pub use texts::{TextEncoder, embed_texts};
