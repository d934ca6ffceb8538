//! Two ways' opinions as one: what the prompts say (zero-shot), and what other pictures say.

use spotcheck_imaging::Map;

use crate::{Calibration, Compared};

/// A z-score beyond this counts as this: past it, one way is sure, and how sure says nothing.
const SURE: f64 = 4.0;

/// Spreads above the middle of a batch's patches at which a patch counts half.
const HALF: f64 = 1.0;

/// The samples' z-scores by several ways that each saw all of them: the mean of the ways' robust z-scores, each cut at ±4.
/// `None` when a way has too few scores for a calibration, or when their numbers differ.
pub fn combined_z(ways: &[&[f32]]) -> Option<Vec<f64>> {
    let count = ways.first()?.len();
    let mut sums = vec![0.0; count];
    for way in ways {
        if way.len() != count {
            return None;
        }
        let calibration = Calibration::fit(way)?;
        for (sum, &score) in sums.iter_mut().zip(*way) {
            *sum += calibration.z(score).clamp(-SURE, SURE) / ways.len() as f64;
        }
    }
    Some(sums)
}

/// The zero-shot map times how far each place stands out of the batch's patches, 0 to 1: what both find is left.
///
/// `patches` is the calibration over the patches of all of the batch's pictures ([`patch_calibration`]). `None` when the maps' sizes
/// differ.
pub fn combined_map(zero_shot: &Map, compared: &Compared, patches: &Calibration) -> Option<Map> {
    if (zero_shot.width(), zero_shot.height()) != (compared.map.width(), compared.map.height()) {
        return None;
    }
    let both = zero_shot.data().iter().zip(compared.map.data());
    let values = both.map(|(&score, &unlike)| score * crate::squash(patches.z(unlike), HALF)).collect();
    Map::from_vec(zero_shot.width(), zero_shot.height(), values)
}

/// The middle and spread of all patches of a batch; `None` where there are too few.
pub fn patch_calibration<'a>(compared: impl IntoIterator<Item = &'a Compared>) -> Option<Calibration> {
    let values: Vec<f32> = compared.into_iter().flat_map(|one| one.patches.iter().copied()).collect();
    Calibration::fit(&values)
}
