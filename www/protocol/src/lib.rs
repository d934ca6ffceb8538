//! The messages between the page and its worker: two closed enums, [`Request`] and [`Reply`].
//!
//! They cross as plain objects through serde-wasm-bindgen. Big arrays are JavaScript's own typed arrays inside of
//! them: [`envelope`] lists their buffers, so that posting a message hands them over instead of copying them.
//!
//! A worker does one thing at a time. The page sends the next [`Request::Inspect`] after the reply to the last one;
//! [`Request::Cancel`], [`Request::EncodeMap`], [`Request::Outline`], [`Request::Rate`] and [`Request::Compare`] may come at any time.
//! The page may have several workers at work. What is done with packs takes long and is for a worker of its own, which runs the same
//! code; [`Request::Stop`] may come to it at any time. Comparing takes long, too, and is for another one: all pictures' features come
//! together there, whichever worker has made them.
#![forbid(unsafe_code)]

mod comparing;
mod export;
mod library;
mod measures;
mod method;
mod reply;
mod request;
mod trouble;

pub use comparing::{Basis, Features, Fellow, Joined, JoinedFigures, Partners, Stamp};
pub use export::{Decision, Export, Exported, ExportedOutcome, What};
pub use library::{Ended, Getting, Library, PackOffer, PackPlace, PackState, Precision, Source, Step};
pub use measures::{Estimate, MapRegion, MapRegions, MaskFile, Masked, PixelQuality};
pub use method::Method;
pub use reply::{Colours, Engine, Failure, Findings, Layers, Picture, PromptMap, Reply, Report};
pub use request::{EngineChoice, Request};
pub use spotcheck_consensus::{
    Calibration, LEAST_PICTURES, LEAST_SCORES, Settings as ComparingSettings, drawn,
};
pub use spotcheck_imaging::{Outline, OutlineError, Region};
pub use spotcheck_method::aggregate::sample_score;
pub use spotcheck_method::{
    Component, FiredPrompt, ForegroundSource, Progress, Setting, Settings, SettingsError, Stage,
    StageSeconds, Tile, describe_settings,
};

pub use trouble::{Kind, NO_STORAGE, NOBODY_ANSWERS, SILENT, Trouble};

use js_sys::{Array, ArrayBuffer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// The worker's script, beside the page.
pub const WORKER_SCRIPT: &str = "spotcheck-worker_loader.js";

/// The longest side of the [`Layers`] and of a [`Picture`], in pixels: more than a screen shows of them.
pub const DISPLAY_SIDE: u32 = 1600;

/// A message that could not be put into an object, or read from one.
pub type Error = serde_wasm_bindgen::Error;

/// A message that owns buffers to be handed over.
pub trait Message: Serialize + DeserializeOwned {
    /// The buffers that leave this side when the message is posted.
    fn buffers(&self) -> Vec<ArrayBuffer>;
}

/// A message as an object, and the list of buffers to be transferred with it.
pub fn envelope<M: Message>(message: &M) -> Result<(JsValue, Array), Error> {
    Ok((serde_wasm_bindgen::to_value(message)?, message.buffers().into_iter().collect()))
}

/// Reads a message that [`envelope`] made.
pub fn open<M: Message>(data: JsValue) -> Result<M, Error> {
    serde_wasm_bindgen::from_value(data)
}
