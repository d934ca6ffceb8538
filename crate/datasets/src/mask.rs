use image::{GrayImage, RgbImage};
use spotcheck_imaging::Mask;

/// From here on a value is nearer to 255 than to 0.
const BRIGHT: u8 = 128;

/// What the values in a mask's file mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MaskValues {
    /// 0 is whole, every other value numbers a kind of defect (VisA: 1 to 9, nearly black to the eye).
    ClassIds,
    /// 0 is whole, 255 defective (MVTec AD). Values in between, as of a smoothed or compressed edge, count from 128 on. When
    /// no pixel is that bright, the mask must hold other numbers, and every value but 0 counts.
    Binary,
}

/// The defective pixels of a decoded mask.
pub fn mask_from_gray(pixels: &GrayImage, values: MaskValues) -> Mask {
    mask(pixels.width(), pixels.height(), pixels.as_raw().clone(), values)
}

/// The same of a mask that was decoded to colours: a pixel's brightest channel counts, so that the colours of a palette are
/// not taken for black.
pub fn mask_from_rgb(pixels: &RgbImage, values: MaskValues) -> Mask {
    let brightest = pixels.pixels().map(|pixel| pixel.0.into_iter().fold(0, u8::max)).collect();
    mask(pixels.width(), pixels.height(), brightest, values)
}

fn mask(width: u32, height: u32, data: Vec<u8>, values: MaskValues) -> Mask {
    let bright = values == MaskValues::Binary && data.iter().any(|&value| value >= BRIGHT);
    let least = if bright { BRIGHT } else { 1 };
    let mut mask = Mask::filled(width, height, false);
    for (set, value) in mask.data_mut().iter_mut().zip(data) {
        *set = value >= least;
    }
    mask
}
