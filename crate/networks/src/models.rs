use std::sync::Arc;

use image::RgbImage;
use spotcheck_imaging::Map;
use spotcheck_method::{MaskCandidate, NetworkError, Networks, PatchFeatures, TextEncoder};

use crate::clip::{ClipText, ClipVision};
use crate::clipseg::ClipSeg;
use crate::{Error, IsNet, Sam, SamEmbedding, clip, clipseg, isnet, sam};

/// The four networks made ready on an engine: what the method asks for.
pub struct Models {
    pub isnet: IsNet,
    pub sam: Sam,
    pub clip_vision: ClipVision,
    pub clip_text: ClipText,
    pub clipseg: ClipSeg,
}

/// What the method's traits say of an error of this crate.
pub(crate) fn of(network: &'static str) -> impl Fn(Error) -> NetworkError {
    move |e| {
        // The method's error names the network too.
        let message = e.to_string();
        let message = message.strip_prefix(network).and_then(|m| m.strip_prefix(": ")).unwrap_or(&message);
        let message = message.to_owned();
        let cause = match e {
            Error::Engine { source, .. } => Some(Arc::new(source) as Arc<_>),
            _ => None,
        };
        NetworkError { network, message, cause }
    }
}

#[async_trait::async_trait(?Send)]
impl Networks for Models {
    type SamEmbedding = SamEmbedding;

    fn segmenter_input(&self) -> u32 {
        u32::try_from(self.clipseg.side()).unwrap_or(u32::MAX)
    }

    async fn saliency(&self, picture: &RgbImage, at_half_size: bool) -> Result<Map, NetworkError> {
        self.isnet.saliency(picture, at_half_size).await.map_err(of(isnet::NAME))
    }

    async fn sam_encode(&self, picture: &RgbImage) -> Result<SamEmbedding, NetworkError> {
        self.sam.encode(picture).await.map_err(of(sam::NAME))
    }

    async fn sam_masks(
        &self,
        embedding: &SamEmbedding,
        points: &[[f32; 2]],
        least: f32,
    ) -> Result<Vec<MaskCandidate>, NetworkError> {
        self.sam.masks(embedding, points, least).await.map_err(of(sam::NAME))
    }

    fn sam_upsample(&self, embedding: &SamEmbedding, logits: &Map) -> Map {
        self.sam.upsample(embedding, logits)
    }

    async fn embed_image(&self, tile: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        self.clip_vision.embed(tile).await.map_err(of(clip::NAME))
    }

    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        self.clip_text.embed_texts(texts).await
    }

    fn text_length(&self, text: &str) -> usize {
        self.clip_text.text_length(text)
    }

    fn texts_done(&self) {
        self.clip_text.texts_done();
    }

    async fn localise(&self, tile: &RgbImage, prompts: &[Vec<f32>]) -> Result<Vec<Map>, NetworkError> {
        let tile = self.clipseg.encode(tile).await.map_err(of(clipseg::NAME))?;
        self.clipseg.segment(&tile, prompts).await.map_err(of(clipseg::NAME))
    }

    async fn localise_with_features(
        &self,
        tile: &RgbImage,
        prompts: &[Vec<f32>],
    ) -> Result<(Vec<Map>, PatchFeatures), NetworkError> {
        let tile = self.clipseg.encode(tile).await.map_err(of(clipseg::NAME))?;
        let maps = self.clipseg.segment(&tile, prompts).await.map_err(of(clipseg::NAME))?;
        Ok((maps, tile.into_patch_features().map_err(of(clipseg::NAME))?))
    }
}

#[async_trait::async_trait(?Send)]
impl TextEncoder for ClipText {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        self.embed(texts).await.map_err(of(clip::NAME))
    }

    fn text_length(&self, text: &str) -> usize {
        self.token_count(text)
    }

    fn texts_done(&self) {
        self.release();
    }
}
