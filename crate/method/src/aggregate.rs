//! From tiles to the picture (paper section 2, *Prediction aggregation*).

use spotcheck_imaging::{Map, Rect};

/// Tiles pasted back into the picture: the mean where they overlap, 0 outside of all.
#[derive(Clone, Debug)]
pub struct Canvas {
    sums: Map,
    counts: Vec<u32>,
}

impl Canvas {
    pub fn new(width: u32, height: u32) -> Self {
        let sums = Map::filled(width, height, 0.0);
        Self { counts: vec![0; sums.data().len()], sums }
    }

    /// Adds a tile's map, brought to the tile's size and multiplied by its score. What lies outside of the picture,
    /// the padding, is cut off.
    pub fn paste(&mut self, rect: Rect, map: &Map, score: f32) {
        let Some(inside) = rect.within(self.sums.width(), self.sums.height()) else { return };
        let map = map.resize_bilinear(rect.width, rect.height);
        let width = self.sums.width() as usize;
        let (left, upper) = ((inside.x - rect.x) as usize, (inside.y - rect.y) as usize);
        let rows = map.data().chunks_exact(rect.width as usize).skip(upper).take(inside.height as usize);
        for (y, row) in (inside.y as usize..).zip(rows) {
            let at = y * width + inside.x as usize..y * width + inside.x as usize + inside.width as usize;
            let to = self.sums.data_mut()[at.clone()].iter_mut().zip(&mut self.counts[at]);
            for ((sum, count), &value) in to.zip(&row[left..]) {
                *sum += value * score;
                *count += 1;
            }
        }
    }

    /// The pixel map.
    pub fn finish(mut self) -> Map {
        for (sum, &count) in self.sums.data_mut().iter_mut().zip(&self.counts) {
            if count > 1 {
                *sum /= count as f32;
            }
        }
        self.sums
    }
}

/// A component's score: the mean of its tiles' scores; 0 without tiles.
pub fn component_score(tile_scores: &[f32]) -> f32 {
    mean(tile_scores)
}

/// The sample's score: the mean of the highest share (a quarter by default; rounded up, at least one) of the components'
/// scores; 0 without components. `top_share` is above 0 and at most 1.
pub fn sample_score(component_scores: &[f32], top_share: f64) -> f32 {
    let mut scores = component_scores.to_vec();
    scores.sort_by(|a, b| b.total_cmp(a));
    let count = (top_share * scores.len() as f64).ceil() as usize;
    scores.truncate(count.max(1));
    mean(&scores)
}

fn mean(values: &[f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    (values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64) as f32
}
