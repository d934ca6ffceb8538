use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Array, Promise};
use spotcheck_pack::fetch::{Announced, Fetched};
use spotcheck_pack::{Error, PackFiles};
use spotcheck_protocol::NO_STORAGE;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Blob, Cache, CacheStorage, Request, Response};

use super::{NOTE, Note};
use crate::js::{blob, bytes, read_now, said, value};
use crate::post::scope;

const NAME: &str = "spotcheck";
/// What stands before a file's path in its address, where no file of any site is.
const UNDER: &str = "/.spotcheck/";
/// Stands between a path and the number of a piece: a file that is fetched is kept in pieces, as nothing can be added to
/// an entry.
const PIECE: &str = "//";
/// Bytes of a piece, but for the last ones.
const PIECE_SIZE: usize = 8 << 20;

/// The Cache API.
#[derive(Clone)]
pub struct Cached(Cache);

impl Cached {
    pub async fn open() -> Result<Self, String> {
        let caches = js_sys::Reflect::get(&js_sys::global(), &"caches".into()).map_err(said)?;
        let caches: CacheStorage = caches.dyn_into().map_err(|_| NO_STORAGE)?;
        value(caches.open(NAME)).await.map(Self).map_err(|error| format!("{NO_STORAGE} ({})", said(error)))
    }

    pub async fn blob(&self, path: &str) -> Result<Option<Blob>, String> {
        if let Some(blob) = self.entry(path).await? {
            return Ok(Some(blob));
        }
        let pieces = self.pieces(path).await?;
        if pieces.is_empty() {
            return Ok(None);
        }
        let parts: Array = pieces.iter().map(JsValue::from).collect();
        Blob::new_with_blob_sequence(&parts).map(Some).map_err(said)
    }

    pub async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self.blob(path).await? {
            Some(blob) => bytes(&blob).await.map(Some).map_err(said),
            None => Ok(None),
        }
    }

    pub async fn write(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        JsFuture::from(self.put(path, &blob(bytes).map_err(said)?).map_err(said)?).await.map_err(said)?;
        Ok(())
    }

    pub async fn remove(&self, path: &str) -> Result<(), String> {
        let below = format!("{path}/");
        for other in self.paths().await? {
            if other == path || other.starts_with(&below) {
                JsFuture::from(self.0.delete_with_str(&address(&other))).await.map_err(said)?;
            }
        }
        Ok(())
    }

    pub async fn list(&self, folder: &str) -> Result<BTreeMap<String, u64>, String> {
        let below = format!("{folder}/");
        let mut found = BTreeMap::new();
        for path in self.paths().await? {
            let Some(name) = path.strip_prefix(&below) else { continue };
            let size = self.entry(&path).await?.map_or(0, |blob| blob.size() as u64);
            let (name, _) = name.split_once(PIECE).unwrap_or((name, ""));
            *found.entry(name.to_owned()).or_default() += size;
        }
        Ok(found)
    }

    pub async fn part(&self, path: &str, note: Option<Note>) -> Result<CachePart, String> {
        Ok(CachePart {
            cache: self.clone(),
            path: path.to_owned(),
            pieces: self.pieces(path).await?,
            tail: Vec::new(),
            note: note.map(|note| note.announced),
            writing: Promise::resolve(&JsValue::UNDEFINED),
            failed: Rc::default(),
        })
    }

    pub fn pack_files(&self, folder: &str) -> CacheFiles {
        CacheFiles { cache: self.clone(), folder: folder.to_owned(), written: BTreeMap::new() }
    }

    async fn entry(&self, path: &str) -> Result<Option<Blob>, String> {
        let found = JsFuture::from(self.0.match_with_str(&address(path))).await.map_err(said)?;
        let Ok(response) = found.dyn_into::<Response>() else { return Ok(None) };
        value(response.blob().map_err(said)?).await.map(Some).map_err(said)
    }

    async fn pieces(&self, path: &str) -> Result<Vec<Blob>, String> {
        let mut pieces = Vec::new();
        while let Some(piece) = self.entry(&piece(path, pieces.len())).await? {
            pieces.push(piece);
        }
        Ok(pieces)
    }

    async fn paths(&self) -> Result<Vec<String>, String> {
        let requests: Array = value(self.0.keys()).await.map_err(said)?;
        let under = address("");
        let path = |request: JsValue| {
            Some(request.unchecked_into::<Request>().url().strip_prefix(&under)?.to_owned())
        };
        Ok(requests.iter().filter_map(path).collect())
    }

    fn put(&self, path: &str, content: &Blob) -> Result<Promise, JsValue> {
        Ok(self.0.put_with_str(&address(path), &Response::new_with_opt_blob(Some(content))?))
    }
}

fn address(path: &str) -> String {
    format!("{}{UNDER}{path}", scope().location().origin())
}

fn piece(path: &str, number: usize) -> String {
    format!("{path}{PIECE}{number:06}")
}

/// A file that is being fetched: pieces that are kept or on their way to it, and what is not a piece yet.
pub struct CachePart {
    cache: Cached,
    path: String,
    pieces: Vec<Blob>,
    tail: Vec<u8>,
    note: Option<Announced>,
    /// Kept when all is written so far: one after the other, so that no piece is there without those before it.
    writing: Promise,
    failed: Rc<RefCell<Option<String>>>,
}

impl CachePart {
    pub fn size(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.size() as u64).sum::<u64>() + self.tail.len() as u64
    }

    pub fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        if let Some(message) = self.failed.borrow().clone() {
            return Err(message);
        }
        self.tail.extend_from_slice(bytes);
        if self.tail.len() >= PIECE_SIZE { self.write_tail() } else { Ok(()) }
    }

    pub fn read(&self, from: u64, buffer: &mut [u8]) -> Result<(), String> {
        let (mut start, end) = (0, from + buffer.len() as u64);
        for piece in &self.pieces {
            let size = piece.size() as u64;
            let (here, until) = (from.max(start), end.min(start + size));
            if here < until {
                let place = buffer.get_mut((here - from) as usize..(until - from) as usize);
                read_now(piece, here - start, place.unwrap_or_default()).map_err(said)?;
            }
            start += size;
        }
        match (from.max(start), end) {
            (here, until) if here < until => {
                let place = buffer.get_mut((here - from) as usize..).unwrap_or_default();
                let tail = self.tail.get((here - start) as usize..(until - start) as usize);
                place.copy_from_slice(tail.ok_or("it ends too early")?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub fn clear(&mut self) -> Result<(), String> {
        self.tail.clear();
        for number in (0..std::mem::take(&mut self.pieces).len()).rev() {
            let (cache, path) = (self.cache.clone(), piece(&self.path, number));
            self.then(
                async move { JsFuture::from(cache.0.delete_with_str(&address(&path))).await.map(drop) },
            );
        }
        Ok(())
    }

    pub fn note(&self) -> Option<Announced> {
        self.note.clone()
    }

    pub fn set_note(&mut self, note: &Announced) -> Result<(), String> {
        self.note = Some(note.clone());
        self.write_note(note.clone(), false)
    }

    pub async fn close(mut self, whole: Option<&Fetched>) -> Result<(), String> {
        if !self.tail.is_empty() {
            self.write_tail()?;
        }
        if whole.is_some() {
            self.write_note(self.note.clone().unwrap_or_default(), true)?;
        }
        // It is kept in any case; what went wrong is noted beside it.
        let _ = JsFuture::from(self.writing).await;
        let failed = self.failed.borrow_mut().take();
        failed.map_or(Ok(()), Err)
    }

    fn write_tail(&mut self) -> Result<(), String> {
        let content = blob(&std::mem::take(&mut self.tail)).map_err(said)?;
        let path = piece(&self.path, self.pieces.len());
        self.pieces.push(content.clone());
        let cache = self.cache.clone();
        self.then(async move { JsFuture::from(cache.put(&path, &content)?).await.map(drop) });
        Ok(())
    }

    fn write_note(&mut self, announced: Announced, whole: bool) -> Result<(), String> {
        let note = serde_json::to_vec(&Note { announced, whole }).map_err(|e| e.to_string())?;
        let (cache, path) = (self.cache.clone(), format!("{}{NOTE}", self.path));
        let content = blob(&note).map_err(said)?;
        self.then(async move { JsFuture::from(cache.put(&path, &content)?).await.map(drop) });
        Ok(())
    }

    /// Does something when all before it is done, and not at all when something failed.
    fn then(&mut self, work: impl Future<Output = Result<(), JsValue>> + 'static) {
        let (before, failed) = (self.writing.clone(), Rc::clone(&self.failed));
        self.writing = future_to_promise(async move {
            // It is kept in any case.
            let _ = JsFuture::from(before).await;
            if failed.borrow().is_none()
                && let Err(error) = work.await
            {
                *failed.borrow_mut() = Some(said(error));
            }
            Ok(JsValue::UNDEFINED)
        });
    }
}

/// A pack's files: the browser holds them as blobs until all are there.
pub struct CacheFiles {
    cache: Cached,
    folder: String,
    written: BTreeMap<String, Blob>,
}

impl CacheFiles {
    pub async fn close(self) -> Result<(), String> {
        for (file, content) in self.written {
            let put = self.cache.put(&format!("{}/{file}", self.folder), &content).map_err(said)?;
            JsFuture::from(put).await.map_err(said)?;
        }
        Ok(())
    }
}

impl PackFiles for CacheFiles {
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        let content = blob(bytes).map_err(|error| Error::storage(file, said(error)))?;
        self.written.insert(file.to_owned(), content);
        Ok(())
    }

    /// What was there before is gone: a pack is written into an empty folder, or file by file in the place of its own.
    fn read(&mut self, _: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(None)
    }

    fn remove(&mut self, file: &str) -> Result<(), Error> {
        self.written.remove(file);
        Ok(())
    }
}
