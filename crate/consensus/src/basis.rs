//! What a large batch's pictures are compared with, one after another, without having them all in memory.

use spotcheck_imaging::Map;

use crate::{Calibration, Combined, Compared, Consensus, Error, Memory, Picture, Settings, combine};

/// What pictures are compared with: a batch's references, good pictures, or both.
///
/// The scale of either comparison is that of the references' patches. So what is said of a picture depends on it, the references
/// and the good pictures alone. Its scale is there when [`Basis::measure`] has gone through the references.
pub struct Basis {
    /// References that are not measured yet.
    waiting: Vec<(u64, Picture)>,
    good: Vec<u64>,
    /// Absent where pictures are not compared with each other.
    consensus: Option<Scaled<Consensus>>,
    memory: Option<Scaled<Memory>>,
}

/// A comparison with its scale.
struct Scaled<T> {
    with: T,
    /// How unlike the references' patches are.
    patches: Vec<f32>,
    scale: Option<Calibration>,
}

/// A picture's zero-shot map with what others say.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    pub combined: Combined,
    /// How many other pictures of the batch it was compared with.
    pub others: usize,
    /// How many good pictures it was compared with.
    pub good: usize,
}

impl Basis {
    /// `references` are those that the batch's pictures are compared with ([`drawn`](crate::drawn)); `together`: whether they are,
    /// and are not only the scale for the comparison with the `good` ones. Fails when the features are not of one shape.
    pub fn new(
        settings: &Settings,
        together: bool,
        references: Vec<(u64, Picture)>,
        good: Vec<(u64, Picture)>,
    ) -> Result<Self, Error> {
        let mut consensus = None;
        if together {
            // They were chosen already.
            let mut all = Consensus::new(Settings { references: None, ..settings.clone() })?;
            for (number, picture) in &references {
                all.insert(*number, picture.clone())?;
            }
            consensus = Some(Scaled::new(all));
        }
        let remembered: Vec<&Picture> = good.iter().map(|(_, picture)| picture).collect();
        let memory = (!good.is_empty()).then(|| Memory::new(&remembered, settings)).transpose()?;
        Ok(Self {
            waiting: references,
            good: good.iter().map(|(number, _)| *number).collect(),
            consensus,
            memory: memory.map(Scaled::new),
        })
    }

    /// Compares the next reference, for the scale; `false` when there is none left. Fails when its features are not of the good
    /// pictures' shape.
    pub fn measure(&mut self) -> Result<bool, Error> {
        let Some((number, picture)) = self.waiting.pop() else {
            self.consensus.iter_mut().for_each(Scaled::fit);
            self.memory.iter_mut().for_each(Scaled::fit);
            return Ok(false);
        };
        if let Some(consensus) = &mut self.consensus {
            consensus.add(consensus.with.compare_picture(number, &picture));
        }
        if let Some(memory) = self.memory.as_mut().filter(|_| !self.good.contains(&number)) {
            memory.add(Some(memory.with.compare(&picture)?));
        }
        Ok(true)
    }

    /// Combines a picture's zero-shot map with what the others say. A good picture is not held against the good ones. `None` where
    /// nothing is left to compare it with, before all references are measured, and when the map has another size than the
    /// picture. Fails when its features are not of the others' shape.
    pub fn combine(&self, number: u64, picture: &Picture, zero_shot: &Map) -> Result<Option<Joined>, Error> {
        let known = self.consensus.as_ref().and_then(|consensus| consensus.with.pictures().values().next());
        if known.is_some_and(|known| known.shape() != picture.shape()) {
            return Err(Error::Shapes);
        }
        let others = match &self.consensus {
            Some(consensus) => consensus.with.compare_picture(number, picture).zip(consensus.scale),
            None => None,
        };
        let good = match &self.memory {
            Some(memory) if !self.good.contains(&number) => {
                Some(memory.with.compare(picture)?).zip(memory.scale)
            }
            _ => None,
        };
        let said: Vec<(&Compared, Calibration)> =
            [&others, &good].into_iter().flatten().map(|(compared, scale)| (compared, *scale)).collect();
        let count = |of: &Option<(Compared, Calibration)>| of.as_ref().map_or(0, |(of, _)| of.others);
        let joined = |combined| Joined { combined, others: count(&others), good: count(&good) };
        Ok(combine(zero_shot, &said).map(joined))
    }
}

impl<T> Scaled<T> {
    fn new(with: T) -> Self {
        Self { with, patches: Vec::new(), scale: None }
    }

    fn add(&mut self, compared: Option<Compared>) {
        self.patches.extend(compared.into_iter().flat_map(|compared| compared.patches));
    }

    fn fit(&mut self) {
        self.scale = Calibration::fit(&self.patches);
    }
}
