use image::RgbImage;
use spotcheck_engine::Tensor;
use spotcheck_imaging::Filter;

use super::NAME;
use crate::clip::normalised;
use crate::{Error, Normalisation};

/// A tile as CLIPSeg reads it, [1, 3, S, S]: Pillow's bilinear (antialiased) to S × S pixels of `u8`, then
/// normalised by ImageNet's statistics, which it was trained with in place of CLIP's, as the
/// `preprocessor_config.json` of CIDAS/clipseg-rd64-refined says.
pub fn clipseg_input(tile: &RgbImage, side: usize) -> Result<Tensor, Error> {
    normalised(NAME, tile, side, Filter::Bilinear, Normalisation::IMAGENET)
}
