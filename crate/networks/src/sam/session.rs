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
    decoder: Decoder,
    prompts: SamPromptEncoder,
    image_size: u32,
    /// Points that the decoder takes at a time.
    points: usize,
    masks_per_point: usize,
    mask_side: u32,
}

enum Decoder {
    Whole(Box<dyn Session>),
    Parts { points: Box<dyn Session>, masks: Box<dyn Session> },
}

/// The graphs of a mask decoder.
#[derive(Clone, Copy)]
pub enum SamDecoder<'a> {
    /// What [`SamConfig::decoder_graph`] gave: every mask is drawn.
    Whole(Onnx<'a>),
    /// What [`SamConfig::points_graph`] and [`SamConfig::masks_graph`] gave: only masks that are wanted are drawn. What the
    /// one hands to the other is large, so this is for engines that compute where the caller's memory is.
    Parts { points: Onnx<'a>, masks: Onnx<'a> },
}

/// A picture as SAM's image encoder sees it.
#[derive(Clone, Debug)]
pub struct SamEmbedding {
    embedding: Tensor,
    placement: Placement,
}

impl Sam {
    /// Loads the graph that [`SamConfig::encoder_graph`] gave, and those of the decoder.
    pub async fn load<'a>(
        engine: &Engine,
        config: &SamConfig,
        prompts: SamPromptEncoder,
        encoder: impl Into<Onnx<'a>>,
        decoder: SamDecoder<'a>,
    ) -> Result<Self, Error> {
        let side = |n: usize| u32::try_from(n).map_err(|e| Error::config(NAME, e.to_string()));
        let encoder = engine.load("sam_encoder", encoder).await.map_err(Error::engine(NAME))?;
        let decoder = match decoder {
            SamDecoder::Whole(onnx) => {
                Decoder::Whole(engine.load("sam_decoder", onnx).await.map_err(Error::engine(NAME))?)
            }
            SamDecoder::Parts { points, masks } => Decoder::Parts {
                points: engine.load("sam_points", points).await.map_err(Error::engine(NAME))?,
                masks: engine.load("sam_masks", masks).await.map_err(Error::engine(NAME))?,
            },
        };
        let (Decoder::Whole(first) | Decoder::Parts { points: first, .. }) = &decoder;
        let sparse = first.inputs().iter().find(|input| input.name == "sparse").map(|input| &input.shape[..]);
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

    /// Three masks at each point; points are (x, y) in the picture's pixels. Those whose predicted IoU is `least` or lower
    /// have no logits.
    pub async fn masks(
        &self,
        embedding: &SamEmbedding,
        points: &[[f32; 2]],
        least: f32,
    ) -> Result<Vec<MaskCandidate>, Error> {
        let mut candidates = Vec::with_capacity(points.len() * self.masks_per_point);
        for (i, batch) in points.chunks(self.points).enumerate() {
            candidates.extend(self.batch(embedding, batch, i * self.points, least).await?);
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
        least: f32,
    ) -> Result<Vec<MaskCandidate>, Error> {
        let placed: Vec<_> = points.iter().map(|&p| embedding.placement.point(p)).collect();
        let channels = self.prompts.channels();
        let mut tokens = self.prompts.encode(&placed);
        // A short batch is filled up; what comes of the filling is dropped below.
        tokens.resize(self.points * 2 * channels, 0.0);
        let sparse = Tensor::f32([self.points, 2, channels], tokens)
            .ok_or_else(|| Error::run(NAME, "prompts of impossible size"))?;
        let inputs = [("embedding", &embedding.embedding), ("sparse", &sparse)];
        let count = self.points * self.masks_per_point;
        match &self.decoder {
            Decoder::Whole(decoder) => {
                let outputs = decoder.run(&inputs).await.map_err(Error::engine(NAME))?;
                let (masks, iou) = match &outputs[..] {
                    [masks, iou] => masks.as_f32().zip(iou.as_f32()),
                    _ => None,
                }
                .filter(|(masks, iou)| masks.len() == count * self.pixels() && iou.len() == count)
                .ok_or_else(|| Error::run(NAME, "the decoder's outputs are no masks and estimates"))?;
                let of_points = masks.chunks_exact(self.masks_per_point * self.pixels());
                let of_points = of_points.zip(iou.chunks_exact(self.masks_per_point)).take(points.len());
                let candidates = of_points
                    .enumerate()
                    .flat_map(|(i, (masks, iou))| self.candidates(first + i, iou, Some(masks), least));
                Ok(candidates.collect())
            }
            Decoder::Parts { points: judge, masks: draw } => {
                let outputs = judge.run(&inputs).await.map_err(Error::engine(NAME))?;
                let [iou, image, kernels] = &outputs[..] else {
                    return Err(Error::run(NAME, "the decoder's first part has other outputs"));
                };
                let iou = iou.as_f32().filter(|iou| iou.len() == count);
                let iou = iou.ok_or_else(|| Error::run(NAME, "the decoder's outputs are no estimates"))?;
                let mut candidates = Vec::with_capacity(points.len() * self.masks_per_point);
                for (i, iou) in iou.chunks_exact(self.masks_per_point).enumerate().take(points.len()) {
                    if iou.iter().all(|&iou| iou <= least) {
                        candidates.extend(self.candidates(first + i, iou, None, least));
                        continue;
                    }
                    let (image, kernels) = (of_point(image, i)?, of_point(kernels, i)?);
                    let inputs = [("image", &image), ("kernels", &kernels)];
                    let outputs = draw.run(&inputs).await.map_err(Error::engine(NAME))?;
                    let masks = outputs.first().and_then(Tensor::as_f32);
                    let masks = masks.filter(|masks| masks.len() == self.masks_per_point * self.pixels());
                    let masks =
                        masks.ok_or_else(|| Error::run(NAME, "the decoder's outputs are no masks"))?;
                    candidates.extend(self.candidates(first + i, iou, Some(masks), least));
                }
                Ok(candidates)
            }
        }
    }

    /// Pixels of a mask as the decoder gives it.
    fn pixels(&self) -> usize {
        self.mask_side as usize * self.mask_side as usize
    }

    /// The candidates of a point.
    fn candidates(&self, point: usize, iou: &[f32], masks: Option<&[f32]>, least: f32) -> Vec<MaskCandidate> {
        let mut masks = masks.map(|masks| masks.chunks_exact(self.pixels()));
        let candidate = |&predicted_iou: &f32| {
            let mask = masks.as_mut().and_then(Iterator::next);
            // What is no number is for the method to judge.
            let wanted = mask.filter(|_| predicted_iou > least || predicted_iou.is_nan());
            let logits = wanted.and_then(|m| Map::from_vec(self.mask_side, self.mask_side, m.to_vec()));
            MaskCandidate { point, predicted_iou, logits }
        };
        iou.iter().map(candidate).collect()
    }
}

/// What a batch [points, ..] holds for one of its points, as a batch of one.
fn of_point(batch: &Tensor, point: usize) -> Result<Tensor, Error> {
    let found = match (batch.as_f32(), batch.shape()) {
        (Some(values), [_, shape @ ..]) => {
            let length: usize = shape.iter().product();
            let values = values.chunks_exact(length.max(1)).nth(point);
            values.and_then(|values| Tensor::f32([&[1], shape].concat(), values.to_vec()))
        }
        _ => None,
    };
    found.ok_or_else(|| Error::run(NAME, "the decoder's first part has other outputs"))
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
