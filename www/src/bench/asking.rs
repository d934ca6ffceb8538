//! What the first worker is asked for in between.

use std::sync::Arc;

use leptos::task::spawn_local;
use spotcheck_protocol::{PromptMap, Reply, Request, Tile, Trouble};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::Bench;
use crate::item::{Item, Outcome};
use crate::link::said;
use crate::pictures;
use crate::text;

impl Bench {
    /// Asks the worker to write a raw map as 16-bit PNG.
    pub fn encode_map(self, outcome: Arc<Outcome>, then: impl FnOnce(Result<Blob, Trouble>) + 'static) {
        spawn_local(async move {
            let map = match JsFuture::from(outcome.map.array_buffer()).await {
                Ok(buffer) => js_sys::Float32Array::new(&buffer),
                Err(error) => return then(Err(said(error).into())),
            };
            let (width, height) = (outcome.findings.width, outcome.findings.height);
            let request = |job| Request::EncodeMap { job, width, height, map };
            self.ask(request, |answer| {
                then(match answer {
                    Ok(Reply::Encoded { png, .. }) => pictures::blob(&png, "image/png").map_err(Into::into),
                    Ok(_) => Err(text::worker_answers_else().into()),
                    Err(trouble) => Err(trouble),
                });
            });
        });
    }

    /// Asks what each localising prompt marks in a tile of a picture.
    pub fn explain(
        self,
        item: &Item,
        tile: Tile,
        then: impl FnOnce(Result<Vec<PromptMap>, Trouble>) + 'static,
    ) {
        let file = item.file.clone();
        spawn_local(async move {
            let file: js_sys::ArrayBuffer = match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => buffer.unchecked_into(),
                Err(error) => return then(Err(said(error).into())),
            };
            self.ask(
                |job| Request::Explain { job, file, tile: Box::new(tile) },
                |answer| {
                    then(match answer {
                        Ok(Reply::Explained { maps, .. }) => Ok(maps),
                        Ok(_) => Err(text::worker_answers_else().into()),
                        Err(trouble) => Err(trouble),
                    });
                },
            );
        });
    }
}
