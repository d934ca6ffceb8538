//! APRIL-GAN without reference pictures (Chen, Han and Zhang, *A Zero-/Few-Shot Anomaly Classification and Segmentation Method*,
//! VAND 2023, arXiv 2305.17382), as ByChelsea/VAND-APRIL-GAN (MIT licence) does it: CLIP's image tower over the whole picture, whose
//! embedding gives the score, and trained linear layers that bring the patches of four stages among the texts, which gives the map.

mod encoder;
mod map;
mod prompts;

use image::RgbImage;
use spotcheck_method::{Course, Error, Stage, StageSeconds};

pub use encoder::{StageEncoder, StageFeatures};
pub use map::{stage_logits, stage_map};
pub use prompts::{ABNORMAL_STATES, NORMAL_STATES, TEMPLATES, ensemble};

use crate::{Finding, PromptEnsemble, TextFeatures, ZeroShot};

const NAME: &str = "APRIL-GAN";

/// APRIL-GAN over an image tower.
pub struct AprilGan<E> {
    encoder: E,
    ensemble: PromptEnsemble,
}

impl<E: StageEncoder> AprilGan<E> {
    /// With the reference's prompts.
    pub fn new(encoder: E) -> Self {
        Self { encoder, ensemble: ensemble() }
    }
}

#[async_trait::async_trait(?Send)]
impl<E: StageEncoder> ZeroShot for AprilGan<E> {
    fn ensemble(&self) -> &PromptEnsemble {
        &self.ensemble
    }

    async fn find(
        &self,
        picture: &RgbImage,
        texts: &TextFeatures,
        course: &mut Course<'_>,
        seconds: &mut StageSeconds,
    ) -> Result<Finding, Error> {
        course.check()?;
        let StageFeatures { embedding, patches } = self.encoder.encode(picture).await?;
        let cosines = texts.cosines(&embedding)?;
        let score = texts.probability(cosines) as f32;
        seconds.score = course.next(Stage::Segment);

        let side = self.encoder.side();
        let mut maps = Vec::with_capacity(patches.layers().len());
        for (done, layer) in patches.layers().iter().enumerate() {
            course.check()?;
            course.at(done, patches.layers().len());
            maps.push(stage_map(&stage_logits(layer, patches.side(), texts)?, side));
        }
        seconds.segment = course.next(Stage::Aggregate);

        // The reference adds the stages up; their mean says the same, and is a probability like any other map's.
        let map = map::mean(&maps, side).resize_bilinear(picture.width(), picture.height());
        let [normal, anomalous] = cosines.map(|cosine| cosine as f32);
        Ok(Finding { method: NAME, normal, anomalous, score, map })
    }
}
