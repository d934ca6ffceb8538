//! A worker that does one thing and ends.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use spotcheck_protocol::{Reply, Request};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::link::{Event, Link, said};

/// What a reply means to the one who waits.
pub enum Heard {
    More,
    /// That was all; or what went wrong, a sentence.
    End(Result<(), String>),
}

/// Starts a worker, asks it one thing and hears its replies until one says that it is the last. The error is a sentence.
pub async fn errand(request: Request, hear: impl FnMut(Reply) -> Heard + 'static) -> Result<(), String> {
    let link: Rc<RefCell<Option<Link>>> = Rc::default();
    let (request, hear) = (Rc::new(request), Rc::new(RefCell::new(hear)));
    let promise = Promise::new(&mut |resolve, reject| {
        let (worker, request, hear) = (link.clone(), request.clone(), hear.clone());
        let end = move |outcome: Result<(), String>| {
            // Calling a promise's own function cannot fail.
            let _ = match outcome {
                Ok(()) => resolve.call0(&JsValue::NULL),
                Err(message) => Function::call1(&reject, &JsValue::NULL, &message.into()),
            };
        };
        let fail = end.clone();
        let started = Link::start(move |event| match event {
            Event::Reply(Reply::Started) => {
                if let Some(Err(message)) = worker.borrow().as_ref().map(|link| link.post(&request)) {
                    end(Err(message));
                }
            }
            Event::Reply(Reply::Panicked { message }) | Event::Died(message) => end(Err(message)),
            Event::Reply(reply) => {
                if let Heard::End(outcome) = hear.borrow_mut()(reply) {
                    end(outcome);
                }
            }
        });
        match started {
            Ok(started) => *link.borrow_mut() = Some(started),
            Err(message) => fail(Err(message)),
        }
    });
    let outcome = JsFuture::from(promise).await;
    // Ends the worker.
    link.borrow_mut().take();
    outcome.map(|_| ()).map_err(said)
}
