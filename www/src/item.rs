use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use spotcheck_protocol::{Findings, Progress};
use web_sys::{Blob, File};

use crate::queue::ItemId;

/// A picture in the list. Clones are the same picture.
#[derive(Clone)]
pub struct Item {
    pub id: ItemId,
    pub name: Arc<str>,
    pub file: SendWrapper<File>,
    pub state: ArcRwSignal<State>,
    pub picture: ArcRwSignal<Shown>,
    /// What is known to be wrong in it.
    pub truth: Option<Truth>,
}

/// The truth about a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Nothing is wrong with it.
    Whole,
    /// The address of a picture that marks what is, and is clear elsewhere.
    Marked(Arc<str>),
}

/// How far a picture's inspection is.
#[derive(Clone)]
pub enum State {
    Waiting,
    Running(Progress),
    Done(Arc<Outcome>),
    /// What went wrong, and what to do.
    Failed(Arc<str>),
    Cancelled,
}

impl State {
    /// The state's name in the document, for styles and tests.
    pub fn name(&self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running(_) => "running",
            State::Done(_) => "done",
            State::Failed(_) => "failed",
            State::Cancelled => "cancelled",
        }
    }
}

/// Addresses under which the page shows a picture.
#[derive(Clone, PartialEq)]
pub enum Shown {
    /// The browser has not yet tried.
    Unknown,
    Yes {
        thumbnail: String,
        full: String,
    },
    /// The browser cannot decode it; the worker sends the pixels if it can.
    No,
}

/// A finished inspection. Arrays are in blobs, which the browser may keep out of memory: a batch is large.
pub struct Outcome {
    pub findings: Findings,
    /// The raw map: `f32` in the machine's byte order.
    pub map: SendWrapper<Blob>,
    pub layers: StoredLayers,
}

/// The worker's layers, one after the other: heat, foreground, parts.
pub struct StoredLayers {
    pub width: u32,
    pub height: u32,
    pub bytes: SendWrapper<Blob>,
}

impl Item {
    pub fn outcome(&self) -> Option<Arc<Outcome>> {
        self.state.with(|state| match state {
            State::Done(outcome) => Some(outcome.clone()),
            _ => None,
        })
    }
}

/// The list's order: finished ones by score, highest first; then those under way and waiting as they came; then those
/// without a result.
pub fn order(states: &[(ItemId, State)]) -> Vec<ItemId> {
    let rank = |state: &State| match state {
        State::Done(_) => 0,
        State::Running(_) | State::Waiting => 1,
        State::Failed(_) | State::Cancelled => 2,
    };
    let score = |state: &State| match state {
        State::Done(outcome) => outcome.findings.score,
        _ => 0.0,
    };
    let mut sorted: Vec<_> = states.iter().collect();
    sorted.sort_by(|(a_id, a), (b_id, b)| {
        rank(a).cmp(&rank(b)).then_with(|| score(b).total_cmp(&score(a))).then_with(|| a_id.cmp(b_id))
    });
    sorted.into_iter().map(|(id, _)| *id).collect()
}
