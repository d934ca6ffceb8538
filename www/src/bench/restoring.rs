//! Puts back what an earlier visit left.

use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use spotcheck_protocol::Trouble;
use wasm_bindgen::JsCast;

use super::Bench;
use crate::database::{Kept, Part, Stored};
use crate::item::{Item, Outcome, Shown, State, StoredLayers};
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
            let blobs = (stored.blobs.remove(&(id, Part::Map)), stored.blobs.remove(&(id, Part::Layers)));
            let state = match (record.result, blobs) {
                (Kept::Done { findings, layers: (width, height) }, (Some(map), Some(bytes))) => {
                    let layers = StoredLayers { width, height, bytes: SendWrapper::new(bytes) };
                    State::Done(Arc::new(Outcome { findings: *findings, map: SendWrapper::new(map), layers }))
                }
                (Kept::Failed(english), _) => {
                    State::Failed(Arc::new(Trouble { kind: record.trouble, english }))
                }
                (Kept::Cancelled, _) => State::Cancelled,
                (Kept::Open | Kept::Done { .. }, _) => State::Waiting,
            };
            let item = Item {
                id,
                name: record.name.into(),
                // What was put in is a file.
                file: SendWrapper::new(file.unchecked_into()),
                state: ArcRwSignal::new(state),
                picture: ArcRwSignal::new(Shown::Unknown),
                truth: record.truth,
                mask: stored
                    .blobs
                    .remove(&(id, Part::Mask))
                    .map(|mask| SendWrapper::new(mask.unchecked_into())),
                decision: ArcRwSignal::new(record.decision),
                note: ArcRwSignal::new(record.note.into()),
                region: ArcRwSignal::new(record.region),
            };
            shown.extend(stored.blobs.remove(&(id, Part::Shown)).map(|file| (item.clone(), file)));
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
