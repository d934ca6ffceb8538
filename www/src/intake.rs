//! Pictures from wherever a person has them.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ClipboardEvent, DragEvent, File, FileList, FilePropertyBag, Response};

use crate::link::{address, said};

/// Whether files are dragged, not text or a link.
pub fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// The files that were dropped, with their names.
pub fn dropped(event: &DragEvent) -> Vec<(File, String)> {
    named(event.data_transfer().and_then(|data| data.files()))
}

/// The files that were pasted. A browser calls every copied picture "image.png", which tells nobody anything.
pub fn pasted(event: &ClipboardEvent) -> Vec<(File, String)> {
    let mut files = named(event.clipboard_data().and_then(|data| data.files()));
    for (_, name) in &mut files {
        if name == "image.png" {
            *name = "pasted.png".into();
        }
    }
    files
}

/// A list of files, with their names.
pub fn named(files: Option<FileList>) -> Vec<(File, String)> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length())
        .filter_map(|at| files.get(at))
        .map(|file| {
            let name = file.name();
            (file, name)
        })
        .collect()
}

/// A picture that lies beside the page.
pub async fn sample(path: &str, name: &str) -> Result<(File, String), String> {
    let fetched = async {
        let response: Response =
            JsFuture::from(window().fetch_with_str(&address(path)?)).await?.dyn_into()?;
        if !response.ok() {
            return Err(JsValue::from(format!("{} {}", response.status(), response.status_text())));
        }
        let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
        let options = FilePropertyBag::new();
        options.set_type(&blob.type_());
        File::new_with_blob_sequence_and_options(&js_sys::Array::of1(&blob), name, &options)
    };
    let file =
        fetched.await.map_err(|error| format!("the sample {name} cannot be loaded: {}", said(error)))?;
    Ok((file, name.into()))
}
