//! Where in a tile something is wrong (paper section 2, *Pixel-level predictor*): the harmonic mean over the
//! localising prompts, high only where all of them agree.

use spotcheck_imaging::Map;

use crate::Settings;

/// The weighted harmonic mean of sigmoid(logits) over prompts, at the logits' size, 0 to 1.
///
/// Exact: 1/sigmoid(l) = 1 + exp(−l), so nothing is divided by a rounded probability. `None` without maps, without
/// weight, or when the maps' sizes or number differ.
pub fn harmonic_mean(logits: &[Map], weights: &[u32], settings: &Settings) -> Option<Map> {
    let first = logits.first()?;
    let size = (first.width(), first.height());
    let total: f64 = weights.iter().map(|&w| f64::from(w)).sum();
    let fits = logits.iter().all(|map| (map.width(), map.height()) == size) && logits.len() == weights.len();
    if !fits || total == 0.0 {
        return None;
    }
    let limit = settings.logit_limit as f32;
    let mut sums = vec![0.0f64; first.data().len()];
    for (map, &weight) in logits.iter().zip(weights) {
        for (sum, &logit) in sums.iter_mut().zip(map.data()) {
            *sum += f64::from(weight) * (1.0 + f64::from(-logit.clamp(-limit, limit)).exp());
        }
    }
    Map::from_vec(size.0, size.1, sums.into_iter().map(|sum| (total / sum) as f32).collect())
}
