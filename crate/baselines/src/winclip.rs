//! WinCLIP without reference pictures (Jeong et al., *WinCLIP: Zero-/Few-Shot Anomaly Classification and Segmentation*, CVPR
//! 2023), with the details of anomalib's implementation: CLIP's image tower runs over the whole picture, which gives the score, and
//! over all windows of 2 × 2 and 3 × 3 patches, which give the map.

mod aggregate;
mod encoder;
mod prompts;

use image::RgbImage;
use spotcheck_imaging::Map;
use spotcheck_method::{Course, Error, Stage, StageSeconds, answer};

pub use aggregate::{harmonic_mean, patch_scores};
pub use encoder::{PatchTokens, WindowEncoder};
pub use prompts::ensemble;

use crate::{Finding, PromptEnsemble, TextFeatures, ZeroShot};

const NAME: &str = "WinCLIP";

/// Sides of the windows, in patches: the paper's small and middle scale.
pub const WINDOW_SIDES: [usize; 2] = [2, 3];

/// WinCLIP over an image tower.
pub struct WinClip<E> {
    encoder: E,
    ensemble: PromptEnsemble,
}

impl<E: WindowEncoder> WinClip<E> {
    /// With the paper's prompts.
    pub fn new(encoder: E) -> Self {
        Self { encoder, ensemble: ensemble() }
    }

    /// The anomaly scores of all windows of a side, in scan order, 0 to 1; NaN stays NaN, and the finding refuses it.
    /// `done` of `all` windows are counted on.
    async fn window_scores(
        &self,
        tokens: &PatchTokens,
        side: usize,
        texts: &TextFeatures,
        course: &mut Course<'_>,
        (done, all): (&mut usize, usize),
    ) -> Result<Vec<f64>, Error> {
        let corners = tokens.corners(side);
        let mut scores = Vec::with_capacity(corners.len());
        for corners in corners.chunks(self.encoder.windows_at_a_time(side).max(1)) {
            course.check()?;
            let embeddings = self.encoder.embed_windows(tokens, side, corners).await?;
            answer(NAME, embeddings.len() == corners.len(), || {
                format!("{} embeddings for {} windows", embeddings.len(), corners.len())
            })?;
            for embedding in &embeddings {
                scores.push(texts.probability(texts.cosines(embedding)?));
            }
            *done += corners.len();
            course.at(*done, all);
        }
        Ok(scores)
    }
}

#[async_trait::async_trait(?Send)]
impl<E: WindowEncoder> ZeroShot for WinClip<E> {
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
        let embedding = self.encoder.embed_image(picture).await?;
        let cosines = texts.cosines(&embedding)?;
        let score = texts.probability(cosines);
        seconds.score = course.next(Stage::Segment);

        course.check()?;
        let tokens = self.encoder.patch_tokens(picture).await?;
        let grid = tokens.grid();
        let (mut done, all) = (0, WINDOW_SIDES.iter().map(|&side| tokens.corners(side).len()).sum());
        let mut maps = vec![vec![score; grid * grid]];
        for side in WINDOW_SIDES {
            let scores = self.window_scores(&tokens, side, texts, course, (&mut done, all)).await?;
            maps.push(patch_scores(&scores, side, grid));
        }
        seconds.segment = course.next(Stage::Aggregate);

        let patch =
            |place: usize| harmonic_mean(maps.iter().filter_map(|map| map.get(place)).copied()) as f32;
        let side = u32::try_from(grid).unwrap_or(0);
        let map = Map::from_vec(side, side, (0..grid * grid).map(patch).collect());
        let map = map.ok_or_else(|| Error::Answer { network: NAME, what: format!("{grid}² patches") })?;
        let map = map.resize_bilinear(picture.width(), picture.height());
        let [normal, anomalous] = cosines.map(|cosine| cosine as f32);
        Ok(Finding { method: NAME, normal, anomalous, score: score as f32, map })
    }
}
