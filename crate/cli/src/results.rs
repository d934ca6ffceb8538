use std::path::Path;

use anyhow::{Context, Result};
use image::RgbImage;
use serde::Serialize;
use spotcheck_imaging::{
    ColourMap, Opacity, encode_png_gray8, encode_png_gray16, encode_png_rgb, heatmap, overlay,
};
use spotcheck_method::Inspection;

/// How much a pixel of the highest score hides of the picture below it.
const HEAT: f32 = 0.85;

/// Writes heatmap (over the picture), raw map, foreground and JSON of a picture into `dir`, each named after `stem`.
pub fn write(
    dir: &Path,
    stem: &str,
    picture: &RgbImage,
    inspection: &Inspection,
    report: &impl Serialize,
) -> Result<()> {
    let save = |ending: &str, bytes: Vec<u8>| {
        let path = dir.join(format!("{stem}{ending}"));
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    let heat = heatmap(&inspection.map, ColourMap::default(), Opacity::Value(HEAT));
    save(".heatmap.png", encode_png_rgb(&overlay(picture, &heat))?)?;
    save(".map.png", encode_png_gray16(&inspection.map)?)?;
    save(".foreground.png", encode_png_gray8(&inspection.foreground)?)?;
    save(".json", serde_json::to_vec_pretty(report)?)
}
