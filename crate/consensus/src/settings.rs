use serde::{Deserialize, Serialize};

use crate::Error;

/// Every number of the comparison.
///
/// Where the defaults are not MuSc's ({1, 3, 5}, 0.3), they were chosen on batches of 24 pictures of six of the kinds that the demo
/// pack was trained with: in a tile the part fills the picture, so that five patches are much of it, and in batches
/// that small the nearest tenth of the pictures shows a part from the same side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Sides of the squares of patches that a patch is described by: odd, 1 is the patch alone.
    pub neighbourhoods: Vec<usize>,
    /// A patch's score is the mean over this share of the other pictures, the nearest; above 0, at most 1.
    pub nearest_share: f64,
    /// How many pictures of a batch the others are compared with; `null` for all of them.
    pub references: Option<usize>,
    /// Which ones, of a larger batch.
    pub seed: u64,
    /// Sizes of the neighbourhoods over which like pictures share their scores ([`rescore`](crate::rescore)); empty for none.
    pub neighbours: Vec<usize>,
    /// The most patches that a [`Memory`](crate::Memory) of good pictures keeps.
    pub memory_patches: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            neighbourhoods: vec![1, 3],
            nearest_share: 0.1,
            references: Some(32),
            seed: 0,
            neighbours: vec![1, 8, 9],
            memory_patches: 2000,
        }
    }
}

impl Settings {
    /// Refuses what is out of range, by name.
    pub fn validate(&self) -> Result<(), Error> {
        let must = |fits: bool, key: &'static str, value: &dyn std::fmt::Debug, must: &'static str| {
            if fits { Ok(()) } else { Err(Error::OutOfRange { key, value: format!("{value:?}"), must }) }
        };
        let odd = !self.neighbourhoods.is_empty() && self.neighbourhoods.iter().all(|size| size % 2 == 1);
        must(odd, "neighbourhoods", &self.neighbourhoods, "at least one odd number")?;
        let share = self.nearest_share > 0.0 && self.nearest_share <= 1.0;
        must(share, "nearest_share", &self.nearest_share, "above 0 and at most 1")?;
        // One picture is not compared with itself.
        must(self.references.is_none_or(|count| count >= 2), "references", &self.references, "2 or more")?;
        must(self.neighbours.iter().all(|&k| k > 0), "neighbours", &self.neighbours, "1 or more each")?;
        must(self.memory_patches > 0, "memory_patches", &self.memory_patches, "1 or more")
    }
}
