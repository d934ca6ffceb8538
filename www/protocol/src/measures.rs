//! What is measured on maps once they are there; no network runs for it.

use serde::{Deserialize, Serialize};
use web_sys::Blob;

use crate::{Region, Trouble};

/// Where a map reaches a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapRegions {
    /// Pixels of at least this are in regions, 0 to 1.
    pub threshold: f32,
    /// How many 8-connected regions there are.
    pub count: usize,
    /// Of all of them together, in pixels.
    pub area: f64,
    /// Those with the highest values, highest first.
    pub worst: Vec<MapRegion>,
}

/// A region of a map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapRegion {
    /// The highest value in it, 0 to 1.
    pub peak: f32,
    /// In pixels.
    pub area: f64,
    /// The longer side of the smallest rectangle around it, at any angle, in pixels.
    pub length: f64,
    /// The smallest upright rectangle that holds it, in pixels: left, upper, width, height.
    pub rect: [u32; 4],
    /// Its contour as an SVG path in the picture's pixels, to be filled by the even-odd rule.
    pub path: String,
}

/// A map with what is known to be wrong in its picture.
#[derive(Debug, Serialize, Deserialize)]
pub struct Masked {
    /// The number of this map: another map has another, also of the same picture.
    pub number: u32,
    /// The picture's name.
    pub name: String,
    pub width: u32,
    pub height: u32,
    /// `f32` in the machine's byte order.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub map: Blob,
    /// A picture of the same size that is black where nothing is wrong; `None` where that is everywhere.
    pub mask: Option<MaskFile>,
    /// What was looked at of the picture: no other pixel counts.
    pub region: Region,
}

/// A mask's file.
#[derive(Debug, Serialize, Deserialize)]
pub struct MaskFile {
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub file: Blob,
}

/// How well maps match masks, pixel by pixel, over all that was looked at of all pictures together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PixelQuality {
    /// How many pictures count.
    pub pictures: usize,
    /// How many regions their masks have there.
    pub regions: usize,
    /// `None` where there is nothing to find, or nothing to tell it from.
    pub f1_max: Option<Estimate>,
    /// The threshold of the highest F1.
    pub threshold: f32,
    pub auroc: Option<Estimate>,
    /// Up to a false-positive rate of 0.3.
    pub aupro: Option<Estimate>,
    /// Why some do not count.
    pub left_out: Vec<Trouble>,
}

/// A value with the most that the exact one differs from it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    pub error: f64,
}
