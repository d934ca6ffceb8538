//! What web-sys has not, and what every call into the browser needs.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync};

use crate::post::scope;

pub use spotcheck_browser::{Lock, said};

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

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn digest(algorithm: &str, data: &[u8]) -> Result<Promise, JsValue>;
}
