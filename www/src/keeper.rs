//! Keeps the batch from one visit to the next: every change is written as it happens, by one tab at a time.

use std::collections::VecDeque;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_browser::{Lock, pause};
use spotcheck_protocol::{Findings, JoinedFigures, Kind};
use wasm_bindgen::JsCast;
use web_sys::{Blob, File};

use crate::bench::Bench;
use crate::database::{Batch, Head, Kept, KeptCompared, Part, Put, Record};
use crate::item::{Item, State};
use crate::queue::ItemId;
use crate::text;

/// Two tabs must not write the same batch.
const LOCK: &str = "spotcheck-batch";
/// New pictures that are written at a time: writing more would hold the page up for longer than a person overlooks.
const AT_A_TIME: usize = 8;

/// Whether what is done here survives a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// It is being looked what was kept.
    Opening,
    Kept,
    /// Another tab has the batch.
    Elsewhere,
    /// Why not.
    Not(String),
}

/// What keeps the batch. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Keeper {
    pub keeping: RwSignal<Keeping>,
    open: StoredValue<Option<Open>, LocalStorage>,
    /// New pictures that are not written yet, the first to be written first.
    new: StoredValue<VecDeque<Item>, LocalStorage>,
}

#[derive(Clone)]
struct Open {
    batch: Rc<Batch>,
    _lock: Rc<Lock>,
}

impl Keeper {
    pub fn new() -> Self {
        Self {
            keeping: RwSignal::new(Keeping::Opening),
            open: StoredValue::new_local(None),
            new: StoredValue::new_local(VecDeque::new()),
        }
    }

    /// Puts back what was kept, and keeps from then on; when another tab has the batch, as soon as that is closed.
    pub fn begin(self, bench: Bench) {
        spawn_local(async move {
            match Lock::take_free(LOCK).await {
                Ok(Some(lock)) => self.take(bench, lock).await,
                Ok(None) => {
                    self.keeping.set(Keeping::Elsewhere);
                    match Lock::take(LOCK, || {}).await {
                        Ok(lock) => self.take(bench, lock).await,
                        Err(message) => self.keeping.set(Keeping::Not(message)),
                    }
                }
                Err(message) => self.keeping.set(Keeping::Not(message)),
            }
        });
    }

    async fn take(self, bench: Bench, lock: Lock) {
        if bench.items.with_untracked(|items| !items.is_empty()) {
            return self.keeping.set(Keeping::Not(text::other_tab_closed()));
        }
        let read = async {
            let batch = Batch::open().await?;
            let stored = batch.read().await?;
            Ok((batch, stored))
        };
        match read.await {
            Ok((batch, stored)) => {
                self.open.set_value(Some(Open { batch: Rc::new(batch), _lock: Rc::new(lock) }));
                bench.restore(stored).await;
                self.keeping.set(Keeping::Kept);
            }
            Err(message) => self.keeping.set(Keeping::Not(message)),
        }
    }

    /// Writes what concerns the whole batch.
    pub fn head(self, bench: Bench) {
        let head = Head {
            object: bench.object.get_untracked(),
            paused: bench.paused.get_untracked(),
            region: bench.region_of_all.get_untracked(),
            pixels_per_mm: bench.pixels_per_mm.get_untracked(),
        };
        self.write(async move |batch| batch.put_head(&head).await);
    }

    /// Writes new pictures, with their files: some at a time, the next ones when these are on the disk, each as it is by then.
    pub fn added(self, items: &[Item]) {
        if self.open.with_value(Option::is_none) {
            return;
        }
        let idle = self.new.with_value(VecDeque::is_empty);
        self.new.update_value(|new| new.extend(items.iter().cloned()));
        if !idle {
            return;
        }
        self.write(async move |batch| {
            loop {
                // Listed first, then written: the page shall have its turn between.
                pause().await;
                let some: Vec<Item> =
                    self.new.with_value(|new| new.iter().take(AT_A_TIME).cloned().collect());
                if some.is_empty() {
                    return Ok(());
                }
                let puts: Vec<_> = some.iter().map(new_put).collect();
                // They stay among the new ones until they are written: who removes one meanwhile comes after it.
                let written = batch.put(&puts).await;
                self.new.update_value(|new| match written {
                    Ok(()) => new.retain(|item| some.iter().all(|other| other.id != item.id)),
                    // The next ones would fare no better.
                    Err(_) => new.clear(),
                });
                written?;
            }
        });
    }

    /// Writes what changed of a picture, with its result.
    pub fn changed(self, item: &Item) {
        let blobs = match item.state.get_untracked() {
            State::Done(outcome) => {
                let features = outcome.features.iter().map(|features| (Part::Features, (**features).clone()));
                let map = (Part::Map, (*outcome.map).clone());
                [map, (Part::Layers, (*outcome.layers.bytes).clone())].into_iter().chain(features).collect()
            }
            _ => Vec::new(),
        };
        self.put(item, blobs);
    }

    /// Writes what other pictures say of a result.
    pub fn compared(self, item: &Item) {
        let joined = item.compared.get_untracked().and_then(|compared| compared.joined.clone());
        let blobs = joined.and_then(|joined| {
            let heat = joined.layers.heat().ok()?;
            Some(vec![(Part::JoinedMap, (*joined.map).clone()), (Part::JoinedHeat, heat)])
        });
        self.put(item, blobs.unwrap_or_default());
    }

    /// Writes what is shown of a picture that the browser cannot decode.
    pub fn shown(self, item: &Item, file: Blob) {
        self.put(item, vec![(Part::Shown, file)]);
    }

    /// Writes a picture's decision, its note, its own region and whether it is good.
    pub fn judged(self, item: &Item) {
        self.put(item, Vec::new());
    }

    fn put(self, item: &Item, blobs: Vec<(Part, Blob)>) {
        let some = [(item.id, record(item), blobs)];
        self.write(async move |batch| batch.put(&some).await);
    }

    /// Takes pictures out.
    pub fn removed(self, ids: Vec<ItemId>) {
        self.new.update_value(|new| new.retain(|item| !ids.contains(&item.id)));
        self.write(async move |batch| batch.delete(&ids).await);
    }

    /// Takes everything out.
    pub fn cleared(self) {
        self.new.update_value(VecDeque::clear);
        self.write(async move |batch| batch.clear().await);
    }

    /// Writes, if this tab keeps. Transactions begin in the order of these calls, hence end in it.
    fn write(self, work: impl AsyncFnOnce(&Batch) -> Result<(), String> + 'static) {
        let Some(open) = self.open.get_value() else { return };
        spawn_local(async move {
            if let Err(message) = work(&open.batch).await {
                self.keeping.set(Keeping::Not(message));
            }
        });
    }
}

/// A new picture with its files.
fn new_put(item: &Item) -> Put {
    let blob = |file: &File| file.clone().unchecked_into::<Blob>();
    let mask = item.mask.iter().map(|mask| (Part::Mask, blob(mask)));
    (item.id, record(item), std::iter::once((Part::File, blob(&item.file))).chain(mask).collect())
}

fn record(item: &Item) -> Record {
    let trouble = item.state.with_untracked(|state| match state {
        State::Failed(trouble) => trouble.kind.clone(),
        _ => Kind::Told,
    });
    let result = match item.state.get_untracked() {
        State::Waiting | State::Running(_) => Kept::Open,
        State::Done(outcome) => Kept::Done {
            findings: Box::new(outcome.findings.clone()),
            layers: (outcome.layers.width, outcome.layers.height),
        },
        State::Failed(trouble) => Kept::Failed(trouble.english.clone()),
        State::Cancelled => Kept::Cancelled,
    };
    Record {
        name: item.name.to_string(),
        truth: item.truth.clone(),
        decision: item.decision.get_untracked(),
        note: item.note.get_untracked().to_string(),
        region: item.region.get_untracked(),
        result,
        good: item.good.get_untracked(),
        compared: item.compared.get_untracked().map(|compared| KeptCompared {
            basis: compared.basis.clone(),
            joined: compared.joined.as_ref().and_then(|joined| {
                let Findings { score, peak, partners, .. } = joined.findings;
                Some(JoinedFigures { partners: partners?, score, peak })
            }),
        }),
        trouble,
    }
}
