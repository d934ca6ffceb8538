use image::RgbImage;
use spotcheck_engine::Tensor;
use spotcheck_imaging::{Filter, resize};

use super::NAME;
use crate::{Error, Normalisation};

/// A tile as the image tower reads it, [1, 3, N, N]: Pillow's bicubic to N × N pixels of `u8`, then normalised. A square
/// tile has nothing to cut off, so transformers' `CLIPImageProcessor` does the same.
pub fn clip_input(tile: &RgbImage, side: usize) -> Result<Tensor, Error> {
    normalised(NAME, tile, side, Filter::Bicubic, Normalisation::CLIP)
}

/// Resizes a picture to a square as Pillow does, and normalises it.
pub(crate) fn normalised(
    network: &'static str,
    picture: &RgbImage,
    side: usize,
    filter: Filter,
    normalisation: Normalisation,
) -> Result<Tensor, Error> {
    let pixels = match u32::try_from(side) {
        Ok(side) if picture.width() > 0 && picture.height() > 0 => resize(picture, side, side, filter),
        _ => {
            let (width, height) = picture.dimensions();
            return Err(Error::run(
                network,
                format!("a picture of {width} × {height} cannot become {side} × {side}"),
            ));
        }
    };
    Tensor::f32([1, 3, side, side], normalisation.planes(&pixels))
        .ok_or_else(|| Error::run(network, format!("a picture of {side} × {side} is too large")))
}
