use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::{
    Ended, Getting, Library, PackPlace, PackState, Precision, Reply, Request, Step, Trouble,
};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::bench::Bench;
use crate::link::{Event, Link, address};
use crate::memory::{self, Word, recall, remember};
use crate::rate::Rate;
use crate::text;
use crate::trouble;
use crate::words;

/// Where checkpoints are from, if nothing else is said.
pub const HOST: &str = "https://huggingface.co";

/// What the page knows of packs, and what is done with them. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Packs {
    /// `None` until it was looked.
    pub library: RwSignal<Option<Library>>,
    pub doing: RwSignal<Option<Doing>>,
    /// How the last thing that was done with a pack ended.
    pub ended: RwSignal<Option<(String, Ended)>>,
    /// What was recognised of the files that were given, and what not.
    pub given: RwSignal<(Vec<String>, Vec<Trouble>)>,
    pub host: RwSignal<String>,
    /// Why the worker that keeps the packs does not.
    pub trouble: RwSignal<Option<Trouble>>,
    bench: Bench,
    link: StoredValue<Desk, LocalStorage>,
}

#[derive(Default)]
struct Desk {
    link: Option<Link>,
    /// Whether the worker has looked what there is.
    knows: bool,
    /// What is asked when it has.
    next: Vec<Request>,
    /// Whether it has done heavy work, and holds memory for it that it cannot give back.
    grown: bool,
}

/// Something that is done with a pack.
#[derive(Clone, PartialEq)]
pub struct Doing {
    pub preset: String,
    pub getting: Getting,
    pub rate: Rate,
}

impl Doing {
    /// How much of it is done, 0 to 1.
    pub fn fraction(&self) -> f64 {
        if self.getting.total > 0.0 { (self.getting.done / self.getting.total).min(1.0) } else { 0.0 }
    }
}

impl Packs {
    /// When a pack was being got as the page was left, looks at once how far that is.
    pub fn new(bench: Bench) -> Self {
        let packs = Self {
            library: RwSignal::new(None),
            doing: RwSignal::new(None),
            ended: RwSignal::new(None),
            given: RwSignal::default(),
            host: RwSignal::new(recall(Word::Host).unwrap_or_else(|| HOST.into())),
            trouble: RwSignal::new(None),
            bench,
            link: StoredValue::new_local(Desk::default()),
        };
        if recall(Word::Getting).is_some() {
            packs.look();
        }
        packs
    }

    /// Looks what there is, unless that was done.
    pub fn look(self) {
        if self.desk(|desk| desk.link.is_none()) {
            self.start();
        }
    }

    /// Takes the host of the checkpoints from a person; nothing means the usual one.
    pub fn set_host(self, host: &str) {
        let host = host.trim().trim_end_matches('/');
        let host = if host.is_empty() { HOST } else { host };
        self.host.set(host.into());
        remember(Word::Host, (host != HOST).then_some(host));
    }

    pub fn get(self, preset: &str, precision: Precision) {
        remember(Word::Getting, Some(preset));
        remember(Word::Precision, Some(words::precision_name(precision)));
        self.begin(preset, Step::Fetching);
        let request = Request::Get { preset: preset.into(), host: self.host.get_untracked(), precision };
        spawn_local(async move {
            // Without it the browser may clear the pack away when the disk gets full; that is no reason not to begin.
            if let Ok(persisted) = window().navigator().storage().persist() {
                let _ = JsFuture::from(persisted).await;
            }
            self.post(request);
        });
    }

    /// How a pack's weights are to be stored: as was said when its getting began.
    pub fn precision(preset: &str) -> Precision {
        let said = recall(Word::Precision).filter(|_| recall(Word::Getting).as_deref() == Some(preset));
        let known =
            Precision::ALL.into_iter().find(|&which| said.as_deref() == Some(words::precision_name(which)));
        known.unwrap_or_default()
    }

    /// Stops what is done; what has arrived is kept.
    pub fn stop(self) {
        self.post(Request::Stop);
    }

    /// Takes a pack, or what has arrived for one, away.
    pub fn discard(self, preset: &str) {
        remember(Word::Getting, None);
        if self.bench.place.get_untracked() == PackPlace::Stored(preset.into()) {
            self.bench.use_pack(memory::demo());
        }
        // While it builds, the worker hears nothing; so it ends. The next one waits until all is let go.
        if self.doing.with_untracked(Option::is_some) {
            self.start();
        }
        self.doing.set(None);
        self.ended.set(None);
        self.post(Request::Discard { preset: preset.into() });
    }

    pub fn check(self, preset: &str) {
        self.begin(preset, Step::Checking);
        self.post(Request::Check { preset: preset.into() });
    }

    pub fn repair(self, preset: &str, files: Vec<String>) {
        self.begin(preset, Step::Fetching);
        self.post(Request::Repair { preset: preset.into(), host: self.host.get_untracked(), files });
    }

    /// Uses files of checkpoints from the person's disk.
    pub fn give(self, files: Vec<(File, String)>) {
        if !files.is_empty() {
            self.look();
            self.post(Request::Give { files: files.into_iter().map(|(file, _)| file).collect() });
        }
    }

    /// Whether a file is one of a checkpoint, not a picture.
    pub fn is_for(name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        [".safetensors", ".onnx", ".json"].iter().any(|ending| name.ends_with(ending)) || name == "merges.txt"
    }

    fn begin(self, preset: &str, step: Step) {
        self.ended.set(None);
        let getting = Getting { step, done: 0.0, total: 0.0 };
        self.doing.set(Some(Doing { preset: preset.into(), getting, rate: Rate::default() }));
    }

    fn desk<T>(self, with: impl FnOnce(&mut Desk) -> T) -> T {
        self.link.try_update_value(with).expect("the packs live as long as the page")
    }

    fn start(self) {
        self.trouble.set(None);
        self.desk(|desk| (desk.link, desk.knows, desk.grown) = (None, false, false));
        match Link::start(move |event| self.on_event(event)) {
            Ok(link) => self.desk(|desk| desk.link = Some(link)),
            Err(message) => self.trouble.set(Some(message.into())),
        }
    }

    /// Asks something, as soon as the worker knows what there is.
    fn post(self, request: Request) {
        let sent = self.desk(|desk| match &desk.link {
            Some(link) if desk.knows => {
                desk.grown |= matches!(request, Request::Get { .. } | Request::Repair { .. });
                link.post(&request)
            }
            _ => {
                desk.next.push(request);
                Ok(())
            }
        });
        match sent {
            Ok(()) => self.look(),
            Err(message) => self.on_event(Event::Died(message.into())),
        }
    }

    fn on_event(self, event: Event) {
        match event {
            Event::Reply(reply) => self.on_reply(reply),
            Event::Died(trouble) => self.on_death(trouble),
        }
    }

    fn on_reply(self, reply: Reply) {
        match reply {
            Reply::Started => {
                let sent = address("pack/").and_then(|beside| {
                    self.desk(|desk| match &desk.link {
                        Some(link) => link.post(&Request::Library { beside }),
                        None => Ok(()),
                    })
                });
                if let Err(message) = sent {
                    self.on_death(message.into());
                }
            }
            Reply::Library(library) => {
                let given = library.packs.iter().any(|offer| !offer.given.is_empty());
                self.library.set(Some(library));
                self.desk(|desk| desk.knows = true);
                for request in self.desk(|desk| std::mem::take(&mut desk.next)) {
                    self.post(request);
                }
                // Files that were given are known to it alone.
                if self.doing.with_untracked(Option::is_none) && !given {
                    self.desk(|desk| {
                        if desk.grown {
                            *desk = Desk::default();
                        }
                    });
                }
            }
            Reply::Getting { preset, getting } => self.doing.update(|doing| {
                let before = doing.take().filter(|doing| doing.preset == preset);
                let same = before.as_ref().is_some_and(|doing| doing.getting.step == getting.step);
                let mut rate =
                    before.as_ref().filter(|_| same).map(|doing| doing.rate.clone()).unwrap_or_default();
                let mut getting = getting;
                match before {
                    // What is waited for does not say how far it is.
                    Some(before) if getting.total == 0.0 => {
                        (getting.done, getting.total) = (before.getting.done, before.getting.total);
                    }
                    _ => rate.note(now(), getting.done),
                }
                *doing = Some(Doing { preset, getting, rate });
            }),
            Reply::Ended { preset, ended } => self.on_end(preset, ended),
            Reply::Given { taken, refused } => self.given.set((taken, refused)),
            Reply::Unusable { trouble } => self.on_death(trouble),
            Reply::Panicked { message } => self.on_death(message.into()),
            _ => {}
        }
    }

    fn on_end(self, preset: String, ended: Ended) {
        let got = recall(Word::Getting).as_deref() == Some(&preset);
        if ended == Ended::Done && got {
            remember(Word::Getting, None);
            self.bench.announcement.set(text::got_pack(&preset));
            // With pictures in the list, whoever looks at them decides when they are inspected anew.
            if self.bench.items.with_untracked(Vec::is_empty) {
                self.bench.use_pack(PackPlace::Stored(preset.clone()));
            }
        }
        self.doing.set(None);
        self.ended.set(Some((preset, ended)));
    }

    fn on_death(self, trouble: Trouble) {
        if let Some(Doing { preset, .. }) = self.doing.get_untracked() {
            self.ended.set(Some((preset, Ended::Failed(trouble::ended(trouble.clone())))));
        }
        self.doing.set(None);
        self.trouble.set(Some(trouble));
        self.desk(|desk| *desk = Desk::default());
    }
}

/// Whether there is something of a pack to go on with.
pub fn is_partial(state: &PackState) -> bool {
    matches!(state, PackState::Partial { .. })
}

/// Milliseconds since some moment.
fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
