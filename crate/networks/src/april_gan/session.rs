use image::RgbImage;
use spotcheck_baselines::{StageEncoder, StageFeatures};
use spotcheck_engine::{Engine, Onnx, Session, Tensor};
use spotcheck_method::{NetworkError, PatchFeatures};

use super::{AprilGanConfig, NAME};
use crate::clip::unit;
use crate::models::of;
use crate::{Error, clip_input};

/// APRIL-GAN's image side made ready on an engine.
pub struct AprilGan {
    session: Box<dyn Session>,
    side: usize,
}

impl AprilGan {
    /// Loads the graph that [`AprilGanConfig::graph`] gave.
    pub async fn load<'a>(
        engine: &Engine,
        config: &AprilGanConfig,
        onnx: impl Into<Onnx<'a>>,
    ) -> Result<Self, Error> {
        let session = engine.load("april_gan", onnx).await.map_err(Error::engine(NAME))?;
        Ok(Self { session, side: config.image_size })
    }

    /// Looks at a whole picture, squeezed to a square: Pillow's bicubic, CLIP's mean and deviation.
    pub async fn encode(&self, picture: &RgbImage) -> Result<StageFeatures, Error> {
        let image = clip_input(picture, self.side)?;
        let outputs = self.session.run(&[("image", &image)]).await.map_err(Error::engine(NAME))?;
        let mut outputs = outputs.into_iter();
        let embedding = outputs.next().and_then(Tensor::into_f32);
        let embedding =
            unit(embedding.ok_or_else(|| Error::run(NAME, "the graph's output is no embedding"))?)?;
        let width = embedding.len();
        let (mut stages, mut grid) = (Vec::new(), 0);
        for stage in outputs {
            grid = stage.shape().get(1).map_or(0, |patches| patches.isqrt());
            let patches = stage.into_f32().unwrap_or_default();
            let units = patches.chunks(width).map(|patch| unit(patch.to_vec()));
            let units = units.collect::<Result<Vec<_>, _>>();
            stages.push(units.map_err(|_| Error::run(NAME, "a patch without a direction"))?.concat());
        }
        let patches = PatchFeatures::new(grid, width, stages);
        let patches =
            patches.ok_or_else(|| Error::run(NAME, "the graph's outputs are no squares of patches"))?;
        Ok(StageFeatures { embedding, patches })
    }
}

#[async_trait::async_trait(?Send)]
impl StageEncoder for AprilGan {
    fn side(&self) -> u32 {
        u32::try_from(self.side).unwrap_or(u32::MAX)
    }

    async fn encode(&self, picture: &RgbImage) -> Result<StageFeatures, NetworkError> {
        AprilGan::encode(self, picture).await.map_err(of(NAME))
    }
}
