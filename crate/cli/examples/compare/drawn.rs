//! The pictures that all methods get.

use anyhow::{Context, Result};
use image::RgbImage;
use spotcheck_imaging::Mask;
use spotcheck_parts::{DefectChoice, Request, Split, UNSEEN_KINDS, generate};

/// Whole pictures beside each batch.
pub const GOOD: usize = 10;

/// A set of pictures: a batch of each kind, every second one defective, and [`GOOD`] whole ones.
pub struct Set {
    /// Whether all of a kind show one product at one place.
    pub series: bool,
    /// Pictures of a batch.
    pub count: usize,
    pub seed: u64,
    /// Side of the pictures, in pixels.
    pub size: u32,
}

/// A picture, and what is true of it.
pub struct Drawn {
    pub rgb: RgbImage,
    pub object: String,
    pub defective: bool,
    /// Where the defect is.
    pub truth: Mask,
}

impl Set {
    /// The pictures of a kind: those of the batch, then the whole ones.
    pub fn draw(&self, kind: usize) -> Result<Vec<Drawn>> {
        let one = |index: usize| {
            let of_batch = index < self.count;
            let request = Request {
                kind: UNSEEN_KINDS.get(kind).copied(),
                split: Split::Unseen,
                defect: if of_batch && index % 2 == 1 { DefectChoice::Any } else { DefectChoice::Whole },
                max_instances: 40,
                series: self.series.then_some(self.seed + kind as u64),
                // Seeds of their own for each set of this program and of others.
                ..Request::new(self.seed * 1_000_000 + (kind * 10_000 + index) as u64, self.size)
            };
            let drawn = generate(&request)?;
            let truth = drawn.defect.pixels().map(|pixel| pixel.0[0] > 0).collect();
            Ok(Drawn {
                truth: Mask::from_vec(self.size, self.size, truth).context("a picture without pixels")?,
                object: drawn.label.name,
                defective: drawn.label.defect.is_some(),
                rgb: drawn.rgb,
            })
        };
        (0..self.count + GOOD).map(one).collect()
    }
}
