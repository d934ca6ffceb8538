//! Draws the page's samples and their truth: `cargo run --release -p spotcheck-parts --example samples -- www/samples`.
//!
//! NAME.jpg is the picture; NAME.truth.png, for one with a defect, marks that: its outline and, faintly, its inside.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Rgba, RgbaImage};
use spotcheck_parts::{Defect, DefectChoice, Kind, Request, generate};

const SIDE: u32 = 512;
const QUALITY: u8 = 88;
/// Half the width of the outline, in pixels.
const LINE: i64 = 2;
const COLOUR: [u8; 3] = [255, 0, 200];

/// Name, kind, what is wrong, how many parts, seed.
const SAMPLES: [(&str, Kind, Option<Defect>, u32, u64); 12] = [
    ("bottle-cap-missing-piece", Kind::BottleCap, Some(Defect::MissingPiece), 1, 7),
    ("circuit-board-hole", Kind::CircuitBoard, Some(Defect::Hole), 1, 14),
    ("gears-discoloured", Kind::Gear, Some(Defect::Discolouration), 4, 6),
    ("saucer-crack", Kind::Saucer, Some(Defect::Crack), 1, 6),
    ("tablets-whole", Kind::Tablet, None, 9, 10),
    ("cashew-contamination", Kind::Cashew, Some(Defect::Contamination), 3, 3),
    ("fabric-tear", Kind::FabricPatch, Some(Defect::Tear), 1, 9),
    ("battery-dent", Kind::Battery, Some(Defect::Dent), 1, 4),
    ("gear-whole", Kind::Gear, None, 1, 3),
    ("toy-brick-scratch", Kind::ToyBrick, Some(Defect::Scratch), 1, 7),
    ("wooden-block-stain", Kind::WoodenBlock, Some(Defect::Stain), 1, 13),
    ("bottle-cap-whole", Kind::BottleCap, None, 1, 6),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: samples FOLDER")?;
    for (name, kind, defect, count, seed) in SAMPLES {
        let request = Request {
            kind: Some(kind),
            defect: defect.map_or(DefectChoice::Whole, DefectChoice::Only),
            instances: Some(count),
            ..Request::new(seed, SIDE)
        };
        let picture = generate(&request)?;
        let file = BufWriter::new(File::create(Path::new(&folder).join(format!("{name}.jpg")))?);
        JpegEncoder::new_with_quality(file, QUALITY).encode_image(&picture.rgb)?;
        if defect.is_some() {
            marked(&picture.defect).save(Path::new(&folder).join(format!("{name}.truth.png")))?;
        }
    }
    Ok(())
}

fn marked(mask: &GrayImage) -> RgbaImage {
    let hurt = |x: i64, y: i64| {
        let inside = |v: i64| (0..i64::from(SIDE)).contains(&v);
        inside(x) && inside(y) && mask.get_pixel(x as u32, y as u32).0[0] > 0
    };
    RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let (x, y) = (i64::from(x), i64::from(y));
        let near = |reach: i64| {
            (-reach..=reach).any(|dy| {
                (-reach..=reach).any(|dx| dx * dx + dy * dy <= reach * reach && hurt(x + dx, y + dy))
            })
        };
        let [r, g, b] = COLOUR;
        // The line lies outside, so that what it surrounds can be seen.
        let alpha = if hurt(x, y) {
            50
        } else if near(LINE) {
            255
        } else {
            0
        };
        Rgba([r, g, b, alpha])
    })
}
