//! What a batch does as it grows and shrinks, subsets, memories, calibration by hand-worked cases, and errors.

mod common;

use common::noise;
use proptest::prelude::*;
use spotcheck_consensus::{
    Calibration, Compared, Consensus, Descriptors, Error, LEAST_SCORES, Memory, Packed, Picture, Settings,
    Tile, combine, patch_calibration, rescore, squash,
};
use spotcheck_imaging::{Map, Rect};
use spotcheck_method::{PatchFeatures, TileFeatures};

const SIDE: usize = 3;
const CHANNELS: usize = 4;

fn tile(layers: Vec<Vec<f32>>, rect: Rect) -> Tile {
    let patches = PatchFeatures::new(SIDE, CHANNELS, layers).unwrap();
    let features = TileFeatures { patches, embedding: vec![1.0, 0.0] };
    Tile { rect, component: 0, features, inside: vec![true; SIDE * SIDE] }
}

/// A picture of 12 × 12 pixels with one tile: what all have in common, some noise, and an odd middle patch.
fn picture(seed: u64, odd: bool) -> Picture {
    let common = noise(1000).take(SIDE * SIDE * CHANNELS);
    let mut layer: Vec<f32> = common.zip(noise(seed + 1)).map(|(common, own)| common + 0.1 * own).collect();
    if odd {
        layer[4 * CHANNELS..5 * CHANNELS].iter_mut().for_each(|value| *value *= -2.0);
    }
    Picture::new(12, 12, vec![tile(vec![layer], Rect::new(0, 0, 12, 12))]).unwrap()
}

fn settings() -> Settings {
    Settings { neighbourhoods: vec![1], ..Settings::default() }
}

fn batch(numbers: impl IntoIterator<Item = u64>, settings: Settings) -> Consensus {
    let mut consensus = Consensus::new(settings).unwrap();
    for number in numbers {
        consensus.insert(number, picture(number, number == 3)).unwrap();
    }
    consensus
}

#[test]
fn the_odd_one_stands_out_where_it_is_odd() {
    let consensus = batch(0..8, settings());
    let scores: Vec<f32> = (0..8).map(|number| consensus.compare(number).unwrap().score).collect();
    let highest = scores.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
    assert_eq!(highest, 3);
    let found = consensus.compare(3).unwrap();
    let most = found.map.data().iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
    let (x, y) = (most % 12, most / 12);
    assert!((4..8).contains(&x) && (4..8).contains(&y), "at {x}, {y}");
}

#[test]
fn a_batch_grows_and_shrinks() {
    let mut consensus = batch([7], settings());
    assert!(consensus.compare(7).is_none(), "there are no others");
    assert!(consensus.compare(8).is_none(), "it is unknown");
    consensus.insert(8, picture(8, false)).unwrap();
    assert_eq!(consensus.compare(7).unwrap().others, 1);
    let two = consensus.compare(7).unwrap();
    consensus.insert(9, picture(9, false)).unwrap();
    assert_eq!(consensus.compare(7).unwrap().others, 2);
    assert!(consensus.remove(9).is_some());
    assert!(consensus.remove(9).is_none());
    assert_eq!(consensus.compare(7).unwrap(), two);
    // Another picture in its place: the old one is not compared with any more.
    consensus.insert(8, picture(20, false)).unwrap();
    assert_ne!(consensus.compare(7).unwrap(), two);
}

#[test]
fn components_of_one_picture_are_compared_with_each_other() {
    let layer = |seed: u64| -> Vec<f32> { noise(seed).take(SIDE * SIDE * CHANNELS).collect() };
    let tray = |components: [usize; 3]| {
        let tiles = components.iter().zip([1, 1, 2]).map(|(&component, seed)| Tile {
            component,
            ..tile(vec![layer(seed)], Rect::new(4 * seed as i32, 0, 6, 6))
        });
        let mut consensus = Consensus::new(settings()).unwrap();
        consensus.insert(0, Picture::new(12, 12, tiles.collect()).unwrap()).unwrap();
        consensus.compare(0)
    };
    // The first two are twins, the third is alike to none.
    let found = tray([0, 1, 2]).unwrap();
    assert_eq!(found.others, 0);
    let patches = SIDE * SIDE;
    assert!(found.patches[..2 * patches].iter().all(|&value| value == 0.0));
    assert!(found.patches[2 * patches..].iter().all(|&value| value > 0.1));
    // Tiles of one component are not: they show the same place.
    assert!(tray([0, 0, 1]).unwrap().patches[..patches].iter().all(|&value| value > 0.1));
    assert!(tray([0, 0, 0]).is_none());
}

#[test]
fn equal_pictures_are_at_no_distance() {
    let mut consensus = Consensus::new(settings()).unwrap();
    (0..3).for_each(|number| consensus.insert(number, picture(5, true)).unwrap());
    assert_eq!(consensus.compare(1).unwrap().score, 0.0);
}

#[test]
fn a_subset_depends_on_the_seed_and_not_on_the_order() {
    let few = |seed| Settings { references: Some(4), seed, ..settings() };
    let up = batch(0..20, few(1));
    let down = batch((0..20).rev(), few(1));
    let references: Vec<u64> = up.references().collect();
    assert_eq!(references.len(), 4);
    assert!(references.iter().copied().eq(down.references()));
    for number in 0..20 {
        let found = up.compare(number).unwrap();
        assert_eq!(found, down.compare(number).unwrap());
        assert_eq!(found.others, if references.contains(&number) { 3 } else { 4 });
    }
    assert!((2..9).any(|seed| !batch(0..20, few(seed)).references().eq(references.iter().copied())));
    // Without the pictures that were chosen, others step in.
    let mut fewer = up;
    references.iter().for_each(|&number| assert!(fewer.remove(number).is_some()));
    assert_eq!(fewer.references().count(), 4);
    // A subset of all is no subset.
    let all = batch(0..6, Settings { references: Some(6), ..settings() });
    let none = batch(0..6, Settings { references: None, ..settings() });
    assert!((0..6).all(|number| all.compare(number) == none.compare(number)));
}

#[test]
fn patches_outside_are_neither_asked_nor_answered_with() {
    let with = |inside: &[usize]| {
        let layer: Vec<f32> = noise(50).take(SIDE * SIDE * CHANNELS).collect();
        let mut tile = tile(vec![layer], Rect::new(0, 0, 12, 12));
        tile.inside = (0..SIDE * SIDE).map(|patch| inside.contains(&patch)).collect();
        Picture::new(12, 12, vec![tile]).unwrap()
    };
    let mut consensus = Consensus::new(settings()).unwrap();
    consensus.insert(0, with(&[0, 1])).unwrap();
    consensus.insert(1, with(&[1, 2])).unwrap();
    let found = consensus.compare(0).unwrap();
    // Patch 1 has its twin; patch 0, whose twin lies outside, has not.
    assert!(found.score > 0.1);
    let at = |x: usize, y: usize| found.map.data()[12 * y + x];
    assert_eq!((at(6, 0), at(11, 0), at(0, 11)), (0.0, 0.0, 0.0));
    assert!(at(0, 0) > 0.1);
}

#[test]
fn a_memory_knows_what_it_was_shown() {
    let good: Vec<Picture> = (0..3).map(|seed| picture(seed, false)).collect();
    let memory = Memory::new(&good.iter().collect::<Vec<_>>(), &settings()).unwrap();
    assert_eq!(memory.patches(), 3 * SIDE * SIDE);
    assert_eq!(memory.compare(&good[1]).unwrap().score, 0.0);
    let (whole, odd) =
        (memory.compare(&picture(8, false)).unwrap(), memory.compare(&picture(8, true)).unwrap());
    assert!(odd.score > 2.0 * whole.score, "{} and {}", odd.score, whole.score);
    assert_eq!(odd.others, 3);
    let small = Settings { memory_patches: 5, ..settings() };
    let memory = Memory::new(&good.iter().collect::<Vec<_>>(), &small).unwrap();
    assert_eq!(memory.patches(), 5);
    // Of equal patches one is enough, whatever the limit.
    let same: Vec<Picture> = (0..4).map(|_| picture(1, false)).collect();
    let small = Settings { memory_patches: 4 * SIDE * SIDE - 1, ..settings() };
    let memory = Memory::new(&same.iter().collect::<Vec<_>>(), &small).unwrap();
    assert_eq!(memory.patches(), SIDE * SIDE);
}

#[test]
fn errors_say_what_and_why() {
    let other = {
        let layer: Vec<f32> = noise(3).take(2 * SIDE * SIDE * CHANNELS).collect();
        let halves = layer.chunks(SIDE * SIDE * CHANNELS).map(<[f32]>::to_vec).collect();
        Picture::new(12, 12, vec![tile(halves, Rect::new(0, 0, 12, 12))]).unwrap()
    };
    let mut consensus = batch(0..3, settings());
    assert_eq!(consensus.insert(9, other.clone()), Err(Error::Shapes));
    assert_eq!(consensus.pictures().len(), 3);
    let good = picture(1, false);
    assert_eq!(Memory::new(&[], &settings()).unwrap_err(), Error::NoReferences);
    assert_eq!(Memory::new(&[&good, &other], &settings()).unwrap_err(), Error::Shapes);
    assert_eq!(Memory::new(&[&good], &settings()).unwrap().compare(&other), Err(Error::Shapes));
    assert_eq!(Picture::new(12, 12, Vec::new()).unwrap_err(), Error::NoFeatures);
    let mut short = tile(vec![vec![0.0; SIDE * SIDE * CHANNELS]], Rect::new(0, 0, 12, 12));
    short.inside.pop();
    assert_eq!(Picture::new(12, 12, vec![short]).unwrap_err(), Error::Shapes);

    let refused = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        Consensus::new(settings).err().map(|error| error.to_string()).unwrap()
    };
    assert_eq!(
        refused(|s| s.neighbourhoods = vec![1, 4]),
        "neighbourhoods is [1, 4]: it must be at least one odd number"
    );
    assert!(refused(|s| s.neighbourhoods.clear()).starts_with("neighbourhoods is []"));
    assert!(refused(|s| s.nearest_share = f64::NAN).starts_with("nearest_share is NaN"));
    assert!(refused(|s| s.references = Some(1)).starts_with("references is Some(1)"));
    assert!(refused(|s| s.memory_patches = 0).starts_with("memory_patches is 0"));
}

#[test]
fn features_of_nothing_are_at_no_distance() {
    // A constant tile is all zeros after its layer norm: no direction, no division by zero.
    let flat = |value| {
        let layer = vec![value; SIDE * SIDE * CHANNELS];
        Picture::new(12, 12, vec![tile(vec![layer], Rect::new(0, 0, 12, 12))]).unwrap()
    };
    let mut consensus = Consensus::new(Settings::default()).unwrap();
    consensus.insert(0, flat(1.0)).unwrap();
    consensus.insert(1, flat(7.0)).unwrap();
    assert_eq!(consensus.compare(0).unwrap().score, 0.0);
    consensus.insert(2, picture(2, false)).unwrap();
    assert!(consensus.compare(2).unwrap().score.is_finite());
}

#[test]
fn calibration_by_hand() {
    // Median 3.5 of eight; deviations .5 .5 1.5 1.5 2.5 2.5 3.5 96.5, their median 2.
    let scores = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 100.0];
    let found = Calibration::fit(&scores).unwrap();
    assert_eq!((found.centre, found.spread), (3.5, 1.4826 * 2.0));
    assert_eq!(found.z(3.5), 0.0);
    assert!((found.z(6.4652) - 1.0).abs() < 1e-6);
    // What is not a number has no part in it.
    let with = [&scores[..], &[f32::NAN, f32::INFINITY]].concat();
    assert_eq!(Calibration::fit(&with), Some(found));
    // Tiny batches have none.
    assert_eq!(LEAST_SCORES, 8);
    assert_eq!(Calibration::fit(&scores[..7]), None);
    // Constant ones: nothing stands out, and whatever would, would infinitely.
    let constant = Calibration::fit(&[0.3; 9]).unwrap();
    assert_eq!((constant.z(0.3), constant.z(0.4), constant.z(0.2)), (0.0, f64::INFINITY, f64::NEG_INFINITY));
    assert_eq!((squash(constant.z(0.4), 3.0), squash(constant.z(0.2), 3.0)), (1.0, 0.0));
    // More than half of them one number: the mean deviation, 1.2533 · (1 + 3) / 10.
    let nearly = [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 3.0, 5.0];
    let found = Calibration::fit(&nearly).unwrap();
    assert_eq!(found.centre, 2.0);
    assert!((found.spread - 1.2533 * 0.4).abs() < 1e-12);
    assert_eq!(squash(3.0, 3.0), 0.5);
}

#[test]
fn maps_are_combined_by_hand() {
    let compared = |values: &[f32]| Compared {
        map: Map::from_vec(2, 1, values[..2].to_vec()).unwrap(),
        score: 0.0,
        patches: values.to_vec(),
        others: 1,
    };
    // Median 3.5, spread 1.4826 · 2, as above: 9.4304 stands out by two spreads, 3.5 by none.
    let one = compared(&[9.4304, 3.5]);
    let patches = compared(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 100.0]);
    let scale = patch_calibration([&patches]).unwrap();
    let zero_shot = Map::from_vec(2, 1, vec![0.8, 0.5]).unwrap();
    let found = combine(&zero_shot, &[(&one, scale)]).unwrap();
    let near = |found: f32, expected: f64| {
        assert!((f64::from(found) - expected).abs() < 1e-5, "{found}, not {expected}")
    };
    // Odds of 4 to 1 and 1 to 1, times e to the half of what two spreads and none are short of three.
    near(found.map.data()[0], 4.0 / (4.0 + 0.5f64.exp()));
    near(found.map.data()[1], 1.0 / (1.0 + 1.5f64.exp()));
    // For the sample, two spreads count half: 0.4 against less than 0.06.
    near(found.score, 0.8 * 0.5);
    // Of two opinions the mean counts: two spreads and none are one.
    let other = compared(&[3.5, 9.4304]);
    let found = combine(&zero_shot, &[(&one, scale), (&other, scale)]).unwrap();
    near(found.map.data()[0], 4.0 / (4.0 + 1f64.exp()));
    near(found.map.data()[1], 1.0 / (1.0 + 1f64.exp()));
    near(found.score, 0.8 / (1.0 + 1f64.exp()));
    // Batches without spread and opinions at war are no NaN.
    let flat = patch_calibration([&compared(&[0.4; 9])]).unwrap();
    let found =
        combine(&zero_shot, &[(&compared(&[0.5, 0.3]), flat), (&compared(&[0.3, 0.5]), flat)]).unwrap();
    near(found.map.data()[0], 4.0 / (4.0 + 1.5f64.exp()));
    near(found.score, 0.8 / (1.0 + 2f64.exp()));
    // What is certain stays so, however sure the others are of something else.
    let certain = Map::from_vec(2, 1, vec![1.0, 0.0]).unwrap();
    let found = combine(&certain, &[(&compared(&[0.3, 0.5]), flat)]).unwrap();
    assert_eq!(found.map.data(), [1.0, 0.0]);
    assert!(found.score < 1e-9, "{}", found.score);
    // Nothing to combine with, too few patches, maps of two sizes.
    assert!(combine(&zero_shot, &[]).is_none());
    assert!(patch_calibration([&one]).is_none());
    assert!(combine(&Map::filled(1, 2, 0.5), &[(&one, scale)]).is_none());
}

#[test]
fn scores_are_shared_by_hand() {
    // The first two look alike, the third is another thing: of two neighbours each, 0 and 1 share, 2 stays nearly itself.
    let embeddings = vec![vec![1.0, 0.0], vec![1.0, 0.0], vec![0.0, 1.0]];
    assert_eq!(rescore(&[1.0, 3.0, 2.0], &embeddings, &[2]), [0.5, 0.5, 0.5]);
    assert_eq!(rescore(&[1.0, 3.0, 3.0], &embeddings, &[2]), [0.5, 0.5, 1.0]);
    assert_eq!(rescore(&[1.0, 3.0, 2.0], &embeddings, &[1]), [0.0, 1.0, 0.5]);
    assert_eq!(rescore(&[1.0, 3.0, 2.0], &embeddings, &[]), [1.0, 3.0, 2.0]);
    assert_eq!(rescore(&[4.0, 4.0, 4.0], &embeddings, &[1, 2]), [0.0; 3]);
    assert_eq!(rescore(&[], &[], &[2]), [0.0f32; 0]);
}

proptest! {
    #[test]
    fn the_nearest_is_the_nearest(seed in 0u64..1000, queries in 1usize..12, vectors in 1usize..40, channels in 1usize..20) {
        let unit = |seed: u64, count: usize| -> Vec<f32> {
            let mut values: Vec<f32> = noise(seed).take(count * channels).collect();
            for vector in values.chunks_mut(channels) {
                let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
                vector.iter_mut().for_each(|value| *value /= norm);
            }
            values
        };
        let (asked, known) = (unit(seed + 1, queries), unit(seed + 5000, vectors));
        let found = Packed::new(channels, known.clone()).distances(&asked);
        prop_assert_eq!(found.len(), queries);
        for (query, found) in asked.chunks(channels).zip(found) {
            let distance = |vector: &[f32]| {
                query.iter().zip(vector).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt()
            };
            let least = known.chunks(channels).map(distance).fold(f64::INFINITY, f64::min);
            prop_assert!((f64::from(found) - least).abs() < 1e-5, "{} instead of {}", found, least);
        }
    }

    #[test]
    fn calibration_keeps_the_order(scores in prop::collection::vec(-1e3f32..1e3, 8..40)) {
        let calibration = Calibration::fit(&scores).unwrap();
        let mut sorted = scores;
        sorted.sort_by(f32::total_cmp);
        let z: Vec<f64> = sorted.iter().map(|&score| calibration.z(score)).collect();
        prop_assert!(z.is_sorted());
    }
}

#[test]
fn no_vectors_are_infinitely_far() {
    assert_eq!(Packed::new(3, Vec::new()).distances(&[1.0, 0.0, 0.0]), [f32::INFINITY]);
    let features = PatchFeatures::new(1, 2, vec![vec![1.0, 2.0]]).unwrap();
    assert_eq!(Descriptors::new(&features, &[1], &[false]).patches(), 0);
}
