use std::error::Error as _;
use std::fmt;
use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage};

use crate::colour::blend;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Png,
    Jpeg,
    WebP,
    Bmp,
    Tiff,
    Gif,
}

impl Format {
    /// By the file's first bytes; `None` when they are none of ours.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match image::guess_format(bytes).ok()? {
            ImageFormat::Png => Some(Format::Png),
            ImageFormat::Jpeg => Some(Format::Jpeg),
            ImageFormat::WebP => Some(Format::WebP),
            ImageFormat::Bmp => Some(Format::Bmp),
            ImageFormat::Tiff => Some(Format::Tiff),
            ImageFormat::Gif => Some(Format::Gif),
            _ => None,
        }
    }

    fn known_to_image(self) -> ImageFormat {
        match self {
            Format::Png => ImageFormat::Png,
            Format::Jpeg => ImageFormat::Jpeg,
            Format::WebP => ImageFormat::WebP,
            Format::Bmp => ImageFormat::Bmp,
            Format::Tiff => ImageFormat::Tiff,
            Format::Gif => ImageFormat::Gif,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Png => "PNG",
            Format::Jpeg => "JPEG",
            Format::WebP => "WebP",
            Format::Bmp => "BMP",
            Format::Tiff => "TIFF",
            Format::Gif => "GIF",
        })
    }
}

/// What a picture may cost, checked before its pixels are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Width times height.
    pub max_pixels: u64,
    /// Bytes that the decoder may ask for, its output included.
    pub max_allocation: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pixels: 100_000_000, max_allocation: 1 << 30 }
    }
}

/// A picture that was read, turned upright, 8 bits a channel.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Gray becomes three equal channels, 16 bits are rounded to 8, transparent pixels are laid on white.
    pub pixels: RgbImage,
    pub format: Format,
    /// Whether EXIF asked for a turn or a flip, which was then done.
    pub turned: bool,
    /// Whether the file names a colour profile. It is not applied: the networks were trained without.
    pub icc_profile: bool,
    /// Whether the file has an alpha channel.
    pub alpha: bool,
}

/// Why a file is not a picture that can be inspected, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    #[error("the file is empty")]
    Empty,
    /// Known by its first bytes, but not read here.
    #[error("{0} is not supported: save it as JPEG or PNG")]
    Unsupported(&'static str),
    #[error("this is not a picture in a known format: PNG, JPEG, WebP, BMP, TIFF and GIF can be read")]
    Unknown,
    #[error("the {0} file ends in the middle: copy or download it again")]
    Truncated(Format),
    #[error("the {format} file is damaged: {reason}")]
    Damaged { format: Format, reason: String },
    /// A variant of the format that the decoder does not have.
    #[error("this kind of {format} file is not supported ({reason}): save it as JPEG or 8-bit PNG")]
    Variant { format: Format, reason: String },
    #[error("{width} × {height} pixels are more than the limit of {max_pixels}: scale the picture down")]
    TooManyPixels { width: u32, height: u32, max_pixels: u64 },
    #[error("the {format} file needs more than {max_allocation} bytes to be read: scale the picture down")]
    TooMuchMemory { format: Format, max_allocation: u64 },
}

/// Reads a picture, whatever the file's name says: the format is told by its bytes. Of several frames or pages the
/// first is read. EXIF's orientation is applied.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    let Some(format) = Format::of(bytes) else {
        return Err(name_foreign(bytes).map_or(DecodeError::Unknown, DecodeError::Unsupported));
    };
    // The JPEG decoder fills what is missing with gray, which would be inspected as if it were a picture; the WebP
    // decoder calls the bitstream corrupt.
    let whole = match format {
        Format::Jpeg => jpeg_is_whole(bytes),
        Format::WebP => webp_is_whole(bytes),
        _ => true,
    };
    if !whole {
        return Err(DecodeError::Truncated(format));
    }
    let explain = |error| explain(error, format, limits);

    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.known_to_image());
    let mut allocation = image::Limits::no_limits();
    allocation.max_alloc = Some(limits.max_allocation);
    reader.limits(allocation);
    let mut decoder = reader.into_decoder().map_err(explain)?;

    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(DecodeError::Damaged { format, reason: "it has no pixels".to_owned() });
    }
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(DecodeError::TooManyPixels { width, height, max_pixels: limits.max_pixels });
    }
    if decoder.total_bytes() > limits.max_allocation {
        return Err(DecodeError::TooMuchMemory { format, max_allocation: limits.max_allocation });
    }
    // Metadata that cannot be read is no reason to refuse the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let icc_profile = decoder.icc_profile().is_ok_and(|profile| profile.is_some());
    let mut picture = DynamicImage::from_decoder(decoder).map_err(explain)?;
    picture.apply_orientation(orientation);
    let alpha = picture.color().has_alpha();
    let pixels = if alpha { on_white(picture) } else { picture.into_rgb8() };
    Ok(Picture { pixels, format, turned: orientation != Orientation::NoTransforms, icc_profile, alpha })
}

fn on_white(picture: DynamicImage) -> RgbImage {
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    let mut out = RgbImage::new(width, height);
    for (to, from) in out.pixels_mut().zip(picture.pixels()) {
        let [r, g, b, a] = from.0;
        to.0 = [blend(255, r, a), blend(255, g, a), blend(255, b, a)];
    }
    out
}

fn explain(error: ImageError, format: Format, limits: &Limits) -> DecodeError {
    if ends_early(&error) {
        return DecodeError::Truncated(format);
    }
    match error {
        ImageError::Limits(_) => DecodeError::TooMuchMemory { format, max_allocation: limits.max_allocation },
        ImageError::Unsupported(error) => DecodeError::Variant { format, reason: error.to_string() },
        error => DecodeError::Damaged { format, reason: error.to_string() },
    }
}

/// Some decoders say so by the kind of the error that is the cause, others only in words.
fn ends_early(error: &ImageError) -> bool {
    let is_eof = |e: &std::io::Error| e.kind() == std::io::ErrorKind::UnexpectedEof;
    if matches!(error, ImageError::IoError(e) if is_eof(e)) {
        return true;
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(is_eof) {
            return true;
        }
        cause = error.source();
    }
    let words = error.to_string().to_lowercase();
    ["unexpected end", "unexpected eof", "end of file", "failed to fill whole buffer", "no more bytes"]
        .iter()
        .any(|phrase| words.contains(phrase))
}

/// Whether a JPEG's first picture has its end marker. Segments are skipped by their length, so that a thumbnail's
/// end marker inside of EXIF does not count.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        // To the next marker: outside of a scan it is here, within one the entropy-coded data is skipped.
        let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&b| b == 0xff)) else {
            return false;
        };
        at += found + 1;
        let Some(&marker) = bytes.get(at) else { return false };
        match marker {
            // Stuffed zero, filler, restart and other markers without a segment.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 1,
            0xff => {}
            0xd9 => return true,
            _ => {
                let Some(&[high, low]) = bytes.get(at + 1..at + 3) else { return false };
                at += 1 + usize::from(u16::from_be_bytes([high, low])).max(2);
            }
        }
    }
}

/// Whether all bytes are there that the RIFF header speaks of.
fn webp_is_whole(bytes: &[u8]) -> bool {
    let Some(&[a, b, c, d]) = bytes.get(4..8) else { return false };
    bytes.len() as u64 >= u64::from(u32::from_le_bytes([a, b, c, d])) + 8
}

/// Formats that people have and that are not read here.
fn name_foreign(bytes: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(match bytes.get(8..12).unwrap_or_default() {
            b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => "HEIC",
            b"avif" | b"avis" => "AVIF",
            b"crx " => "Canon RAW",
            _ => "video",
        });
    }
    let known: [(&[u8], &'static str); 16] = [
        (b"\xff\x0a", "JPEG XL"),
        (b"\0\0\0\x0cJXL ", "JPEG XL"),
        (b"\0\0\0\x0cjP  ", "JPEG 2000"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"8BPS", "Photoshop's PSD"),
        (b"%PDF", "PDF"),
        (b"v/1\x01", "OpenEXR"),
        (b"#?RADIANCE", "Radiance HDR"),
        (b"\0\0\x01\0", "ICO"),
        (b"qoif", "QOI"),
        (b"DDS ", "DDS"),
        (b"farbfeld", "farbfeld"),
        (b"FUJIFILMCCD-RAW", "Fujifilm RAW"),
        (b"PK\x03\x04", "ZIP"),
        (b"<svg", "SVG"),
        (b"<?xml", "SVG"),
    ];
    let pnm = matches!(bytes, [b'P', b'1'..=b'7', b' ' | b'\n' | b'\r' | b'\t', ..]);
    let raw = matches!(bytes, [b'I', b'I', b'R' | b'U', ..] | [b'M', b'M', b'O', b'R', ..]);
    known
        .iter()
        .find(|(magic, _)| starts(magic))
        .map(|&(_, name)| name)
        .or(pnm.then_some("PNM"))
        .or(raw.then_some("camera RAW"))
}
