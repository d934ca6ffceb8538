use image::RgbImage;
use spotcheck_engine::{Engine, Onnx, Session, Tensor};
use spotcheck_imaging::Map;
use spotcheck_method::PatchFeatures;

use super::{ClipSegConfig, NAME, clipseg_input};
use crate::{Error, Normalisation};

/// A CLIPSeg made ready on an engine: encode a tile once, segment it for many prompts.
pub struct ClipSeg {
    vision: Box<dyn Session>,
    decoder: Box<dyn Session>,
    side: usize,
    normalisation: Normalisation,
    /// Prompts that the decoder takes at a time, and how long each is.
    prompts: [usize; 2],
}

/// A tile as the decoder sees it.
pub struct ClipSegEmbedding(Vec<Tensor>);

impl ClipSegEmbedding {
    /// The reduced activations of the patches, the class token left out; layers in the order in which the decoder reads them.
    pub fn into_patch_features(self) -> Result<PatchFeatures, Error> {
        let (tokens, channels) = match self.0.first().map(Tensor::shape) {
            Some(&[1, tokens, channels]) if tokens > 1 => (tokens, channels),
            _ => return Err(Error::run(NAME, "the image tower's output is no tokens")),
        };
        let without_class = |layer: Tensor| Some(layer.into_f32()?.get(channels..)?.to_vec());
        let layers: Option<Vec<_>> = self.0.into_iter().map(without_class).collect();
        let features = layers.and_then(|layers| PatchFeatures::new((tokens - 1).isqrt(), channels, layers));
        features.ok_or_else(|| Error::run(NAME, "the image tower's tokens are no square of patches"))
    }
}

impl ClipSeg {
    /// Loads the graphs that [`ClipSegConfig::vision_graph`] and [`ClipSegConfig::decoder_graph`] gave for `side`.
    pub async fn load<'a>(
        engine: &Engine,
        config: &ClipSegConfig,
        side: usize,
        normalisation: Normalisation,
        vision: impl Into<Onnx<'a>>,
        decoder: impl Into<Onnx<'a>>,
    ) -> Result<Self, Error> {
        let vision = engine.load("clipseg_vision", vision).await.map_err(Error::engine(NAME))?;
        let decoder = engine.load("clipseg_decoder", decoder).await.map_err(Error::engine(NAME))?;
        let prompts =
            decoder.inputs().iter().find(|input| input.name == "prompts").map(|input| &input.shape[..]);
        let prompts = match prompts {
            Some(&[count, width]) if count > 0 && width == config.clip.projection_dim => [count, width],
            _ => return Err(Error::run(NAME, "the decoder's graph does not take CLIP's embeddings")),
        };
        Ok(Self { vision, decoder, side, normalisation, prompts })
    }

    /// Side of the square that the network reads, in pixels.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Runs the image tower.
    pub async fn encode(&self, tile: &RgbImage) -> Result<ClipSegEmbedding, Error> {
        let image = clipseg_input(tile, self.side, self.normalisation)?;
        self.vision.run(&[("image", &image)]).await.map(ClipSegEmbedding).map_err(Error::engine(NAME))
    }

    /// The logits of each prompt, an embedding as CLIP's text tower gives it, at the decoder's resolution.
    pub async fn segment(&self, tile: &ClipSegEmbedding, prompts: &[Vec<f32>]) -> Result<Vec<Map>, Error> {
        let [count, width] = self.prompts;
        if let Some(prompt) = prompts.iter().find(|prompt| prompt.len() != width) {
            return Err(Error::run(NAME, format!("a prompt of {} values, not of {width}", prompt.len())));
        }
        let names: Vec<String> = (0..tile.0.len()).map(|i| format!("r{i}")).collect();
        let mut maps = Vec::with_capacity(prompts.len());
        for batch in prompts.chunks(count) {
            // A short batch is filled up; what comes of the filling is dropped.
            let mut values = batch.concat();
            values.resize(count * width, 0.0);
            let values = Tensor::f32([count, width], values)
                .ok_or_else(|| Error::run(NAME, "prompts of impossible size"))?;
            let mut inputs: Vec<(&str, &Tensor)> = names.iter().map(String::as_str).zip(&tile.0).collect();
            inputs.push(("prompts", &values));
            let outputs = self.decoder.run(&inputs).await.map_err(Error::engine(NAME))?;
            let logits = outputs.first().and_then(|logits| split(logits, batch.len()));
            maps.extend(logits.ok_or_else(|| Error::run(NAME, "the decoder's output is no maps"))?);
        }
        Ok(maps)
    }
}

/// The first maps of [P, h, w].
fn split(logits: &Tensor, count: usize) -> Option<Vec<Map>> {
    let &[_, height, width] = logits.shape() else { return None };
    let (h, w) = (u32::try_from(height).ok()?, u32::try_from(width).ok()?);
    let maps = logits.as_f32()?.chunks(height.checked_mul(width).filter(|&n| n > 0)?);
    maps.take(count).map(|map| Map::from_vec(w, h, map.to_vec())).collect()
}
