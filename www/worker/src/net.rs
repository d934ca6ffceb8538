use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Promise, Reflect, Uint8Array};
use spotcheck_browser::pause;
use spotcheck_pack::fetch::{
    Announced, Answer, Body, FetchError, Host, content_range, linked_hash, strong_tag,
};
use spotcheck_protocol::{NOBODY_ANSWERS, SILENT};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReferrerPolicy, Request, RequestCache,
    RequestCredentials, RequestInit, Response,
};
use web_time::Instant;

use crate::js::{after, said, value};
use crate::post::scope;

/// Losses in a row after which fetching is given up: about two minutes.
const LOSSES_BORNE: u32 = 9;
const LONGEST_WAIT: i32 = 30_000;
/// Milliseconds without a byte after which a connection counts as lost.
const SILENCE: i32 = 60_000;

/// The network as the browser lets a page see it.
pub struct Net {
    abort: AbortController,
    /// Called with `true` when it waits for a lost connection, with `false` when it goes on.
    on_wait: Box<dyn Fn(bool)>,
    waited: Cell<bool>,
}

impl Net {
    /// `abort` ends what is under way.
    pub fn new(abort: AbortController, on_wait: impl Fn(bool) + 'static) -> Self {
        Self { abort, on_wait: Box::new(on_wait), waited: Cell::new(false) }
    }

    async fn ask(&self, url: &str, from: u64) -> Result<Response, FetchError> {
        let lost = |error: JsValue| FetchError::Lost { url: url.into(), message: said(error) };
        let init = RequestInit::new();
        init.set_signal(Some(&self.abort.signal()));
        init.set_cache(RequestCache::NoStore);
        // Some hosts send other answers to pages that say where they are; and they need not know who asks.
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        init.set_credentials(RequestCredentials::Omit);
        if from > 0 {
            let headers = Headers::new().map_err(lost)?;
            headers.set("range", &format!("bytes={from}-")).map_err(lost)?;
            init.set_headers(&headers);
        }
        let request = Request::new_with_str_and_init(url, &init).map_err(lost)?;
        let answered = Promise::race(&Array::of2(&scope().fetch_with_request(&request), &after(SILENCE)));
        let response = JsFuture::from(answered).await.map_err(lost)?;
        response.dyn_into().map_err(|_| FetchError::Lost { url: url.into(), message: NOBODY_ANSWERS.into() })
    }
}

#[async_trait::async_trait(?Send)]
impl Host for Net {
    /// A page may not send `If-Range` to another site without asking that first, which not every host allows; so the
    /// tag is held against the one of the answer.
    async fn open(&self, url: &str, from: u64, tag: Option<&str>) -> Result<Answer, FetchError> {
        let mut response = self.ask(url, from).await?;
        let other = |response: &Response| tag_of(response).zip(tag).is_some_and(|(found, tag)| found != tag);
        if response.status() == 206 && other(&response) {
            cancel(&response);
            response = self.ask(url, 0).await?;
        }
        let header = |name: &str| response.headers().get(name).ok().flatten();
        let number = |name: &str| header(name).and_then(|value| value.parse::<u64>().ok());
        let (from, size) = match response.status() {
            200 => (0, number("x-linked-size").or_else(|| plain_length(&response))),
            206 => match header("content-range").as_deref().and_then(content_range) {
                Some((from, size)) => (from, size),
                // Not every host shows it to a page; then it is what was asked for.
                None => (from, number("content-length").map(|length| from + length)),
            },
            status => {
                cancel(&response);
                return Err(FetchError::Status { url: url.into(), status });
            }
        };
        if self.waited.take() {
            (self.on_wait)(false);
        }
        let announced = Announced {
            url: url.into(),
            size,
            tag: tag_of(&response),
            sha256: header("x-linked-etag").and_then(|tag| linked_hash(&tag)),
        };
        let reader = response.body().map(|body| body.get_reader().unchecked_into());
        let watch = reader.clone().map(Watch::over);
        Ok(Answer { announced, from, body: Box::new(Stream { url: url.into(), reader, watch }) })
    }

    async fn wait(&self, lost: u32) -> bool {
        if lost >= LOSSES_BORNE {
            return false;
        }
        self.waited.set(true);
        (self.on_wait)(true);
        let delay = 250_i32.saturating_mul(1 << lost).min(LONGEST_WAIT);
        let signal = self.abort.signal();
        let aborted = Promise::new(&mut |resolve, _| signal.set_onabort(Some(&resolve)));
        let online = Promise::new(&mut |resolve, _| {
            // A worker is told of it, too; where not, the delay has to do.
            let _ = Reflect::set(&scope(), &"ononline".into(), &resolve);
        });
        let _ = JsFuture::from(Promise::race(&Array::of3(&after(delay), &aborted, &online))).await;
        true
    }

    async fn pause(&self) {
        pause().await;
    }
}

/// The size that an answer says it has, unless it may have been packed for the way: then that is another one.
fn plain_length(response: &Response) -> Option<u64> {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let kind = header("content-type").unwrap_or_default();
    if kind.starts_with("text/") || kind.contains("json") {
        return None;
    }
    header("content-length")?.parse().ok()
}

/// The answer's tag, if it promises equal bytes.
fn tag_of(response: &Response) -> Option<String> {
    response.headers().get("etag").ok().flatten().and_then(strong_tag)
}

/// Ends an answer that nobody reads.
fn cancel(response: &Response) {
    if let Some(body) = response.body() {
        forget(body.cancel());
    }
}

/// Lets a promise go whose outcome is of no interest: nobody else would hear of its failure but the browser's console.
fn forget(promise: Promise) {
    spawn_local(async move {
        let _ = JsFuture::from(promise).await;
    });
}

/// Ends an answer that has gone silent. One timer serves for all of it: pieces come by the thousand.
struct Watch {
    seen: Rc<Cell<Instant>>,
    silent: Rc<Cell<bool>>,
    timer: Option<i32>,
    _check: Closure<dyn FnMut()>,
}

impl Watch {
    fn over(reader: ReadableStreamDefaultReader) -> Self {
        let (seen, silent) = (Rc::new(Cell::new(Instant::now())), Rc::new(Cell::new(false)));
        let (last, silenced) = (Rc::clone(&seen), Rc::clone(&silent));
        let check = Closure::<dyn FnMut()>::new(move || {
            if last.get().elapsed().as_millis() >= SILENCE as u128 {
                silenced.set(true);
                // Whoever waits for the next piece is told that there is none.
                forget(reader.cancel());
            }
        });
        let every = SILENCE / 4;
        let timer = scope()
            .set_interval_with_callback_and_timeout_and_arguments_0(check.as_ref().unchecked_ref(), every);
        Self { seen, silent, timer: timer.ok(), _check: check }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            scope().clear_interval_with_handle(timer);
        }
    }
}

struct Stream {
    url: String,
    /// `None` when the answer is empty, as is the watch then.
    reader: Option<ReadableStreamDefaultReader>,
    watch: Option<Watch>,
}

#[async_trait::async_trait(?Send)]
impl Body for Stream {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        let lost = |message: String| FetchError::Lost { url: self.url.clone(), message };
        let Some((reader, watch)) = self.reader.as_ref().zip(self.watch.as_ref()) else { return Ok(None) };
        // The time that is spent on a piece is not silence.
        watch.seen.set(Instant::now());
        let read: JsValue = value(reader.read()).await.map_err(|error| lost(said(error)))?;
        if watch.silent.get() {
            return Err(lost(SILENT.into()));
        }
        let get = |name: &str| Reflect::get(&read, &name.into()).map_err(|error| lost(said(error)));
        if get("done")?.is_truthy() {
            return Ok(None);
        }
        Ok(Some(Uint8Array::new(&get("value")?).to_vec()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(reader) = &self.reader {
            // One that came to its end, or broke, is told so for nothing.
            forget(reader.cancel());
        }
    }
}
