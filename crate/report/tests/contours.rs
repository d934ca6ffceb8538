//! Contours against scikit-image's `find_contours`: `tests/parity/report`.

use serde::Deserialize;
use spotcheck_imaging::{Map, Mask};
use spotcheck_report::{contours, mask_contours};

/// Points are f32, the fixtures' have six digits.
const TOLERANCE: f64 = 1e-4;

#[derive(Deserialize)]
struct Case {
    name: String,
    width: u32,
    height: u32,
    values: Vec<Option<f32>>,
    level: f32,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    points: Vec<[f64; 2]>,
    length: f64,
    /// Signed; `None` for an open line.
    area: Option<f64>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../tests/parity/report/contours.json")).unwrap()
}

fn map(case: &Case) -> Map {
    let values = case.values.iter().map(|value| value.unwrap_or(f32::NAN)).collect();
    Map::from_vec(case.width, case.height, values).unwrap()
}

fn length(points: &[[f64; 2]]) -> f64 {
    points.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum()
}

fn area(points: &[[f64; 2]]) -> f64 {
    points.windows(2).map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1]).sum::<f64>() / 2.0
}

/// A closed line may begin at any of its points.
fn same(found: &[[f64; 2]], expected: &[[f64; 2]]) -> bool {
    let close =
        |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).abs() < TOLERANCE && (a[1] - b[1]).abs() < TOLERANCE;
    if found.len() != expected.len() {
        return false;
    }
    let is_closed = |line: &[[f64; 2]]| close(&line[0], &line[line.len() - 1]);
    if !is_closed(expected) {
        return found.iter().zip(expected).all(|(a, b)| close(a, b));
    }
    let ring = expected.len() - 1;
    is_closed(found)
        && (0..ring).any(|shift| (0..ring).all(|at| close(&found[at], &expected[(at + shift) % ring])))
}

#[test]
fn lines_equal_scikit_image() {
    for case in cases() {
        let found = contours(&map(&case), case.level);
        let mut left: Vec<&Line> = case.lines.iter().collect();
        assert_eq!(found.len(), left.len(), "{}: {found:?}", case.name);
        for line in found {
            let line: Vec<[f64; 2]> = line.into_iter().map(|[x, y]| [x.into(), y.into()]).collect();
            let at = left.iter().position(|expected| same(&line, &expected.points));
            let expected = left.swap_remove(at.unwrap_or_else(|| panic!("{}: {line:?}", case.name)));
            assert!((length(&line) - expected.length).abs() < TOLERANCE, "{}: length", case.name);
            if let Some(signed) = expected.area {
                assert!((area(&line) - signed).abs() < TOLERANCE, "{}: area", case.name);
            }
        }
    }
}

#[test]
fn a_masks_outlines_are_those_of_its_map() {
    let case = cases().into_iter().find(|case| case.name == "mask").unwrap();
    let map = map(&case);
    let mask =
        Mask::from_vec(case.width, case.height, map.data().iter().map(|&v| v > 0.5).collect()).unwrap();
    assert_eq!(mask_contours(&mask), contours(&map, 0.5));
}

#[test]
fn a_line_lies_around_its_pixel() {
    // The middle of the pixel at column 2, row 1 is (2.5, 1.5); the level is met a quarter of the way out.
    let mut map = Map::filled(5, 3, 0.0);
    map.data_mut()[7] = 1.0;
    let lines = contours(&map, 0.75);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0], [[2.25, 1.5], [2.5, 1.25], [2.75, 1.5], [2.5, 1.75], [2.25, 1.5]]);
}

#[test]
fn there_is_nothing_without_two_rows_and_columns() {
    for (width, height) in [(0, 0), (1, 9), (9, 1)] {
        assert!(contours(&Map::filled(width, height, 1.0), 0.5).is_empty());
        assert!(mask_contours(&Mask::filled(width, height, true)).is_empty());
    }
}

#[test]
fn what_is_not_finite_has_no_line() {
    let values = vec![f32::INFINITY, 0.0, 0.0, f32::NEG_INFINITY, 1.0, 0.0, 0.0, 0.0, f32::NAN];
    assert!(
        contours(&Map::from_vec(3, 3, values).unwrap(), 0.5)
            .iter()
            .flatten()
            .flatten()
            .all(|v| v.is_finite())
    );
}
