//! The side of the bench that talks to its workers: one on a GPU, on the CPU as many as cores and memory allow.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::{
    Engine, EngineChoice, Failure, Kind, MaskFile, PackPlace, Progress, Reply, Request, Stage, Trouble,
};
use wasm_bindgen_futures::JsFuture;

use crate::bench::{Bench, Readiness};
use crate::item::{Shown, State};
use crate::link::{Event, Link};
use crate::memory::{Word, recall};
use crate::pictures;
use crate::queue::{ItemId, JobId, Queue, Slot};
use crate::trouble;

/// Gibibytes that a worker takes with the demo pack, and with one that was got.
const DEMO_GIB: f64 = 0.5;
const STORED_GIB: f64 = 2.0;
/// Gibibytes that a device has when the browser does not say.
const USUAL_GIB: f64 = 4.0;
/// What is said of a file that the browser does not read, in English.
const FILE_UNREADABLE: &str = "this file cannot be read. A folder? Drop the pictures that are in it";
/// More workers than that wait for memory more than they compute.
const MOST_WORKERS: usize = 8;

/// The workers and what they do.
pub struct Desk {
    pub queue: Queue,
    pub choice: EngineChoice,
    workers: Vec<Option<Worker>>,
    next_item: ItemId,
    /// Who waits for an answer.
    answers: HashMap<JobId, Answer>,
}

struct Worker {
    link: Link,
    ready: bool,
}

/// What happens with an answer.
type Answer = Box<dyn FnOnce(Result<Reply, Trouble>)>;

impl Desk {
    pub fn new(choice: EngineChoice) -> Self {
        Self { queue: Queue::default(), choice, workers: Vec::new(), next_item: 1, answers: HashMap::new() }
    }

    /// A number that no picture has.
    pub fn next_item(&mut self) -> ItemId {
        self.next_item += 1;
        self.next_item - 1
    }

    /// Pictures have numbers from here on.
    pub fn numbers_from(&mut self, least: ItemId) {
        self.next_item = self.next_item.max(least);
    }

    /// Posts to one worker; `Ok(false)` when it is not there.
    pub fn post(&self, slot: Slot, request: &Request) -> Result<bool, String> {
        match self.workers.get(slot).and_then(Option::as_ref) {
            Some(worker) => worker.link.post(request).map(|()| true),
            None => Ok(false),
        }
    }

    /// How many workers can inspect.
    pub fn ready(&self) -> usize {
        self.workers.iter().flatten().filter(|worker| worker.ready).count()
    }

    fn is_ready(&self, slot: Slot) -> bool {
        self.workers.get(slot).and_then(Option::as_ref).is_some_and(|worker| worker.ready)
    }
}

/// How many workers inspect at once: one on a GPU; on the CPU what the person wants, or as many as there are cores and
/// memory for.
fn wanted_workers(
    engine: &Engine,
    place: &PackPlace,
    cores: f64,
    gibibytes: f64,
    wish: Option<usize>,
) -> usize {
    if engine.gpu {
        return 1;
    }
    let each = if matches!(place, PackPlace::Site(_)) { DEMO_GIB } else { STORED_GIB };
    let most = cores.min(gibibytes / each) as usize;
    wish.unwrap_or(most).clamp(1, MOST_WORKERS)
}

impl Bench {
    /// How many workers shall inspect at once, now that the first is ready.
    fn wanted_workers(self) -> usize {
        let Readiness::Ready { engine, .. } = self.readiness.get_untracked() else { return 1 };
        let navigator = window().navigator();
        let gibibytes = js_sys::Reflect::get(&navigator, &"deviceMemory".into()).ok();
        let gibibytes = gibibytes.and_then(|value| value.as_f64()).unwrap_or(USUAL_GIB);
        let wish = recall(Word::Workers).and_then(|text| text.parse().ok());
        let cores = navigator.hardware_concurrency();
        self.place.with_untracked(|place| wanted_workers(&engine, place, cores, gibibytes, wish))
    }

    /// Ends all workers and starts the first anew.
    pub fn start_workers(self) {
        self.readiness.set(Readiness::Starting(None));
        // The old workers end before the new one starts: two packs in memory would be too much.
        let answers = self.desk(|desk| {
            desk.workers.clear();
            for (_, slot) in desk.queue.running() {
                desk.queue.lose_worker(slot);
            }
            std::mem::take(&mut desk.answers)
        });
        for then in answers.into_values() {
            then(Err(Trouble::new(Kind::WorkerStopped, "the worker stopped")));
        }
        self.start_worker(0);
    }

    fn start_worker(self, slot: Slot) {
        match Link::start(move |event| self.on_event(slot, event)) {
            Ok(link) => self.desk(|desk| {
                while desk.workers.len() <= slot {
                    desk.workers.push(None);
                }
                if let Some(place) = desk.workers.get_mut(slot) {
                    *place = Some(Worker { link, ready: false });
                }
            }),
            Err(message) if slot == 0 => self.readiness.set(Readiness::Broken(message.into())),
            // The others do without it.
            Err(_) => {}
        }
    }

    /// Starts more workers when there is work for them. The first has made what all of them read from the storage by the
    /// time that it has a result.
    fn grow(self) {
        let wanted = self.wanted_workers();
        let (there, waiting) = self.desk(|desk| (desk.workers.len(), desk.queue.waiting()));
        if there < wanted && waiting > 0 {
            self.start_worker(there);
        }
    }

    /// Gives every free worker its next picture.
    pub fn next(self) {
        if self.paused.get_untracked() || !matches!(self.readiness.get_untracked(), Readiness::Ready { .. }) {
            return;
        }
        for slot in 0..self.desk(|desk| desk.workers.len()) {
            let started = self.desk(|desk| if desk.is_ready(slot) { desk.queue.start(slot) } else { None });
            if let Some((job, id)) = started {
                self.hand_over(slot, job, id);
            }
        }
    }

    fn hand_over(self, slot: Slot, job: JobId, id: ItemId) {
        let Some(item) = self.item_untracked(id) else {
            self.desk(|desk| desk.queue.finish(job));
            return self.next();
        };
        let progress = Progress { stage: Stage::Prompts, fraction: 0.0 };
        item.state.set(State::Running(ArcRwSignal::new(progress)));
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
                Ok(buffer) => {
                    let name = item.name.to_string();
                    let object = self.object.get_untracked();
                    let (file, region) = (buffer.into(), self.region_untracked(&item));
                    // One that is gone says nothing.
                    let mask = item.mask.as_ref().and_then(|mask| mask.slice().ok());
                    let mask = mask.map(|file| MaskFile { file });
                    let method = self.method.get_untracked();
                    let request =
                        Request::Inspect { job, method, name, object, file, region, mask, with_picture };
                    self.post(slot, &request);
                }
                Err(_) => {
                    self.failed(job, Failure::Failed(Trouble::new(Kind::FileUnreadable, FILE_UNREADABLE)));
                }
            }
        });
    }

    /// Posts to one worker.
    pub fn post(self, slot: Slot, request: &Request) {
        if let Err(message) = self.desk(|desk| desk.post(slot, request)) {
            self.on_event(slot, Event::Died(message.into()));
        }
    }

    /// Posts to all workers; their arrays would be gone after the first, so it must have none.
    pub fn post_all(self, request: &Request) {
        for slot in 0..self.desk(|desk| desk.workers.len()) {
            self.post(slot, request);
        }
    }

    /// Asks the first worker something that it answers for itself.
    pub fn ask(
        self,
        request: impl FnOnce(JobId) -> Request,
        then: impl FnOnce(Result<Reply, Trouble>) + 'static,
    ) {
        let job = self.desk(|desk| desk.queue.next_job());
        match self.desk(|desk| desk.post(0, &request(job))) {
            Ok(true) => self.desk(|desk| {
                desk.answers.insert(job, Box::new(then));
            }),
            Ok(false) => then(Err(Trouble::new(Kind::WorkerAbsent, "the worker is not there"))),
            Err(message) => then(Err(message.into())),
        }
    }

    fn answer(self, job: JobId, answer: Result<Reply, Trouble>) {
        if let Some(then) = self.desk(|desk| desk.answers.remove(&job)) {
            then(answer);
        }
    }

    /// Asks the workers to stop what they do.
    pub fn stop_running(self) {
        for (job, slot) in self.desk(|desk| desk.queue.running()) {
            self.post(slot, &Request::Cancel { job });
        }
    }

    fn on_event(self, slot: Slot, event: Event) {
        match event {
            Event::Reply(reply) => self.on_reply(slot, reply),
            Event::Died(trouble) => self.on_death(slot, trouble),
        }
    }

    fn on_reply(self, slot: Slot, reply: Reply) {
        match reply {
            Reply::Started => {
                let pack = self.place.get_untracked();
                let settings = self.changes();
                self.post(slot, &Request::Open { pack, engine: self.choice(), settings });
            }
            Reply::Opening { loaded, total } if slot == 0 => {
                let fraction = (total > 0.0).then(|| (loaded / total).clamp(0.0, 1.0));
                self.readiness.set(Readiness::Starting(fraction));
            }
            Reply::Ready { engine, pack, colours, settings, defaults, lacking, .. } => {
                self.desk(|desk| {
                    if let Some(Some(worker)) = desk.workers.get_mut(slot) {
                        worker.ready = true;
                    }
                });
                if slot == 0 {
                    self.colours.set(colours.into());
                    self.lacking.set(lacking);
                    self.defaults.set(Some(*defaults));
                    self.settings.set(Some(*settings));
                    self.readiness.set(Readiness::Ready { engine, pack });
                }
                self.next();
            }
            Reply::Unusable { trouble } if slot == 0 => self.readiness.set(Readiness::Broken(trouble)),
            Reply::Refused { trouble } => self.refused.set(Some(trouble)),
            Reply::Progress { job, progress } => {
                let item = self.desk(|desk| desk.queue.item_of(job)).and_then(|id| self.item_untracked(id));
                if let Some(State::Running(signal)) = item.map(|item| item.state.get_untracked()) {
                    signal.set(progress);
                }
            }
            Reply::Found { job, report } => {
                self.found(job, *report);
                self.grow();
            }
            Reply::Failed { job, failure } => self.failed(job, failure),
            Reply::Encoded { job, .. } | Reply::Explained { job, .. } => self.answer(job, Ok(reply)),
            Reply::Unanswered { job, trouble } => self.answer(job, Err(trouble)),
            Reply::Panicked { message } => self.on_death(slot, message.into()),
            // Of a worker that only helps; and of workers with other tasks.
            Reply::Opening { .. }
            | Reply::Unusable { .. }
            | Reply::Exporting { .. }
            | Reply::Piece { .. }
            | Reply::Exported { .. }
            | Reply::Outlined { .. }
            | Reply::Rating { .. }
            | Reply::Rated { .. }
            | Reply::Comparing { .. }
            | Reply::Joined { .. }
            | Reply::Compared { .. }
            | Reply::Unpacked { .. }
            | Reply::UnpackedAll { .. }
            | Reply::Library(_)
            | Reply::Getting { .. }
            | Reply::Ended { .. }
            | Reply::Given { .. } => {}
        }
    }

    /// The picture that the worker had fails; a new worker goes on with the rest. A worker that dies before it can do
    /// anything is not started again by itself.
    fn on_death(self, slot: Slot, of: Trouble) {
        let (lost, was_ready) = self.desk(|desk| {
            let was_ready = desk.is_ready(slot);
            if let Some(place) = desk.workers.get_mut(slot) {
                *place = None;
            }
            (desk.queue.lose_worker(slot), was_ready)
        });
        if let Some(item) = lost.and_then(|id| self.item_untracked(id)) {
            let fault = trouble::fault(of.clone());
            self.announcement.set(format!("{}: {}", item.name, trouble::sentence(&fault)));
            self.settle(&item, State::Failed(Arc::new(fault)));
        }
        match slot {
            _ if was_ready => {
                if slot == 0 {
                    self.readiness.set(Readiness::Starting(None));
                }
                self.start_worker(slot);
            }
            0 => self.readiness.set(Readiness::Broken(of)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_workers_as_cores_and_memory_allow() {
        let cpu = Engine { gpu: false, reason: String::new() };
        let gpu = Engine { gpu: true, reason: String::new() };
        let (demo, stored) = (PackPlace::Site(String::new()), PackPlace::Stored("standard".into()));
        assert_eq!(wanted_workers(&gpu, &demo, 16.0, 8.0, Some(4)), 1);
        assert_eq!(wanted_workers(&cpu, &demo, 2.0, 8.0, None), 2);
        assert_eq!(wanted_workers(&cpu, &demo, 64.0, 8.0, None), MOST_WORKERS);
        assert_eq!(wanted_workers(&cpu, &stored, 8.0, 8.0, None), 4);
        assert_eq!(wanted_workers(&cpu, &stored, 8.0, 1.0, None), 1);
        assert_eq!(wanted_workers(&cpu, &stored, 8.0, 1.0, Some(3)), 3, "the person knows better");
        assert_eq!(wanted_workers(&cpu, &demo, 4.0, 8.0, Some(0)), 1);
    }
}
