//! What web-sys has not, and what every call into the browser needs.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync};

use crate::post::scope;

/// What a JavaScript exception says.
pub fn said(error: JsValue) -> String {
    let of = |error: &js_sys::Error| match String::from(error.name()).as_str() {
        // The only one whose message tells nobody what to do.
        "QuotaExceededError" => "the browser's storage is full: free some, or delete a pack".to_owned(),
        _ => error.message().into(),
    };
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => of(error),
        // A DOMException is no Error of JavaScript's, but looks like one.
        None if error.is_object() => of(error.unchecked_ref()),
        None => error.as_string().unwrap_or_else(|| "an unknown error".into()),
    }
}

/// The name of a JavaScript exception: `NotFoundError`.
pub fn name(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// A promise's value as a type that it surely has.
pub async fn value<T: JsCast>(promise: Promise) -> Result<T, JsValue> {
    Ok(JsFuture::from(promise).await?.unchecked_into())
}

/// A promise that is kept after some time.
pub fn after(milliseconds: i32) -> Promise {
    Promise::new(&mut |resolve, _| {
        // A worker always has timers.
        let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    })
}

/// A blob's bytes. The browser reads them into memory of its own, which is free some time later.
pub async fn bytes(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A blob of these bytes, which are copied.
pub fn blob(bytes: &[u8]) -> Result<Blob, JsValue> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))
}

/// Fills `buffer` with the bytes of a blob at `from`, without waiting: workers may.
pub fn read_now(blob: &Blob, from: u64, buffer: &mut [u8]) -> Result<(), JsValue> {
    let to = from as f64 + buffer.len() as f64;
    let slice = blob.slice_with_f64_and_f64(from as f64, to)?;
    let read = Uint8Array::new(&FileReaderSync::new()?.read_as_array_buffer(&slice)?.into());
    if read.length() as usize != buffer.len() {
        return Err(format!("it ends {} bytes too early", buffer.len() - read.length() as usize).into());
    }
    read.copy_to(buffer);
    Ok(())
}

/// SHA-256 in hexadecimal, computed by the browser, which has the processor's own instructions for it.
pub async fn sha256(bytes: &[u8]) -> Result<String, JsValue> {
    let digest = JsFuture::from(digest("SHA-256", bytes)?).await?;
    Ok(Uint8Array::new(&digest).to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A lock of the browser that other tabs see; held until it is dropped.
pub struct Lock(js_sys::Function);

impl Lock {
    /// Takes a lock, after whoever has it; `on_wait` is called when somebody has.
    pub async fn take(name: &str, on_wait: impl FnOnce()) -> Result<Self, String> {
        if let Some(lock) = Self::request(name, true).await? {
            return Ok(lock);
        }
        on_wait();
        Self::request(name, false).await?.ok_or_else(|| "the browser gives no lock".into())
    }

    async fn request(name: &str, only_if_free: bool) -> Result<Option<Self>, String> {
        let options = js_sys::Object::new();
        // A plain object takes every property.
        let _ = js_sys::Reflect::set(&options, &"ifAvailable".into(), &only_if_free.into());
        let granted = Promise::new(&mut |resolve, reject| {
            let granted = Closure::once_into_js(move |lock: JsValue| {
                let mut release = None;
                // The lock is held as long as this promise is not kept.
                let held = Promise::new(&mut |resolve, _| release = Some(resolve));
                let gives: JsValue = match (lock.is_null(), release) {
                    (false, Some(release)) => release.into(),
                    _ => JsValue::NULL,
                };
                let free = gives.is_null();
                // Calling a promise's own function cannot fail.
                let _ = resolve.call1(&JsValue::NULL, &gives);
                if free { JsValue::NULL } else { held.into() }
            });
            if let Err(error) = request_lock(name, &options, granted.unchecked_ref()) {
                let _ = reject.call1(&JsValue::NULL, &error);
            }
        });
        let release = JsFuture::from(granted).await.map_err(said)?;
        Ok((!release.is_null()).then(|| Self(release.unchecked_into())))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Calling a promise's own function cannot fail.
        let _ = self.0.call0(&JsValue::NULL);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn digest(algorithm: &str, data: &[u8]) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request_lock(name: &str, options: &JsValue, granted: &js_sys::Function) -> Result<Promise, JsValue>;
}
