//! Regions and their contours against what is counted pixel by pixel.

use proptest::prelude::*;
use spotcheck_imaging::{Map, Rect};
use spotcheck_report::{Outlines, contours, outlines};

const ALL: usize = usize::MAX;

fn map(rows: &[&[f32]]) -> Map {
    let width = rows.first().map_or(0, |row| row.len());
    Map::from_vec(width as u32, rows.len() as u32, rows.concat()).unwrap()
}

/// Twice a ring's signed area.
fn area(ring: &[[f32; 2]]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let twice: f64 = ring
        .iter()
        .zip(next)
        .map(|(a, b)| f64::from(a[0]) * f64::from(b[1]) - f64::from(b[0]) * f64::from(a[1]))
        .sum();
    twice / 2.0
}

#[test]
fn regions_are_counted_and_measured_worst_first() {
    let map = map(&[
        &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        &[0.0, 0.6, 0.0, 0.0, 0.9, 0.5],
        &[0.0, 0.0, 0.5, 0.0, 0.0, 0.0],
        &[0.0, 0.0, 0.0, 0.0, 0.0, 0.49],
        &[0.5, 0.5, 0.5, 0.0, 0.0, 0.0],
    ]);
    let found = outlines(&map, 0.5, ALL);
    assert_eq!((found.count, found.area), (3, 7));
    let told: Vec<_> = found.worst.iter().map(|region| (region.peak, region.area, region.rect)).collect();
    // Exactly the threshold is inside; pixels that touch at a corner are one region.
    let expected =
        [(0.9, 2, Rect::new(4, 1, 2, 1)), (0.6, 2, Rect::new(1, 1, 2, 2)), (0.5, 3, Rect::new(0, 4, 3, 1))];
    assert_eq!(told, expected);
    let lengths: Vec<f64> = found.worst.iter().map(|region| region.length).collect();
    assert!((lengths[1] - 8f64.sqrt()).abs() < 1e-9, "{lengths:?}");
    assert_eq!((lengths[0], lengths[2]), (2.0, 3.0));
    assert!(found.worst.iter().all(|region| region.rings.len() == 1));
    assert_eq!(outlines(&map, 0.5, 1).worst, found.worst[..1]);
    assert_eq!((outlines(&map, 0.5, 0).count, outlines(&map, 0.5, 0).area), (3, 7));
    assert_eq!(outlines(&map, 0.91, ALL), Outlines::default());
}

#[test]
fn a_contour_is_interpolated() {
    // A peak of 1 in zeros is cut at 0.25: three quarters of a pixel from its middle each way, a square on its corner.
    let mut peak = Map::filled(5, 5, 0.0);
    peak.data_mut()[12] = 1.0;
    let found = outlines(&peak, 0.25, ALL);
    let [ring] = found.worst[0].rings.as_slice() else { panic!("{found:?}") };
    let mut ring = ring.clone();
    ring.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let expected = [[1.75, 2.5], [2.5, 1.75], [2.5, 3.25], [3.25, 2.5]];
    for (point, expected) in ring.iter().zip(expected) {
        assert!((point[0] - expected[0]).hypot(point[1] - expected[1]) < 1e-5, "{ring:?}");
    }
    assert_eq!(ring.len(), 4);
}

#[test]
fn at_the_edge_contours_close_along_it() {
    let found = outlines(&Map::filled(40, 30, 0.7), 0.5, ALL);
    assert_eq!((found.count, found.area), (1, 1200));
    let [ring] = found.worst[0].rings.as_slice() else { panic!("{found:?}") };
    // All of the picture but for the corners, which are cut by half a pixel.
    assert!((area(ring).abs() - (1200.0 - 4.0 / 8.0)).abs() < 1e-3, "{} {ring:?}", area(ring));
    // All is at least 0, nothing above 1.
    assert_eq!(outlines(&Map::filled(3, 3, 0.0), 0.0, ALL).area, 9);
    assert_eq!(outlines(&Map::filled(3, 3, 1.0), 1.0, ALL).area, 9);
}

#[test]
fn a_hole_is_not_in_its_region() {
    let mut ring = Map::filled(40, 40, 0.0);
    for y in 5..35 {
        for x in 5..35 {
            let hole = (15..25).contains(&x) && (15..25).contains(&y);
            ring.data_mut()[y * 40 + x] = if hole { 0.0 } else { 1.0 };
        }
    }
    let found = outlines(&ring, 0.5, ALL);
    let [region] = found.worst.as_slice() else { panic!("{found:?}") };
    assert_eq!((region.area, region.rings.len()), (30 * 30 - 10 * 10, 2));
    let enclosed: f64 = region.rings.iter().map(|ring| area(ring)).sum();
    // The two wind against each other.
    assert!((enclosed.abs() - region.area as f64).abs() < 2.0, "{enclosed}");
}

#[test]
fn what_is_no_number_is_in_no_region() {
    let map = map(&[&[0.9, f32::NAN, 0.9], &[f32::INFINITY, f32::NAN, 0.0]]);
    let found = outlines(&map, 0.5, ALL);
    assert_eq!((found.count, found.area), (2, 2));
    assert_eq!(outlines(&Map::filled(0, 0, 0.0), 0.5, ALL), Outlines::default());
    assert_eq!(outlines(&Map::filled(0, 4, 0.0), 0.5, ALL), Outlines::default());
    assert_eq!(outlines(&Map::filled(1, 1, 1.0), 0.5, ALL).area, 1);
}

#[test]
fn a_pixel_of_exactly_the_threshold_is_seen() {
    let mut dot = Map::filled(5, 5, 0.0);
    dot.data_mut()[12] = 0.5;
    let found = outlines(&dot, 0.5, ALL);
    assert_eq!(found.worst[0].rings, [[[2.0, 2.0], [3.0, 2.0], [3.0, 3.0], [2.0, 3.0]]]);
    // One that is hardly above it has a small contour.
    dot.data_mut()[12] = 0.51;
    assert_eq!(outlines(&dot, 0.5, ALL).worst[0].rings[0].len(), 4);
}

/// By the even-odd rule, and how far the point is from the nearest line.
fn inside(rings: &[Vec<[f32; 2]>], x: f32, y: f32) -> (bool, f32) {
    let (mut odd, mut nearest) = (false, f32::INFINITY);
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            if (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) {
                odd = !odd;
            }
            let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
            let along = (((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            nearest = nearest.min((x - a[0] - along * dx).hypot(y - a[1] - along * dy));
        }
    }
    (odd, nearest)
}

proptest! {
    /// Wherever the tolerance leaves no doubt a pixel's middle is inside the contours if its value says so; and all contours
    /// that there are without walls are there, less what the tolerance takes.
    #[test]
    fn contours_hold_the_pixels(
        width in 1usize..14,
        values in prop::collection::vec(0.0f32..=1.0, 1..150),
        threshold in 0.05f32..0.95,
    ) {
        let height = values.len() / width;
        prop_assume!(height > 0);
        let values = values[..width * height].to_vec();
        let map = Map::from_vec(width as u32, height as u32, values.clone()).unwrap();
        let found = outlines(&map, threshold, ALL);
        let reached = values.iter().filter(|&&value| value >= threshold).count();
        prop_assert_eq!(found.area, reached as u64);
        prop_assert_eq!(found.worst.iter().map(|region| region.area).sum::<u64>(), reached as u64);
        prop_assert!(found.worst.windows(2).all(|pair| pair[0].peak >= pair[1].peak));
        let rings: Vec<_> = found.worst.iter().flat_map(|region| region.rings.clone()).collect();
        for (at, &value) in values.iter().enumerate() {
            let (x, y) = ((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
            let (is_inside, nearest) = inside(&rings, x, y);
            prop_assert!(nearest <= 0.26 || is_inside == (value >= threshold), "{x}, {y}: {value}, {rings:?}");
        }
        // A line of the bare map ends at the edge or is closed; the closed ones are rings of more than two points.
        let closed = contours(&map, threshold.next_down()).iter().filter(|line| line.first() == line.last()).count();
        prop_assert!(closed == 0 || !found.worst.is_empty());
    }
}

/// A map of 12 megapixels, as photographs have them: smooth hills, a fifth of it above the threshold.
#[test]
fn twelve_megapixels_are_outlined_at_once() {
    let (width, height) = (4000u32, 3000u32);
    let value = |x: u32, y: u32| {
        let wave = |at: u32, period: f32| (at as f32 / period).sin();
        0.5 + 0.25 * wave(x, 40.0) * wave(y, 55.0) + 0.2 * wave(x + y, 300.0)
    };
    let data = (0..height).flat_map(|y| (0..width).map(move |x| value(x, y))).collect();
    let map = Map::from_vec(width, height, data).unwrap();
    let start = std::time::Instant::now();
    let found = outlines(&map, 0.6, 100);
    let seconds = start.elapsed().as_secs_f64();
    let points: usize = found.worst.iter().flat_map(|region| &region.rings).map(Vec::len).sum();
    println!("{} regions, {points} points of the worst 100, {:.0} ms", found.count, seconds * 1000.0);
    let reached = map.data().iter().filter(|&&value| value >= 0.6).count();
    assert_eq!(found.area, reached as u64);
    assert_eq!(found.worst.len(), 100.min(found.count));
    assert!(points < 100_000, "{points}");
    // It takes a tenth of that; machines that do other work at the same time are slow.
    assert!(seconds < 5.0, "{seconds} s");
}
