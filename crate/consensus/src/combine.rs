//! Two ways' opinions as one: what the prompts say (zero-shot), and what other pictures say.

use spotcheck_imaging::Map;

use crate::{Calibration, Compared, squash};

/// What joins the maps, place by place: this much of a patch's distance from [`NEUTRAL`], in spreads above the middle of the patches, is
/// added to the zero-shot map's logit. Two opinions, each as odds; the second counts less than its spreads say, for patches that are
/// rare are not all defects. This and the rule for the samples were chosen among a few on eight kinds of part that the demo pack was trained
/// with (products, roots of them, and means did worse there).
const WEIGHT: f64 = 0.5;

/// The distance that says nothing.
const NEUTRAL: f64 = 3.0;

/// Spreads at which a patch counts half for the sample.
const HALF: f64 = 2.0;

/// Beyond this, a z-score changes nothing any more; infinite ones, of batches without spread, must not become NaN.
const SURE: f64 = 50.0;

/// What prompts and other pictures say together.
#[derive(Clone, Debug, PartialEq)]
pub struct Combined {
    /// At the picture's size, 0 to 1.
    pub map: Map,
    /// Of the sample, 0 to 1: the highest product of the zero-shot map and of how far the place stands out. Whole parts have patches that
    /// are rare and others that the prompts mark, but seldom both in one place.
    pub score: f32,
}

/// The middle and spread of all patches of a batch's pictures, to combine them with; `None` where there are too few.
pub fn patch_calibration<'a>(compared: impl IntoIterator<Item = &'a Compared>) -> Option<Calibration> {
    let values: Vec<f32> = compared.into_iter().flat_map(|one| one.patches.iter().copied()).collect();
    Calibration::fit(&values)
}

/// Joins the zero-shot map (0 to 1) with how far each place stands out among the batch's patches.
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
    let both = || zero_shot.data().iter().zip(&z);
    let values = both().map(|(&score, z)| weigh(score, WEIGHT * (z - NEUTRAL))).collect();
    let score = both().map(|(&score, &z)| score * squash(z, HALF)).fold(0.0, f32::max);
    Some(Combined { map: Map::from_vec(size.0, size.1, values)?, score })
}

/// Adds to a probability's logit. What is certain stays so.
fn weigh(score: f32, logit: f64) -> f32 {
    let (score, odds) = (f64::from(score), logit.exp());
    (score * odds / (1.0 - score + score * odds)) as f32
}
