use js_sys::Array;
use leptos::prelude::document;
pub use spotcheck_browser::said;
use spotcheck_protocol::{Kind, Reply, Request, Trouble, WORKER_SCRIPT, envelope, open};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use crate::text;
use crate::trouble;

/// What comes from a worker.
pub enum Event {
    Reply(Reply),
    /// The worker stopped by an error that nothing caught, or was never there.
    Died(Trouble),
}

/// A running worker. Dropping it ends the worker.
pub struct Link {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Link {
    /// Starts a worker; `on_event` is called for whatever comes from it.
    pub fn start(on_event: impl Fn(Event) + Clone + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("inspector");
        let worker = Worker::new_with_options(&address(WORKER_SCRIPT)?, &options).map_err(said)?;

        let heard = on_event.clone();
        let on_message = Closure::new(move |message: MessageEvent| match open(message.data()) {
            Ok(reply) => heard(Event::Reply(reply)),
            Err(error) => {
                let english = format!("a message from the worker cannot be read: {error}");
                let kind = Kind::WorkerNotUnderstood { reason: error.to_string() };
                heard(Event::Died(Trouble::new(kind, english)));
            }
        });
        let on_error = Closure::new(move |event: web_sys::Event| {
            // Said here already: the browser need not print it once more.
            event.prevent_default();
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
            on_event(Event::Died(trouble::death(message)));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Posts a request; its buffers are handed over.
    pub fn post(&self, request: &Request) -> Result<(), String> {
        let (message, buffers): (JsValue, Array) = envelope(request).map_err(|error| error.to_string())?;
        self.worker.post_message_with_transfer(&message, &buffers).map_err(said)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The absolute address of a file of this site.
pub fn address(path: &str) -> Result<String, String> {
    let base = document().base_uri().ok().flatten().ok_or_else(text::page_without_address)?;
    Ok(Url::new_with_base(path, &base).map_err(said)?.href())
}
