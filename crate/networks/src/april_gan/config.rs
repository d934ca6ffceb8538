use serde::{Deserialize, Serialize};

use super::NAME;
use crate::graph::Activation;
use crate::{ClipConfig, Error, VisionConfig};

/// What APRIL-GAN's `config.json` says: the reference's own options, by their names there. Widths are CLIP's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AprilGanConfig {
    /// The blocks of the image tower, from 1 and in ascending order, after which patches are read: 6, 12, 18, 24 for ViT-L.
    pub features_list: Vec<usize>,
    /// Side of the square that pictures are resized to.
    pub image_size: usize,
    /// The image tower's activation, when the layers were trained with another than CLIP's configuration names: open_clip runs
    /// OpenAI's weights at another size than their own with the exact GELU, and so did the reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_act: Option<Activation>,
}

impl AprilGanConfig {
    /// Reads a `config.json`. Fails when it lacks one of the two.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(json).map_err(|e| Error::config(NAME, e.to_string()))
    }

    /// Patches in a row of the picture. Fails when the tower has no such blocks, and when the picture cannot be cut.
    pub(super) fn grid(&self, clip: &ClipConfig) -> Result<usize, Error> {
        let blocks = clip.vision_config.num_hidden_layers;
        let ascending = self.features_list.is_sorted_by(|a, b| a < b);
        let (first, last) = (self.features_list.first(), self.features_list.last());
        if !ascending || first.is_none_or(|&first| first == 0) || last.is_none_or(|&last| last > blocks) {
            let message = format!(
                "features_list is {:?}, and must name blocks of 1 to {blocks} in ascending order",
                self.features_list
            );
            return Err(Error::config(NAME, message));
        }
        if self.image_size > 1 << 12 {
            return Err(Error::config(
                NAME,
                format!("image_size is {}, and must be at most 4096", self.image_size),
            ));
        }
        let vision = &clip.vision_config;
        vision.grid(self.image_size).map_err(|_| {
            let patch = vision.patch_size;
            Error::config(
                NAME,
                format!("image_size is {}, and must be a multiple of {patch}", self.image_size),
            )
        })
    }

    /// The image tower as the layers were trained with it.
    pub(super) fn vision(&self, clip: &ClipConfig) -> VisionConfig {
        let vision = clip.vision_config.clone();
        VisionConfig { hidden_act: self.hidden_act.unwrap_or(vision.hidden_act), ..vision }
    }
}
