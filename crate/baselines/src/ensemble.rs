use spotcheck_method::prompts::{Weighted, compose};
use spotcheck_method::{Course, Error, Settings, TextEncoder, answer, embed_texts};

const CLIP: &str = "CLIP";

/// How the embeddings of an ensemble's texts become one vector, which is then of unit length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Averaging {
    /// The mean of the embeddings as the text encoder gives them.
    Raw,
    /// The mean of the embeddings, each brought to unit length first.
    Unit,
}

/// WinCLIP's compositional prompt ensemble (Jeong et al., CVPR 2023, section 3.2): every template with every state.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptEnsemble {
    /// States of a whole object; [`PLACEHOLDER`](spotcheck_method::prompts::PLACEHOLDER) is its name.
    pub normal_states: Vec<String>,
    /// States of an object with something wrong.
    pub anomalous_states: Vec<String>,
    /// Sentences around a state.
    pub templates: Vec<String>,
    pub averaging: Averaging,
    /// Factor on the cosines before the softmax.
    pub logit_scale: f64,
}

/// An object's two text features, each of unit length: all that its name costs the text encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct TextFeatures {
    pub object: String,
    pub normal: Vec<f32>,
    pub anomalous: Vec<f32>,
    /// Factor on the cosines before the softmax.
    pub logit_scale: f64,
}

impl PromptEnsemble {
    /// The normal and the anomalous texts, with the object's name in its place, verbatim.
    pub fn prompts(&self, object: &str) -> [Weighted; 2] {
        [&self.normal_states, &self.anomalous_states].map(|states| compose(states, &self.templates, object))
    }

    /// Encodes the texts for an object's name.
    pub async fn encode(
        &self,
        encoder: &dyn TextEncoder,
        object: &str,
        course: &mut Course<'_>,
    ) -> Result<TextFeatures, Error> {
        let [normal, anomalous] = self.prompts(object);
        let texts: Vec<&String> = normal.texts.iter().chain(&anomalous.texts).collect();
        let embeddings = embed_texts(encoder, &texts, course).await?;
        let (of_normal, of_anomalous) = embeddings.split_at(normal.texts.len());
        let feature = |prompts: &Weighted, embeddings: &[Vec<f32>]| {
            let sum = sum(embeddings, &prompts.weights, self.averaging);
            // A sum has the direction of the mean.
            sum.as_deref().and_then(unit).ok_or_else(|| Error::Answer {
                network: CLIP,
                what: "text embeddings of several lengths, or none but zeros".to_owned(),
            })
        };
        let normal = feature(&normal, of_normal)?;
        let anomalous = feature(&anomalous, of_anomalous)?;
        answer(CLIP, normal.len() == anomalous.len(), || "text embeddings of several lengths".to_owned())?;
        Ok(TextFeatures { object: object.to_owned(), normal, anomalous, logit_scale: self.logit_scale })
    }

    /// The given settings with this ensemble's texts and factor: what an inspection says it was made with.
    pub fn settings(&self, settings: &Settings) -> Settings {
        Settings {
            normal_states: self.normal_states.clone(),
            anomalous_states: self.anomalous_states.clone(),
            templates: self.templates.clone(),
            logit_scale: self.logit_scale,
            ..settings.clone()
        }
    }
}

impl TextFeatures {
    /// The cosines [normal, anomalous] of an image embedding, which must be of unit length and as long as the texts'.
    pub fn cosines(&self, image: &[f32]) -> Result<[f64; 2], Error> {
        answer(CLIP, image.len() == self.normal.len(), || {
            format!("an image embedding of {} values, but texts of {}", image.len(), self.normal.len())
        })?;
        Ok([&self.normal, &self.anomalous]
            .map(|text| image.iter().zip(text).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()))
    }

    /// softmax(scale · [normal, anomalous])[anomalous], 0 to 1.
    pub fn probability(&self, [normal, anomalous]: [f64; 2]) -> f64 {
        // The softmax of two.
        1.0 / (1.0 + (self.logit_scale * (normal - anomalous)).exp())
    }
}

/// The sum by weight; `None` when there is nothing to add, or lengths differ.
fn sum(embeddings: &[Vec<f32>], weights: &[u32], averaging: Averaging) -> Option<Vec<f64>> {
    let mut sum = vec![0.0f64; embeddings.first()?.len()];
    for (embedding, &weight) in embeddings.iter().zip(weights) {
        if embedding.len() != sum.len() {
            return None;
        }
        let length = match averaging {
            Averaging::Raw => 1.0,
            Averaging::Unit => norm(embedding.iter().map(|&v| f64::from(v))),
        };
        for (sum, &v) in sum.iter_mut().zip(embedding) {
            // A vector of zeros has no direction to add.
            *sum += if length > 0.0 { f64::from(weight) * f64::from(v) / length } else { 0.0 };
        }
    }
    Some(sum)
}

/// A vector at unit length; `None` when it has none.
fn unit(vector: &[f64]) -> Option<Vec<f32>> {
    let norm = norm(vector.iter().copied());
    (norm > 0.0).then(|| vector.iter().map(|v| (v / norm) as f32).collect())
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|v| v * v).sum::<f64>().sqrt()
}
