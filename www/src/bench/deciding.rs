//! What the machine and the person say of a picture.

use leptos::prelude::*;
use spotcheck_protocol::Region;

use super::Bench;
use crate::item::{Decision, Item, Outcome, State};
use crate::ranking::{Ranked, Standing};
use crate::regions::is_outdated;

impl Bench {
    /// The scores of all results, each with what is known: whether the picture shows a defect in what was looked at, by its truth
    /// or else by the person's decision.
    pub fn scores(self) -> Vec<(f32, Option<bool>)> {
        self.items.with(|items| {
            let scored = items.iter().filter_map(|item| {
                let score = item.state.with(|state| match state {
                    State::Done(outcome) => Some(self.judge(outcome).0),
                    _ => None,
                })?;
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

pub(super) fn judge(outcome: &Outcome, threshold: f64, top_share: Option<f64>) -> (f32, bool) {
    let score = top_share.map_or(outcome.findings.score, |share| outcome.score(share));
    (score, f64::from(score) >= threshold)
}

pub(super) fn ranked_of(
    item: &Item,
    region_of_all: &Region,
    threshold: f64,
    top_share: Option<f64>,
) -> Ranked {
    let standing = item.state.with(|state| match state {
        State::Waiting | State::Running(_) => Standing::Open,
        State::Failed(_) | State::Cancelled => Standing::Without,
        State::Done(outcome) => {
            let (score, rejected) = judge(outcome, threshold, top_share);
            Standing::Done { score, rejected }
        }
    });
    let outdated = is_outdated(item, region_of_all);
    Ranked { id: item.id, name: item.name.to_lowercase(), standing, decision: item.decision.get(), outdated }
}
