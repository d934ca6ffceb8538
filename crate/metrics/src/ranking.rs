use crate::Error;

/// Scores with their labels, highest score first, equal scores as one step.
#[derive(Clone, Debug)]
pub struct Ranking {
    pub(crate) steps: Vec<Step>,
    pub(crate) positives: u64,
    pub(crate) negatives: u64,
}

/// All that share a score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) score: f32,
    pub(crate) positives: u64,
    pub(crate) negatives: u64,
}

/// The highest F1 over all thresholds, and the threshold that reaches it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestF1 {
    /// 0 to 1.
    pub f1: f64,
    /// Scores of at least this are called anomalous.
    pub threshold: f32,
}

impl Ranking {
    /// Ranks `scores`; `labels` tell which are anomalous. NaN and lists of unequal length are errors.
    pub fn new(scores: &[f32], labels: &[bool]) -> Result<Self, Error> {
        if scores.len() != labels.len() {
            return Err(Error::Unpaired { scores: scores.len(), labels: labels.len() });
        }
        if let Some(index) = scores.iter().position(|score| score.is_nan()) {
            return Err(Error::NotANumber { index });
        }
        let mut pairs: Vec<(f32, bool)> = scores.iter().copied().zip(labels.iter().copied()).collect();
        pairs.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut steps: Vec<Step> = Vec::new();
        for (score, label) in pairs {
            let (positive, negative) = (u64::from(label), u64::from(!label));
            match steps.last_mut() {
                // `==` and not the sort's order, so that 0 and −0 are one step.
                Some(step) if step.score == score => {
                    step.positives += positive;
                    step.negatives += negative;
                }
                _ => steps.push(Step { score, positives: positive, negatives: negative }),
            }
        }
        let positives = steps.iter().map(|step| step.positives).sum();
        let negatives = steps.iter().map(|step| step.negatives).sum();
        Ok(Self { steps, positives, negatives })
    }

    /// F1-max: the highest 2PR/(P+R) along the precision–recall curve (WinCLIP; scikit-learn's
    /// `precision_recall_curve`). The highest of several equal thresholds is given.
    pub fn best_f1(&self) -> Result<BestF1, Error> {
        if self.positives == 0 {
            return Err(Error::NothingAnomalous { count: self.count() });
        }
        let (mut found, mut called) = (0, 0);
        let mut best = BestF1 { f1: 0.0, threshold: f32::INFINITY };
        for step in &self.steps {
            found += step.positives;
            called += step.positives + step.negatives;
            let f1 = 2.0 * found as f64 / (called + self.positives) as f64;
            if f1 > best.f1 {
                best = BestF1 { f1, threshold: step.score };
            }
        }
        Ok(best)
    }

    /// Area under the receiver operating characteristic (scikit-learn's `roc_auc_score`); ties count half.
    pub fn auroc(&self) -> Result<f64, Error> {
        self.both_sides()?;
        let (mut area, mut found) = (0.0, 0u64);
        for step in &self.steps {
            area += step.negatives as f64 * (found as f64 + step.positives as f64 / 2.0);
            found += step.positives;
        }
        Ok(area / (self.positives as f64 * self.negatives as f64))
    }

    /// The F1 that calling everything anomalous gets: what a constant score is worth.
    pub fn constant_f1(&self) -> Result<f64, Error> {
        if self.positives == 0 {
            return Err(Error::NothingAnomalous { count: self.count() });
        }
        let positives = self.positives as f64;
        Ok(2.0 * positives / (2.0 * positives + self.negatives as f64))
    }

    pub(crate) fn count(&self) -> usize {
        (self.positives + self.negatives) as usize
    }

    pub(crate) fn both_sides(&self) -> Result<(), Error> {
        match (self.positives, self.negatives) {
            (0, _) => Err(Error::NothingAnomalous { count: self.count() }),
            (_, 0) => Err(Error::NothingNormal { count: self.count() }),
            _ => Ok(()),
        }
    }
}
