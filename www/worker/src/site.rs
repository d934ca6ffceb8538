use js_sys::{Promise, Uint8Array};
use spotcheck_pack::{Error, Manifest, Memory};
use spotcheck_protocol::Reply;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::js::said;
use crate::post::{post, scope};
use crate::stored::MANIFEST;

/// Fetches a whole pack from beside the page: afterwards nothing has to be asked of the network. `folder` ends with a
/// slash. Tells the page how far it is.
pub async fn download(folder: &str) -> Result<Memory, Error> {
    let manifest = Arriving::new(folder, MANIFEST).bytes().await?;
    let files = Manifest::from_json(&manifest)?.files;
    let total: f64 = files.values().map(|info| info.size as f64).sum();
    // All are asked for at once, and taken one after the other.
    let arriving: Vec<_> = files.keys().map(|file| Arriving::new(folder, file)).collect();
    let mut there = vec![(MANIFEST.to_owned(), manifest)];
    let mut loaded = 0.0;
    for file in arriving {
        let bytes = file.bytes().await?;
        loaded += bytes.len() as f64;
        post(&Reply::Opening { loaded, total });
        there.push((file.name, bytes));
    }
    Ok(Memory::new(there))
}

/// The manifest of the pack that lies in a folder of this site; `None` when there is none.
pub async fn manifest(folder: &str) -> Option<Vec<u8>> {
    let json = Arriving::new(folder, MANIFEST).bytes().await.ok()?;
    // Some hosts answer with a page of theirs whatever they are asked for.
    Manifest::from_json(&json).ok().map(|_| json)
}

/// A file on its way.
struct Arriving {
    name: String,
    response: Promise,
}

impl Arriving {
    fn new(folder: &str, name: &str) -> Self {
        Self { name: name.into(), response: scope().fetch_with_str(&format!("{folder}{name}")) }
    }

    async fn bytes(&self) -> Result<Vec<u8>, Error> {
        let file = &self.name;
        let failed = |error: JsValue| Error::storage(file, said(error));
        let response: Response =
            JsFuture::from(self.response.clone()).await.map_err(failed)?.unchecked_into();
        match response.status() {
            404 => return Err(Error::Missing { file: file.clone() }),
            status if !response.ok() => {
                let message = format!("the server answers {status}");
                return Err(Error::Storage { file: file.clone(), message });
            }
            _ => {}
        }
        let buffer = JsFuture::from(response.array_buffer().map_err(failed)?).await.map_err(failed)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}
