use image::RgbImage;
use spotcheck_engine::{Engine, Onnx, Session, Tensor};
use spotcheck_imaging::{Map, resize_plain_bilinear};

use super::{IsNetConfig, NAME};
use crate::Error;
use crate::picture::Normalisation;

/// An IS-Net made ready on an engine.
pub struct IsNet {
    session: Box<dyn Session>,
    input_size: usize,
}

impl IsNet {
    /// Loads a graph that [`IsNetConfig::graph`] gave.
    pub async fn load<'a>(
        engine: &Engine,
        config: &IsNetConfig,
        onnx: impl Into<Onnx<'a>>,
    ) -> Result<Self, Error> {
        let session = engine.load("isnet", onnx).await.map_err(Error::engine(NAME))?;
        Ok(Self { session, input_size: config.input_size })
    }

    /// How salient each pixel of the picture is, 0 to 1, at the picture's size; not yet min-max normalised.
    ///
    /// The way of DIS's `Inference.py`: squeezed to the input's square bilinearly without antialiasing and rounded down to
    /// bytes, and the result brought back bilinearly.
    pub async fn saliency(&self, picture: &RgbImage) -> Result<Map, Error> {
        let side = u32::try_from(self.input_size).map_err(|e| Error::run(NAME, e.to_string()))?;
        let image = isnet_input(picture, side)?;
        let outputs = self.session.run(&[("image", &image)]).await.map_err(Error::engine(NAME))?;
        let saliency = outputs.into_iter().next().and_then(Tensor::into_f32);
        let saliency = saliency.and_then(|values| Map::from_vec(side, side, values));
        let saliency = saliency.ok_or_else(|| Error::run(NAME, "the graph's output is no saliency map"))?;
        Ok(saliency.resize_bilinear(picture.width(), picture.height()))
    }
}

/// The picture as the network reads it, [1, 3, side, side]: squeezed to a square, −0.5 to 0.5.
pub fn isnet_input(picture: &RgbImage, side: u32) -> Result<Tensor, Error> {
    let planes = Normalisation::DIS.planes(&resize_plain_bilinear(picture, side, side));
    let side = side as usize;
    Tensor::f32([1, 3, side, side], planes).ok_or_else(|| Error::run(NAME, "an input of impossible size"))
}
