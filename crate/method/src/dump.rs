use spotcheck_imaging::{Map, Mask};

/// Receives every stage's arrays: what parity tests and researchers look at.
///
/// In order, `NN` being a tile's number and `N` that of a SAM mask: `saliency` [h, w], `dichotomous` [h, w],
/// `sam_points` [points, 2], `sam_predicted_iou` [points, 3], `sam_mask_N` [h, w] (kept ones, by predicted IoU) and
/// `sam_scores` [masks, 2] (predicted IoU, stability), `foreground` [h, w], `components` [n, 5] (x, y, width, height,
/// area), `tiles` [t, 5] (component, x, y, width, height), `text_normal` and `text_anomalous` [prompts, d] (unit
/// length), `text_normal_mean` and `text_anomalous_mean` [d], `text_localising` [prompts, d]; `tile_NN_picture`
/// [side, side, 3] (0 to 255), `tile_NN_embedding` [d], `tile_NN_cosines_normal` and `…_anomalous` [prompts];
/// `tile_scores` [t, 3] (normal, anomalous, score); `tile_NN_logits` [prompts, h, w], `tile_NN_map` [h, w];
/// `map` [h, w] and `score` [1]. Masks are 0 and 1.
pub trait Dump {
    /// `values` are row-major with `shape`.
    fn array(&mut self, name: &str, shape: &[usize], values: &[f32]);
}

/// A dump that may not be wanted: nothing is converted for nobody.
pub(crate) struct Dumping<'a>(pub Option<&'a mut dyn Dump>);

impl Dumping<'_> {
    pub fn array(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        if let Some(dump) = &mut self.0 {
            dump.array(name, shape, values);
        }
    }

    /// For values that have to be made first.
    pub fn with(&mut self, name: &str, make: impl FnOnce() -> (Vec<usize>, Vec<f32>)) {
        if let Some(dump) = &mut self.0 {
            let (shape, values) = make();
            dump.array(name, &shape, &values);
        }
    }

    pub fn map(&mut self, name: &str, map: &Map) {
        self.array(name, &[map.height() as usize, map.width() as usize], map.data());
    }

    pub fn mask(&mut self, name: &str, mask: &Mask) {
        self.with(name, || {
            let values = mask.data().iter().map(|&v| f32::from(u8::from(v))).collect();
            (vec![mask.height() as usize, mask.width() as usize], values)
        });
    }

    pub fn rows(&mut self, name: &str, rows: &[Vec<f32>]) {
        let length = rows.first().map_or(0, Vec::len);
        self.with(name, || (vec![rows.len(), length], rows.concat()));
    }
}
