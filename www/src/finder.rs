//! Where the selected picture's map reaches the pixel threshold.

use std::sync::Arc;

use leptos::prelude::*;
use spotcheck_protocol::{MapRegions, Reply, Request, Trouble};

use crate::bench::Bench;
use crate::errand::Heard;
use crate::item::Outcome;
use crate::side::Side;
use crate::text;

/// Finds the regions of the selected picture, one request at a time: of what is wanted meanwhile the last is asked for next.
/// Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct RegionFinder {
    side: Side,
    /// The last that were found, with the result that they are of.
    found: RwSignal<Option<(Arc<Outcome>, Arc<MapRegions>)>>,
    /// Why the last could not be found.
    pub trouble: RwSignal<Option<Trouble>>,
    /// The region that the person chose, by its place in the list.
    pub chosen: RwSignal<Option<usize>>,
    /// The region under the pointer, in the viewer or in the list.
    pub pointed: RwSignal<Option<usize>>,
    wanted: StoredValue<Option<Wanted>>,
    asked: StoredValue<Option<Wanted>>,
    asking: StoredValue<bool>,
}

#[derive(Clone)]
struct Wanted {
    outcome: Arc<Outcome>,
    threshold: f32,
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.outcome, &other.outcome) && self.threshold == other.threshold
    }
}

impl RegionFinder {
    /// Follows the selected picture and the threshold.
    pub fn start(bench: Bench, side: Side) -> Self {
        let finder = Self {
            side,
            found: RwSignal::new(None),
            trouble: RwSignal::new(None),
            chosen: RwSignal::new(None),
            pointed: RwSignal::new(None),
            wanted: StoredValue::new(None),
            asked: StoredValue::new(None),
            asking: StoredValue::new(false),
        };
        Effect::new(move |_| {
            let outcome = bench.selected_item().and_then(|item| bench.shown(&item));
            let threshold = bench.pixel_threshold.get() as f32;
            finder.wanted.set_value(outcome.map(|outcome| Wanted { outcome, threshold }));
            finder.next();
        });
        finder
    }

    /// The regions of a result, once they are found; while another threshold is tried, those of the one before.
    pub fn of(self, outcome: &Arc<Outcome>) -> Option<Arc<MapRegions>> {
        self.found.with(|found| {
            found.as_ref().filter(|(of, _)| Arc::ptr_eq(of, outcome)).map(|(_, regions)| regions.clone())
        })
    }

    fn next(self) {
        let Some(wanted) = self.wanted.get_value().filter(|_| !self.asking.get_value()) else { return };
        if self.asked.get_value().as_ref() == Some(&wanted) {
            return;
        }
        self.asked.set_value(Some(wanted.clone()));
        self.asking.set_value(true);
        let number = self.side.number(&wanted.outcome);
        let (width, height) = (wanted.outcome.findings.width, wanted.outcome.findings.height);
        let (map, threshold) = ((*wanted.outcome.map).clone(), wanted.threshold);
        // It is never taken back: what is wanted next waits for it.
        let _ = self.side.ask(
            |job| Request::Outline { job, number, width, height, map, threshold },
            move |answer| {
                self.asking.set_value(false);
                let outcome = wanted.outcome.clone();
                match answer {
                    Ok(Reply::Outlined { regions, .. }) => self.take(outcome, Ok(regions)),
                    Ok(_) => self.take(outcome, Err(text::worker_answers_else().into())),
                    Err(message) => self.take(outcome, Err(message)),
                }
                self.next();
                Heard::End(Ok(()))
            },
        );
    }

    fn take(self, outcome: Arc<Outcome>, answer: Result<MapRegions, Trouble>) {
        let (regions, trouble) = match answer {
            Ok(regions) => (Some((outcome, Arc::new(regions))), None),
            Err(message) => (None, Some(message)),
        };
        // Their numbers mean other regions now.
        self.chosen.set(None);
        self.pointed.set(None);
        self.trouble.set(trouble);
        self.found.set(regions);
    }
}
