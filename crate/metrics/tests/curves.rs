//! Curves against scikit-learn, and thinned ones against what may not change.

mod common;

use common::{TOLERANCE, cases};
use proptest::prelude::*;
use spotcheck_metrics::{CurvePoint, Error, PrecisionRecallPoint, Ranking, RocPoint, thinned};

fn close(name: &str, found: impl Iterator<Item = f64>, wanted: &[f64]) {
    let found: Vec<f64> = found.collect();
    assert_eq!(found.len(), wanted.len(), "{name}");
    for (index, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((found - wanted).abs() < TOLERANCE, "{name}, point {index}: {found} for {wanted}");
    }
}

#[test]
fn precision_and_recall_equal_scikit_learn() {
    for case in cases() {
        let curve = case.ranking().precision_recall_curve().unwrap();
        close(&case.name, curve.iter().map(|p| p.precision), &case.precision);
        close(&case.name, curve.iter().map(|p| p.recall), &case.recall);
        let mut thresholds: Vec<Option<f32>> = case.thresholds.iter().copied().map(Some).collect();
        thresholds.push(None);
        assert_eq!(curve.iter().map(|p| p.threshold).collect::<Vec<_>>(), thresholds, "{}", case.name);
        let average = case.ranking().average_precision().unwrap();
        assert!((average - case.average_precision).abs() < TOLERANCE, "{}: {average}", case.name);
    }
}

#[test]
fn rates_equal_scikit_learn() {
    for case in cases() {
        let curve = case.ranking().roc_curve().unwrap();
        close(&case.name, curve.iter().map(|p| p.false_positive_rate), &case.fpr);
        close(&case.name, curve.iter().map(|p| p.true_positive_rate), &case.tpr);
        let mut thresholds = vec![f32::INFINITY];
        thresholds.extend(&case.roc_thresholds);
        assert_eq!(curve.iter().map(|p| p.threshold).collect::<Vec<_>>(), thresholds, "{}", case.name);
    }
}

#[test]
fn a_curve_needs_what_it_counts() {
    let whole = Ranking::new(&[0.1, 0.2], &[false, false]).unwrap();
    assert_eq!(whole.precision_recall_curve(), Err(Error::NothingAnomalous { count: 2 }));
    assert_eq!(whole.average_precision(), Err(Error::NothingAnomalous { count: 2 }));
    assert_eq!(whole.roc_curve(), Err(Error::NothingAnomalous { count: 2 }));
    let broken = Ranking::new(&[0.1], &[true]).unwrap();
    assert_eq!(broken.roc_curve(), Err(Error::NothingNormal { count: 1 }));
    assert_eq!(broken.precision_recall_curve().unwrap().len(), 2);
    assert_eq!(Ranking::new(&[], &[]).unwrap().roc_curve(), Err(Error::NothingAnomalous { count: 0 }));
}

fn roc(points: &[(f64, f64)]) -> Vec<RocPoint> {
    let point =
        |&(x, y): &(f64, f64)| RocPoint { false_positive_rate: x, true_positive_rate: y, threshold: 0.0 };
    points.iter().map(point).collect()
}

#[test]
fn thinning_keeps_the_corners() {
    // Up, right, up, right, in steps of a tenth: five corners with the ends.
    let stairs: Vec<(f64, f64)> = (0..=5)
        .map(|i| (0.0, f64::from(i) / 10.0))
        .chain((1..=5).map(|i| (f64::from(i) / 10.0, 0.5)))
        .chain((6..=10).map(|i| (0.5, f64::from(i) / 10.0)))
        .chain((6..=10).map(|i| (f64::from(i) / 10.0, 1.0)))
        .collect();
    let corners = [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)];
    assert_eq!(thinned(&roc(&stairs), 100), roc(&corners));
    assert_eq!(thinned(&roc(&stairs), 5), roc(&corners));
    // Off the line from end to end are (0, 0.5) and (0.5, 1), equally far.
    assert_eq!(thinned(&roc(&stairs), 3).len(), 3);
    assert_eq!(thinned(&roc(&stairs), 0), roc(&[(0.0, 0.0), (1.0, 1.0)]));
    assert_eq!(thinned(&roc(&stairs[..1]), 9), roc(&stairs[..1]));
    assert_eq!(thinned::<RocPoint>(&[], 9), []);
}

/// How far a curve's points lie from the lines between those that are kept.
fn furthest<P: CurvePoint>(points: &[P], kept: &[P]) -> f64 {
    let distance = |(px, py): (f64, f64), (ax, ay): (f64, f64), (bx, by): (f64, f64)| {
        // The nearest of many places on the line.
        (0..=50)
            .map(|i| f64::from(i) / 50.0)
            .map(|t| (ax + t * (bx - ax) - px).hypot(ay + t * (by - ay) - py))
            .fold(f64::INFINITY, f64::min)
    };
    let to_lines = |point: &P| {
        let lines =
            kept.windows(2).map(|line| distance(point.position(), line[0].position(), line[1].position()));
        lines.fold(f64::INFINITY, f64::min)
    };
    points.iter().map(to_lines).fold(0.0, f64::max)
}

#[test]
fn a_thinned_curve_looks_the_same() {
    // 4,000 scores of two overlapping classes.
    let scores: Vec<f32> = (0..4000).map(|i| ((i * 7919) % 4000) as f32 / 4000.0).collect();
    let labels: Vec<bool> = scores.iter().enumerate().map(|(i, s)| (i % 97) as f32 / 97.0 < s * s).collect();
    let curve = Ranking::new(&scores, &labels).unwrap().roc_curve().unwrap();
    let few = thinned(&curve, 100);
    assert_eq!(few.len(), 100);
    // A pixel of a drawing 300 pixels wide.
    assert!(furthest(&curve, &few) < 1.0 / 300.0, "{}", furthest(&curve, &few));
}

proptest! {
    #[test]
    fn thinning_keeps_order_and_ends(
        values in prop::collection::vec((0f64..=1.0, 0f64..=1.0), 0..80),
        most in 0usize..40,
    ) {
        let mut next = 0f32;
        let points: Vec<PrecisionRecallPoint> = values.iter().map(|&(precision, recall)| {
            next += 1.0;
            PrecisionRecallPoint { precision, recall, threshold: Some(next) }
        }).collect();
        let kept = thinned(&points, most);
        prop_assert!(kept.len() <= most.max(2).min(points.len()));
        prop_assert_eq!(kept.first(), points.first());
        prop_assert_eq!(kept.last(), points.last());
        prop_assert!(kept.windows(2).all(|pair| pair[0].threshold < pair[1].threshold));
    }
}
