//! The histogram of pixels against the exact metrics: never further off than it says, and close.

use proptest::prelude::*;
use spotcheck_imaging::{Map, Mask};
use spotcheck_metrics::{Bounded, Error, PixelHistogram, aupro, pixel_ranking};

/// Both sides add up f64 in another order.
const ROUNDING: f64 = 1e-9;
/// The false-positive rate up to which overlap counts in the literature.
const LIMIT: f64 = 0.3;

fn histogram(pictures: &[(Map, Mask)]) -> PixelHistogram {
    let mut histogram = PixelHistogram::default();
    for (map, mask) in pictures {
        histogram.add(map, mask).unwrap();
    }
    histogram
}

fn holds(found: Bounded, exact: f64) -> bool {
    found.error >= 0.0 && (found.value - exact).abs() <= found.error + ROUNDING
}

/// All three values against the exact ones; gives the largest of the errors that are stated.
fn compare(pictures: &[(Map, Mask)]) -> f64 {
    let found = histogram(pictures);
    let pictures: Vec<(&Map, &Mask)> = pictures.iter().map(|(map, mask)| (map, mask)).collect();
    let ranking = pixel_ranking(&pictures).unwrap();
    let best = found.best_f1().unwrap();
    let exact = ranking.best_f1().unwrap();
    assert!(holds(best.f1, exact.f1), "F1-max {best:?} for {exact:?}");
    assert!(best.f1.value <= exact.f1 + ROUNDING, "a threshold that there is cannot be better than the best");
    // What the threshold is said to reach, it reaches.
    let reached = ranking.confusion(f64::from(best.threshold)).f1().unwrap();
    assert!((reached - best.f1.value).abs() < ROUNDING, "{reached} at {}", best.threshold);
    let auroc = found.auroc().unwrap();
    assert!(holds(auroc, ranking.auroc().unwrap()), "AUROC {auroc:?} for {:?}", ranking.auroc());
    let overlap = found.aupro(LIMIT).unwrap();
    let exact = aupro(&pictures, LIMIT).unwrap();
    assert!(holds(overlap, exact), "AUPRO {overlap:?} for {exact}");
    let precision = found.average_precision().unwrap();
    let exact = ranking.average_precision().unwrap();
    assert!(holds(precision, exact), "average precision {precision:?} for {exact}");
    [best.f1.error, auroc.error, overlap.error, precision.error].into_iter().fold(0.0, f64::max)
}

/// A number from 0 to 1 that depends on nothing but its place.
fn noise(seed: u32) -> f32 {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    state = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    ((state >> 22) ^ state) as f32 / u32::MAX as f32
}

/// A smooth bump over low noise, as maps have them, and a square mask beside its middle.
fn picture(seed: u32, side: u32) -> (Map, Mask) {
    let middle = side as f32 * (0.3 + 0.4 * noise(seed));
    let at = |i: u32| ((i % side) as f32, (i / side) as f32);
    let value = |i: u32| {
        let (x, y) = at(i);
        let away = ((x - middle).powi(2) + (y - middle).powi(2)) / (side * side) as f32;
        ((-40.0 * away).exp() * 0.8 + 0.15 * noise(seed + 7 * i)).clamp(0.0, 1.0)
    };
    let inside = |i: u32| {
        let (x, y) = at(i);
        (x - middle - 2.0).abs() < side as f32 * 0.12 && (y - middle).abs() < side as f32 * 0.08
    };
    let map = Map::from_vec(side, side, (0..side * side).map(value).collect()).unwrap();
    (map, Mask::from_vec(side, side, (0..side * side).map(inside).collect()).unwrap())
}

#[test]
fn drawn_pictures_are_within_the_third_decimal() {
    let mut pictures: Vec<_> = (1..6).map(|seed| picture(seed, 160)).collect();
    let (map, _) = picture(9, 160);
    pictures.push((map, Mask::filled(160, 160, false)));
    let error = compare(&pictures);
    assert!(error < 5e-4, "the stated error is {error}");
}

#[test]
fn few_scores_are_exact() {
    // Worked by hand, in the order of the scores: 1 anomalous, 0.5 normal, 0.25 anomalous, three of 0 normal. The best
    // threshold is 0.25 with F1 = 2·2/(3 + 2); of 2 · 4 pairs 7 are in order. The two regions are pixels: their overlap is
    // 1/2 up to a rate of 1/4, where it jumps to 1; 0.25 · 1/2 + 0.05 · 1 over 0.3.
    let map = Map::from_vec(3, 2, vec![1.0, 0.0, 0.25, 0.5, 0.0, 0.0]).unwrap();
    let mask = Mask::from_vec(3, 2, vec![true, false, true, false, false, false]).unwrap();
    let found = histogram(&[(map, mask)]);
    assert_eq!((found.pictures(), found.regions()), (1, 2));
    let near = |found: Bounded, exact: f64| (found.value - exact).abs() < 1e-12 && found.error < 1e-12;
    let best = found.best_f1().unwrap();
    assert!(near(best.f1, 0.8) && best.threshold == 0.25, "{best:?}");
    assert!(near(found.auroc().unwrap(), 7.0 / 8.0), "{:?}", found.auroc());
    assert!(near(found.aupro(0.3).unwrap(), 0.175 / 0.3), "{:?}", found.aupro(0.3));
}

#[test]
fn the_curve_is_that_of_all_pixels_at_the_edges_of_the_bins() {
    let pictures: Vec<_> = (1..4).map(|seed| picture(seed, 48)).collect();
    let found = histogram(&pictures);
    let pictures: Vec<(&Map, &Mask)> = pictures.iter().map(|(map, mask)| (map, mask)).collect();
    let ranking = pixel_ranking(&pictures).unwrap();
    let curve = found.precision_recall_curve().unwrap();
    let (last, edges) = curve.split_last().unwrap();
    assert_eq!((last.precision, last.recall, last.threshold), (1.0, 0.0, None));
    assert!(edges.len() > 500 && edges.is_sorted_by(|a, b| a.threshold < b.threshold));
    for point in edges {
        let counts = ranking.confusion(f64::from(point.threshold.unwrap()));
        assert_eq!((Some(point.precision), Some(point.recall)), (counts.precision(), counts.recall()));
    }
}

#[test]
fn what_is_stored_adds_up_to_the_same() {
    let pictures: Vec<_> = (1..5).map(|seed| picture(seed, 64)).collect();
    let one = |at: usize| histogram(&pictures[at..=at]);
    let mut sum = PixelHistogram::default();
    for at in 0..pictures.len() {
        sum.add_encoded(&one(at).encode()).unwrap();
    }
    let direct = histogram(&pictures);
    assert_eq!((sum.pictures(), sum.regions()), (4, 4));
    assert_eq!((sum.best_f1(), sum.auroc()), (direct.best_f1(), direct.auroc()));
    assert_eq!(sum.average_precision(), direct.average_precision());
    // Shares of regions are added in another order.
    let (found, expected) = (sum.aupro(LIMIT).unwrap(), direct.aupro(LIMIT).unwrap());
    assert!(
        expected.value > 0.1 && (found.value - expected.value).abs() < 1e-12,
        "{found:?} for {expected:?}"
    );
    let mut again = PixelHistogram::default();
    again.add_encoded(&sum.encode()).unwrap();
    assert_eq!(again, sum);
}

#[test]
fn damaged_counts_are_an_error_and_count_nothing() {
    let bytes = histogram(&[picture(1, 24)]).encode();
    let mut found = PixelHistogram::default();
    for end in 0..bytes.len() {
        assert!(matches!(found.add_encoded(&bytes[..end]), Err(Error::Stored(_))), "cut at {end}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(found.add_encoded(&longer), Err(Error::Stored(_))));
    let other = [&[9], &bytes[1..]].concat();
    assert!(matches!(found.add_encoded(&other), Err(Error::Stored(_))));
    // A number of eleven bytes, more bins than there are, and a bin beyond the last.
    for bad in [
        &[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f][..],
        &[1, 1, 0, 0xff, 0xff, 0xff, 0x7f],
        &[1, 1, 0, 1, 0xff, 0xff, 0x7f, 1, 0],
    ] {
        assert!(matches!(found.add_encoded(bad), Err(Error::Stored(_))), "{bad:?}");
    }
    assert_eq!(found, PixelHistogram::default());
}

#[test]
fn ties_at_the_ends_cost_nothing() {
    // All in the bins of 0 and of 1, which hold one score each.
    let map = Map::from_vec(4, 1, vec![1.0, 1.0, 0.0, 0.0]).unwrap();
    let mask = Mask::from_vec(4, 1, vec![true, false, true, false]).unwrap();
    assert_eq!(compare(&[(map, mask)]), 0.0);
}

#[test]
fn what_cannot_be_counted_is_an_error_and_counts_nothing() {
    let mut found = PixelHistogram::default();
    let mask = Mask::from_vec(2, 1, vec![true, false]).unwrap();
    let map = |values: [f32; 2]| Map::from_vec(2, 1, values.to_vec()).unwrap();
    assert_eq!(found.add(&map([0.5, f32::NAN]), &mask), Err(Error::NotANumber { index: 1 }));
    assert_eq!(found.add(&map([1.5, 0.5]), &mask), Err(Error::OutOfRange { index: 0 }));
    assert_eq!(found.add(&map([0.5, -0.5]), &mask), Err(Error::OutOfRange { index: 1 }));
    let other = Mask::filled(1, 2, true);
    assert!(matches!(found.add(&map([0.5, 0.5]), &other), Err(Error::SizesDiffer { .. })));
    assert_eq!((found.pictures(), found.best_f1()), (0, Err(Error::NothingAnomalous { count: 0 })));
    found.add(&map([0.5, 0.25]), &Mask::filled(2, 1, true)).unwrap();
    assert_eq!(found.auroc(), Err(Error::NothingNormal { count: 2 }));
    assert_eq!(found.aupro(0.0), Err(Error::BadLimit(0.0)));
}

proptest! {
    #[test]
    fn the_exact_value_is_within_the_error(
        pixels in prop::collection::vec((0u32..=1 << 16, any::<bool>()), 2..80),
        // From all values in a few bins to hardly two in the same.
        spread in prop::sample::select(vec![1e-6f32, 1e-3, 0.1, 1.0]),
    ) {
        prop_assume!(pixels.iter().any(|(_, set)| *set) && pixels.iter().any(|(_, set)| !set));
        let width = pixels.len() as u32;
        let score = |&(value, _): &(u32, bool)| (0.5 + (value as f32 / 65_536.0 - 0.5) * spread).clamp(0.0, 1.0);
        let map = Map::from_vec(width, 1, pixels.iter().map(score).collect()).unwrap();
        let mask = Mask::from_vec(width, 1, pixels.iter().map(|(_, set)| *set).collect()).unwrap();
        compare(&[(map, mask)]);
    }
}
