use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
pub use spotcheck_protocol::Decision;
use spotcheck_protocol::{Findings, Progress, Region, Trouble, sample_score};
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
    /// A picture of the same size that is black where nothing is wrong.
    pub mask: Option<SendWrapper<File>>,
    /// What the person decided.
    pub decision: ArcRwSignal<Option<Decision>>,
    /// What the person wrote about it.
    pub note: ArcRwSignal<Arc<str>>,
    /// What the person drew on this picture alone.
    pub region: ArcRwSignal<Region>,
}

/// The truth about a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Truth {
    /// Nothing is wrong with it.
    Whole,
    /// The address of a picture that marks what is, and is clear elsewhere.
    Marked(Arc<str>),
    /// Something is; where may be in the picture's mask.
    Defective,
}

/// How far a picture's inspection is.
#[derive(Clone)]
pub enum State {
    Waiting,
    /// Its progress is a signal of its own: it changes far more often than the state.
    Running(ArcRwSignal<Progress>),
    Done(Arc<Outcome>),
    /// What went wrong, and what to do.
    Failed(Arc<Trouble>),
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

/// The worker's layers, one after the other: heat, foreground, parts, and D, which results of earlier versions have not.
pub struct StoredLayers {
    pub width: u32,
    pub height: u32,
    pub bytes: SendWrapper<Blob>,
}

impl StoredLayers {
    /// Whether D is among them.
    pub fn have_dichotomous(&self) -> bool {
        self.bytes.size() >= 4.0 * f64::from(self.width) * f64::from(self.height)
    }
}

impl Item {
    pub fn outcome(&self) -> Option<Arc<Outcome>> {
        self.state.with(|state| match state {
            State::Done(outcome) => Some(outcome.clone()),
            _ => None,
        })
    }

    /// Whether something is known to be wrong in what was looked at of it. A picture whose defects all lie outside of that is
    /// whole there: nothing in it is to be found.
    pub fn is_defective(&self) -> Option<bool> {
        let defective = self.truth.as_ref()?.is_defective();
        let outside = self.state.with(|state| match state {
            State::Done(outcome) => outcome.findings.truth_outside,
            _ => false,
        });
        Some(defective && !outside)
    }
}

impl Truth {
    /// Whether something is wrong.
    pub fn is_defective(&self) -> bool {
        *self != Truth::Whole
    }
}

impl Outcome {
    /// The sample's score when it is the mean over this share of the components; needs no network.
    pub fn score(&self, top_share: f64) -> f32 {
        let scores: Vec<f32> = self.findings.components.iter().map(|component| component.score).collect();
        sample_score(&scores, top_share)
    }
}
