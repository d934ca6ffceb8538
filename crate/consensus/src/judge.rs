//! A batch's and the good pictures' opinion, fixed once, so that pictures can be judged one by one.

use std::collections::BTreeMap;

use spotcheck_imaging::Map;

use crate::{Calibration, Combined, Compared, Consensus, Error, Memory, Picture, Settings};
use crate::{combine, patch_calibration};

/// What pictures of a batch are judged by, beside the prompts.
///
/// It depends on the pictures that were [drawn](crate::drawn) of the batch and on the good ones. All others come and go: what is
/// said of a picture depends on no other one, nor on the order, and memory does not grow with the batch.
pub struct Judge {
    consensus: Option<(Consensus, Calibration)>,
    memory: Option<(Memory, Calibration)>,
}

impl Judge {
    /// Fixes what is ordinary: by the `drawn` pictures, under their numbers in the batch. With `consensus` they are compared with each
    /// other; with `good` pictures of whole parts, with those.
    ///
    /// Fails where there is nothing to judge by: one picture for a consensus, or neither of the two ways; and when the drawn ones
    /// show too little of parts.
    pub fn new(
        drawn: &BTreeMap<u64, &Picture>,
        good: &[&Picture],
        consensus: bool,
        settings: &Settings,
    ) -> Result<Self, Error> {
        if !consensus && good.is_empty() {
            return Err(Error::NoReferences);
        }
        // They have been drawn already.
        let all = Settings { references: None, ..settings.clone() };
        let consensus = match consensus {
            false => None,
            true if drawn.len() < 2 => return Err(Error::Alone(drawn.len())),
            true => {
                let mut batch = Consensus::new(all)?;
                for (&number, &picture) in drawn {
                    batch.insert(number, picture.clone())?;
                }
                let compared = drawn.keys().filter_map(|&number| batch.compare(number)).collect();
                Some((batch, scale(compared)?))
            }
        };
        let memory = match good.is_empty() {
            true => None,
            false => {
                let memory = Memory::new(good, settings)?;
                let compared =
                    drawn.values().map(|picture| memory.compare(picture)).collect::<Result<_, _>>()?;
                Some((memory, scale(compared)?))
            }
        };
        Ok(Self { consensus, memory })
    }

    /// Judges the picture that has this number in the batch, drawn or not, together with its zero-shot map. Fails when its features
    /// are not of the others' shape, or when its map is not of its size.
    pub fn judge(&self, number: u64, picture: &Picture, zero_shot: &Map) -> Result<Combined, Error> {
        let mut others = Vec::with_capacity(2);
        if let Some((consensus, scale)) = &self.consensus {
            let compared = match consensus.pictures().contains_key(&number) {
                true => consensus.compare(number),
                false => consensus.compare_visitor(picture)?,
            };
            others.push((compared.ok_or(Error::Alone(1))?, *scale));
        }
        if let Some((memory, scale)) = &self.memory {
            others.push((memory.compare(picture)?, *scale));
        }
        let others: Vec<(&Compared, Calibration)> =
            others.iter().map(|(compared, scale)| (compared, *scale)).collect();
        combine(zero_shot, &others).ok_or(Error::Shapes)
    }
}

fn scale(compared: Vec<Compared>) -> Result<Calibration, Error> {
    let patches = compared.iter().map(|one| one.patches.len()).sum();
    patch_calibration(&compared).ok_or(Error::FewPatches(patches))
}
