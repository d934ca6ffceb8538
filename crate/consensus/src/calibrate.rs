//! One scale for all objects: how far a score stands out of its own batch.

/// Scores that a batch must have at least: of fewer, the median and the spread say nothing.
pub const LEAST_SCORES: usize = 8;

/// A normal distribution's standard deviation over its median absolute deviation, and over its mean absolute one.
const OF_MEDIAN: f64 = 1.4826;
const OF_MEAN: f64 = 1.2533;

/// A batch's middle and spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The median.
    pub centre: f64,
    /// An estimate of the standard deviation of what is ordinary in the batch: 1.4826 times the median absolute deviation. Where
    /// that is 0, because more than half of the scores are one number, 1.2533 times the mean absolute deviation; 0 where all are.
    pub spread: f64,
}

impl Calibration {
    /// Of the scores of a batch; those that are not finite are left out. `None` for less than [`LEAST_SCORES`]: scores of a
    /// batch so small stay as they are.
    pub fn fit(scores: &[f32]) -> Option<Self> {
        let finite = scores.iter().filter(|score| score.is_finite());
        let mut values: Vec<f64> = finite.map(|&score| f64::from(score)).collect();
        if values.len() < LEAST_SCORES {
            return None;
        }
        let centre = median(&mut values);
        let mut deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
        let mean = deviations.iter().sum::<f64>() / deviations.len() as f64;
        let middle = median(&mut deviations);
        let spread = if middle > 0.0 { OF_MEDIAN * middle } else { OF_MEAN * mean };
        Some(Self { centre, spread })
    }

    /// The score that has this z-score.
    pub fn score(&self, z: f64) -> f64 {
        self.centre + z * self.spread
    }

    /// The robust z-score: how many spreads above the batch's middle. In a batch without spread, 0 for the one score there is.
    pub fn z(&self, score: f32) -> f64 {
        let above = f64::from(score) - self.centre;
        match self.spread > 0.0 {
            true => above / self.spread,
            false if above == 0.0 => 0.0,
            false => above.signum() * f64::INFINITY,
        }
    }
}

/// Brings a z-score to 0..1, strictly rising: a half at `half`, the logistic function around it.
pub fn squash(z: f64, half: f64) -> f32 {
    (1.0 / (1.0 + (half - z).exp())) as f32
}

/// The middle value, the mean of the two middle ones of an even number. Sorts; there is at least one.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.len() / 2;
    let lower = values.len().saturating_sub(1) / 2;
    match (values.get(lower), values.get(upper)) {
        (Some(lower), Some(upper)) => (lower + upper) / 2.0,
        _ => 0.0,
    }
}
