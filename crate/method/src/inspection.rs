use serde::{Deserialize, Serialize};
use spotcheck_imaging::{Map, Mask, Rect};

use crate::Settings;

/// Which of the foreground's sources was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForegroundSource {
    /// SAM masks that lie in the dichotomous mask, united.
    Sam,
    /// The dichotomous mask: no SAM mask was kept, or SAM was left out.
    Dichotomous,
    /// The whole picture: the dichotomous mask was empty.
    WholeImage,
    /// A mask that the caller gave.
    Given,
}

/// A full prompt and its cosine with a tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiredPrompt {
    pub prompt: String,
    pub cosine: f32,
}

/// A square that was scored and localised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Index of the component the tile belongs to.
    pub component: usize,
    /// May reach over the picture where that is smaller than the tile.
    pub rect: Rect,
    /// Mean cosine over the normal prompts.
    pub normal: f32,
    /// Mean cosine over the anomalous prompts.
    pub anomalous: f32,
    /// softmax(τ·[normal, anomalous])[anomalous], 0 to 1.
    pub score: f32,
    /// The five normal prompts with the highest cosine, highest first.
    pub normal_prompts: Vec<FiredPrompt>,
    /// The five anomalous prompts with the highest cosine, highest first.
    pub anomalous_prompts: Vec<FiredPrompt>,
}

/// A connected component of the foreground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub rect: Rect,
    /// In pixels.
    pub area: usize,
    /// Mean of its tiles' scores, 0 to 1.
    pub score: f32,
}

/// Wall-clock seconds a stage took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageSeconds {
    pub prompts: f64,
    pub foreground: f64,
    pub tiles: f64,
    pub score: f64,
    pub segment: f64,
    pub aggregate: f64,
}

/// All that an inspection found, and how.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub width: u32,
    pub height: u32,
    /// Sample score, 0 to 1: mean of the highest quarter of the component scores.
    pub score: f32,
    /// Whether the score reached the settings' verdict threshold.
    pub rejected: bool,
    pub foreground_source: ForegroundSource,
    /// The foreground at the picture's size.
    pub foreground: Mask,
    /// IS-Net's dichotomous mask; absent when a foreground was given.
    pub dichotomous: Option<Mask>,
    /// The SAM masks that were kept, in order of predicted IoU.
    pub sam_masks: Vec<Mask>,
    pub components: Vec<Component>,
    pub tiles: Vec<Tile>,
    /// Pixel scores at the picture's size, 0 to 1; 0 outside of all tiles.
    pub map: Map,
    pub seconds: StageSeconds,
    pub settings: Settings,
}
