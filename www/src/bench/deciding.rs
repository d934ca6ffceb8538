//! What the machine and the person say of a picture.

use leptos::prelude::*;
use spotcheck_protocol::{Calibration, Method, Region};

use super::{Bench, NO, YES, is_named};
use crate::comparing::MOST_GOOD;
use crate::item::{Decision, Item, Outcome, State};
use crate::memory::{Word, remember};
use crate::ranking::{Ranked, Standing};
use crate::regions::outdated;
use crate::{text, words};

impl Bench {
    /// The scores of all results, each with what is known: whether the picture shows a defect in what was looked at, by its truth
    /// or else by the person's decision.
    pub fn scores(self) -> Vec<(f32, Option<bool>)> {
        self.items.with(|items| {
            let scored = items.iter().filter_map(|item| {
                let score = self.judge(&*self.shown(item)?).0;
                let said = match item.decision.get() {
                    Some(Decision::Accept) => Some(false),
                    Some(Decision::Reject) => Some(true),
                    Some(Decision::Unsure) | None => None,
                };
                Some((score, item.is_defective().or(said)))
            });
            scored.collect()
        })
    }

    /// An outcome's score, and whether that is a reject, by the present settings.
    pub fn judge(self, outcome: &Outcome) -> (f32, bool) {
        judge(outcome, self.threshold.get(), self.top_share.get())
    }

    /// A score as the person wants to read it: as it is, or in spreads above the batch's middle.
    pub fn figure(self, score: f64) -> String {
        match self.scale() {
            Some(calibration) => words::signed(calibration.z(score as f32), 1),
            None => words::decimal(score, 2),
        }
    }

    /// The batch's middle and spread, where the person wants scores to be told in it.
    pub fn scale(self) -> Option<Calibration> {
        self.spreads.get().and_then(|_| self.calibration.get())
    }

    /// Tells scores in spreads above the middle, or as they are. The threshold stays where it is.
    pub fn tell_in_spreads(self, on: bool) {
        let threshold = self.threshold.get_untracked();
        let z = self.calibration.get_untracked().map(|calibration| calibration.z(threshold as f32));
        self.spreads.set(z.filter(|_| on));
        self.preview_threshold(threshold);
        self.keep_threshold();
    }

    /// Marks a picture as good, or takes the mark away. There are at most [`MOST_GOOD`] of them.
    pub fn mark_good(self, item: &Item) {
        let marked = item.good.get_untracked();
        if !marked && self.count_good() >= MOST_GOOD {
            return self.announcement.set(text::good_enough(MOST_GOOD));
        }
        item.good.set(!marked);
        self.keeper.judged(item);
    }

    /// How many pictures are marked as good.
    pub fn count_good(self) -> usize {
        self.items.with(|items| items.iter().filter(|item| item.good.get()).count())
    }

    /// Has the pictures of a batch compared with each other, or not. What would be so anyway is no wish.
    pub fn compare_together(self, on: bool) {
        let wish = Some(on).filter(|&on| on != untrack(|| is_named(self.object)));
        remember(Word::Together, wish.map(|on| if on { YES } else { NO }));
        self.wishes_together.set(wish);
    }

    /// Writes down what the person says about a picture; the same word again takes it back.
    pub fn decide(self, item: &Item, decision: Decision) {
        let before = item.decision.get_untracked();
        self.say(item, (before != Some(decision)).then_some(decision));
    }

    /// Writes down what the person says about a picture.
    pub fn say(self, item: &Item, decision: Option<Decision>) {
        item.decision.set(decision);
        self.keeper.judged(item);
    }

    /// Writes down a note on a picture.
    pub fn note(self, item: &Item, note: &str) {
        item.note.set(note.into());
        self.keeper.judged(item);
    }
}

pub(super) fn score(outcome: &Outcome, top_share: Option<f64>) -> f32 {
    top_share.map_or(outcome.findings.score, |share| outcome.score(share))
}

pub(super) fn judge(outcome: &Outcome, threshold: f64, top_share: Option<f64>) -> (f32, bool) {
    let score = score(outcome, top_share);
    (score, f64::from(score) >= threshold)
}

pub(super) fn ranked_of(
    item: &Item,
    region_of_all: &Region,
    method: Method,
    alone: bool,
    threshold: f64,
    top_share: Option<f64>,
) -> Ranked {
    let standing = item.state.with(|state| match state {
        State::Waiting | State::Running(_) => Standing::Open,
        State::Failed(_) | State::Cancelled => Standing::Without,
        State::Done(_) => item.shown(alone).map_or(Standing::Without, |outcome| {
            let (score, rejected) = judge(&outcome, threshold, top_share);
            Standing::Done { score, rejected }
        }),
    });
    let outdated = outdated(item, region_of_all, method);
    Ranked { id: item.id, name: item.name.to_lowercase(), standing, decision: item.decision.get(), outdated }
}
