use image::RgbImage;
use js_sys::Uint8Array;
use serde::Serialize;
use spotcheck_imaging::{Filter, Mask, resize};
use spotcheck_method::{self as method, Inspection};
use spotcheck_protocol::{DISPLAY_SIDE, Engine, Failure, Findings, Layers, Method, Picture, Region, Report};
use wasm_bindgen::JsValue;

use crate::js::{blob, said};
use crate::layers::{self, Grid};
use crate::maps;

/// Where a report comes from.
pub struct From<'a> {
    pub method: Method,
    /// The picture's name.
    pub name: &'a str,
    pub engine: Engine,
    /// The pack's name.
    pub pack: &'a str,
    /// What was looked at of the picture.
    pub region: &'a Region,
    /// Whether all that is known to be wrong lies outside of that.
    pub truth_outside: bool,
    /// How long it took, from the picture's file to the inspection.
    pub seconds: f64,
}

/// What the command line writes, with what was drawn on the page, and with the method where that is not the command line's.
#[derive(Serialize)]
struct Saved<'a> {
    #[serde(skip_serializing_if = "Method::is_own")]
    method: Method,
    #[serde(flatten)]
    report: method::Report<'a>,
    #[serde(skip_serializing_if = "Region::is_empty")]
    region: &'a Region,
}

/// An inspection as the page wants it; `picture` is added where the browser could not decode it.
pub fn report(
    mut inspection: Inspection,
    from: &From<'_>,
    picture: Option<&RgbImage>,
) -> Result<Report, Failure> {
    let engine = if from.engine.gpu { "wonnx" } else { "rten" };
    let report = method::Report::new(&inspection, from.name, engine, from.pack, from.seconds);
    let json = serde_json::to_string_pretty(&Saved { method: from.method, report, region: from.region })
        .map_err(|error| Failure::Failed(format!("the result cannot be written as JSON: {error}").into()))?;
    let features = features(&mut inspection).map_err(|error| Failure::Failed(error.to_string().into()))?;
    // The page's own thread is spared the making of blobs.
    let not_kept = |error| Failure::Failed(said(error).into());
    let layers = display(&inspection).map_err(not_kept)?;
    let map = maps::blob(&inspection.map).map_err(not_kept)?;
    let features = blob(&features).map_err(not_kept)?;
    Ok(Report {
        findings: Findings {
            method: from.method,
            object: inspection.object,
            made: js_sys::Date::now(),
            partners: None,
            width: inspection.width,
            height: inspection.height,
            score: inspection.score,
            rejected: inspection.rejected,
            threshold: inspection.settings.verdict_threshold as f32,
            peak: inspection.map.data().iter().copied().fold(0.0, f32::max),
            region: from.region.clone(),
            truth_outside: from.truth_outside,
            foreground: inspection.foreground_source,
            parts: inspection.sam_masks.len(),
            components: inspection.components,
            tiles: inspection.tiles,
            seconds: inspection.seconds,
            engine: from.engine.clone(),
            pack: from.pack.to_owned(),
            json,
        },
        map,
        layers,
        picture: picture.map(pixels),
        features,
    })
}

/// What other pictures are compared with it by; empty where the method has nothing of that kind.
fn features(inspection: &mut Inspection) -> Result<Vec<u8>, spotcheck_consensus::Error> {
    if inspection.tile_features.is_none() {
        return Ok(Vec::new());
    }
    spotcheck_consensus::Picture::take(inspection)?.to_bytes()
}

fn display(inspection: &Inspection) -> Result<Layers, JsValue> {
    let grid = Grid::over(inspection.width, inspection.height, DISPLAY_SIDE);
    let parts: Vec<Mask> = inspection.sam_masks.iter().map(|part| part.mask.to_mask()).collect();
    let layers = [
        layers::heat(&inspection.map, grid),
        layers::mask(&inspection.foreground, grid),
        layers::parts(parts.iter(), grid),
        inspection.dichotomous.as_ref().map(|mask| layers::mask(mask, grid)).unwrap_or_default(),
    ];
    Ok(Layers { width: grid.width, height: grid.height, bytes: blob(&layers.concat())? })
}

/// A picture no larger than a screen shows.
fn pixels(picture: &RgbImage) -> Picture {
    let grid = Grid::over(picture.width(), picture.height(), DISPLAY_SIDE);
    let small;
    let shown = if (grid.width, grid.height) == picture.dimensions() {
        picture
    } else {
        small = resize(picture, grid.width, grid.height, Filter::Bilinear);
        &small
    };
    let rgba: Vec<u8> = shown.pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect();
    Picture { width: grid.width, height: grid.height, rgba: Uint8Array::from(rgba.as_slice()) }
}
