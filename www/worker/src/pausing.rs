use image::RgbImage;
use spotcheck_baselines::{PatchTokens, StageEncoder, StageFeatures, WindowEncoder};
use spotcheck_browser::pause;
use spotcheck_imaging::Map;
use spotcheck_method::{MaskCandidate, NetworkError, Networks, PatchFeatures, TextEncoder};
use spotcheck_networks::ClipText;

/// Networks that let the browser deliver messages before each call: the CPU engine computes without a pause, and the
/// page's request to stop would be heard after the picture only.
pub struct Pausing<N>(pub N);

#[async_trait::async_trait(?Send)]
impl<N: Networks> Networks for Pausing<N> {
    type SamEmbedding = N::SamEmbedding;

    fn segmenter_input(&self) -> u32 {
        self.0.segmenter_input()
    }

    async fn saliency(&self, picture: &RgbImage, at_half_size: bool) -> Result<Map, NetworkError> {
        pause().await;
        self.0.saliency(picture, at_half_size).await
    }

    async fn sam_encode(&self, picture: &RgbImage) -> Result<Self::SamEmbedding, NetworkError> {
        pause().await;
        self.0.sam_encode(picture).await
    }

    async fn sam_masks(
        &self,
        embedding: &Self::SamEmbedding,
        points: &[[f32; 2]],
        least: f32,
    ) -> Result<Vec<MaskCandidate>, NetworkError> {
        pause().await;
        self.0.sam_masks(embedding, points, least).await
    }

    fn sam_upsample(&self, embedding: &Self::SamEmbedding, logits: &Map) -> Map {
        self.0.sam_upsample(embedding, logits)
    }

    async fn embed_image(&self, tile: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        pause().await;
        self.0.embed_image(tile).await
    }

    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        pause().await;
        self.0.embed_texts(texts).await
    }

    fn text_length(&self, text: &str) -> usize {
        self.0.text_length(text)
    }

    fn texts_done(&self) {
        self.0.texts_done();
    }

    async fn localise(&self, tile: &RgbImage, prompts: &[Vec<f32>]) -> Result<Vec<Map>, NetworkError> {
        pause().await;
        self.0.localise(tile, prompts).await
    }

    async fn localise_with_features(
        &self,
        tile: &RgbImage,
        prompts: &[Vec<f32>],
    ) -> Result<(Vec<Map>, PatchFeatures), NetworkError> {
        pause().await;
        self.0.localise_with_features(tile, prompts).await
    }
}

/// The same for the networks of the other methods.
pub struct Paused<N>(pub N);

#[async_trait::async_trait(?Send)]
impl TextEncoder for Paused<ClipText> {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        pause().await;
        TextEncoder::embed_texts(&self.0, texts).await
    }

    fn text_length(&self, text: &str) -> usize {
        TextEncoder::text_length(&self.0, text)
    }

    fn texts_done(&self) {
        TextEncoder::texts_done(&self.0);
    }
}

#[async_trait::async_trait(?Send)]
impl<N: WindowEncoder> WindowEncoder for Paused<N> {
    async fn embed_image(&self, picture: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        pause().await;
        self.0.embed_image(picture).await
    }

    async fn patch_tokens(&self, picture: &RgbImage) -> Result<PatchTokens, NetworkError> {
        pause().await;
        self.0.patch_tokens(picture).await
    }

    fn windows_at_a_time(&self, side: usize) -> usize {
        self.0.windows_at_a_time(side)
    }

    async fn embed_windows(
        &self,
        tokens: &PatchTokens,
        side: usize,
        corners: &[[usize; 2]],
    ) -> Result<Vec<Vec<f32>>, NetworkError> {
        pause().await;
        self.0.embed_windows(tokens, side, corners).await
    }
}

#[async_trait::async_trait(?Send)]
impl<N: StageEncoder> StageEncoder for Paused<N> {
    fn side(&self) -> u32 {
        self.0.side()
    }

    async fn encode(&self, picture: &RgbImage) -> Result<StageFeatures, NetworkError> {
        pause().await;
        self.0.encode(picture).await
    }
}
