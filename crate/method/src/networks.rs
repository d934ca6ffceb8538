use std::sync::Arc;

use image::RgbImage;
use spotcheck_imaging::Map;

use crate::PatchFeatures;
use crate::error::CLIPSEG;

/// A network failed; the message names which, and why.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{network}: {message}")]
pub struct NetworkError {
    /// "IS-Net", "SAM", "CLIP" or "CLIPSeg".
    pub network: &'static str,
    pub message: String,
    /// The error of what runs the network, when it comes from there: it tells whether another try may help.
    pub cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// One of SAM's three masks at a point, before any filtering.
#[derive(Clone, Debug)]
pub struct MaskCandidate {
    /// Index of the point among those asked for.
    pub point: usize,
    /// The mask decoder's own estimate of the mask's IoU.
    pub predicted_iou: f32,
    /// Logits at the decoder's resolution: [`Networks::sam_upsample`] brings them to the picture's. `None` where
    /// [`Networks::sam_masks`] has left them out.
    pub logits: Option<Map>,
}

/// What the method asks of the four networks.
///
/// Pictures are given at the size they have; each network does its own preprocessing.
#[async_trait::async_trait(?Send)]
pub trait Networks {
    /// SAM's encoding of a picture, to be asked for masks at many points.
    type SamEmbedding;

    /// Side of the square the segmenter reads, in pixels: S in the paper (352 for CLIPSeg).
    fn segmenter_input(&self) -> u32;

    /// IS-Net's saliency at the picture's size, as the network gives it (0 to 1, not yet min-max normalised).
    /// `at_half_size`: it reads the picture at half the side of its input; fails where there is no such network.
    async fn saliency(&self, picture: &RgbImage, at_half_size: bool) -> Result<Map, NetworkError>;

    /// Runs SAM's image encoder.
    async fn sam_encode(&self, picture: &RgbImage) -> Result<Self::SamEmbedding, NetworkError>;

    /// SAM's three masks (decoder slots 1 to 3) at each point; points in the picture's pixels, (x, y). Masks whose predicted
    /// IoU is not above `least` need have no logits: networks that can tell before they draw save the time.
    async fn sam_masks(
        &self,
        embedding: &Self::SamEmbedding,
        points: &[[f32; 2]],
        least: f32,
    ) -> Result<Vec<MaskCandidate>, NetworkError>;

    /// Brings a candidate's logits to the picture's size as segment-anything does: bilinear to the encoder's input,
    /// padding cut off, bilinear to the picture.
    fn sam_upsample(&self, embedding: &Self::SamEmbedding, logits: &Map) -> Map;

    /// CLIP's image embedding of a tile, unit length.
    async fn embed_image(&self, tile: &RgbImage) -> Result<Vec<f32>, NetworkError>;

    /// CLIP's text embeddings, **not** normalised (CLIPSeg is conditioned on them as they are), one a text.
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError>;

    /// How long a text is for the text encoder: texts of like length are given to it together.
    fn text_length(&self, text: &str) -> usize;

    /// Says that no more texts come for now: what only they need may be let go.
    fn texts_done(&self);

    /// CLIPSeg's logits for a tile, one map a prompt, at the decoder's resolution. `prompts` are embeddings as
    /// [`Networks::embed_texts`] gives them. One vision pass, one decoder pass a prompt.
    async fn localise(&self, tile: &RgbImage, prompts: &[Vec<f32>]) -> Result<Vec<Map>, NetworkError>;

    /// [`Networks::localise`] with the patch features of the same vision pass; without prompts, these alone. Networks that
    /// have none to give fail, and unless they say otherwise, they have none.
    async fn localise_with_features(
        &self,
        _tile: &RgbImage,
        _prompts: &[Vec<f32>],
    ) -> Result<(Vec<Map>, PatchFeatures), NetworkError> {
        let message = "it gives no patch features here".to_owned();
        Err(NetworkError { network: CLIPSEG, message, cause: None })
    }
}
