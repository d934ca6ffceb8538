use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use spotcheck_browser::pause;
use spotcheck_protocol::{
    Colours, Engine, EngineChoice, Failure, PackPlace, PromptMap, Region, Reply, Report, Request, Settings,
    Tile, Trouble,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::database::{Kept, Part, Stored};
use crate::intake::{self, Found, Intake, Picture};
use crate::item::{Decision, Item, Outcome, Shown, State, StoredLayers};
use crate::keeper::{Keeper, Keeping};
use crate::link::said;
use crate::memory::{self, Word, recall, remember};
use crate::pictures;
use crate::queue::{ItemId, JobId};
use crate::ranking::{Filter, Ranked, Sorting, Standing, hold, rank};
use crate::regions::is_outdated;
use crate::text;
use crate::trouble;
use crate::words;
use crate::workers::Desk;

/// What a thing is called that was given no name.
pub const UNNAMED: &str = "object";

/// Whether pictures can be inspected.
#[derive(Clone, PartialEq)]
pub enum Readiness {
    /// The worker and the pack are on their way; how much of it, 0 to 1, as soon as that is known.
    Starting(Option<f64>),
    Ready {
        engine: Engine,
        pack: String,
    },
    /// Why not.
    Broken(Trouble),
}

/// All that the page knows and does. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Bench {
    pub items: RwSignal<Vec<Item>>,
    /// What counts of every picture for the list.
    pub ranked: Memo<Vec<Ranked>>,
    /// What the list shows, in order.
    pub order: Memo<Vec<ItemId>>,
    pub sorting: RwSignal<Sorting>,
    pub filter: RwSignal<Filter>,
    pub search: RwSignal<String>,
    /// The pictures that the person marked, to do something with all of them.
    pub marked: RwSignal<BTreeSet<ItemId>>,
    /// Whether the pointer is over the list: then nothing in it moves.
    pub held: RwSignal<bool>,
    pub selected: RwSignal<Option<ItemId>>,
    /// Whether the person selected it; if not, the first result may take its place.
    by_hand: RwSignal<bool>,
    pub object: RwSignal<String>,
    /// What counts of all pictures.
    pub region_of_all: RwSignal<Region>,
    pub readiness: RwSignal<Readiness>,
    /// Whether waiting pictures wait for the person.
    pub paused: RwSignal<bool>,
    /// The pack that is used.
    pub place: RwSignal<PackPlace>,
    /// What is inspected with, and the pack's own settings; `None` until the first worker is ready.
    pub settings: RwSignal<Option<Settings>>,
    pub defaults: RwSignal<Option<Settings>>,
    /// Why the last settings cannot be used.
    pub refused: RwSignal<Option<Trouble>>,
    /// A sample with at least this score is rejected, 0 to 1.
    pub threshold: Memo<f64>,
    /// Pixels of at least this make contours and regions, 0 to 1.
    pub pixel_threshold: Memo<f64>,
    /// The scale of all pictures, where it is known.
    pub pixels_per_mm: RwSignal<Option<f64>>,
    /// The sample's score is the mean over this share of the components.
    pub top_share: Memo<Option<f64>>,
    /// The colour maps that there are.
    pub colours: RwSignal<Arc<[Colours]>>,
    /// Said to those who hear the page.
    pub announcement: RwSignal<String>,
    pub keeper: Keeper,
    /// What was passed over of what was dropped, each with the reason.
    pub passed_over: RwSignal<Vec<Trouble>>,
    /// What was dropped before it was known what was kept.
    early: StoredValue<Vec<Picture>, LocalStorage>,
    worker: StoredValue<Desk, LocalStorage>,
}

impl Bench {
    /// Starts the worker with the engine that the person chose, and puts back what was kept.
    pub fn start(choice: EngineChoice) -> Self {
        let items = RwSignal::new(Vec::<Item>::new());
        let settings = RwSignal::new(None::<Settings>);
        let (sorting, filter) = (RwSignal::new(Sorting::default()), RwSignal::new(Filter::default()));
        let region_of_all = RwSignal::<Region>::default();
        let (search, held) = (RwSignal::new(String::new()), RwSignal::new(false));
        let threshold = Memo::new(move |_| {
            settings.with(|settings| settings.as_ref().map_or(0.5, |settings| settings.verdict_threshold))
        });
        let pixel_threshold = Memo::new(move |_| {
            settings.with(|settings| settings.as_ref().map_or(0.3, |settings| settings.pixel_threshold))
        });
        let top_share = Memo::new(move |_| {
            settings.with(|settings| settings.as_ref().map(|settings| settings.top_share))
        });
        let ranked = Memo::new(move |_| {
            let (threshold, top_share) = (threshold.get(), top_share.get());
            region_of_all.with(|all| {
                items.with(|items| {
                    items.iter().map(|item| ranked_of(item, all, threshold, top_share)).collect()
                })
            })
        });
        let order = Memo::new(move |before: Option<&Vec<ItemId>>| {
            let now = ranked.with(|ranked: &Vec<Ranked>| {
                search.with(|search| rank(ranked, sorting.get(), filter.get(), search))
            });
            match before {
                Some(before) if held.get() => hold(before, &now),
                _ => now,
            }
        });
        let bench = Self {
            items,
            ranked,
            order,
            sorting,
            filter,
            search,
            marked: RwSignal::default(),
            held,
            selected: RwSignal::new(None),
            by_hand: RwSignal::new(false),
            object: RwSignal::new(UNNAMED.into()),
            region_of_all,
            readiness: RwSignal::new(Readiness::Starting(None)),
            paused: RwSignal::new(false),
            place: RwSignal::new(memory::last_pack()),
            settings,
            defaults: RwSignal::new(None),
            refused: RwSignal::new(None),
            threshold,
            pixel_threshold,
            pixels_per_mm: RwSignal::new(None),
            top_share,
            colours: RwSignal::new(Arc::new([])),
            announcement: RwSignal::new(String::new()),
            keeper: Keeper::new(),
            passed_over: RwSignal::default(),
            early: StoredValue::new_local(Vec::new()),
            worker: StoredValue::new_local(Desk::new(choice)),
        };
        bench.keeper.begin(bench);
        Effect::new(move |_| {
            if bench.keeper.keeping.get() != Keeping::Opening {
                let pictures = bench.early.try_update_value(std::mem::take).unwrap_or_default();
                bench.add(Intake { pictures, ..Intake::default() });
            }
        });
        bench.start_workers();
        bench
    }

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

    /// The settings that differ from the pack's, a JSON object.
    pub fn changes(self) -> String {
        recall(Word::Settings).unwrap_or_else(|| "{}".into())
    }

    /// Changes settings; `changes` is a JSON object of those that differ from the pack's. The thresholds of verdicts and of
    /// pixels and the share of components are taken over at once; for all others every picture is inspected again.
    pub fn change_settings(
        self,
        changes: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), Trouble> {
        let Some(defaults) = self.defaults.get_untracked() else {
            return Err(text::models_not_there_yet().into());
        };
        let json = serde_json::Value::from(changes.clone()).to_string();
        let settings = defaults.with_json(&json)?;
        let again = self
            .settings
            .with_untracked(|old| old.as_ref().is_some_and(|old| needs_networks(old, &settings)));
        remember(Word::Settings, (!changes.is_empty()).then_some(json.as_str()));
        self.refused.set(None);
        self.settings.set(Some(settings));
        if again {
            self.stop_running();
        }
        self.post_all(&Request::Settings { settings: json });
        if again {
            self.requeue_all();
            self.next();
        }
        Ok(())
    }

    /// Judges by another threshold, 0 to 1, for now.
    pub fn preview_threshold(self, threshold: f64) {
        self.settings.update(|settings| {
            if let Some(settings) = settings {
                settings.verdict_threshold = threshold;
            }
        });
    }

    /// Keeps the threshold that is judged by.
    pub fn keep_threshold(self) {
        self.keep_number("verdict_threshold", |settings| settings.verdict_threshold);
    }

    /// Keeps a setting, from 0 to 1, as it is now.
    pub fn keep_number(self, key: &str, value: fn(&Settings) -> f64) {
        let (Some(now), Some(defaults)) = (self.settings.get_untracked(), self.defaults.get_untracked())
        else {
            return;
        };
        let mut changes: serde_json::Map<_, _> = serde_json::from_str(&self.changes()).unwrap_or_default();
        if value(&now) == value(&defaults) {
            changes.remove(key);
        } else {
            changes.insert(key.into(), value(&now).into());
        }
        // Within 0 to 1 it is never refused.
        let _ = self.change_settings(&changes);
    }

    /// The scores of all results, each with what is known: whether the picture shows a defect in what was looked at, by its truth
    /// or else by the person's decision.
    pub fn scores(self) -> Vec<(f32, Option<bool>)> {
        self.items.with(|items| {
            let scored = items.iter().filter_map(|item| {
                let score = item.state.with(|state| match state {
                    State::Done(outcome) => Some(self.judge(outcome).0),
                    _ => None,
                })?;
                let said = match item.decision.get() {
                    Some(Decision::Accept) => Some(false),
                    Some(Decision::Reject) => Some(true),
                    Some(Decision::Unsure) | None => None,
                };
                Some((score, item.is_defective().or(said)))
            });
            scored.collect()
        })
    }

    /// Whether other settings would have the networks run again.
    pub fn would_run_again(self, settings: &Settings) -> bool {
        self.settings.with(|old| old.as_ref().is_some_and(|old| needs_networks(old, settings)))
    }

    pub fn item(self, id: ItemId) -> Option<Item> {
        self.items.with(|items| find(items, id))
    }

    pub fn item_untracked(self, id: ItemId) -> Option<Item> {
        self.items.with_untracked(|items| find(items, id))
    }

    /// The picture that is looked at.
    pub fn selected_item(self) -> Option<Item> {
        self.selected.get().and_then(|id| self.item(id))
    }

    /// An outcome's score, and whether that is a reject, by the present settings.
    pub fn judge(self, outcome: &Outcome) -> (f32, bool) {
        judge(outcome, self.threshold.get(), self.top_share.get())
    }

    /// Takes in files, folders' files and ZIP files: lists the pictures among them and inspects them.
    pub fn take_in(self, files: impl Future<Output = Result<Vec<Found>, Trouble>> + 'static) {
        spawn_local(async move {
            match files.await {
                Ok(files) => {
                    let intake = intake::sorted(files).await;
                    // Many files are much to sort: the page shall have its turn before they are listed.
                    pause().await;
                    self.add(intake);
                }
                Err(trouble) => self.passed_over.update(|list| list.push(trouble)),
            }
        });
    }

    /// Lists pictures with what is known about them, and inspects them.
    pub fn add(self, intake: Intake) {
        let Intake { pictures, object, passed_over } = intake;
        self.passed_over.update(|list| list.extend(passed_over));
        if pictures.is_empty() {
            return;
        }
        if self.keeper.keeping.get_untracked() == Keeping::Opening {
            self.early.update_value(|early| early.extend(pictures));
            return;
        }
        let unnamed = self.object.with_untracked(|object| object == UNNAMED);
        if let Some(object) = object.filter(|_| unnamed && self.items.with_untracked(Vec::is_empty)) {
            self.rename(&object);
        }
        let new: Vec<Item> = self.desk(|desk| {
            let listed = pictures.into_iter().map(|Picture { file, path, truth, mask }| {
                let id = desk.next_item();
                desk.queue.add(id);
                Item {
                    id,
                    name: path.into(),
                    file: SendWrapper::new(file),
                    state: ArcRwSignal::new(State::Waiting),
                    picture: ArcRwSignal::new(Shown::Unknown),
                    truth,
                    mask: mask.map(SendWrapper::new),
                    decision: ArcRwSignal::new(None),
                    note: ArcRwSignal::new("".into()),
                    region: ArcRwSignal::default(),
                }
            });
            listed.collect()
        });
        self.keeper.added(&new);
        self.list(new);
    }

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

    fn list(self, new: Vec<Item>) {
        self.items.update(|items| items.extend(new.iter().cloned()));
        if self.selected.get_untracked().is_none() {
            self.selected.set(self.order.get_untracked().first().copied());
        }
        spawn_local(async move {
            // One after the other: decoded pictures are large.
            for item in new {
                pictures::show(&item).await;
            }
        });
        self.next();
    }

    /// Gives the thing another name, and inspects all pictures again, if it is one.
    pub fn rename(self, object: &str) {
        let object = match object.trim() {
            "" => UNNAMED,
            name => name,
        };
        if self.object.get_untracked() == object {
            // The field may show blanks around it.
            self.object.set(object.into());
            return;
        }
        self.object.set(object.into());
        self.keeper.head(self);
        self.stop_running();
        self.requeue_all();
        self.next();
    }

    /// All pictures wait again; what the workers do meanwhile is for nobody.
    fn requeue_all(self) {
        let items = self.items.get_untracked();
        self.desk(|desk| {
            desk.queue.clear();
            items.iter().for_each(|item| desk.queue.add(item.id));
        });
        for item in items {
            self.settle(&item, State::Waiting);
        }
    }

    /// Gives a picture a state that is worth keeping.
    pub fn settle(self, item: &Item, state: State) {
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

    /// Takes a picture out of the list.
    pub fn remove(self, item: &Item) {
        if let Some((job, slot)) = self.desk(|desk| desk.queue.remove(item.id)) {
            self.post(slot, &Request::Cancel { job });
        }
        if self.selected.get_untracked() == Some(item.id) {
            let order = self.order.get_untracked();
            let at = order.iter().position(|&id| id == item.id).unwrap_or(0);
            let other = order.get(at + 1).or_else(|| order.get(at.checked_sub(1)?)).copied();
            self.selected.set(other);
        }
        self.items.update(|items| items.retain(|other| other.id != item.id));
        self.marked.update(|marked| {
            marked.remove(&item.id);
        });
        self.keeper.removed(vec![item.id]);
        pictures::forget(item);
    }

    /// Empties the list, and what is kept of it.
    pub fn clear(self) {
        self.stop_running();
        self.desk(|desk| desk.queue.clear());
        self.keeper.cleared();
        self.selected.set(None);
        self.by_hand.set(false);
        self.paused.set(false);
        self.marked.update(BTreeSet::clear);
        self.passed_over.update(Vec::clear);
        self.search.set(String::new());
        self.filter.set(Filter::default());
        self.region_of_all.set(Region::default());
        for item in self.items.try_update(std::mem::take).unwrap_or_default() {
            pictures::forget(&item);
        }
        self.keeper.head(self);
    }

    /// Writes down what the person says about a picture; the same word again takes it back.
    pub fn decide(self, item: &Item, decision: Decision) {
        let before = item.decision.get_untracked();
        self.say(item, (before != Some(decision)).then_some(decision));
    }

    /// Writes down what the person says about a picture.
    pub fn say(self, item: &Item, decision: Option<Decision>) {
        item.decision.set(decision);
        self.keeper.judged(item);
    }

    /// Writes down a note on a picture.
    pub fn note(self, item: &Item, note: &str) {
        item.note.set(note.into());
        self.keeper.judged(item);
    }

    /// Marks a picture, or takes the mark away.
    pub fn mark(self, id: ItemId) {
        self.marked.update(|marked| {
            if !marked.remove(&id) {
                marked.insert(id);
            }
        });
    }

    /// Marks the pictures that are listed from the selected one to this.
    pub fn mark_to(self, id: ItemId) {
        let order = self.order.get_untracked();
        let place = |id| order.iter().position(|&other| other == id);
        let Some(to) = place(id) else { return };
        let from = self.selected.get_untracked().and_then(place).unwrap_or(to);
        let some = order.get(from.min(to)..=from.max(to)).unwrap_or_default();
        self.marked.update(|marked| marked.extend(some));
    }

    /// Does something with every marked picture.
    pub fn each_marked(self, act: impl Fn(&Item)) {
        for item in self.marked.get_untracked().into_iter().filter_map(|id| self.item_untracked(id)) {
            act(&item);
        }
    }

    /// How many pictures pass a filter.
    pub fn count(self, filter: Filter) -> usize {
        self.ranked.with(|ranked| ranked.iter().filter(|picture| picture.passes(filter)).count())
    }

    /// Selects a picture because the person wants to see it.
    pub fn select(self, id: ItemId) {
        self.by_hand.set(true);
        self.selected.set(Some(id));
    }

    /// Keeps the selected picture when the first result comes: the person is at work on it.
    pub fn stay(self) {
        self.by_hand.set(true);
    }

    /// Selects the picture that stands `by` places further down the list.
    pub fn step(self, by: isize) {
        let order = self.order.get_untracked();
        let at = self.selected.get_untracked().and_then(|id| order.iter().position(|&other| other == id));
        let to = at.map_or(0, |at| at.saturating_add_signed(by)).min(order.len().saturating_sub(1));
        if let Some(&id) = order.get(to) {
            self.select(id);
        }
    }

    /// Asks the worker to write a raw map as 16-bit PNG.
    pub fn encode_map(self, outcome: Arc<Outcome>, then: impl FnOnce(Result<Blob, Trouble>) + 'static) {
        spawn_local(async move {
            let map = match JsFuture::from(outcome.map.array_buffer()).await {
                Ok(buffer) => js_sys::Float32Array::new(&buffer),
                Err(error) => return then(Err(said(error).into())),
            };
            let (width, height) = (outcome.findings.width, outcome.findings.height);
            let request = |job| Request::EncodeMap { job, width, height, map };
            self.ask(request, |answer| {
                then(match answer {
                    Ok(Reply::Encoded { png, .. }) => pictures::blob(&png, "image/png").map_err(Into::into),
                    Ok(_) => Err(text::worker_answers_else().into()),
                    Err(trouble) => Err(trouble),
                });
            });
        });
    }

    /// Asks what each localising prompt marks in a tile of a picture.
    pub fn explain(
        self,
        item: &Item,
        tile: Tile,
        then: impl FnOnce(Result<Vec<PromptMap>, Trouble>) + 'static,
    ) {
        let file = item.file.clone();
        spawn_local(async move {
            let file: js_sys::ArrayBuffer = match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => buffer.unchecked_into(),
                Err(error) => return then(Err(said(error).into())),
            };
            self.ask(
                |job| Request::Explain { job, file, tile: Box::new(tile) },
                |answer| {
                    then(match answer {
                        Ok(Reply::Explained { maps, .. }) => Ok(maps),
                        Ok(_) => Err(text::worker_answers_else().into()),
                        Err(trouble) => Err(trouble),
                    });
                },
            );
        });
    }

    pub fn desk<T>(self, with: impl FnOnce(&mut Desk) -> T) -> T {
        self.worker.try_update_value(with).expect("the bench lives as long as the page")
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
        match Outcome::keep(report) {
            Ok(outcome) => {
                let (score, rejected) =
                    judge(&outcome, self.threshold.get_untracked(), self.top_share.get_untracked());
                let verdict = words::verdict_name(words::verdict(rejected));
                let score = words::decimal(f64::from(score), 2);
                self.announcement.set(format!("{}: {score}, {verdict}", item.name));
                self.settle(&item, State::Done(Arc::new(outcome)));
                self.open_first_result(item.id);
            }
            Err(message) => self.settle(&item, State::Failed(Arc::new(message.into()))),
        }
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

    /// Seconds until all is done, once a picture was measured and at least ten are left.
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
        Some(mean * left).filter(|&seconds| seconds >= 10.0)
    }
}

impl Outcome {
    /// Moves a report's arrays into blobs.
    fn keep(report: Report) -> Result<Self, String> {
        let Report { findings, map, layers, .. } = report;
        let parts = js_sys::Array::of4(&layers.heat, &layers.foreground, &layers.parts, &layers.dichotomous);
        Ok(Self {
            findings,
            map: SendWrapper::new(pictures::blob(&map, "application/octet-stream")?),
            layers: StoredLayers {
                width: layers.width,
                height: layers.height,
                bytes: SendWrapper::new(Blob::new_with_u8_array_sequence(&parts).map_err(said)?),
            },
        })
    }
}

fn find(items: &[Item], id: ItemId) -> Option<Item> {
    // Numbers only grow along the list.
    let at = items.binary_search_by_key(&id, |item| item.id).ok()?;
    items.get(at).cloned()
}

fn judge(outcome: &Outcome, threshold: f64, top_share: Option<f64>) -> (f32, bool) {
    let score = top_share.map_or(outcome.findings.score, |share| outcome.score(share));
    (score, f64::from(score) >= threshold)
}

fn ranked_of(item: &Item, region_of_all: &Region, threshold: f64, top_share: Option<f64>) -> Ranked {
    let standing = item.state.with(|state| match state {
        State::Waiting | State::Running(_) => Standing::Open,
        State::Failed(_) | State::Cancelled => Standing::Without,
        State::Done(outcome) => {
            let (score, rejected) = judge(outcome, threshold, top_share);
            Standing::Done { score, rejected }
        }
    });
    let outdated = is_outdated(item, region_of_all);
    Ranked { id: item.id, name: item.name.to_lowercase(), standing, decision: item.decision.get(), outdated }
}

/// Whether a picture inspected with the one settings has to be inspected again for the others: what makes the verdict of the
/// components' scores is done here.
fn needs_networks(old: &Settings, new: &Settings) -> bool {
    let alike = Settings {
        verdict_threshold: old.verdict_threshold,
        pixel_threshold: old.pixel_threshold,
        top_share: old.top_share,
        ..new.clone()
    };
    alike != *old
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_need_no_network() {
        let old = Settings::default();
        let judged = Settings { verdict_threshold: 0.1, pixel_threshold: 0.2, top_share: 1.0, ..old.clone() };
        assert!(judged != old && !needs_networks(&old, &judged));
        assert!(needs_networks(&old, &Settings { logit_scale: 7.0, ..judged }));
    }
}
