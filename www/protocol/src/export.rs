use serde::{Deserialize, Serialize};
use web_sys::Blob;

use crate::{Findings, Method, Trouble};

/// What a person says about a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    Accept,
    Reject,
    Unsure,
}

impl Decision {
    pub const ALL: [Decision; 3] = [Decision::Accept, Decision::Reject, Decision::Unsure];

    /// Its name in the document and in files.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Accept => "accept",
            Decision::Reject => "reject",
            Decision::Unsure => "unsure",
        }
    }
}

/// What a batch is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// One HTML file to read and to print.
    Report,
    /// A table with a row a picture.
    Csv,
    Json,
    /// Regions as COCO's annotations.
    Coco,
    /// All of these, with overlays, raw maps and masks, in a ZIP file.
    Everything,
    /// The first picture with its heatmap, a PNG.
    Overlay,
}

/// A batch to be written.
#[derive(Debug, Serialize, Deserialize)]
pub struct Export {
    pub what: What,
    /// The tag of the language that the report is written in; all else is in none.
    pub language: String,
    pub object: String,
    /// RFC 3339.
    pub created: String,
    /// From this score on a picture is rejected, 0 to 1.
    pub threshold: f64,
    /// Pixels of at least this make regions and masks, 0 to 1.
    pub level: f32,
    /// The scale of all pictures, where it is known.
    pub pixels_per_mm: Option<f64>,
    /// What the pictures are inspected by.
    pub method: Method,
    /// The method's settings, a JSON object.
    pub settings: String,
    /// In the order that they are written in.
    pub entries: Vec<Exported>,
}

/// A picture of the batch.
#[derive(Debug, Serialize, Deserialize)]
pub struct Exported {
    pub name: String,
    pub decision: Option<Decision>,
    pub note: String,
    /// Whether it truly is defective.
    pub label: Option<bool>,
    pub outcome: ExportedOutcome,
}

/// How its inspection ended.
#[derive(Debug, Serialize, Deserialize)]
pub enum ExportedOutcome {
    Found {
        findings: Box<Findings>,
        /// 0 to 1.
        score: f32,
        /// The score by the prompts alone, where other pictures took part in the other one.
        zero_shot: Option<f32>,
        /// How many spreads the score stands above the middle of all, where there are enough.
        z: Option<f64>,
        /// The picture's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        picture: Blob,
        /// `f32` in the machine's byte order.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        map: Blob,
    },
    /// Why there is no result.
    Failed {
        trouble: Trouble,
        /// The same in the report's language.
        said: String,
    },
}
