//! Files that the page gives to the person.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

use crate::link::said;
use crate::pictures;

/// Saves text under a name, as a download.
pub fn text(name: &str, text: &str, media_type: &str) -> Result<(), String> {
    blob(name, &pictures::blob(&text.into(), media_type)?)
}

/// Saves a blob under a name, as a download.
pub fn blob(name: &str, blob: &Blob) -> Result<(), String> {
    let saved = || {
        let address = Url::create_object_url_with_blob(blob)?;
        let anchor: HtmlAnchorElement = document().create_element("a")?.dyn_into()?;
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
        Url::revoke_object_url(&address)?;
        Ok::<_, JsValue>(())
    };
    saved().map_err(said)
}
