use image::RgbImage;
use spotcheck_engine::Tensor;
use spotcheck_imaging::Filter;

use super::NAME;
use crate::clip::normalised;
use crate::{Error, Normalisation};

/// A tile as CLIPSeg reads it, [1, 3, S, S]: Pillow's bilinear (antialiased) to S × S pixels of `u8`, then normalised as
/// its `preprocessor_config.json` says. That of CIDAS/clipseg-rd64-refined, which it was trained with, is ImageNet's, not
/// CLIP's.
pub fn clipseg_input(tile: &RgbImage, side: usize, normalisation: Normalisation) -> Result<Tensor, Error> {
    normalised(NAME, tile, side, Filter::Bilinear, normalisation)
}
