//! The texts that tiles are compared with (paper section 2, *Prompt generator*, and Fig. 2), and their vectors.

use serde::{Deserialize, Serialize};

use crate::Settings;

/// Where a state has the object's name, and a template the state.
pub const PLACEHOLDER: &str = "[o]";

/// WinCLIP's seven normal states, then the paper's twelve (Fig. 2 a).
pub const NORMAL_STATES: [&str; 19] = [
    "[o]",
    "flawless [o]",
    "perfect [o]",
    "unblemished [o]",
    "[o] without flaw",
    "[o] without defect",
    "[o] without damage",
    "good [o]",
    "normal [o]",
    "amazing [o]",
    "pristine [o]",
    "undamaged [o]",
    "[o] in good condition",
    "unbroken [o]",
    "[o] without any imperfections",
    "[o] without any scratches",
    "[o] without any marks",
    "complete [o]",
    "new [o]",
];

/// WinCLIP's four anomalous states, then the paper's nineteen (Fig. 2 b).
pub const ANOMALOUS_STATES: [&str; 23] = [
    "damaged [o]",
    "[o] with flaw",
    "[o] with defect",
    "[o] with damage",
    "broken [o]",
    "bad [o]",
    "flawed [o]",
    "defective [o]",
    "[o] in poor condition",
    "worn [o]",
    "[o] with scratches",
    "[o] with marks",
    "[o] with imperfections",
    "cracked [o]",
    "faulty [o]",
    "incomplete [o]",
    "bent [o]",
    "snapped [o]",
    "scratched [o]",
    "shattered [o]",
    "fractured [o]",
    "burst [o]",
    "[o] in pieces",
];

/// WinCLIP's templates: eleven patterns, each with both articles.
pub const TEMPLATES: [&str; 22] = [
    "a cropped photo of the [o].",
    "a cropped photo of a [o].",
    "a close-up photo of a [o].",
    "a close-up photo of the [o].",
    "a bright photo of a [o].",
    "a bright photo of the [o].",
    "a dark photo of a [o].",
    "a dark photo of the [o].",
    "a jpeg corrupted photo of a [o].",
    "a jpeg corrupted photo of the [o].",
    "a blurry photo of the [o].",
    "a blurry photo of a [o].",
    "a photo of a [o].",
    "a photo of the [o].",
    "a photo of a small [o].",
    "a photo of the small [o].",
    "a photo of a large [o].",
    "a photo of the large [o].",
    "a photo of a [o] for visual inspection.",
    "a photo of the [o] for visual inspection.",
    "a photo of a [o] for anomaly detection.",
    "a photo of the [o] for anomaly detection.",
];

/// The paper's localising prompts (Fig. 2 c). "an error" stands there twice, which is a weight of two.
pub const LOCALISING_PROMPTS: [&str; 19] = [
    "a tear",
    "a rip",
    "some damage",
    "a fault",
    "a break",
    "an abnormality",
    "a defect",
    "a crack",
    "an anomaly",
    "a missing component",
    "an error",
    "a mark",
    "a cut",
    "a dent",
    "a scratch",
    "an imperfection",
    "a blemish",
    "a mistake",
    "an error",
];

/// Texts, each once, in order of first appearance, with how often they were listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighted {
    pub texts: Vec<String>,
    pub weights: Vec<u32>,
}

impl FromIterator<String> for Weighted {
    fn from_iter<T: IntoIterator<Item = String>>(texts: T) -> Self {
        let mut out = Weighted::default();
        let mut places = std::collections::HashMap::new();
        for text in texts {
            let place = *places.entry(text.clone()).or_insert(out.texts.len());
            match out.weights.get_mut(place) {
                Some(weight) => *weight += 1,
                None => {
                    out.texts.push(text);
                    out.weights.push(1);
                }
            }
        }
        out
    }
}

/// Every template with every state of `states`, with the name in its place, verbatim: the name goes into the state,
/// the state into the template.
pub fn compose(states: &[String], templates: &[String], object: &str) -> Weighted {
    let states = states.iter().map(|state| state.replace(PLACEHOLDER, object));
    states
        .flat_map(|state| templates.iter().map(move |template| template.replace(PLACEHOLDER, &state)))
        .collect()
}

/// The texts' unit vectors of one side, normal or anomalous.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    pub prompts: Weighted,
    /// One a text, unit length.
    pub vectors: Vec<Vec<f32>>,
    /// Mean of the unit vectors by weight, not normalised again: its product with an image's vector is the mean of
    /// the cosines.
    pub mean: Vec<f32>,
}

impl Side {
    /// Normalises `embeddings`, one a text of `prompts`; `None` when their number or lengths do not fit.
    pub fn new(prompts: Weighted, embeddings: Vec<Vec<f32>>) -> Option<Self> {
        let length = embeddings.first()?.len();
        if embeddings.len() != prompts.texts.len() || embeddings.iter().any(|e| e.len() != length) {
            return None;
        }
        let vectors: Vec<Vec<f32>> = embeddings.iter().map(|e| unit(e)).collect();
        let total: f64 = prompts.weights.iter().map(|&w| f64::from(w)).sum();
        let mut sum = vec![0.0f64; length];
        for (vector, &weight) in vectors.iter().zip(&prompts.weights) {
            for (sum, &v) in sum.iter_mut().zip(vector) {
                *sum += f64::from(weight) * f64::from(v);
            }
        }
        let mean = sum.into_iter().map(|sum| (sum / total) as f32).collect();
        Some(Self { prompts, vectors, mean })
    }

    /// Whether there is a vector of this length for every text.
    fn is_whole(&self, length: usize) -> bool {
        self.mean.len() == length && are_vectors(&self.vectors, self.prompts.texts.len(), length)
    }
}

/// The localising prompts and their embeddings as the text encoder gives them, not normalised. They are the same for all
/// objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalisingVectors {
    pub prompts: Weighted,
    /// One a text.
    pub embeddings: Vec<Vec<f32>>,
}

impl LocalisingVectors {
    /// Whether these are the vectors of the prompts that `settings` now has, as far as that can be seen.
    pub fn fits(&self, settings: &Settings) -> bool {
        let length = self.embeddings.first().map_or(0, Vec::len);
        self.prompts == Self::prompts(settings)
            && are_vectors(&self.embeddings, self.prompts.texts.len(), length)
    }

    pub(crate) fn prompts(settings: &Settings) -> Weighted {
        settings.localising_prompts.iter().cloned().collect()
    }
}

/// Whether there are so many vectors, each of this length and of numbers.
fn are_vectors(vectors: &[Vec<f32>], count: usize, length: usize) -> bool {
    vectors.len() == count && vectors.iter().all(|v| v.len() == length && v.iter().all(|v| v.is_finite()))
}

/// A vector at unit length; zeros stay zeros.
fn unit(vector: &[f32]) -> Vec<f32> {
    let norm = vector.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
    vector.iter().map(|&v| if norm > 0.0 { (f64::from(v) / norm) as f32 } else { 0.0 }).collect()
}

/// All that an object's name costs the text encoder: kept, and worth storing, per name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextVectors {
    pub object: String,
    pub normal: Side,
    pub anomalous: Side,
}

impl TextVectors {
    /// Whether these are the vectors of the prompts that `settings` now has, as far as that can be seen.
    pub fn fits(&self, settings: &Settings) -> bool {
        let length = self.normal.mean.len();
        self.normal.is_whole(length)
            && self.anomalous.is_whole(length)
            && self.normal.prompts == compose(&settings.normal_states, &settings.templates, &self.object)
            && self.anomalous.prompts
                == compose(&settings.anomalous_states, &settings.templates, &self.object)
    }
}
