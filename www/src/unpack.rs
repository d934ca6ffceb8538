use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use spotcheck_protocol::{Reply, Request};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::link::{Event, Link, said};

/// The files in a ZIP file, with their paths, opened by a worker of its own. The error is a sentence.
pub async fn unpacked(file: &File) -> Result<Vec<(File, String)>, String> {
    let found = Rc::new(RefCell::new(Vec::new()));
    let link: Rc<RefCell<Option<Link>>> = Rc::default();
    let promise = Promise::new(&mut |resolve, reject| {
        let (found, files, worker) = (found.clone(), Array::of1(file), link.clone());
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
                let request = Request::Unpack { files: files.clone() };
                if let Some(Err(message)) = worker.borrow().as_ref().map(|link| link.post(&request)) {
                    end(Err(message));
                }
            }
            Event::Reply(Reply::Unpacked { path, bytes }) => {
                let name = path.rsplit('/').next().unwrap_or_default();
                if let Ok(file) = File::new_with_u8_array_sequence(&Array::of1(&bytes), name) {
                    found.borrow_mut().push((file, path));
                }
            }
            Event::Reply(Reply::UnpackedAll { trouble: None }) => end(Ok(())),
            Event::Reply(Reply::UnpackedAll { trouble: Some(message) })
            | Event::Reply(Reply::Panicked { message })
            | Event::Died(message) => end(Err(message)),
            Event::Reply(_) => {}
        });
        match started {
            Ok(started) => *link.borrow_mut() = Some(started),
            Err(message) => fail(Err(message)),
        }
    });
    let outcome = JsFuture::from(promise).await;
    // Ends the worker.
    link.borrow_mut().take();
    outcome.map_err(said)?;
    Ok(found.take())
}
