use std::sync::Arc;

use js_sys::Array;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
pub use spotcheck_protocol::Decision;
use spotcheck_protocol::{
    Basis, Findings, JoinedFigures, Partners, Progress, Region, Stamp, Trouble, sample_score,
};
use wasm_bindgen::JsValue;
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
    /// Whether the person marked it as good: others are compared with it.
    pub good: ArcRwSignal<bool>,
    /// What other pictures say about its result.
    pub compared: ArcRwSignal<Option<Arc<Compared>>>,
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
    /// What other pictures are compared with it by; results of other methods and of earlier versions have nothing of that kind.
    pub features: Option<SendWrapper<Blob>>,
}

/// What other pictures say about a result.
pub struct Compared {
    /// What it was compared with.
    pub basis: Basis,
    /// The result joined with that, in the result's place; `None` where there was nothing to compare it with.
    pub joined: Option<Arc<Outcome>>,
}

/// The worker's layers, one after the other: heat, foreground, parts, and D, which results of earlier versions have not.
pub struct StoredLayers {
    pub width: u32,
    pub height: u32,
    pub bytes: SendWrapper<Blob>,
}

impl StoredLayers {
    /// The heat alone.
    pub fn heat(&self) -> Result<Blob, JsValue> {
        self.bytes.slice_with_f64_and_f64(0.0, self.pixels())
    }

    /// The same layers with another heat.
    fn with_heat(&self, heat: &Blob) -> Result<Self, JsValue> {
        let others = self.bytes.slice_with_f64(self.pixels())?;
        let bytes = Blob::new_with_blob_sequence(&Array::of2(heat, &others))?;
        Ok(Self { width: self.width, height: self.height, bytes: SendWrapper::new(bytes) })
    }

    /// How many there are of a layer: a byte each.
    fn pixels(&self) -> f64 {
        f64::from(self.width) * f64::from(self.height)
    }

    /// Whether D is among them.
    pub fn have_dichotomous(&self) -> bool {
        self.bytes.size() >= 4.0 * self.pixels()
    }
}

impl Item {
    /// A picture that was not inspected and that nothing is said of.
    pub fn new(id: ItemId, name: Arc<str>, file: File) -> Self {
        Self {
            id,
            name,
            file: SendWrapper::new(file),
            state: ArcRwSignal::new(State::Waiting),
            picture: ArcRwSignal::new(Shown::Unknown),
            truth: None,
            mask: None,
            decision: ArcRwSignal::new(None),
            note: ArcRwSignal::new("".into()),
            region: ArcRwSignal::default(),
            good: ArcRwSignal::default(),
            compared: ArcRwSignal::default(),
        }
    }

    /// What is shown of its result: joined with what other pictures say where that is known, or, if the prompts `alone` shall
    /// count, without.
    pub fn shown(&self, alone: bool) -> Option<Arc<Outcome>> {
        let outcome = self.outcome()?;
        let joined =
            self.compared.with(|compared| compared.as_ref().and_then(|compared| compared.joined.clone()));
        Some(joined.filter(|_| !alone).unwrap_or(outcome))
    }

    /// The zero-shot result. [`Item::shown`] is what the person sees.
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

/// What the command line would write of a result, with what it was joined with; `None` where that cannot be read.
fn with_partners(findings: &Findings, zero_shot: f32, partners: Partners) -> Option<String> {
    let mut json: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&findings.json).ok()?;
    let verdict = if findings.score >= findings.threshold { "reject" } else { "accept" };
    json.insert("score".into(), findings.score.into());
    json.insert("verdict".into(), verdict.into());
    json.insert("zero_shot_score".into(), zero_shot.into());
    json.insert("partners".into(), serde_json::to_value(partners).ok()?);
    serde_json::to_string_pretty(&json).ok()
}

impl Truth {
    /// Whether something is wrong.
    pub fn is_defective(&self) -> bool {
        *self != Truth::Whole
    }
}

impl Outcome {
    /// This result joined with what other pictures say: `map` is in place of the zero-shot map, `heat` is that as a layer.
    pub fn joined(&self, figures: JoinedFigures, map: Blob, heat: &Blob) -> Result<Self, JsValue> {
        let JoinedFigures { partners, score, peak } = figures;
        let mut findings = Findings { score, peak, partners: Some(partners), ..self.findings.clone() };
        if let Some(json) = with_partners(&findings, self.findings.score, partners) {
            findings.json = json;
        }
        let layers = self.layers.with_heat(heat)?;
        Ok(Self { findings, map: SendWrapper::new(map), layers, features: None })
    }

    /// Which result it is.
    pub fn stamp(&self, id: ItemId) -> Stamp {
        Stamp { id, made: self.findings.made }
    }

    /// The sample's score when it is the mean over this share of the components; needs no network. Of other methods than this
    /// program's own, and of what is joined with other pictures, the score stays.
    pub fn score(&self, top_share: f64) -> f32 {
        if !self.findings.method.is_own() || self.findings.partners.is_some() {
            return self.findings.score;
        }
        let scores: Vec<f32> = self.findings.components.iter().map(|component| component.score).collect();
        sample_score(&scores, top_share)
    }
}
