use image::RgbImage;
use spotcheck_method::{NetworkError, PatchFeatures};

/// A picture as APRIL-GAN's image side sees it. All vectors are of unit length, and among CLIP's embeddings.
#[derive(Clone, Debug, PartialEq)]
pub struct StageFeatures {
    /// Of the whole picture; nothing in it was trained.
    pub embedding: Vec<f32>,
    /// Of the patches: one layer a stage, shallow stages first.
    pub patches: PatchFeatures,
}

/// What APRIL-GAN asks of CLIP's image tower and the layers that were trained on it.
#[async_trait::async_trait(?Send)]
pub trait StageEncoder {
    /// Side of the square that pictures are squeezed to, in pixels.
    fn side(&self) -> u32;

    /// Looks at a picture, which is given at the size that it has.
    async fn encode(&self, picture: &RgbImage) -> Result<StageFeatures, NetworkError>;
}
