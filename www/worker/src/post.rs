use spotcheck_protocol::{Reply, envelope};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

/// This worker.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends a message to the page; its arrays are handed over.
pub fn post(reply: &Reply) {
    let posted = envelope(reply)
        .map_err(JsValue::from)
        .and_then(|(message, buffers)| scope().post_message_with_transfer(&message, &buffers));
    if let Err(error) = posted {
        // Thrown outside of any promise, so that the page's error listener hears of it.
        wasm_bindgen::throw_val(error);
    }
}
