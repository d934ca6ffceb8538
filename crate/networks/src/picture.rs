use image::RgbImage;
use serde::{Deserialize, Serialize};

/// How a picture's values are shifted and scaled before a network reads them; values are 0 to 1 before that.
///
/// The fields are named as in a checkpoint's `preprocessor_config.json`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalisation {
    #[serde(rename = "image_mean")]
    pub mean: [f32; 3],
    #[serde(rename = "image_std")]
    pub std: [f32; 3],
}

impl Normalisation {
    /// The statistics of ImageNet: SAM and CLIPSeg.
    pub const IMAGENET: Self = Self { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    /// The statistics of CLIP's training set.
    pub const CLIP: Self = Self {
        mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
        std: [0.268_629_54, 0.261_302_6, 0.275_777_1],
    };
    /// What DIS does: −0.5 to 0.5.
    pub const DIS: Self = Self { mean: [0.5; 3], std: [1.0; 3] };

    /// The picture as three planes, [3, height, width], row-major.
    pub fn planes(&self, picture: &RgbImage) -> Vec<f32> {
        let plane = |c: usize| {
            let (mean, std) = (self.mean[c], self.std[c]);
            picture.pixels().map(move |p| (f32::from(p.0[c]) / 255.0 - mean) / std)
        };
        (0..3).flat_map(plane).collect()
    }
}
