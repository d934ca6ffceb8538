//! What a method found in a batch, and how good that is.

use anyhow::Result;
use spotcheck_imaging::Map;
use spotcheck_metrics::{Picture, Ranking, aupro, pixel_ranking};

use crate::drawn::Drawn;

/// False-positive rate up to which AUPRO is taken.
const LIMIT: f64 = 0.3;

pub const METRICS: [&str; 4] = ["sample AUROC", "sample F1-max", "pixel F1-max", "AUPRO"];

/// What a method says of each picture of a batch.
#[derive(Default)]
pub struct Found {
    pub scores: Vec<f32>,
    pub maps: Vec<Map>,
    /// For all of them together.
    pub seconds: f64,
}

impl Found {
    pub fn push(&mut self, score: f32, map: Map) {
        self.scores.push(score);
        self.maps.push(map);
    }

    pub fn measure(self, batch: &[Drawn]) -> Result<Measured> {
        let labels: Vec<bool> = batch.iter().map(|drawn| drawn.defective).collect();
        let samples = Ranking::new(&self.scores, &labels)?;
        let pictures = self.maps.iter().zip(batch).map(|(map, drawn)| Picture::new(map, &drawn.truth));
        let pictures: Vec<Picture<'_>> = pictures.collect();
        let pixels = pixel_ranking(&pictures)?;
        let metrics =
            [samples.auroc()?, samples.best_f1()?.f1, pixels.best_f1()?.f1, aupro(&pictures, LIMIT)?];
        let seconds = self.seconds / batch.len().max(1) as f64;
        Ok(Measured { metrics, seconds, scores: self.scores, labels })
    }
}

/// How good a method is on a batch.
pub struct Measured {
    /// In the order of [`METRICS`].
    pub metrics: [f64; METRICS.len()],
    /// A picture.
    pub seconds: f64,
    pub scores: Vec<f32>,
    pub labels: Vec<bool>,
}
