//! Pictures on their way through the workers.

use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use spotcheck_protocol::{EngineChoice, Failure, PackPlace, Report, Request};

use super::Bench;
use super::deciding::judge;
use crate::item::{Item, Outcome, State, StoredLayers};
use crate::memory::{Word, remember};
use crate::pictures;
use crate::queue::{ItemId, JobId};
use crate::trouble;
use crate::words;

impl Bench {
    /// Ends the workers and starts them anew with another engine. What they worked on is done again.
    pub fn restart(self, choice: EngineChoice) {
        let lost: Vec<ItemId> = self.desk(|desk| {
            desk.choice = choice;
            let slots = desk.queue.running();
            let lost: Vec<ItemId> =
                slots.into_iter().filter_map(|(_, slot)| desk.queue.lose_worker(slot)).collect();
            lost.iter().rev().for_each(|&item| desk.queue.put_back(item));
            lost
        });
        for item in lost.into_iter().filter_map(|id| self.item_untracked(id)) {
            item.state.set(State::Waiting);
        }
        self.start_workers();
    }

    /// Inspects with another pack from now on, and all pictures again.
    pub fn use_pack(self, place: PackPlace) {
        let stored = match &place {
            PackPlace::Stored(preset) => Some(preset.clone()),
            PackPlace::Site(_) => None,
        };
        remember(Word::Pack, stored.as_deref());
        self.place.set(place);
        self.requeue_all();
        self.start_workers();
    }

    /// The engine that the person chose.
    pub fn choice(self) -> EngineChoice {
        self.desk(|desk| desk.choice)
    }

    /// All pictures wait again; what the workers do meanwhile is for nobody.
    pub(super) fn requeue_all(self) {
        let items = self.items.get_untracked();
        self.desk(|desk| {
            desk.queue.clear();
            items.iter().for_each(|item| desk.queue.add(item.id));
        });
        for item in items {
            self.settle(&item, State::Waiting);
        }
    }

    /// Gives a picture a state that is worth keeping. What others said of its result before was of that result.
    pub fn settle(self, item: &Item, state: State) {
        item.compared.set(None);
        item.state.set(state);
        self.keeper.changed(item);
    }

    /// Inspects a picture again that has no result.
    pub fn retry(self, item: &Item) {
        self.settle(item, State::Waiting);
        self.desk(|desk| desk.queue.add(item.id));
        self.next();
    }

    /// Inspects again all pictures that have no result.
    pub fn retry_all(self) {
        for item in self.items.get_untracked() {
            if matches!(item.state.get_untracked(), State::Failed(_) | State::Cancelled) {
                self.retry(&item);
            }
        }
    }

    /// Lets waiting pictures wait, or go on.
    pub fn pause(self, paused: bool) {
        self.paused.set(paused);
        self.keeper.head(self);
        self.next();
    }

    /// Stops what runs and takes back what waits.
    pub fn cancel(self) {
        self.stop_running();
        for item in self.desk(|desk| desk.queue.clear()).into_iter().filter_map(|id| self.item_untracked(id))
        {
            self.settle(&item, State::Cancelled);
        }
        self.pause(false);
    }

    /// Takes one picture back that waits or runs.
    pub fn cancel_one(self, item: &Item) {
        if let Some((job, slot)) = self.desk(|desk| desk.queue.remove(item.id)) {
            self.post(slot, &Request::Cancel { job });
        }
        self.settle(item, State::Cancelled);
    }

    pub fn found(self, job: JobId, report: Report) {
        let Some(item) = self.desk(|desk| desk.queue.finish(job)).and_then(|id| self.item_untracked(id))
        else {
            return self.next();
        };
        if let Some(picture) = &report.picture {
            let kept = item.clone();
            pictures::show_pixels(&item, picture, move |file| self.keeper.shown(&kept, file));
        }
        let outcome = Outcome::keep(report);
        let (score, rejected) =
            judge(&outcome, self.threshold.get_untracked(), self.top_share.get_untracked());
        let verdict = words::verdict_name(words::verdict(rejected));
        let score = words::decimal(f64::from(score), 2);
        self.announcement.set(format!("{}: {score}, {verdict}", item.name));
        self.settle(&item, State::Done(Arc::new(outcome)));
        self.open_first_result(item.id);
        self.next();
    }

    /// Shows a result, unless one is shown or the person looks at something.
    fn open_first_result(self, id: ItemId) {
        let shown = self.selected.get_untracked().and_then(|id| self.item_untracked(id));
        let has_result = shown.is_some_and(|item| matches!(item.state.get_untracked(), State::Done(_)));
        if !has_result && !self.by_hand.get_untracked() {
            self.selected.set(Some(id));
        }
    }

    pub fn failed(self, job: JobId, failure: Failure) {
        if let Some(item) = self.desk(|desk| desk.queue.finish(job)).and_then(|id| self.item_untracked(id)) {
            match failure {
                Failure::Cancelled => self.settle(&item, State::Cancelled),
                Failure::Failed(of) => {
                    self.announcement.set(format!("{}: {}", item.name, trouble::sentence(&of)));
                    self.settle(&item, State::Failed(Arc::new(of)));
                }
            }
        }
        self.next();
    }

    /// Seconds until all is done by the workers that there are, once a picture was measured and at least ten are left.
    pub fn seconds_left(self) -> Option<f64> {
        let states: Vec<State> = self.items.with(|items| items.iter().map(|item| item.state.get()).collect());
        let taken: Vec<f64> = states
            .iter()
            .filter_map(|state| match state {
                State::Done(outcome) => Some(words::total(&outcome.findings.seconds)),
                _ => None,
            })
            .collect();
        let left: f64 = states
            .iter()
            .map(|state| match state {
                State::Waiting => 1.0,
                State::Running(progress) => 1.0 - words::done(progress.get()),
                _ => 0.0,
            })
            .sum();
        let mean = taken.iter().sum::<f64>() / taken.len() as f64;
        let workers = self.desk(|desk| desk.ready()).max(1);
        Some(mean * left / workers as f64).filter(|&seconds| seconds >= 10.0)
    }
}

impl Outcome {
    fn keep(report: Report) -> Self {
        let Report { findings, map, layers, features, .. } = report;
        Self {
            findings,
            map: SendWrapper::new(map),
            layers: StoredLayers {
                width: layers.width,
                height: layers.height,
                bytes: SendWrapper::new(layers.bytes),
            },
            features: Some(features).filter(|features| features.size() > 0.0).map(SendWrapper::new),
        }
    }
}
