use std::collections::BTreeMap;

use js_sys::{IteratorNext, Object, Promise, Reflect};
use spotcheck_browser::STORAGE_FULL;
use spotcheck_pack::fetch::{Announced, Fetched, Part};
use spotcheck_pack::{Error, PackFiles};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemHandle, FileSystemHandleKind, FileSystemReadWriteOptions,
    FileSystemRemoveOptions, FileSystemSyncAccessHandle,
};

use super::{NOTE, Note, split};
use crate::js::{bytes, name, said, value};
use crate::post::scope;

/// The folder of this site's private file system that everything is in.
const FOLDER: &str = "spotcheck";

/// The origin's private file system.
#[derive(Clone)]
pub struct Opfs(FileSystemDirectoryHandle);

impl Opfs {
    /// `None` where there is no such file system, or a worker cannot write into it at once.
    pub async fn open() -> Option<Self> {
        let can_write = Reflect::get(&js_sys::global(), &"FileSystemFileHandle".into())
            .and_then(|class| Reflect::get(&class, &"prototype".into()))
            .and_then(|methods| Reflect::has(&methods, &"createSyncAccessHandle".into()))
            .unwrap_or(false);
        let storage = Reflect::get(&scope().navigator(), &"storage".into()).ok()?;
        if !can_write || storage.is_undefined() {
            return None;
        }
        let root: FileSystemDirectoryHandle =
            value(scope().navigator().storage().get_directory()).await.ok()?;
        folder(&root, FOLDER, true).await.ok().flatten().map(Self)
    }

    pub async fn blob(&self, path: &str) -> Result<Option<Blob>, String> {
        let Some(handle) = self.file(path, false).await? else { return Ok(None) };
        let file: File = value(handle.get_file()).await.map_err(said)?;
        Ok(Some(file.into()))
    }

    /// Reads straight into this memory: what a blob is read into, the browser may keep for long.
    pub async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(handle) = self.file(path, false).await? else { return Ok(None) };
        let open = match Open::to_read(&handle).await {
            Ok(open) => open,
            // Another tab has it open, and the browser does not let two read.
            Err(error) if name(&error) == "NoModificationAllowedError" => {
                let file: File = value(handle.get_file()).await.map_err(said)?;
                return bytes(&file).await.map(Some).map_err(said);
            }
            Err(error) => return Err(format!("{path} cannot be opened: {}", said(error))),
        };
        let mut bytes = vec![0; open.size().map_err(said)? as usize];
        open.read(0, &mut bytes).map_err(said)?;
        Ok(Some(bytes))
    }

    pub async fn write(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let open = self.open_file(path).await?;
        open.replace(bytes).map_err(said)
    }

    pub async fn remove(&self, path: &str) -> Result<(), String> {
        let (at, file) = split(path);
        let Some(at) = self.folder(at, false).await? else { return Ok(()) };
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        match JsFuture::from(at.remove_entry_with_options(file, &options)).await {
            Err(error) if name(&error) != "NotFoundError" => {
                Err(format!("{path} cannot be removed: {}", said(error)))
            }
            _ => Ok(()),
        }
    }

    pub async fn list(&self, at: &str) -> Result<BTreeMap<String, u64>, String> {
        let mut found = BTreeMap::new();
        let Some(at) = self.folder(at, false).await? else { return Ok(found) };
        let mut open = vec![(String::new(), at)];
        while let Some((prefix, folder)) = open.pop() {
            let entries = folder.values();
            loop {
                let next: IteratorNext = value(entries.next().map_err(said)?).await.map_err(said)?;
                if next.done() {
                    break;
                }
                let handle: FileSystemHandle = next.value().unchecked_into();
                let path = format!("{prefix}{}", handle.name());
                if handle.kind() == FileSystemHandleKind::Directory {
                    open.push((format!("{path}/"), handle.unchecked_into()));
                    continue;
                }
                let handle: FileSystemFileHandle = handle.unchecked_into();
                match value::<File>(handle.get_file()).await {
                    Ok(file) => {
                        found.insert(path, file.size() as u64);
                    }
                    // Taken away meanwhile.
                    Err(error) if name(&error) == "NotFoundError" => {}
                    Err(error) => return Err(said(error)),
                }
            }
        }
        Ok(found)
    }

    pub async fn part(&self, path: &str, note: Option<Note>) -> Result<OpfsPart, String> {
        let content = self.open_file(path).await?;
        let beside = self.open_file(&format!("{path}{NOTE}")).await?;
        Ok(OpfsPart { content, beside, note: note.map(|note| note.announced) })
    }

    pub async fn pack_files(&self, at: &str, names: &[String]) -> Result<OpfsFiles, String> {
        let folder = self.folder(at, true).await?.ok_or("the folder cannot be made")?;
        let mut open = BTreeMap::new();
        for name in names {
            let handle = file(&folder, name, true).await?.ok_or("the file cannot be made")?;
            open.insert(name.clone(), Open::of(&handle).await.map_err(said)?);
        }
        Ok(OpfsFiles { folder, open })
    }

    async fn folder(&self, path: &str, make: bool) -> Result<Option<FileSystemDirectoryHandle>, String> {
        let mut at = self.0.clone();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            match folder(&at, name, make).await? {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    async fn file(&self, path: &str, make: bool) -> Result<Option<FileSystemFileHandle>, String> {
        let (at, name) = split(path);
        match self.folder(at, make).await? {
            Some(folder) => file(&folder, name, make).await,
            None => Ok(None),
        }
    }

    pub async fn open_if_there(&self, path: &str) -> Result<Option<Open>, String> {
        match self.file(path, false).await? {
            Some(handle) => Open::of(&handle).await.map(Some).map_err(said),
            None => Ok(None),
        }
    }

    async fn open_file(&self, path: &str) -> Result<Open, String> {
        let handle = self.file(path, true).await?.ok_or("the file cannot be made")?;
        Open::of(&handle).await.map_err(|error| format!("{path} cannot be opened: {}", said(error)))
    }
}

async fn folder(
    at: &FileSystemDirectoryHandle,
    name: &str,
    make: bool,
) -> Result<Option<FileSystemDirectoryHandle>, String> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(make);
    found(value(at.get_directory_handle_with_options(name, &options)).await)
}

async fn file(
    at: &FileSystemDirectoryHandle,
    name: &str,
    make: bool,
) -> Result<Option<FileSystemFileHandle>, String> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(make);
    found(value(at.get_file_handle_with_options(name, &options)).await)
}

fn found<T>(handle: Result<T, JsValue>) -> Result<Option<T>, String> {
    match handle {
        Ok(handle) => Ok(Some(handle)),
        Err(error) if name(&error) == "NotFoundError" => Ok(None),
        Err(error) => Err(said(error)),
    }
}

/// A file that is open, by nobody else who would write; closed when it is dropped.
pub struct Open(FileSystemSyncAccessHandle);

impl Open {
    async fn of(handle: &FileSystemFileHandle) -> Result<Self, JsValue> {
        value(handle.create_sync_access_handle()).await.map(Self)
    }

    /// Where the browser knows that there are readers, others may read it, too.
    async fn to_read(handle: &FileSystemFileHandle) -> Result<Self, JsValue> {
        let options = Object::new();
        // A plain object takes every property.
        let _ = Reflect::set(&options, &"mode".into(), &"read-only".into());
        let handle: &SharedFile = handle.unchecked_ref();
        value(handle.open(&options)).await.map(Self)
    }

    pub fn size(&self) -> Result<u64, JsValue> {
        self.0.get_size().map(|size| size as u64)
    }

    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), JsValue> {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(at as f64);
        let written = self.0.write_with_u8_array_and_options(bytes, &options)?;
        if written as usize == bytes.len() { Ok(()) } else { Err(STORAGE_FULL.into()) }
    }

    /// Fills `buffer` with the bytes at `at`.
    pub fn read(&self, at: u64, buffer: &mut [u8]) -> Result<(), JsValue> {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(at as f64);
        let read = self.0.read_with_u8_array_and_options(buffer, &options)?;
        if read as usize == buffer.len() { Ok(()) } else { Err("it ends too early".into()) }
    }

    /// Makes these its whole content.
    fn replace(&self, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.truncate_with_f64(0.0)?;
        self.write(0, bytes)?;
        self.0.flush()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A file that is being fetched, and its note.
pub struct OpfsPart {
    content: Open,
    beside: Open,
    note: Option<Announced>,
}

impl OpfsPart {
    pub fn close(self, whole: Option<&Fetched>) -> Result<(), String> {
        self.content.0.flush().map_err(said)?;
        match whole {
            Some(_) => self.write_note(self.note.clone().unwrap_or_default(), true),
            None => Ok(()),
        }
    }

    fn write_note(&self, announced: Announced, whole: bool) -> Result<(), String> {
        let note = serde_json::to_vec(&Note { announced, whole }).map_err(|e| e.to_string())?;
        self.beside.replace(&note).map_err(said)
    }
}

impl Part for OpfsPart {
    fn size(&self) -> Result<u64, String> {
        self.content.size().map_err(said)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.content.write(self.size()?, bytes).map_err(said)
    }

    fn read(&self, from: u64, buffer: &mut [u8]) -> Result<(), String> {
        self.content.read(from, buffer).map_err(said)
    }

    fn clear(&mut self) -> Result<(), String> {
        self.content.0.truncate_with_f64(0.0).map_err(said)
    }

    fn note(&self) -> Option<Announced> {
        self.note.clone()
    }

    fn set_note(&mut self, note: &Announced) -> Result<(), String> {
        self.note = Some(note.clone());
        self.write_note(note.clone(), false)
    }
}

/// Files that were opened for a pack.
pub struct OpfsFiles {
    folder: FileSystemDirectoryHandle,
    open: BTreeMap<String, Open>,
}

impl OpfsFiles {
    pub async fn close(self) -> Result<(), String> {
        for (name, file) in self.open {
            let empty = file.size().map_err(said)? == 0;
            drop(file);
            if empty {
                JsFuture::from(self.folder.remove_entry(&name)).await.map_err(said)?;
            }
        }
        Ok(())
    }

    fn open(&self, file: &str) -> Result<&Open, Error> {
        self.open.get(file).ok_or_else(|| Error::storage(file, "nobody expected this file"))
    }
}

impl PackFiles for OpfsFiles {
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        self.open(file)?.replace(bytes).map_err(|error| Error::storage(file, said(error)))
    }

    fn read(&mut self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(open) = self.open.get(file) else { return Ok(None) };
        let failed = |error| Error::storage(file, said(error));
        let mut bytes = vec![0; open.size().map_err(failed)? as usize];
        open.read(0, &mut bytes).map_err(failed)?;
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    fn remove(&mut self, file: &str) -> Result<(), Error> {
        let Some(open) = self.open.get(file) else { return Ok(()) };
        open.0.truncate_with_f64(0.0).map_err(|error| Error::storage(file, said(error)))
    }
}

#[wasm_bindgen]
extern "C" {
    /// A `FileSystemFileHandle` with what web-sys has not.
    type SharedFile;

    #[wasm_bindgen(method, js_name = createSyncAccessHandle)]
    fn open(this: &SharedFile, options: &Object) -> Promise;
}
