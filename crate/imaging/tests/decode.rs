//! Files that Pillow wrote, broken ones, and ones that are no pictures.

mod common;

use common::{bytes, picture};
use image::RgbImage;
use proptest::prelude::*;
use spotcheck_imaging::{DecodeError, Format, Limits, Picture, decode};

fn read(name: &str) -> Picture {
    decode(&bytes(name), &Limits::default()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn error(bytes: &[u8]) -> DecodeError {
    decode(bytes, &Limits::default()).unwrap_err()
}

fn furthest(a: &RgbImage, b: &RgbImage) -> u8 {
    assert_eq!(a.dimensions(), b.dimensions());
    a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

/// Mean difference: JPEG's noise is large at single pixels of this picture's hard edges.
fn mean(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.as_raw().len() as f64
}

#[test]
fn every_exif_orientation_is_turned_upright() {
    let upright = picture("upright.png");
    for orientation in 1..=8 {
        let found = read(&format!("orientation_{orientation}.jpg"));
        assert!(mean(&found.pixels, &upright) < 2.0, "{orientation}: {}", mean(&found.pixels, &upright));
        assert_eq!(found.turned, orientation != 1);
        assert_eq!(found.format, Format::Jpeg);
    }
}

#[test]
fn every_format_is_told_by_its_bytes() {
    let upright = picture("upright.png");
    for (name, format) in [
        ("upright.png", Format::Png),
        ("format.webp", Format::WebP),
        ("format.bmp", Format::Bmp),
        ("format.tiff", Format::Tiff),
    ] {
        let found = read(name);
        assert_eq!(found.format, format);
        assert_eq!(furthest(&found.pixels, &upright), 0, "{name}");
        assert!(!found.alpha && !found.icc_profile && !found.turned);
    }
    assert!(mean(&read("format.jpg").pixels, &upright) < 2.0);
    assert!(mean(&read("thumbnail.jpg").pixels, &upright) < 2.0);
}

#[test]
fn a_gif_gives_its_first_frame() {
    let found = read("format.gif");
    assert_eq!(furthest(&found.pixels, &picture("format_gif_expected.png")), 0);
}

#[test]
fn gray_sixteen_bit_alpha_and_profiles() {
    let gray = read("gray.png").pixels;
    assert!(gray.pixels().all(|p| p.0[0] == p.0[1] && p.0[1] == p.0[2]));
    // 257·v + 100 is nearest to v.
    assert_eq!(furthest(&read("gray16.png").pixels, &gray), 0);
    let alpha = read("alpha.png");
    assert!(alpha.alpha);
    // Pillow composites with another rounding.
    assert!(furthest(&alpha.pixels, &picture("alpha_expected.png")) <= 1);
    assert!(read("icc.png").icc_profile);
}

#[test]
fn cut_files_say_that_they_end_in_the_middle() {
    for name in [
        "upright.png",
        "format.jpg",
        "orientation_6.jpg",
        "thumbnail.jpg",
        "format.webp",
        "format.bmp",
        "format.tiff",
        "format.gif",
    ] {
        let whole = bytes(name);
        for part in [0.95, 0.7, 0.5] {
            let cut = &whole[..(whole.len() as f64 * part) as usize];
            match decode(cut, &Limits::default()) {
                Err(DecodeError::Truncated(_)) => {}
                // A TIFF's directory and a GIF's second frame stand at the end.
                Ok(_) if name == "format.gif" && part > 0.6 => {}
                other => panic!("{name} cut at {part}: {other:?}"),
            }
        }
    }
    assert!(error(&bytes("format.jpg")[..300]).to_string().contains("ends in the middle"));
}

#[test]
fn foreign_files_are_named() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    assert_eq!(error(heic).to_string(), "HEIC is not supported: save it as JPEG or PNG");
    assert!(matches!(error(b"\0\0\0\x1cftypavif\0\0\0\0"), DecodeError::Unsupported("AVIF")));
    assert!(matches!(error(b"%PDF-1.7 ..."), DecodeError::Unsupported("PDF")));
    assert!(matches!(error(b"P6 3 3 255 "), DecodeError::Unsupported("PNM")));
    assert!(matches!(error(b"hello, world"), DecodeError::Unknown));
    assert!(matches!(error(b""), DecodeError::Empty));
    assert!(matches!(error(b"\x89PNG\r\n\x1a\n"), DecodeError::Truncated(Format::Png)));
}

#[test]
fn limits_hold_before_pixels_are_read() {
    let limits = Limits { max_pixels: 48 * 34 - 1, ..Limits::default() };
    for name in ["upright.png", "format.jpg", "format.webp", "format.bmp", "format.tiff", "format.gif"] {
        let found = decode(&bytes(name), &limits).unwrap_err();
        assert!(matches!(found, DecodeError::TooManyPixels { width: 48, height: 34, .. }), "{name}: {found}");
        let limits = Limits { max_allocation: 1000, ..Limits::default() };
        let found = decode(&bytes(name), &limits).unwrap_err();
        assert!(matches!(found, DecodeError::TooMuchMemory { .. }), "{name}: {found}");
    }
}

#[test]
fn damage_is_an_error_of_its_own() {
    let mut png = bytes("upright.png");
    let middle = png.len() / 2;
    png[middle] ^= 0xff;
    assert!(matches!(error(&png), DecodeError::Damaged { format: Format::Png, .. }));
}

/// Small, so that a bomb that gets past the first check is cheap.
const SMALL: Limits = Limits { max_pixels: 1 << 20, max_allocation: 1 << 24 };

const NAMES: [&str; 9] = [
    "upright.png",
    "gray16.png",
    "alpha.png",
    "format.jpg",
    "orientation_6.jpg",
    "format.webp",
    "format.bmp",
    "format.tiff",
    "format.gif",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn random_bytes_never_panic(mut data in proptest::collection::vec(any::<u8>(), 0..300), which in 0usize..12) {
        let magics: [&[u8]; 8] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"BM", b"II*\0", b"MM\0*", b"GIF89a", b"\0\0\0\0ftyp"];
        if let Some(magic) = magics.get(which) {
            data.splice(0..0, magic.iter().copied());
        }
        let _ = decode(&data, &SMALL);
    }

    #[test]
    fn changed_files_never_panic(
        which in 0..NAMES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::weighted(0.3, any::<prop::sample::Index>()),
    ) {
        let mut data = FILES.with(|files| files[which].clone());
        for (at, value) in changes {
            let at = at.index(data.len());
            data[at] = value;
        }
        if let Some(cut) = cut {
            data.truncate(cut.index(data.len()));
        }
        mend_checksums(&mut data);
        if let Ok(picture) = decode(&data, &SMALL) {
            let (w, h) = picture.pixels.dimensions();
            prop_assert!(u64::from(w) * u64::from(h) <= SMALL.max_pixels);
        }
    }
}

/// A PNG's chunks with right checksums, so that changes reach further than the first check.
fn mend_checksums(data: &mut [u8]) {
    let mut at = 8;
    while data.starts_with(b"\x89PNG") {
        let Some(length) =
            data.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
        else {
            return;
        };
        let Some(end) = (at + 8).checked_add(length).filter(|end| end + 4 <= data.len()) else { return };
        let crc = data[at + 4..end].iter().fold(!0u32, |crc, &byte| {
            (0..8)
                .fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1)))
        });
        data[end..end + 4].copy_from_slice(&(!crc).to_be_bytes());
        at = end + 4;
    }
}

#[test]
fn mended_checksums_are_right() {
    let mut data = bytes("upright.png");
    let whole = data.clone();
    data[29..33].fill(0);
    assert!(matches!(error(&data), DecodeError::Damaged { .. }));
    mend_checksums(&mut data);
    assert_eq!(data, whole);
}

thread_local! {
    static FILES: Vec<Vec<u8>> = NAMES.iter().map(|name| bytes(name)).collect();
}
