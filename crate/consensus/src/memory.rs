//! Good pictures as a measure: a memory of what their patches look like (PatchCore; WinCLIP's visual association).

use crate::consensus::pack;
use crate::coreset::coreset;
use crate::nearest::Packed;
use crate::{Compared, Descriptors, Error, Picture, Settings};

/// The patches of a few pictures of whole parts.
#[derive(Clone, Debug)]
pub struct Memory {
    neighbourhoods: Vec<usize>,
    shape: [usize; 3],
    lists: Vec<Packed>,
    pictures: usize,
}

impl Memory {
    /// Remembers the patches inside the components of good pictures, at most [`Settings::memory_patches`] of them: of more, a
    /// coreset. Fails without pictures, and when their features have not one shape.
    pub fn new(pictures: &[&Picture], settings: &Settings) -> Result<Self, Error> {
        settings.validate()?;
        let shape = pictures.first().ok_or(Error::NoReferences)?.shape();
        if pictures.iter().any(|picture| picture.shape() != shape) {
            return Err(Error::Shapes);
        }
        let tiles = pictures.iter().flat_map(|picture| picture.describe(&settings.neighbourhoods));
        let mut all = tiles.reduce(Descriptors::joined).ok_or(Error::NoReferences)?;
        if all.patches() > settings.memory_patches {
            all = all.select(&coreset(&all, settings.memory_patches));
        }
        let neighbourhoods = settings.neighbourhoods.clone();
        Ok(Self { neighbourhoods, shape, lists: pack(vec![all]), pictures: pictures.len() })
    }

    /// How many patches it holds.
    pub fn patches(&self) -> usize {
        self.lists.first().map_or(0, Packed::count)
    }

    /// Compares a picture with the good ones: for each patch inside, the mean over layers and neighbourhoods of the distance to the
    /// nearest patch remembered. Fails when its features are not of the memory's shape.
    pub fn compare(&self, picture: &Picture) -> Result<Compared, Error> {
        if picture.shape() != self.shape {
            return Err(Error::Shapes);
        }
        let distances = |tile: &Descriptors| {
            let mut sums = vec![0.0f64; tile.patches()];
            for (packed, queries) in self.lists.iter().zip(&tile.lists) {
                let found = packed.distances(queries);
                sums.iter_mut().zip(found).for_each(|(sum, distance)| *sum += f64::from(distance));
            }
            sums.into_iter().map(|sum| (sum / self.lists.len().max(1) as f64) as f32).collect()
        };
        let values: Vec<Vec<f32>> = picture.describe(&self.neighbourhoods).iter().map(distances).collect();
        Ok(Compared::new(picture, &values, self.pictures))
    }
}
