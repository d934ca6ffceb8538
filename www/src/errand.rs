//! A worker that does one thing and ends.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use spotcheck_protocol::{Reply, Request, Trouble};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::link::{Event, Link, said};

/// What a reply means to the one who waits.
pub enum Heard {
    More,
    /// That was all; or what went wrong.
    End(Result<(), Trouble>),
}

/// Starts a worker, asks it one thing and hears its replies until one says that it is the last.
pub async fn errand(request: Request, hear: impl FnMut(Reply) -> Heard + 'static) -> Result<(), Trouble> {
    // A promise is rejected with a value of JavaScript's.
    let failed: Rc<RefCell<Option<Trouble>>> = Rc::default();
    let link: Rc<RefCell<Option<Link>>> = Rc::default();
    let (request, hear) = (Rc::new(request), Rc::new(RefCell::new(hear)));
    let promise = Promise::new(&mut |resolve, reject| {
        let (worker, request, hear) = (link.clone(), request.clone(), hear.clone());
        let told = failed.clone();
        let end = move |outcome: Result<(), Trouble>| {
            // Calling a promise's own function cannot fail.
            let _ = match outcome {
                Ok(()) => resolve.call0(&JsValue::NULL),
                Err(trouble) => {
                    *told.borrow_mut() = Some(trouble);
                    reject.call0(&JsValue::NULL)
                }
            };
        };
        let fail = end.clone();
        let started = Link::start(move |event| match event {
            Event::Reply(Reply::Started) => {
                if let Some(Err(message)) = worker.borrow().as_ref().map(|link| link.post(&request)) {
                    end(Err(message.into()));
                }
            }
            Event::Reply(Reply::Panicked { message }) => end(Err(message.into())),
            Event::Died(trouble) => end(Err(trouble)),
            Event::Reply(reply) => {
                if let Heard::End(outcome) = hear.borrow_mut()(reply) {
                    end(outcome);
                }
            }
        });
        match started {
            Ok(started) => *link.borrow_mut() = Some(started),
            Err(message) => fail(Err(message.into())),
        }
    });
    let outcome = JsFuture::from(promise).await;
    // Ends the worker.
    link.borrow_mut().take();
    outcome.map(|_| ()).map_err(|error| failed.take().unwrap_or_else(|| said(error).into()))
}
