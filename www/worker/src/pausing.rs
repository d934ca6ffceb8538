use std::cell::Cell;

use image::RgbImage;
use js_sys::{Function, Promise};
use spotcheck_imaging::Map;
use spotcheck_method::{MaskCandidate, NetworkError, Networks};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

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
}

thread_local! {
    static CHANNEL: Cell<Option<MessageChannel>> = const { Cell::new(None) };
}

/// Lets the browser run other tasks: a message to oneself comes after those that are there already, and, unlike a
/// timer, without delay.
pub async fn pause() {
    // One channel serves all pauses: there is one at a time.
    let Some(channel) = CHANNEL.take().or_else(|| MessageChannel::new().ok()) else { return };
    let arrived = Promise::new(&mut |resolve: Function, _| channel.port1().set_onmessage(Some(&resolve)));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        // The promise is never rejected.
        let _ = JsFuture::from(arrived).await;
    }
    CHANNEL.set(Some(channel));
}
