use image::RgbImage;
use spotcheck_engine::{Engine, Onnx, Session, Tensor};
use spotcheck_method::PatchFeatures;

use super::{AprilGanConfig, NAME};
use crate::clip::unit;
use crate::{Error, clip_input};

/// APRIL-GAN's image side made ready on an engine.
pub struct AprilGan {
    session: Box<dyn Session>,
    side: usize,
}

/// A picture as APRIL-GAN sees it; all vectors are of unit length.
#[derive(Clone, Debug, PartialEq)]
pub struct AprilGanView {
    /// CLIP's embedding of the whole picture, in which nothing was trained.
    pub embedding: Vec<f32>,
    /// One layer a stage, shallow ones first: the patches among CLIP's embeddings.
    pub stages: PatchFeatures,
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

    /// Side of the square that pictures are resized to, in pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Looks at a whole picture, squeezed to a square (Pillow's bicubic, CLIP's mean and deviation).
    pub async fn look(&self, picture: &RgbImage) -> Result<AprilGanView, Error> {
        let image = clip_input(picture, self.side)?;
        let outputs = self.session.run(&[("image", &image)]).await.map_err(Error::engine(NAME))?;
        let mut outputs = outputs.into_iter();
        let embedding = outputs.next().and_then(Tensor::into_f32);
        let embedding = embedding.ok_or_else(|| Error::run(NAME, "the graph's output is no embedding"))?;
        let embedding = unit(NAME, "image embedding", embedding)?;
        let width = embedding.len();
        let (mut layers, mut side) = (Vec::new(), 0);
        for stage in outputs {
            side = stage.shape().get(1).map_or(0, |patches| patches.isqrt());
            let patches = stage.into_f32().unwrap_or_default();
            let units = patches.chunks(width).map(|patch| unit(NAME, "patch", patch.to_vec()));
            layers.push(units.collect::<Result<Vec<_>, _>>()?.concat());
        }
        let stages = PatchFeatures::new(side, width, layers);
        let stages =
            stages.ok_or_else(|| Error::run(NAME, "the graph's outputs are no squares of patches"))?;
        Ok(AprilGanView { embedding, stages })
    }
}
