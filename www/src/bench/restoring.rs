//! Puts back what an earlier visit left.

use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use spotcheck_protocol::Trouble;
use wasm_bindgen::JsCast;
use web_sys::Blob;

use super::Bench;
use crate::database::{Kept, KeptCompared, Part, Record, Stored};
use crate::item::{Compared, Item, Outcome, State, StoredLayers};
use crate::pictures;

impl Bench {
    /// Puts back what was kept, and goes on with what was open.
    pub async fn restore(self, mut stored: Stored) {
        if let Some(head) = stored.head {
            self.object.set(head.object);
            self.region_of_all.set(head.region);
            self.paused.set(head.paused);
            self.pixels_per_mm.set(head.pixels_per_mm);
        }
        let mut back = Vec::new();
        let mut shown = Vec::new();
        for (id, record) in stored.items {
            // Without its file there is nothing to show and nothing to inspect.
            let Some(file) = stored.blobs.remove(&(id, Part::File)) else { continue };
            let mut blob = |part| stored.blobs.remove(&(id, part));
            let Record { name, truth, decision, note, region, result, good, compared, trouble } = record;
            let mut said = None;
            let state = match (result, blob(Part::Map), blob(Part::Layers)) {
                (Kept::Done { findings, layers: (width, height) }, Some(map), Some(bytes)) => {
                    let outcome = Outcome {
                        findings: *findings,
                        map: SendWrapper::new(map),
                        layers: StoredLayers { width, height, bytes: SendWrapper::new(bytes) },
                        features: blob(Part::Features).map(SendWrapper::new),
                    };
                    let joined = (blob(Part::JoinedMap), blob(Part::JoinedHeat));
                    said = compared.and_then(|kept| compared_again(&outcome, kept, joined));
                    State::Done(Arc::new(outcome))
                }
                (Kept::Failed(english), ..) => State::Failed(Arc::new(Trouble { kind: trouble, english })),
                (Kept::Cancelled, ..) => State::Cancelled,
                (Kept::Open | Kept::Done { .. }, ..) => State::Waiting,
            };
            let item = Item {
                state: ArcRwSignal::new(state),
                truth,
                mask: blob(Part::Mask).map(|mask| SendWrapper::new(mask.unchecked_into())),
                decision: ArcRwSignal::new(decision),
                note: ArcRwSignal::new(note.into()),
                region: ArcRwSignal::new(region),
                good: ArcRwSignal::new(good),
                compared: ArcRwSignal::new(said.map(Arc::new)),
                // What was put in is a file.
                ..Item::new(id, name.into(), file.unchecked_into())
            };
            shown.extend(blob(Part::Shown).map(|file| (item.clone(), file)));
            back.push(item);
        }
        self.desk(|desk| {
            for item in &back {
                desk.numbers_from(item.id + 1);
                if matches!(item.state.get_untracked(), State::Waiting) {
                    desk.queue.add(item.id);
                }
            }
        });
        if back.is_empty() {
            return;
        }
        // What the browser could not decode then it cannot now.
        for (item, file) in shown {
            pictures::show_from(&item, &file).await;
        }
        self.list(back);
    }
}

/// What others said about a result; `None` when not all of it is there.
fn compared_again(
    outcome: &Outcome,
    kept: KeptCompared,
    blobs: (Option<Blob>, Option<Blob>),
) -> Option<Compared> {
    let joined = match (kept.joined, blobs) {
        (None, _) => None,
        (Some(figures), (Some(map), Some(heat))) => Some(Arc::new(outcome.joined(figures, map, &heat).ok()?)),
        (Some(_), _) => return None,
    };
    Some(Compared { basis: kept.basis, joined })
}
