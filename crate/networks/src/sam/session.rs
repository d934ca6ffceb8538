use image::RgbImage;
use spotcheck_engine::{Engine, Onnx, Session, Tensor};
use spotcheck_imaging::{Filter, Map, resize};
use spotcheck_method::MaskCandidate;

use super::geometry::Placement;
use super::{NAME, SamConfig, SamPromptEncoder};
use crate::Error;
use crate::picture::Normalisation;

/// A SAM made ready on an engine: encode a picture once, ask for masks at many points.
pub struct Sam {
    encoder: Box<dyn Session>,
    decoder: Box<dyn Session>,
    prompts: SamPromptEncoder,
    image_size: u32,
    /// Points that the decoder takes at a time.
    points: usize,
    masks_per_point: usize,
    mask_side: u32,
}

/// A picture as SAM's image encoder sees it.
#[derive(Clone, Debug)]
pub struct SamEmbedding {
    embedding: Tensor,
    placement: Placement,
}

impl Sam {
    /// Loads the graphs that [`SamConfig::encoder_graph`] and [`SamConfig::decoder_graph`] gave.
    pub async fn load<'a>(
        engine: &Engine,
        config: &SamConfig,
        prompts: SamPromptEncoder,
        encoder: impl Into<Onnx<'a>>,
        decoder: impl Into<Onnx<'a>>,
    ) -> Result<Self, Error> {
        let side = |n: usize| u32::try_from(n).map_err(|e| Error::config(NAME, e.to_string()));
        let encoder = engine.load("sam_encoder", encoder).await.map_err(Error::engine(NAME))?;
        let decoder = engine.load("sam_decoder", decoder).await.map_err(Error::engine(NAME))?;
        let sparse =
            decoder.inputs().iter().find(|input| input.name == "sparse").map(|input| &input.shape[..]);
        let points = match sparse {
            Some(&[points, 2, channels]) if points > 0 && channels == prompts.channels() => points,
            _ => {
                return Err(Error::run(
                    NAME,
                    "the decoder's graph does not take this prompt encoder's tokens",
                ));
            }
        };
        Ok(Self {
            encoder,
            decoder,
            prompts,
            image_size: side(config.image_size())?,
            points,
            masks_per_point: config.masks_per_point(),
            mask_side: side(4 * config.grid())?,
        })
    }

    /// Runs the image encoder.
    pub async fn encode(&self, picture: &RgbImage) -> Result<SamEmbedding, Error> {
        let placement = place(picture, self.image_size)?;
        let image = preprocess(picture, &placement)?;
        let outputs = self.encoder.run(&[("image", &image)]).await.map_err(Error::engine(NAME))?;
        let embedding =
            outputs.into_iter().next().ok_or_else(|| Error::run(NAME, "the encoder has no output"))?;
        Ok(SamEmbedding { embedding, placement })
    }

    /// Three masks at each point; points are (x, y) in the picture's pixels.
    pub async fn masks(
        &self,
        embedding: &SamEmbedding,
        points: &[[f32; 2]],
    ) -> Result<Vec<MaskCandidate>, Error> {
        let mut candidates = Vec::with_capacity(points.len() * self.masks_per_point);
        for (i, batch) in points.chunks(self.points).enumerate() {
            candidates.extend(self.batch(embedding, batch, i * self.points).await?);
        }
        Ok(candidates)
    }

    /// Brings a candidate's logits to the picture's size, as segment-anything does.
    pub fn upsample(&self, embedding: &SamEmbedding, logits: &Map) -> Map {
        embedding.placement.upsample(logits)
    }

    /// At most as many points as the decoder takes at a time; the first one's number is `first`.
    async fn batch(
        &self,
        embedding: &SamEmbedding,
        points: &[[f32; 2]],
        first: usize,
    ) -> Result<Vec<MaskCandidate>, Error> {
        let placed: Vec<_> = points.iter().map(|&p| embedding.placement.point(p)).collect();
        let channels = self.prompts.channels();
        let mut tokens = self.prompts.encode(&placed);
        // A short batch is filled up; what comes of the filling is dropped below.
        tokens.resize(self.points * 2 * channels, 0.0);
        let sparse = Tensor::f32([self.points, 2, channels], tokens)
            .ok_or_else(|| Error::run(NAME, "prompts of impossible size"))?;
        let inputs = [("embedding", &embedding.embedding), ("sparse", &sparse)];
        let outputs = self.decoder.run(&inputs).await.map_err(Error::engine(NAME))?;

        let pixels = self.mask_side as usize * self.mask_side as usize;
        let count = self.points * self.masks_per_point;
        let (masks, iou) = match &outputs[..] {
            [masks, iou] => masks.as_f32().zip(iou.as_f32()),
            _ => None,
        }
        .filter(|(masks, iou)| masks.len() == count * pixels && iou.len() == count)
        .ok_or_else(|| Error::run(NAME, "the decoder's outputs are no masks and estimates"))?;
        let candidates = masks.chunks_exact(pixels).zip(iou).take(points.len() * self.masks_per_point);
        Ok(candidates
            .enumerate()
            .filter_map(|(i, (mask, &predicted_iou))| {
                let logits = Map::from_vec(self.mask_side, self.mask_side, mask.to_vec())?;
                Some(MaskCandidate { point: first + i / self.masks_per_point, predicted_iou, logits })
            })
            .collect())
    }
}

/// The picture as the image encoder reads it, [1, 3, side, side]: its long side resized to `side`, normalised, and only
/// then padded with zeros at the right and the bottom.
pub fn sam_input(picture: &RgbImage, side: u32) -> Result<Tensor, Error> {
    preprocess(picture, &place(picture, side)?)
}

fn place(picture: &RgbImage, side: u32) -> Result<Placement, Error> {
    Placement::new(picture.width(), picture.height(), side)
        .ok_or_else(|| Error::run(NAME, "the picture has no pixels"))
}

fn preprocess(picture: &RgbImage, placement: &Placement) -> Result<Tensor, Error> {
    let [width, height] = placement.resized;
    let side = placement.side as usize;
    let resized = resize(picture, width, height, Filter::Bilinear);
    let planes = Normalisation::IMAGENET.planes(&resized);
    let (width, height) = (width as usize, height as usize);
    let mut padded = vec![0.0; 3 * side * side];
    let rows =
        padded.chunks_exact_mut(side * side).flat_map(|plane| plane.chunks_exact_mut(side).take(height));
    for (row, from) in rows.zip(planes.chunks_exact(width)) {
        row[..width].copy_from_slice(from);
    }
    Tensor::f32([1, 3, side, side], padded).ok_or_else(|| Error::run(NAME, "an input of impossible size"))
}
