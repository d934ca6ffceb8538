use serde::{Deserialize, Serialize};
use spotcheck_imaging::{Rect, Region};
use spotcheck_method::{FiredPrompt, Inspection, StageSeconds};

/// What holds for all pictures of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What the thing in the pictures is.
    pub object: String,
    /// When the batch was inspected: RFC 3339, as the caller says it.
    pub created: String,
    /// The version of the software.
    pub version: String,
    /// `wonnx` or `rten`.
    pub engine: String,
    /// The method's name; empty for this program's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub method: String,
    /// The pack's name.
    pub pack: String,
    /// The method's settings, an object.
    pub settings: serde_json::Value,
    /// The score from which on a picture is rejected, 0 to 1.
    pub threshold: f64,
    /// The scale of all pictures, where it is known: how many pixels a millimetre is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels_per_mm: Option<f64>,
}

/// Pictures that were inspected together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    #[serde(flatten)]
    pub run: Run,
    /// In the order that reports show them in.
    pub entries: Vec<Entry>,
}

/// A picture, what was found in it, and what a person says to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The picture's file name.
    pub name: String,
    /// Where it lies below the folder that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// In pixels; 0 when the picture could not be read.
    pub width: u32,
    /// In pixels; 0 when the picture could not be read.
    pub height: u32,
    /// Either `result` or `error`.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What was looked at of the picture; all of it where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// What a person decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// What a person wrote.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What the thing truly is, in what was looked at of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
}

/// How an inspection ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    #[serde(rename = "result")]
    Found(Findings),
    /// Why there is no result, in a sentence.
    #[serde(rename = "error")]
    Failed(String),
}

/// What was found in a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// 0 to 1.
    pub score: f32,
    /// The score by the prompts alone, where other pictures took part in the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_shot: Option<f32>,
    /// What took part in the score beside the prompts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partners: Option<Partners>,
    /// How many spreads the score stands above the batch's middle (robust z-score), where the batch says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
    pub verdict: Verdict,
    /// In scan order.
    pub components: Vec<Component>,
    /// The prompts that fired most on the tile with the highest score, the highest cosine first.
    pub words: Vec<FiredPrompt>,
    pub seconds: Seconds,
}

/// Pictures that took part in another one's score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partners {
    /// How many that a person marked as good.
    pub good: usize,
    /// How many others of the batch.
    pub others: usize,
}

/// A connected component of the foreground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub rect: Rect,
    /// In pixels.
    pub area: usize,
    /// Of the picture, 0 to 100.
    pub percent: f64,
    /// In mm², where the size of a pixel is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mm2: Option<f64>,
    /// 0 to 1.
    pub score: f32,
}

/// Wall-clock seconds per stage, and in total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    #[serde(flatten)]
    pub stages: StageSeconds,
    /// From the picture's file to its result: reading and decoding count, too.
    pub total: f64,
}

/// What the score says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accept,
    Reject,
}

/// What a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Accept,
    Reject,
    Unsure,
}

/// What a thing truly is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    Whole,
    Defective,
}

impl Verdict {
    /// Reject when the score reached the threshold, as the method has it.
    pub fn of(score: f32, threshold: f64) -> Self {
        if f64::from(score) >= threshold { Verdict::Reject } else { Verdict::Accept }
    }

    /// `accept` or `reject`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Accept => "accept",
            Verdict::Reject => "reject",
        }
    }
}

impl Decision {
    /// `accept`, `reject` or `unsure`.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Accept => "accept",
            Decision::Reject => "reject",
            Decision::Unsure => "unsure",
        }
    }
}

impl Label {
    /// `whole` or `defective`.
    pub fn name(self) -> &'static str {
        match self {
            Label::Whole => "whole",
            Label::Defective => "defective",
        }
    }
}

impl Entry {
    /// An entry that nobody has looked at yet.
    pub fn new(name: impl Into<String>, width: u32, height: u32, outcome: Outcome) -> Self {
        Self {
            name: name.into(),
            path: None,
            width,
            height,
            outcome,
            region: None,
            decision: None,
            note: String::new(),
            label: None,
        }
    }

    /// What was found; `None` when the inspection failed.
    pub fn findings(&self) -> Option<&Findings> {
        match &self.outcome {
            Outcome::Found(findings) => Some(findings),
            Outcome::Failed(_) => None,
        }
    }
}

impl Findings {
    /// What an inspection found. `mm_per_pixel` is the side of a pixel, where it is known; `total` is in seconds.
    pub fn of(inspection: &Inspection, threshold: f64, mm_per_pixel: Option<f64>, total: f64) -> Self {
        let pixels = f64::from(inspection.width) * f64::from(inspection.height);
        let component = |c: &spotcheck_method::Component| Component {
            rect: c.rect,
            area: c.area,
            percent: c.area as f64 / pixels.max(1.0) * 100.0,
            mm2: mm_per_pixel.map(|side| c.area as f64 * side * side),
            score: c.score,
        };
        let worst = inspection.tiles.iter().max_by(|a, b| a.score.total_cmp(&b.score));
        Self {
            score: inspection.score,
            zero_shot: None,
            partners: None,
            z: None,
            verdict: Verdict::of(inspection.score, threshold),
            components: inspection.components.iter().map(component).collect(),
            words: worst.map(|tile| tile.anomalous_prompts.clone()).unwrap_or_default(),
            seconds: Seconds { stages: inspection.seconds, total },
        }
    }

    /// The component of the largest area.
    pub fn largest(&self) -> Option<&Component> {
        self.components.iter().max_by_key(|component| component.area)
    }
}
