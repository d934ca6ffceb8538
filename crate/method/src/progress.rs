use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use web_time::Instant;

use crate::Error;

/// The stages of an inspection, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Encoding the prompts for the object's name (skipped when cached).
    Prompts,
    Foreground,
    Tiles,
    Score,
    Segment,
    Aggregate,
}

/// Where an inspection stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub stage: Stage,
    /// How much of the stage is done, 0 to 1.
    pub fraction: f32,
}

/// Asks an inspection to stop. Clones share the request; it is looked at between two network calls.
#[derive(Clone, Debug, Default)]
pub struct CancellationToken(Arc<AtomicBool>);

impl CancellationToken {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A running inspection's connection to its caller: one stage at a time, with its clock.
pub struct Course<'a> {
    report: &'a mut dyn FnMut(Progress),
    cancellation: &'a CancellationToken,
    stage: Stage,
    start: Instant,
}

impl<'a> Course<'a> {
    /// Begins with [`Stage::Prompts`].
    pub fn new(report: &'a mut dyn FnMut(Progress), cancellation: &'a CancellationToken) -> Self {
        let mut course = Self { report, cancellation, stage: Stage::Prompts, start: Instant::now() };
        course.at(0, 1);
        course
    }

    /// Ends a stage and begins the next; gives the seconds it took.
    pub fn next(&mut self, stage: Stage) -> f64 {
        let seconds = self.end();
        self.stage = stage;
        self.start = Instant::now();
        self.at(0, 1);
        seconds
    }

    /// Ends the last stage; gives the seconds it took.
    pub fn end(&mut self) -> f64 {
        self.at(1, 1);
        self.start.elapsed().as_secs_f64()
    }

    /// `done` of `all` steps of the stage are done.
    pub fn at(&mut self, done: usize, all: usize) {
        let fraction = done as f32 / all.max(1) as f32;
        (self.report)(Progress { stage: self.stage, fraction });
    }

    /// To be asked before every network call.
    pub fn check(&self) -> Result<(), Error> {
        if self.cancellation.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}
