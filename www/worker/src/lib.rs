//! The page's worker: decodes pictures and inspects them with the networks of a pack, one picture at a time. A second
//! worker of the same code keeps the packs ([`library`]), which takes long, too.
//!
//! [`start`] runs when the worker's module was loaded; from then on everything is a [`Request`] that comes in and
//! [`Reply`]s that go out (`www/protocol`).

mod bench;
mod checkpoints;
mod comparing;
mod drive;
mod export;
mod js;
mod layers;
mod library;
mod maps;
mod masks;
mod methods;
mod net;
mod outline;
mod pausing;
mod post;
mod rating;
mod read;
mod report;
mod site;
mod stored;
mod texts;
mod trouble;
mod unpack;

use std::cell::RefCell;
use std::rc::Rc;

use spotcheck_imaging::{Map, encode_png_gray16};
use spotcheck_method::CancellationToken;
use spotcheck_protocol::{EngineChoice, Failure, PackPlace, Reply, Request, Tile};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use crate::bench::Bench;
use crate::library::Library;
use crate::post::{post, scope};

/// What the worker holds between two messages.
#[derive(Clone, Default)]
struct Worker(Rc<RefCell<Held>>);

#[derive(Default)]
struct Held {
    bench: Option<Bench>,
    /// The inspection under way, and how to stop it.
    running: Option<(u32, CancellationToken)>,
    library: Option<Library>,
    outliner: outline::Outliner,
    rater: rating::Rater,
    comparer: comparing::Comparer,
    /// What came while a picture was inspected, and needs what inspects.
    waiting: Vec<Request>,
}

/// Listens to the page.
#[wasm_bindgen(start)]
pub fn start() {
    // After a panic the worker's memory cannot be trusted: the page ends it and starts another.
    std::panic::set_hook(Box::new(|panic| post(&Reply::Panicked { message: panic.to_string() })));
    let worker = Worker::default();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match spotcheck_protocol::open(event.data()) {
            Ok(request) => worker.receive(request),
            Err(error) => {
                post(&Reply::Panicked { message: format!("a message from the page cannot be read: {error}") })
            }
        }
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    listener.forget();
    post(&Reply::Started);
}

impl Worker {
    fn receive(&self, request: Request) {
        match request {
            Request::Open { pack, engine, settings } => {
                spawn_local(self.clone().open(pack, engine, settings));
            }
            Request::Settings { settings } => self.change(settings),
            Request::Inspect { job, method, name, object, file, region, mask, with_picture } => {
                // Copied at once: the page has handed the buffer over, and memory is only needed once.
                let bytes = js_sys::Uint8Array::new(&file).to_vec();
                let cancellation = CancellationToken::default();
                self.0.borrow_mut().running = Some((job, cancellation.clone()));
                let worker = self.clone();
                spawn_local(async move {
                    let wish = bench::Wish {
                        job,
                        method,
                        name,
                        object,
                        bytes,
                        region,
                        mask,
                        with_picture,
                        cancellation,
                    };
                    worker.inspect(wish).await;
                });
            }
            Request::Cancel { job } => {
                self.0.borrow().rater.cancel(job);
                self.0.borrow().comparer.cancel(job);
                if let Some((_, cancellation)) = self.0.borrow().running.as_ref().filter(|(id, _)| *id == job)
                {
                    cancellation.cancel();
                }
            }
            Request::EncodeMap { job, width, height, map } => {
                post(&encode(job, width, height, &map.to_vec()))
            }
            Request::Outline { job, number, width, height, map, threshold } => {
                let mut held = self.0.borrow_mut();
                post(&held.outliner.outline(job, number, (width, height), &map, threshold));
            }
            Request::Rate { job, pictures } => {
                let rater = self.0.borrow().rater.clone();
                spawn_local(rater.rate(job, pictures));
            }
            Request::Compare { job, basis, features, pictures } => {
                let comparer = self.0.borrow().comparer.clone();
                spawn_local(comparer.compare(job, basis, features, pictures));
            }
            Request::Explain { job, file, tile } => spawn_local(self.clone().explain(job, file, tile)),
            Request::Library { beside } => spawn_local(self.clone().look(beside)),
            Request::Stop => {
                if let Some(library) = &self.0.borrow().library {
                    library.stop();
                }
            }
            Request::Get { preset, host, precision } => self.with_library(async move |library| {
                library.get(&preset, &host, precision).await;
            }),
            Request::Discard { preset } => {
                self.with_library(async move |library| library.discard(&preset).await);
            }
            Request::Check { preset } => {
                self.with_library(async move |library| library.check(&preset).await);
            }
            Request::Repair { preset, host, files } => self.with_library(async move |library| {
                library.repair(&preset, &host, files).await;
            }),
            Request::Export { export } => spawn_local(export::export(*export)),
            Request::Unpack { files } => {
                for file in files.iter().filter_map(|file| file.dyn_into::<web_sys::File>().ok()) {
                    unpack::unpack(&file);
                }
            }
            Request::Give { files } => {
                self.with_library(async move |library| library.give(&files).await);
            }
        }
    }

    /// Looks which packs there are; what was given before is kept in mind.
    async fn look(self, beside: String) {
        let known = self.0.borrow().library.clone();
        let library = match known {
            Some(library) => Ok(library),
            None => Library::open(&beside).await,
        };
        match library {
            Ok(library) => {
                self.0.borrow_mut().library = Some(library.clone());
                library.tell().await;
            }
            Err(trouble) => post(&Reply::Unusable { trouble }),
        }
    }

    fn with_library(&self, work: impl AsyncFnOnce(Library) + 'static) {
        match self.0.borrow().library.clone() {
            Some(library) => spawn_local(async move { work(library).await }),
            None => post(&Reply::Unusable { trouble: "the packs were not looked for yet".into() }),
        }
    }

    async fn open(self, pack: PackPlace, engine: EngineChoice, settings: String) {
        match Bench::open(pack, engine).await {
            Ok(mut bench) => {
                if let Err(trouble) = bench.change(&settings) {
                    post(&Reply::Refused { trouble });
                }
                let ready = bench.ready();
                self.0.borrow_mut().bench = Some(bench);
                post(&ready);
            }
            Err(trouble) => post(&Reply::Unusable { trouble }),
        }
    }

    /// Changes the settings, as soon as the picture under way is done.
    fn change(&self, settings: String) {
        let mut held = self.0.borrow_mut();
        let reply = match &mut held.bench {
            Some(bench) => match bench.change(&settings) {
                Ok(()) => bench.ready(),
                Err(trouble) => Reply::Refused { trouble },
            },
            None => {
                held.waiting.push(Request::Settings { settings });
                return;
            }
        };
        drop(held);
        post(&reply);
    }

    /// Tells what the prompts mark in a tile, as soon as the picture under way is done.
    async fn explain(self, job: u32, file: js_sys::ArrayBuffer, tile: Box<Tile>) {
        let bench = self.0.borrow_mut().bench.take();
        let Some(mut bench) = bench else {
            return self.0.borrow_mut().waiting.push(Request::Explain { job, file, tile });
        };
        let bytes = js_sys::Uint8Array::new(&file).to_vec();
        let reply = match bench.explain(&bytes, &tile).await {
            Ok(maps) => Reply::Explained { job, maps },
            Err(trouble) => Reply::Unanswered { job, trouble },
        };
        self.put_back(bench);
        post(&reply);
    }

    /// The bench is free: what waited for it comes next.
    fn put_back(&self, bench: Bench) {
        let mut held = self.0.borrow_mut();
        held.bench = Some(bench);
        let waiting = std::mem::take(&mut held.waiting);
        drop(held);
        for request in waiting {
            self.receive(request);
        }
    }

    async fn inspect(self, wish: bench::Wish) {
        let job = wish.job;
        // Taken out while it works, so that messages can be answered meanwhile.
        let bench = self.0.borrow_mut().bench.take();
        let reply = match bench {
            Some(mut bench) => {
                let reply = match bench.inspect(wish).await {
                    Ok(report) => Reply::Found { job, report: Box::new(report) },
                    Err(failure) => Reply::Failed { job, failure },
                };
                self.0.borrow_mut().running = None;
                post(&reply);
                return self.put_back(bench);
            }
            None => Reply::Failed {
                job,
                failure: Failure::Failed("the worker is not ready for a picture".into()),
            },
        };
        self.0.borrow_mut().running = None;
        post(&reply);
    }
}

/// A map as 16-bit PNG.
fn encode(job: u32, width: u32, height: u32, map: &[f32]) -> Reply {
    let Some(map) = Map::from_vec(width, height, map.to_vec()) else {
        let message = format!("{} values are not {width} × {height}", map.len());
        return Reply::Unanswered { job, trouble: message.into() };
    };
    match encode_png_gray16(&map) {
        Ok(png) => Reply::Encoded { job, png: js_sys::Uint8Array::from(png.as_slice()) },
        Err(error) => Reply::Unanswered { job, trouble: error.to_string().into() },
    }
}
