use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use spotcheck_imaging::{Filter, Map, resize};

use crate::{Error, OverlayStyle, draw_overlay};

/// The longest side of a card's picture, in pixels: 200 dpi where it is printed.
const SIDE: u32 = 560;
const QUALITY: u8 = 85;

/// A picture's file, to be put into a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFile<'a> {
    Jpeg(&'a [u8]),
    Png(&'a [u8]),
}

impl<'a> PictureFile<'a> {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            PictureFile::Jpeg(_) => "image/jpeg",
            PictureFile::Png(_) => "image/png",
        }
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            PictureFile::Jpeg(bytes) | PictureFile::Png(bytes) => bytes,
        }
    }
}

/// A picture with its map, as a JPEG of the size that a report's cards have: 30 to 80 KB.
pub fn card_jpeg(picture: &RgbImage, map: &Map, style: &OverlayStyle) -> Result<Vec<u8>, Error> {
    let small = draw_overlay(&shrunk(picture), map, style);
    let (width, height) = small.dimensions();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&small)
        .map_err(|source| Error::Jpeg { width, height, source })?;
    Ok(bytes)
}

fn shrunk(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= SIDE {
        return picture.clone();
    }
    let side =
        |length: u32| (f64::from(length) * f64::from(SIDE) / f64::from(longest)).round().max(1.0) as u32;
    resize(picture, side(width), side(height), Filter::Bilinear)
}
