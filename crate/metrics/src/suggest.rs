//! Thresholds for a batch of scores: without labels by [`outliers`] or [`reject_rate`], with labels by [`best_f1`] or
//! [`false_reject_limit`].
//!
//! # Where a threshold lies
//! A rule decides which scores are to be rejected. The threshold is then put between two scores, in the middle if the rule
//! names no place of its own, and moved to the nearest number of two decimals, so that a page which shows two decimals, and
//! a person who types them, get the same verdicts. Where no such number parts the scores it has more decimals:
//! [`Suggestion::decimals`] says how many. It never equals a score (unless that is 0), so that `f32` and `f64` agree on it.
//! It lies from 0 to 1 if the scores do, but for one case: to accept a score of 1 it must be above.

use crate::threshold::{MARGIN, cut_below, on_scale, settle};
use crate::{Confusion, Error, Ranking};

/// The fewest scores that [`outliers`] judges.
pub const OUTLIERS_MINIMUM: usize = 10;
/// The usual distance from the median, in robust standard deviations (Leys et al., *Detecting outliers*, 2013).
pub const OUTLIERS_K: f64 = 3.0;

/// The median absolute deviation of a normal distribution times this is its standard deviation.
const MEDIAN_DEVIATION: f64 = 1.4826;
/// The same of the mean absolute deviation: √(π/2).
const MEAN_DEVIATION: f64 = 1.2533;

/// A threshold, and what it does to the batch it was found for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suggestion {
    /// Scores of at least this are rejected.
    pub threshold: f64,
    /// Decimals to write the threshold with, 2 to 6; `None` when it has to be kept as the number it is.
    pub decimals: Option<usize>,
    /// Of all scores, with a label or without.
    pub rejected: u64,
    /// Of all scores, with a label or without.
    pub accepted: u64,
    /// Of the labelled ones; `None` when the rule asks for no labels.
    pub confusion: Option<Confusion>,
}

/// Why no threshold can be suggested.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SuggestError {
    #[error("there are no scores")]
    NoScores,
    #[error("score {index} is not a finite number")]
    NotFinite { index: usize },
    #[error("{scores} scores with {labels} labels: there must be one entry a score")]
    Unpaired { scores: usize, labels: usize },
    #[error("outliers need at least {needed} pictures, and there are {count}")]
    TooFew { count: usize, needed: usize },
    #[error("this needs at least one picture labelled defective")]
    NoneDefective,
    #[error("this needs at least one picture labelled whole")]
    NoneWhole,
    #[error("the distance from the median is {0}; it must be above 0")]
    BadDistance(f64),
    #[error("the rate is {0}; it must be from 0 to 1")]
    BadRate(f64),
    #[error(transparent)]
    Metric(#[from] Error),
}

/// Rejects what stands out: scores of at least median + `k`·1.4826·MAD, where MAD is the median absolute deviation from the
/// median and [`OUTLIERS_K`] the usual `k`. The threshold is at that place, not in the middle of a gap.
///
/// When more than half of the scores are equal, MAD is 0 and 1.2533 times the mean absolute deviation takes its place
/// (Iglewicz and Hoaglin, *How to Detect and Handle Outliers*, 1993); when all are equal, nothing is rejected.
///
/// # When to trust it
/// It supposes that most of the batch is whole and that whole parts score alike, in a symmetric heap. Then, at `k` = 3 and
/// with nothing defective, it rejects 1.4 % of 10, which is why fewer are refused, 0.7 % of 20 and 0.2 % of 100. Scores with
/// a long upper tail lose more at any count (6 % if exponential). Defective parts hide each other: a tenth of them moves the
/// cut from 3 to 3.6 standard deviations of the whole ones, three tenths to 6, and half of them or more are not found at all.
/// So from 20 pictures on, with at most a fifth defective, it is a fair start; below, it is a guess.
pub fn outliers(scores: &[f32], k: f64) -> Result<Suggestion, SuggestError> {
    let highest = highest(scores)?;
    if scores.len() < OUTLIERS_MINIMUM {
        return Err(SuggestError::TooFew { count: scores.len(), needed: OUTLIERS_MINIMUM });
    }
    if !(k > 0.0 && k.is_finite()) {
        return Err(SuggestError::BadDistance(k));
    }
    let mut values: Vec<f64> = scores.iter().copied().map(f64::from).collect();
    let centre = median(&mut values);
    let mut deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    let deviation = match MEDIAN_DEVIATION * median(&mut deviations) {
        0.0 => MEAN_DEVIATION * deviations.iter().sum::<f64>() / deviations.len() as f64,
        deviation => deviation,
    };
    if deviation == 0.0 {
        return Ok(suggestion(scores, above_all(highest), None));
    }
    Ok(suggestion(scores, on_scale(centre + k * deviation, highest), None))
}

/// Rejects the highest scores, at most the share `rate` (0 to 1) of all. Equal scores are rejected together or not at all,
/// so that it can be fewer, also none.
pub fn reject_rate(scores: &[f32], rate: f64) -> Result<Suggestion, SuggestError> {
    let highest = highest(scores)?;
    in_range(rate)?;
    let mut sorted = scores.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let (mut count, mut lowest) = (0, None);
    for step in sorted.chunk_by(|a, b| a == b) {
        count += step.len();
        // A quotient and not rate × length, which is rounded: 0.29 × 100 is less than 29.
        if count as f64 / scores.len() as f64 > rate {
            break;
        }
        lowest = step.first().copied();
    }
    Ok(suggestion(scores, cut_at(&sorted, lowest, highest), None))
}

/// The threshold of the highest F1 on the labelled scores (`Some(true)` is defective, `Some(false)` whole), the highest of
/// several. At least one of either is needed: with defective ones alone, rejecting all is perfect.
pub fn best_f1(scores: &[f32], labels: &[Option<bool>]) -> Result<Suggestion, SuggestError> {
    let labelled = Labelled::new(scores, labels)?;
    let best = labelled.ranking.best_f1()?;
    Ok(labelled.suggestion(scores, Some(best.threshold)))
}

/// The threshold that rejects the most defective ones while at most the share `limit` (0 to 1) of the whole ones is
/// rejected with them, on the labelled scores (`Some(true)` is defective, `Some(false)` whole); of several, the one that
/// rejects the fewest whole ones. At least one of either is needed. When a whole one scores too high for that, nothing
/// labelled is rejected.
pub fn false_reject_limit(
    scores: &[f32],
    labels: &[Option<bool>],
    limit: f64,
) -> Result<Suggestion, SuggestError> {
    let labelled = Labelled::new(scores, labels)?;
    in_range(limit)?;
    let (mut mistaken, mut lowest) = (0, None);
    for step in &labelled.ranking.steps {
        mistaken += step.negatives;
        if mistaken as f64 / labelled.ranking.negatives as f64 > limit {
            break;
        }
        if step.positives > 0 {
            lowest = Some(step.score);
        }
    }
    Ok(labelled.suggestion(scores, lowest))
}

/// The scores that have a label.
struct Labelled {
    ranking: Ranking,
    /// Highest first.
    scores: Vec<f32>,
    highest: f32,
}

impl Labelled {
    /// At least one of either label, or an error.
    fn new(scores: &[f32], labels: &[Option<bool>]) -> Result<Self, SuggestError> {
        if scores.len() != labels.len() {
            return Err(SuggestError::Unpaired { scores: scores.len(), labels: labels.len() });
        }
        highest(scores)?;
        let pairs = scores.iter().zip(labels).filter_map(|(&score, &label)| Some((score, label?)));
        let (labelled, labels): (Vec<f32>, Vec<bool>) = pairs.unzip();
        let ranking = Ranking::new(&labelled, &labels)?;
        if ranking.positives == 0 {
            return Err(SuggestError::NoneDefective);
        }
        if ranking.negatives == 0 {
            return Err(SuggestError::NoneWhole);
        }
        let scores: Vec<f32> = ranking.steps.iter().map(|step| step.score).collect();
        let highest = highest(&scores)?;
        Ok(Self { ranking, scores, highest })
    }

    fn suggestion(&self, all: &[f32], lowest: Option<f32>) -> Suggestion {
        suggestion(all, cut_at(&self.scores, lowest, self.highest), Some(&self.ranking))
    }
}

/// Where to cut `sorted`, highest first, so that `lowest` is the lowest that is rejected, or none when there is none.
fn cut_at(sorted: &[f32], lowest: Option<f32>, highest: f32) -> f64 {
    match lowest {
        Some(lowest) => cut_below(lowest, sorted.iter().copied().find(|&score| score < lowest)),
        None => above_all(highest),
    }
}

/// Where to cut so that nothing is rejected.
fn above_all(highest: f32) -> f64 {
    // The margin is lost in rounding when the score is large.
    let above = (f64::from(highest) + MARGIN).max(f64::from(highest.next_up()));
    on_scale(above, highest)
}

fn suggestion(scores: &[f32], target: f64, labelled: Option<&Ranking>) -> Suggestion {
    let (threshold, decimals) = settle(scores, target);
    let rejected = scores.iter().filter(|&&score| f64::from(score) >= threshold).count();
    Suggestion {
        threshold,
        decimals,
        rejected: rejected as u64,
        accepted: (scores.len() - rejected) as u64,
        confusion: labelled.map(|ranking| ranking.confusion(threshold)),
    }
}

/// The highest score; an error when there is none or one is not finite.
fn highest(scores: &[f32]) -> Result<f32, SuggestError> {
    if let Some(index) = scores.iter().position(|score| !score.is_finite()) {
        return Err(SuggestError::NotFinite { index });
    }
    scores.iter().copied().reduce(f32::max).ok_or(SuggestError::NoScores)
}

fn in_range(rate: f64) -> Result<(), SuggestError> {
    if (0.0..=1.0).contains(&rate) { Ok(()) } else { Err(SuggestError::BadRate(rate)) }
}

/// The mean of the two in the middle when their number is even; sorts them. 0 of nothing.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle.wrapping_sub(1)), values.get(middle)) {
        (Some(low), Some(high)) if values.len().is_multiple_of(2) => (low + high) / 2.0,
        (_, Some(middle)) => *middle,
        (_, None) => 0.0,
    }
}
