use crate::Ranking;

/// How many are rejected and accepted at a threshold, rightly and wrongly. Positive means anomalous and rejected.
///
/// A rate over nothing has no value: where its class is empty it is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Confusion {
    /// Anomalous and rejected.
    pub true_positives: u64,
    /// Normal, but rejected.
    pub false_positives: u64,
    /// Normal and accepted.
    pub true_negatives: u64,
    /// Anomalous, but accepted.
    pub false_negatives: u64,
}

impl Ranking {
    /// The counts when scores of at least `threshold` are rejected. No score reaches a threshold of NaN.
    pub fn confusion(&self, threshold: f64) -> Confusion {
        let reached = self.steps.iter().filter(|step| f64::from(step.score) >= threshold);
        let (true_positives, false_positives) = reached
            .fold((0, 0), |(found, mistaken), step| (found + step.positives, mistaken + step.negatives));
        Confusion {
            true_positives,
            false_positives,
            true_negatives: self.negatives - false_positives,
            false_negatives: self.positives - true_positives,
        }
    }
}

impl Confusion {
    pub fn rejected(&self) -> u64 {
        self.true_positives + self.false_positives
    }

    pub fn accepted(&self) -> u64 {
        self.true_negatives + self.false_negatives
    }

    /// All that are anomalous.
    pub fn positives(&self) -> u64 {
        self.true_positives + self.false_negatives
    }

    /// All that are normal.
    pub fn negatives(&self) -> u64 {
        self.true_negatives + self.false_positives
    }

    /// The share of the rejected that is anomalous.
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.rejected())
    }

    /// The share of the anomalous that is rejected.
    pub fn recall(&self) -> Option<f64> {
        share(self.true_positives, self.positives())
    }

    /// 2PR/(P+R); 0 when nothing anomalous is rejected, `None` when nothing is anomalous.
    pub fn f1(&self) -> Option<f64> {
        self.recall().and(share(2 * self.true_positives, self.rejected() + self.positives()))
    }

    /// The share of the normal that is rejected: the false-positive rate.
    pub fn false_reject_rate(&self) -> Option<f64> {
        share(self.false_positives, self.negatives())
    }

    /// The share of the anomalous that is accepted: the false-negative rate.
    pub fn false_accept_rate(&self) -> Option<f64> {
        share(self.false_negatives, self.positives())
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
