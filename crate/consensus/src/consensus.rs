//! What most pictures of a batch have in common, and where one has it not: MuSc's mutual scoring.

use std::collections::BTreeMap;

use spotcheck_imaging::Map;

use crate::nearest::Packed;
use crate::{Descriptors, Error, Picture, Settings, Tile};

/// Pictures that a batch must have at least to be compared with each other: of fewer, what is rare is not known.
pub const LEAST_PICTURES: usize = 20;

/// A batch of pictures of like parts, each to be compared with the others.
///
/// Pictures come and go one by one under numbers of the caller's; [`Consensus::compare`] says at any time what is known so far. Of a
/// large batch only a subset is compared with, so that time and memory grow with the batch and not with its square. Which
/// pictures these are depends on their numbers and the seed, not on the order in which they came.
pub struct Consensus {
    settings: Settings,
    pictures: BTreeMap<u64, Picture>,
    /// Of the pictures compared with, all patches inside, a list for each list of [`Descriptors`].
    references: BTreeMap<u64, Vec<Packed>>,
}

/// What the others say about a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// How unlike the others each place is, at the picture's size, 0 to 2; 0 outside of the components.
    pub map: Map,
    /// That of the most unlike patch, 0 to 2.
    pub score: f32,
    /// How unlike the others each patch inside is, 0 to 2, tile by tile.
    pub patches: Vec<f32>,
    /// How many other pictures it was compared with; where 0, with other components of its own.
    pub others: usize,
}

impl Compared {
    /// `values` are those of the patches inside, tile by tile.
    pub(crate) fn new(picture: &Picture, values: &[Vec<f32>], others: usize) -> Self {
        let patches = values.concat();
        let score = patches.iter().copied().fold(0.0, f32::max);
        Self { map: picture.map(values), score, patches, others }
    }
}

impl Consensus {
    /// Refuses settings that are out of range.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        settings.validate()?;
        Ok(Self { settings, pictures: BTreeMap::new(), references: BTreeMap::new() })
    }

    /// Adds a picture, or puts another in its place. Fails when its features are not of the others' shape.
    pub fn insert(&mut self, number: u64, picture: Picture) -> Result<(), Error> {
        let mut others = self.pictures.iter().filter(|(other, _)| **other != number);
        if others.next().is_some_and(|(_, other)| other.shape() != picture.shape()) {
            return Err(Error::Shapes);
        }
        self.references.remove(&number);
        self.pictures.insert(number, picture);
        self.choose();
        Ok(())
    }

    /// Takes a picture out of the batch.
    pub fn remove(&mut self, number: u64) -> Option<Picture> {
        self.references.remove(&number);
        let picture = self.pictures.remove(&number);
        self.choose();
        picture
    }

    pub fn pictures(&self) -> &BTreeMap<u64, Picture> {
        &self.pictures
    }

    /// The numbers of the pictures that the others are compared with. Whenever they change, so do all pictures' results.
    pub fn references(&self) -> impl Iterator<Item = u64> {
        self.references.keys().copied()
    }

    /// Compares a picture of the batch with the others; `None` for an unknown number, and while there is nothing to compare with.
    ///
    /// For each patch inside, each layer and each neighbourhood: the distance to the nearest patch of each other picture, the mean
    /// of the lowest share of these (at least one); then the mean over layers and neighbourhoods. The other components of the same
    /// picture, where there are some, count as one more picture: they share its light and its product.
    pub fn compare(&self, number: u64) -> Option<Compared> {
        self.compare_picture(number, self.pictures.get(&number)?)
    }

    /// The same for a picture that may not be in the batch; with one of its number in the batch it is not compared.
    pub fn compare_picture(&self, number: u64, picture: &Picture) -> Option<Compared> {
        let others: Vec<&Vec<Packed>> =
            self.references.iter().filter(|(other, _)| **other != number).map(|(_, packed)| packed).collect();
        let tiles = picture.describe(&self.settings.neighbourhoods);
        let scores = |(tile, own): (&Tile, &Descriptors)| {
            let siblings =
                picture.tiles().iter().zip(&tiles).filter(|(other, _)| other.component != tile.component);
            let siblings = pack(siblings.map(|(_, described)| described.clone()).collect());
            let all: Vec<&Vec<Packed>> =
                others.iter().copied().chain((!siblings.is_empty()).then_some(&siblings)).collect();
            (!all.is_empty()).then(|| mutual_scores(own, &all, self.settings.nearest_share))
        };
        let values: Option<Vec<Vec<f32>>> = picture.tiles().iter().zip(&tiles).map(scores).collect();
        Some(Compared::new(picture, &values?, others.len()))
    }

    /// Brings the references up to date: those with the lowest draws.
    fn choose(&mut self) {
        let drawn = drawn(&self.settings, self.pictures.keys().copied());
        self.references.retain(|number, _| drawn.contains(number));
        for number in drawn {
            if let (false, Some(picture)) =
                (self.references.contains_key(&number), self.pictures.get(&number))
            {
                self.references.insert(number, pack(picture.describe(&self.settings.neighbourhoods)));
            }
        }
    }
}

/// Which pictures of a batch the others are compared with, by their numbers, the lowest draw first. Who has not room for all
/// pictures needs these alone in a [`Consensus`]: its results are the same.
pub fn drawn(settings: &Settings, numbers: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut draws: Vec<(u64, u64)> =
        numbers.into_iter().map(|number| (draw(settings.seed, number), number)).collect();
    draws.sort_unstable();
    draws.truncate(settings.references.unwrap_or(usize::MAX));
    draws.into_iter().map(|(_, number)| number).collect()
}

/// All tiles' patches together, list by list.
pub(crate) fn pack(tiles: Vec<Descriptors>) -> Vec<Packed> {
    let Some(all) = tiles.into_iter().reduce(Descriptors::joined) else { return Vec::new() };
    let channels = all.channels;
    all.lists.into_iter().map(|list| Packed::new(channels, list)).collect()
}

/// The score of each patch against the others, one entry of `others` a picture.
fn mutual_scores(tile: &Descriptors, others: &[&Vec<Packed>], share: f64) -> Vec<f32> {
    let patches = tile.patches();
    let lowest = ((share * others.len() as f64) as usize).max(1);
    let mut sums = vec![0.0f64; patches];
    for (index, queries) in tile.lists.iter().enumerate() {
        let mut distances: Vec<Vec<f32>> = vec![Vec::with_capacity(others.len()); patches];
        for other in others {
            let found = other.get(index).map(|packed| packed.distances(queries)).unwrap_or_default();
            distances.iter_mut().zip(found).for_each(|(distances, distance)| distances.push(distance));
        }
        for (sum, distances) in sums.iter_mut().zip(&mut distances) {
            distances.sort_unstable_by(f32::total_cmp);
            let nearest = distances.iter().take(lowest).map(|&distance| f64::from(distance));
            *sum += nearest.sum::<f64>() / lowest as f64;
        }
    }
    sums.into_iter().map(|sum| (sum / tile.lists.len().max(1) as f64) as f32).collect()
}

/// A picture's draw: the same for the same seed and number, and otherwise as good as random (the finaliser of SplitMix64).
fn draw(seed: u64, number: u64) -> u64 {
    let mix = |z: u64| {
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    mix(mix(seed).wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}
