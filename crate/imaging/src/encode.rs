use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage, RgbaImage};

use crate::{Map, Mask};

/// A picture could not be written as PNG.
#[derive(Debug, thiserror::Error)]
#[error("cannot write a PNG of {width} × {height} pixels: {source}")]
pub struct EncodeError {
    width: u32,
    height: u32,
    source: image::ImageError,
}

/// A picture as PNG.
pub fn encode_png_rgb(picture: &RgbImage) -> Result<Vec<u8>, EncodeError> {
    encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
}

/// A picture with alpha, such as a heatmap, as PNG.
pub fn encode_png_rgba(picture: &RgbaImage) -> Result<Vec<u8>, EncodeError> {
    encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgba8)
}

/// A mask as gray PNG: 255 where it is set.
pub fn encode_png_gray8(mask: &Mask) -> Result<Vec<u8>, EncodeError> {
    let bytes: Vec<u8> = mask.data().iter().map(|&v| if v { 255 } else { 0 }).collect();
    encode(&bytes, mask.width(), mask.height(), ExtendedColorType::L8)
}

/// A map as 16-bit gray PNG: 0..1 becomes 0..65535, rounded; values outside are clamped, NaN is 0.
pub fn encode_png_gray16(map: &Map) -> Result<Vec<u8>, EncodeError> {
    // The encoder takes samples in the machine's own byte order.
    let to_u16 = |v: &f32| ((v.clamp(0.0, 1.0) * 65535.0).round() as u16).to_ne_bytes();
    let bytes: Vec<u8> = map.data().iter().flat_map(to_u16).collect();
    encode(&bytes, map.width(), map.height(), ExtendedColorType::L16)
}

fn encode(bytes: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    PngEncoder::new(&mut out).write_image(bytes, width, height, colour).map_err(|source| EncodeError {
        width,
        height,
        source,
    })?;
    Ok(out)
}
