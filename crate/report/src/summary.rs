use crate::{Decision, Entry, Label, Outcome, Verdict};

/// How many bars the histogram of scores has.
pub(crate) const BARS: usize = 20;

/// What can be said of a batch as a whole; takes entries one by one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// By verdict (accept, reject, none) and decision (accept, reject, unsure, none).
    counts: [[usize; 4]; 3],
    /// Scores from 0 to 1 in bars of equal width: accepted ones, rejected ones.
    pub(crate) bars: [[usize; 2]; BARS],
    /// Verdicts against true labels; all zero when nothing is labelled.
    pub confusion: Confusion,
    pub(crate) rows: Vec<Row>,
}

/// An entry in the list of all.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub name: String,
    pub found: Option<(f32, Verdict)>,
    pub decision: Option<Decision>,
    pub label: Option<Label>,
}

/// Verdicts against true labels. Positive is what is found: a defective thing, rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Defective and rejected.
    pub true_positives: usize,
    /// Whole, but rejected.
    pub false_positives: usize,
    /// Defective, but accepted.
    pub false_negatives: usize,
    /// Whole and accepted.
    pub true_negatives: usize,
}

impl Summary {
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut summary = Self::default();
        entries.into_iter().for_each(|entry| summary.add(entry));
        summary
    }

    pub fn add(&mut self, entry: &Entry) {
        let found = match &entry.outcome {
            Outcome::Found(findings) => Some((findings.score, findings.verdict)),
            Outcome::Failed(_) => None,
        };
        let verdict = found.map(|(_, verdict)| verdict);
        self.counts[verdict_at(verdict)][decision_at(entry.decision)] += 1;
        if let Some((score, verdict)) = found.filter(|(score, _)| score.is_finite()) {
            let bar = ((score.clamp(0.0, 1.0) * BARS as f32) as usize).min(BARS - 1);
            self.bars[bar][verdict_at(Some(verdict))] += 1;
        }
        let confusion = &mut self.confusion;
        match (entry.label, verdict) {
            (Some(Label::Defective), Some(Verdict::Reject)) => confusion.true_positives += 1,
            (Some(Label::Whole), Some(Verdict::Reject)) => confusion.false_positives += 1,
            (Some(Label::Defective), Some(Verdict::Accept)) => confusion.false_negatives += 1,
            (Some(Label::Whole), Some(Verdict::Accept)) => confusion.true_negatives += 1,
            (None, _) | (_, None) => {}
        }
        self.rows.push(Row { name: entry.name.clone(), found, decision: entry.decision, label: entry.label });
    }

    /// How many entries there are.
    pub fn entries(&self) -> usize {
        self.rows.len()
    }

    /// How many have this verdict, or none, and this decision, or none.
    pub fn count(&self, verdict: Option<Verdict>, decision: Option<Decision>) -> usize {
        self.counts[verdict_at(verdict)][decision_at(decision)]
    }

    /// How many have this verdict; those without one have no result.
    pub fn verdicts(&self, verdict: Option<Verdict>) -> usize {
        self.counts[verdict_at(verdict)].iter().sum()
    }

    /// How many have this decision; those without one nobody has decided on.
    pub fn decisions(&self, decision: Option<Decision>) -> usize {
        self.counts.iter().map(|row| row[decision_at(decision)]).sum()
    }

    /// How many decisions contradict the verdict.
    pub fn overruled(&self) -> usize {
        self.count(Some(Verdict::Accept), Some(Decision::Reject))
            + self.count(Some(Verdict::Reject), Some(Decision::Accept))
    }
}

impl Confusion {
    /// How many are labelled and have a verdict.
    pub fn total(&self) -> usize {
        self.true_positives + self.false_positives + self.false_negatives + self.true_negatives
    }

    /// Of the rejected ones the share that is defective, 0 to 1; `None` when none was rejected.
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Of the defective ones the share that was rejected, 0 to 1; `None` when none is defective.
    pub fn recall(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// The harmonic mean of both, 0 to 1; `None` when none is defective and none was rejected.
    pub fn f1(&self) -> Option<f64> {
        let wrong = self.false_positives + self.false_negatives;
        share(2 * self.true_positives, 2 * self.true_positives + wrong)
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn verdict_at(verdict: Option<Verdict>) -> usize {
    match verdict {
        Some(Verdict::Accept) => 0,
        Some(Verdict::Reject) => 1,
        None => 2,
    }
}

fn decision_at(decision: Option<Decision>) -> usize {
    match decision {
        Some(Decision::Accept) => 0,
        Some(Decision::Reject) => 1,
        Some(Decision::Unsure) => 2,
        None => 3,
    }
}
