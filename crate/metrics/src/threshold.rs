/// A threshold has at least this many decimals: what a page shows.
const FEWEST_DECIMALS: usize = 2;
/// A threshold has at most this many decimals, or is left as it is: neighbours of 1 are 6·10⁻⁸ apart in `f32`.
const MOST_DECIMALS: usize = 6;
/// Beyond the highest or the lowest score a threshold keeps this distance.
pub(crate) const MARGIN: f64 = 0.01;

/// The threshold of the fewest decimals, two or more, that parts `scores` as `target` does and equals none of them; of
/// these the one nearest to `target`. Read as `f32` it parts them the same way.
///
/// Also given is how many decimals it has; `None` when six are too few. The scores must be finite. Zero may equal a score,
/// since it is one number in all types.
pub(crate) fn settle(scores: &[f32], target: f64) -> (f64, Option<usize>) {
    let (mut below, mut above) = (f64::NEG_INFINITY, f64::INFINITY);
    for score in scores.iter().map(|&score| f64::from(score)) {
        if score < target {
            below = below.max(score);
        } else {
            above = above.min(score);
        }
    }
    let apart = |threshold: f64| {
        let between = |value: f64| below < value && (value < above || (value == 0.0 && above == 0.0));
        between(threshold) && between(f64::from(threshold as f32))
    };
    let mut scale = 10f64.powi(FEWEST_DECIMALS as i32);
    for decimals in FEWEST_DECIMALS..=MOST_DECIMALS {
        // One on either side of the target, and one further, since a score may lie between the target and the number.
        let at = (target * scale).floor();
        let mut round = [at - 1.0, at, at + 1.0, at + 2.0].map(|value| value / scale);
        round.sort_by(|a, b| (a - target).abs().total_cmp(&(b - target).abs()));
        if let Some(threshold) = round.into_iter().find(|&threshold| apart(threshold)) {
            return (threshold, Some(decimals));
        }
        scale *= 10.0;
    }
    let threshold = if apart(target) {
        target
    } else if above.is_finite() {
        above
    } else {
        f64::from((below as f32).next_up())
    };
    (threshold, None)
}

/// Where to cut so that `lowest` is rejected, and `next`, the score below it, is not: in the middle. Without a score
/// below, a little lower; not below 0 when the score is not.
pub(crate) fn cut_below(lowest: f32, next: Option<f32>) -> f64 {
    let lowest = f64::from(lowest);
    match next {
        Some(next) => (lowest + f64::from(next)) / 2.0,
        None if lowest >= 0.0 => (lowest - MARGIN).max(0.0),
        None => lowest - MARGIN,
    }
}

/// `target`, or 1 when that is lower and `highest`, the highest score, is below it too: thresholds are set on a scale that
/// ends at 1.
pub(crate) fn on_scale(target: f64, highest: f32) -> f64 {
    if highest < 1.0 { target.min(1.0) } else { target }
}
