use serde::{Deserialize, Serialize};
use spotcheck_imaging::{Map, Mask, Rect};

use crate::Settings;
use crate::features::TileFeatures;
use crate::foreground::{ForegroundSource, SamMask};
use crate::score::FiredPrompt;

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
    /// The five (by default) normal prompts with the highest cosine, highest first.
    pub normal_prompts: Vec<FiredPrompt>,
    /// The five (by default) anomalous prompts with the highest cosine, highest first.
    pub anomalous_prompts: Vec<FiredPrompt>,
}

/// A connected component of the foreground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub rect: Rect,
    /// In pixels.
    pub area: usize,
    /// How many kept SAM masks are its parts.
    pub parts: usize,
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

/// All that an inspection found, and how. As JSON it is everything but the masks, the map and the features.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    pub object: String,
    pub width: u32,
    pub height: u32,
    /// Sample score, 0 to 1: mean of the highest quarter of the component scores.
    pub score: f32,
    /// Whether the score reached the settings' verdict threshold.
    pub rejected: bool,
    pub foreground_source: ForegroundSource,
    /// The foreground at the picture's size, specks included.
    #[serde(skip)]
    pub foreground: Mask,
    /// IS-Net's dichotomous mask; absent when a foreground was given.
    #[serde(skip)]
    pub dichotomous: Option<Mask>,
    /// The SAM masks that were kept, in order of predicted IoU.
    #[serde(skip)]
    pub sam_masks: Vec<SamMask>,
    /// In scan order.
    pub components: Vec<Component>,
    pub tiles: Vec<Tile>,
    /// Pixel scores at the picture's size, 0 to 1; 0 outside of all tiles.
    #[serde(skip)]
    pub map: Map,
    /// One a tile, when [`Options::tile_features`](crate::Options::tile_features) asked for them.
    #[serde(skip)]
    pub tile_features: Option<Vec<TileFeatures>>,
    pub seconds: StageSeconds,
    pub settings: Settings,
}
