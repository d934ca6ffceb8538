use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::said;

/// A lock of the browser that other tabs see; held until it is dropped.
pub struct Lock(js_sys::Function);

impl Lock {
    /// Takes a lock, after whoever has it; `on_wait` is called when somebody has.
    pub async fn take(name: &str, on_wait: impl FnOnce()) -> Result<Self, String> {
        if let Some(lock) = Self::take_free(name).await? {
            return Ok(lock);
        }
        on_wait();
        Self::request(name, false).await?.ok_or_else(|| "the browser gives no lock".into())
    }

    /// Takes a lock that nobody has; `None` when somebody has it.
    pub async fn take_free(name: &str) -> Result<Option<Self>, String> {
        Self::request(name, true).await
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
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request_lock(name: &str, options: &JsValue, granted: &js_sys::Function) -> Result<Promise, JsValue>;
}
