use std::cell::Cell;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

thread_local! {
    static CHANNEL: Cell<Option<MessageChannel>> = const { Cell::new(None) };
}

/// Lets the browser run other tasks: a message to oneself comes after those that are there already, and, unlike a
/// timer, without delay.
pub async fn pause() {
    // One channel serves all pauses: there is one at a time.
    let Some(channel) = CHANNEL.take().or_else(|| MessageChannel::new().ok()) else { return };
    let arrived = Promise::new(&mut |resolve: Function, _| channel.port1().set_onmessage(Some(&resolve)));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        // The promise is never rejected.
        let _ = JsFuture::from(arrived).await;
    }
    CHANNEL.set(Some(channel));
}
