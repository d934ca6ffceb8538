use std::collections::{BTreeSet, BinaryHeap};

use crate::{Error, Ranking};

/// A point of the precision–recall curve; precision and recall are 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrecisionRecallPoint {
    pub precision: f64,
    pub recall: f64,
    /// Scores of at least this are called anomalous; `None` at the curve's end, where nothing is.
    pub threshold: Option<f32>,
}

/// A point of the receiver operating characteristic; both rates are 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    pub false_positive_rate: f64,
    pub true_positive_rate: f64,
    /// Scores of at least this are called anomalous; infinite at the curve's start, where nothing is.
    pub threshold: f32,
}

/// What a curve is drawn from.
pub trait CurvePoint: Copy {
    /// Where the point is drawn, to the right and upwards, both 0 to 1.
    fn position(&self) -> (f64, f64);
}

impl CurvePoint for PrecisionRecallPoint {
    fn position(&self) -> (f64, f64) {
        (self.recall, self.precision)
    }
}

impl CurvePoint for RocPoint {
    fn position(&self) -> (f64, f64) {
        (self.false_positive_rate, self.true_positive_rate)
    }
}

impl Ranking {
    /// Precision and recall at each distinct score, lowest score first, and then the point of recall 0 and precision 1
    /// (scikit-learn's `precision_recall_curve`). With nothing anomalous there is no recall: an error.
    pub fn precision_recall_curve(&self) -> Result<Vec<PrecisionRecallPoint>, Error> {
        if self.positives == 0 {
            return Err(Error::NothingAnomalous { count: self.count() });
        }
        let mut points = vec![PrecisionRecallPoint { precision: 1.0, recall: 0.0, threshold: None }];
        let (mut found, mut called) = (0, 0);
        for step in &self.steps {
            found += step.positives;
            called += step.positives + step.negatives;
            points.push(PrecisionRecallPoint {
                precision: found as f64 / called as f64,
                recall: found as f64 / self.positives as f64,
                threshold: Some(step.score),
            });
        }
        points.reverse();
        Ok(points)
    }

    /// False- and true-positive rate: (0, 0) first, then at each distinct score, highest first (scikit-learn's
    /// `roc_curve(drop_intermediate=False)`). One side alone is an error.
    pub fn roc_curve(&self) -> Result<Vec<RocPoint>, Error> {
        self.both_sides()?;
        let mut points =
            vec![RocPoint { false_positive_rate: 0.0, true_positive_rate: 0.0, threshold: f32::INFINITY }];
        let (mut found, mut mistaken) = (0, 0);
        for step in &self.steps {
            found += step.positives;
            mistaken += step.negatives;
            points.push(RocPoint {
                false_positive_rate: mistaken as f64 / self.negatives as f64,
                true_positive_rate: found as f64 / self.positives as f64,
                threshold: step.score,
            });
        }
        Ok(points)
    }

    /// Average precision: the precision at each distinct score, weighted by what it adds to the recall (scikit-learn's
    /// `average_precision_score`); 0 to 1. With nothing anomalous it is an error.
    pub fn average_precision(&self) -> Result<f64, Error> {
        if self.positives == 0 {
            return Err(Error::NothingAnomalous { count: self.count() });
        }
        let (mut sum, mut found, mut called) = (0.0, 0, 0);
        for step in &self.steps {
            found += step.positives;
            called += step.positives + step.negatives;
            sum += step.positives as f64 * found as f64 / called as f64;
        }
        Ok(sum / self.positives as f64)
    }
}

/// At most `most` of a curve's points, for drawing: both ends, and again and again the point that lies furthest from
/// the line so far (Ramer, Douglas and Peucker), until none lies off it. The ends stay whatever `most` is.
pub fn thinned<P: CurvePoint>(points: &[P], most: usize) -> Vec<P> {
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut kept = BTreeSet::from([0, last]);
    let mut spans = BinaryHeap::from_iter(Span::new(points, 0, last));
    while kept.len() < most {
        let Some(span) = spans.pop() else { break };
        kept.insert(span.furthest);
        spans.extend(Span::new(points, span.start, span.furthest));
        spans.extend(Span::new(points, span.furthest, span.end));
    }
    kept.into_iter().filter_map(|index| points.get(index).copied()).collect()
}

/// A stretch of a curve that is drawn as one line; those with the largest deviation come first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    /// Squared, as bits: those of positive numbers are ordered as the numbers are.
    deviation: u64,
    furthest: usize,
    start: usize,
    end: usize,
}

impl Span {
    /// `None` when no point lies off the line.
    fn new<P: CurvePoint>(points: &[P], start: usize, end: usize) -> Option<Self> {
        let (from, to) = (points.get(start)?.position(), points.get(end)?.position());
        let inner = points.get(start + 1..end)?.iter().zip(start + 1..);
        let (deviation, furthest) = inner
            .map(|(point, index)| (squared_distance(point.position(), from, to), index))
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        // Points on the line are off it by what rounding leaves.
        (deviation > 1e-24).then(|| Self { deviation: deviation.to_bits(), furthest, start, end })
    }
}

/// From a point to the line between two others, which ends there.
fn squared_distance(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (px, py) = (point.0 - from.0, point.1 - from.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (ex, ey) = (px - along * dx, py - along * dy);
    ex * ex + ey * ey
}
