//! How anomalous a tile looks as a whole (paper section 2, *Tile-level predictor*): its cosines with the prompts are
//! averaged, not the prompts.

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::prompts::{Side, TextVectors};

/// A full prompt and its cosine with a tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiredPrompt {
    pub prompt: String,
    pub cosine: f32,
}

/// A tile's score and what it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct TileScore {
    /// Mean cosine over the normal prompts.
    pub normal: f32,
    /// Mean cosine over the anomalous prompts.
    pub anomalous: f32,
    /// softmax(τ·[normal, anomalous])[anomalous], 0 to 1.
    pub score: f32,
    /// The normal prompts with the highest cosine, highest first.
    pub normal_prompts: Vec<FiredPrompt>,
    /// The anomalous prompts with the highest cosine, highest first.
    pub anomalous_prompts: Vec<FiredPrompt>,
}

/// Scores a tile by its image embedding, unit length.
pub fn score(image: &[f32], texts: &TextVectors, settings: &Settings) -> TileScore {
    let normal = cosine(image, &texts.normal.mean);
    let anomalous = cosine(image, &texts.anomalous.mean);
    let fired = |side: &Side| fired_most(image, side, settings.fired_prompts as usize);
    TileScore {
        normal: normal as f32,
        anomalous: anomalous as f32,
        // The softmax of two.
        score: (1.0 / (1.0 + (settings.logit_scale * (normal - anomalous)).exp())) as f32,
        normal_prompts: fired(&texts.normal),
        anomalous_prompts: fired(&texts.anomalous),
    }
}

/// The cosines of an image with each text of a side, in its order.
pub fn cosines(image: &[f32], side: &Side) -> Vec<f32> {
    side.vectors.iter().map(|text| cosine(image, text) as f32).collect()
}

fn fired_most(image: &[f32], side: &Side, count: usize) -> Vec<FiredPrompt> {
    let mut all: Vec<(f32, &String)> = cosines(image, side).into_iter().zip(&side.prompts.texts).collect();
    // Stable: of equal ones the earlier in the list.
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter()
        .take(count)
        .map(|(cosine, prompt)| FiredPrompt { prompt: prompt.clone(), cosine })
        .collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}
