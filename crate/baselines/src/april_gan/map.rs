use spotcheck_imaging::Map;
use spotcheck_method::Error;

use super::NAME;
use crate::TextFeatures;

/// How much more a stage's patches are like the anomalous texts than like the normal ones: the difference of the scaled cosines of
/// each, at the size of the `grid` × `grid` of patches. `patches` are [grid², e], of unit length.
pub fn stage_logits(patches: &[f32], grid: usize, texts: &TextFeatures) -> Result<Map, Error> {
    let mut logits = Vec::with_capacity(grid * grid);
    for patch in patches.chunks(texts.normal.len().max(1)) {
        let [normal, anomalous] = texts.cosines(patch)?;
        logits.push((texts.logit_scale * (anomalous - normal)) as f32);
    }
    let count = logits.len();
    let map = u32::try_from(grid).ok().and_then(|side| Map::from_vec(side, side, logits));
    map.ok_or_else(|| Error::Answer { network: NAME, what: format!("{count} patches for {grid} × {grid}") })
}

/// A stage's map at `side` × `side` pixels, 0 to 1. The logits are brought to that size before the softmax, which for two is the
/// sigmoid of their difference.
pub fn stage_map(logits: &Map, side: u32) -> Map {
    let mut map = logits.resize_bilinear_aligned(side, side);
    for value in map.data_mut() {
        *value = 1.0 / (1.0 + (-*value).exp());
    }
    map
}

/// The mean of maps of this size.
pub(super) fn mean(maps: &[Map], side: u32) -> Map {
    let mut mean = Map::filled(side, side, 0.0);
    let count = maps.len() as f32;
    for map in maps {
        for (mean, value) in mean.data_mut().iter_mut().zip(map.data()) {
            *mean += value / count;
        }
    }
    mean
}
