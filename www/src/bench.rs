use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use spotcheck_protocol::{Engine, EngineChoice, Failure, PackPlace, Progress, Reply, Report, Request, Stage};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use crate::item::{Item, Outcome, Shown, State, StoredLayers, Truth, order};
use crate::link::{Event, Link, said};
use crate::memory::{self, Word, remember};
use crate::pictures;
use crate::queue::{ItemId, JobId, Queue};
use crate::words;

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
    Broken(String),
}

/// All that the page knows and does. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Bench {
    pub items: RwSignal<Vec<Item>>,
    pub order: Memo<Vec<ItemId>>,
    pub selected: RwSignal<Option<ItemId>>,
    /// Whether the person selected it; if not, the first result may take its place.
    by_hand: RwSignal<bool>,
    pub object: RwSignal<String>,
    pub readiness: RwSignal<Readiness>,
    /// The pack that is used.
    pub place: RwSignal<PackPlace>,
    /// 256 colours of the heatmap's scale.
    pub colours: RwSignal<Arc<[u8]>>,
    /// Said to those who hear the page.
    pub announcement: RwSignal<String>,
    worker: StoredValue<Desk, LocalStorage>,
}

/// The side of the bench that talks to the worker.
struct Desk {
    link: Option<Link>,
    queue: Queue,
    choice: EngineChoice,
    next_item: ItemId,
    /// Who waits for a PNG of a map.
    encodings: HashMap<JobId, Encoding>,
}

/// What happens with a PNG.
type Encoding = Box<dyn FnOnce(Result<Blob, String>)>;

impl Bench {
    /// Starts the worker with the engine that the person chose.
    pub fn start(choice: EngineChoice) -> Self {
        let items = RwSignal::new(Vec::<Item>::new());
        let bench = Self {
            items,
            order: Memo::new(move |_| {
                let states: Vec<_> =
                    items.with(|items| items.iter().map(|item| (item.id, item.state.get())).collect());
                order(&states)
            }),
            selected: RwSignal::new(None),
            by_hand: RwSignal::new(false),
            object: RwSignal::new(UNNAMED.into()),
            readiness: RwSignal::new(Readiness::Starting(None)),
            place: RwSignal::new(memory::last_pack()),
            colours: RwSignal::new(Arc::new([])),
            announcement: RwSignal::new(String::new()),
            worker: StoredValue::new_local(Desk {
                link: None,
                queue: Queue::default(),
                choice,
                next_item: 0,
                encodings: HashMap::new(),
            }),
        };
        bench.start_worker();
        bench
    }

    /// Ends the worker, if there is one, and starts it anew with another engine. What it worked on is done again.
    pub fn restart(self, choice: EngineChoice) {
        let lost = self.desk(|desk| {
            desk.choice = choice;
            let lost = desk.queue.lose_worker();
            lost.into_iter().for_each(|item| desk.queue.put_back(item));
            lost
        });
        if let Some(item) = lost.and_then(|id| self.item_untracked(id)) {
            item.state.set(State::Waiting);
        }
        self.start_worker();
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
        self.start_worker();
    }

    /// The engine that the person chose.
    pub fn choice(self) -> EngineChoice {
        self.desk(|desk| desk.choice)
    }

    pub fn item(self, id: ItemId) -> Option<Item> {
        self.items.with(|items| items.iter().find(|item| item.id == id).cloned())
    }

    /// The picture that is looked at.
    pub fn selected_item(self) -> Option<Item> {
        self.selected.get().and_then(|id| self.item(id))
    }

    /// Lists pictures and inspects them.
    pub fn add(self, files: Vec<(File, String)>) {
        self.add_known(files.into_iter().map(|(file, name)| (file, name, None)));
    }

    /// Lists pictures with what is known about them, and inspects them.
    pub fn add_known(self, files: impl IntoIterator<Item = (File, String, Option<Truth>)>) {
        let new: Vec<Item> = self.desk(|desk| {
            let listed = files.into_iter().map(|(file, name, truth)| {
                desk.next_item += 1;
                desk.queue.add(desk.next_item);
                Item {
                    id: desk.next_item,
                    name: name.into(),
                    file: SendWrapper::new(file),
                    state: ArcRwSignal::new(State::Waiting),
                    picture: ArcRwSignal::new(Shown::Unknown),
                    truth,
                }
            });
            listed.collect()
        });
        let Some(first) = new.first().map(|item| item.id) else { return };
        self.items.update(|items| items.extend(new.iter().cloned()));
        if self.selected.get_untracked().is_none() {
            self.selected.set(Some(first));
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
        self.stop_current();
        self.requeue_all();
        self.next();
    }

    /// All pictures wait again; what the worker does meanwhile is for nobody.
    fn requeue_all(self) {
        let ids: Vec<ItemId> = self.items.with_untracked(|items| items.iter().map(|item| item.id).collect());
        self.desk(|desk| {
            desk.queue.clear();
            ids.iter().for_each(|&id| desk.queue.add(id));
        });
        for item in self.items.get_untracked() {
            item.state.set(State::Waiting);
        }
    }

    /// Inspects a picture again that has no result.
    pub fn retry(self, item: &Item) {
        item.state.set(State::Waiting);
        self.desk(|desk| desk.queue.add(item.id));
        self.next();
    }

    /// Stops what runs and takes back what waits.
    pub fn cancel(self) {
        self.stop_current();
        for item in self.desk(|desk| desk.queue.clear()).into_iter().filter_map(|id| self.item_untracked(id))
        {
            item.state.set(State::Cancelled);
        }
    }

    /// Empties the list.
    pub fn clear(self) {
        self.stop_current();
        self.desk(|desk| desk.queue.clear());
        self.selected.set(None);
        self.by_hand.set(false);
        for item in self.items.try_update(std::mem::take).unwrap_or_default() {
            pictures::forget(&item);
        }
    }

    /// Selects a picture because the person wants to see it.
    pub fn select(self, id: ItemId) {
        self.by_hand.set(true);
        self.selected.set(Some(id));
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
    pub fn encode_map(self, outcome: Arc<Outcome>, then: impl FnOnce(Result<Blob, String>) + 'static) {
        spawn_local(async move {
            let map = match JsFuture::from(outcome.map.array_buffer()).await {
                Ok(buffer) => js_sys::Float32Array::new(&buffer),
                Err(error) => return then(Err(said(error))),
            };
            let (width, height) = (outcome.findings.width, outcome.findings.height);
            let posted = self.desk(|desk| {
                let job = desk.queue.next_job();
                let sent = match &desk.link {
                    Some(link) => link.post(&Request::EncodeMap { job, width, height, map }),
                    None => Err("the worker is not there".into()),
                };
                match sent {
                    Ok(()) => {
                        desk.encodings.insert(job, Box::new(then));
                        None
                    }
                    Err(message) => Some((then, message)),
                }
            });
            if let Some((then, message)) = posted {
                then(Err(message));
            }
        });
    }

    fn desk<T>(self, with: impl FnOnce(&mut Desk) -> T) -> T {
        self.worker.try_update_value(with).expect("the bench lives as long as the page")
    }

    fn start_worker(self) {
        self.readiness.set(Readiness::Starting(None));
        // The old worker ends before the new one starts: two packs in memory would be too much.
        let encodings = self.desk(|desk| {
            desk.link = None;
            desk.queue.lose_worker();
            std::mem::take(&mut desk.encodings)
        });
        for then in encodings.into_values() {
            then(Err("the worker stopped".into()));
        }
        match Link::start(move |event| self.on_event(event)) {
            Ok(link) => self.desk(|desk| desk.link = Some(link)),
            Err(message) => self.readiness.set(Readiness::Broken(message)),
        }
    }

    /// Gives the worker its next picture, if it is free.
    fn next(self) {
        if !matches!(self.readiness.get_untracked(), Readiness::Ready { .. }) {
            return;
        }
        let Some((job, id)) = self.desk(|desk| desk.queue.start()) else { return };
        let Some(item) = self.item_untracked(id) else {
            self.desk(|desk| desk.queue.finish(job));
            return self.next();
        };
        item.state.set(State::Running(Progress { stage: Stage::Prompts, fraction: 0.0 }));
        spawn_local(async move {
            let bytes = JsFuture::from(item.file.array_buffer()).await;
            pictures::show(&item).await;
            // It may have been cancelled meanwhile; then the worker never hears of it.
            if self.desk(|desk| desk.queue.item_of(job)).is_none() {
                self.desk(|desk| desk.queue.finish(job));
                return self.next();
            }
            let with_picture = item.picture.get_untracked() == Shown::No;
            match bytes {
                Ok(buffer) => self.post(Request::Inspect {
                    job,
                    name: item.name.to_string(),
                    object: self.object.get_untracked(),
                    file: buffer.into(),
                    with_picture,
                }),
                Err(_) => {
                    let message = "this file cannot be read. A folder? Drop the pictures that are in it.";
                    self.failed(job, Failure::Unreadable(message.into()));
                }
            }
        });
    }

    fn post(self, request: Request) {
        let sent = self.desk(|desk| desk.link.as_ref().map(|link| link.post(&request)));
        if let Some(Err(message)) = sent {
            self.on_event(Event::Died(message));
        }
    }

    fn stop_current(self) {
        if let Some(job) = self.desk(|desk| desk.queue.running()) {
            self.post(Request::Cancel { job });
        }
    }

    fn on_event(self, event: Event) {
        match event {
            Event::Reply(reply) => self.on_reply(reply),
            Event::Died(message) => self.on_death(message),
        }
    }

    fn on_reply(self, reply: Reply) {
        match reply {
            Reply::Started => {
                self.post(Request::Open { pack: self.place.get_untracked(), engine: self.choice() });
            }
            Reply::Opening { loaded, total } => {
                let fraction = (total > 0.0).then(|| (loaded / total).clamp(0.0, 1.0));
                self.readiness.set(Readiness::Starting(fraction));
            }
            Reply::Ready { engine, pack, colours, .. } => {
                self.colours.set(colours.into());
                self.readiness.set(Readiness::Ready { engine, pack });
                self.next();
            }
            Reply::Unusable { message } => self.readiness.set(Readiness::Broken(message)),
            Reply::Progress { job, progress } => {
                if let Some(item) =
                    self.desk(|desk| desk.queue.item_of(job)).and_then(|id| self.item_untracked(id))
                {
                    item.state.set(State::Running(progress));
                }
            }
            Reply::Found { job, report } => self.found(job, *report),
            Reply::Failed { job, failure } => self.failed(job, failure),
            Reply::Encoded { job, png } => {
                if let Some(then) = self.desk(|desk| desk.encodings.remove(&job)) {
                    then(pictures::blob(&png, "image/png"));
                }
            }
            Reply::NotEncoded { job, message } => {
                if let Some(then) = self.desk(|desk| desk.encodings.remove(&job)) {
                    then(Err(message));
                }
            }
            Reply::Panicked { message } => self.on_death(message),
            // The other worker's.
            Reply::Library(_) | Reply::Getting { .. } | Reply::Ended { .. } | Reply::Given { .. } => {}
        }
    }

    fn found(self, job: JobId, report: Report) {
        let Some(item) = self.desk(|desk| desk.queue.finish(job)).and_then(|id| self.item_untracked(id))
        else {
            return self.next();
        };
        if let Some(picture) = &report.picture {
            pictures::show_pixels(&item, picture);
        }
        match Outcome::keep(report) {
            Ok(outcome) => {
                let findings = &outcome.findings;
                let verdict = if findings.rejected { "reject" } else { "accept" };
                self.announcement.set(format!("{}: {:.2}, {verdict}", item.name, findings.score));
                item.state.set(State::Done(Arc::new(outcome)));
                self.open_first_result(item.id);
            }
            Err(message) => item.state.set(State::Failed(message.into())),
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

    fn failed(self, job: JobId, failure: Failure) {
        if let Some(item) = self.desk(|desk| desk.queue.finish(job)).and_then(|id| self.item_untracked(id)) {
            match failure {
                Failure::Cancelled => item.state.set(State::Cancelled),
                Failure::Unreadable(message) | Failure::Failed(message) => {
                    self.announcement.set(format!("{}: {message}", item.name));
                    item.state.set(State::Failed(message.into()));
                }
            }
        }
        self.next();
    }

    /// The picture that the worker had fails; a new worker goes on with the rest. A worker that dies before it can do
    /// anything is not started again by itself.
    fn on_death(self, message: String) {
        let lost = self.desk(|desk| desk.queue.lose_worker());
        if let Some(item) = lost.and_then(|id| self.item_untracked(id)) {
            let message = format!("the inspection stopped by a fault in Spotcheck: {message}");
            self.announcement.set(format!("{}: {message}", item.name));
            item.state.set(State::Failed(message.into()));
        }
        if matches!(self.readiness.get_untracked(), Readiness::Ready { .. }) {
            self.start_worker();
        } else {
            self.desk(|desk| desk.link = None);
            self.readiness.set(Readiness::Broken(message));
        }
    }

    fn item_untracked(self, id: ItemId) -> Option<Item> {
        self.items.with_untracked(|items| items.iter().find(|item| item.id == id).cloned())
    }

    /// Seconds until all is done, once a picture was measured and at least ten are left.
    pub fn seconds_left(self) -> Option<f64> {
        let states: Vec<State> = self.items.with(|items| items.iter().map(|item| item.state.get()).collect());
        let taken: Vec<f64> = states
            .iter()
            .filter_map(|state| match state {
                State::Done(outcome) => {
                    Some(words::stages(&outcome.findings.seconds).iter().map(|(_, seconds)| seconds).sum())
                }
                _ => None,
            })
            .collect();
        let left: f64 = states
            .iter()
            .map(|state| match state {
                State::Waiting => 1.0,
                State::Running(progress) => 1.0 - words::done(*progress),
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
        let parts = js_sys::Array::of3(&layers.heat, &layers.foreground, &layers.parts);
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
