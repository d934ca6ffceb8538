//! Two ways' opinions as one: what the prompts say (zero-shot), and what other pictures say.

use spotcheck_imaging::Map;

use crate::{Calibration, Compared, squash};

/// Spreads above the middle of the patches at which a patch counts half. This and the product were chosen among a few on kinds of part
/// that the demo pack was trained with; others (the mean, the harmonic mean, a root of the map) do about as well or worse.
const HALF: f64 = 2.0;

/// Beyond this, a z-score changes nothing any more; infinite ones, of batches without spread, must not become NaN.
const SURE: f64 = 50.0;

/// What prompts and other pictures say together.
#[derive(Clone, Debug, PartialEq)]
pub struct Combined {
    /// At the picture's size, 0 to 1.
    pub map: Map,
    /// The map's highest value, 0 to 1.
    pub score: f32,
}

/// The middle and spread of all patches of a batch's pictures, to combine them with; `None` where there are too few.
pub fn patch_calibration<'a>(compared: impl IntoIterator<Item = &'a Compared>) -> Option<Calibration> {
    let values: Vec<f32> = compared.into_iter().flat_map(|one| one.patches.iter().copied()).collect();
    Calibration::fit(&values)
}

/// The zero-shot map (0 to 1) times how far each place stands out among the batch's patches, 0 to 1: high where both agree.
///
/// `others` are the comparisons of the picture, with a batch, with good pictures or both, each with its
/// [`patch_calibration`]; of several, the mean of the z-scores counts. `None` without any, and when the maps' sizes differ.
pub fn combine(zero_shot: &Map, others: &[(&Compared, Calibration)]) -> Option<Combined> {
    let size = (zero_shot.width(), zero_shot.height());
    let mut z = vec![0.0f64; zero_shot.data().len()];
    for (compared, calibration) in others {
        if (compared.map.width(), compared.map.height()) != size {
            return None;
        }
        for (z, &unlike) in z.iter_mut().zip(compared.map.data()) {
            *z += calibration.z(unlike).clamp(-SURE, SURE) / others.len() as f64;
        }
    }
    if others.is_empty() {
        return None;
    }
    let both = zero_shot.data().iter().zip(z);
    let values: Vec<f32> = both.map(|(&score, z)| score * squash(z, HALF)).collect();
    let score = values.iter().copied().fold(0.0, f32::max);
    Some(Combined { map: Map::from_vec(size.0, size.1, values)?, score })
}
