//! What the page and its worker both ask of the browser, and web-sys has not in one piece.
#![forbid(unsafe_code)]

mod lock;
mod pause;

pub use lock::Lock;
pub use pause::pause;

use wasm_bindgen::{JsCast, JsValue};

/// What is said when nothing more can be stored.
pub const STORAGE_FULL: &str = "the browser's storage is full: free some, or delete a pack";

/// What a JavaScript exception says.
pub fn said(error: JsValue) -> String {
    let of = |error: &js_sys::Error| match String::from(error.name()).as_str() {
        // The only one whose message tells nobody what to do.
        "QuotaExceededError" => STORAGE_FULL.to_owned(),
        _ => error.message().into(),
    };
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => of(error),
        // A DOMException is no Error of JavaScript's, but looks like one.
        None if error.is_object() => of(error.unchecked_ref()),
        None => error.as_string().unwrap_or_else(|| "an unknown error".into()),
    }
}
