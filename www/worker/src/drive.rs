//! The browser's own storage for this site: its private file system (OPFS) where a worker can write into that at once,
//! else its Cache.

mod cache;
mod opfs;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use spotcheck_pack::PackFiles;
use spotcheck_pack::fetch::{Announced, Fetched, Part};
use web_sys::Blob;

use crate::checkpoints::Readable;

pub use cache::Cached;
pub use opfs::{Open, Opfs};

/// All that Spotcheck keeps in the browser. Files have paths such as `packs/standard/manifest.json`. Errors are sentences.
#[derive(Clone)]
pub enum Drive {
    Opfs(Opfs),
    Cache(Cached),
}

/// What is remembered of a file that is fetched, beside it.
#[derive(Default, Serialize, Deserialize)]
pub struct Note {
    announced: Announced,
    whole: bool,
}

const NOTE: &str = ".note";

impl Drive {
    /// The error says why there is none: a page without HTTPS, or a private window.
    pub async fn open() -> Result<Self, String> {
        match Opfs::open().await {
            Some(opfs) => Ok(Self::Opfs(opfs)),
            None => Cached::open().await.map(Self::Cache),
        }
    }

    /// A file's content, which the browser leaves where it is; `None` when there is no such file.
    pub async fn blob(&self, path: &str) -> Result<Option<Blob>, String> {
        match self {
            Self::Opfs(opfs) => opfs.blob(path).await,
            Self::Cache(cache) => cache.blob(path).await,
        }
    }

    /// A file that can be read without waiting, by nobody else meanwhile.
    pub async fn source(&self, path: &str) -> Result<Option<Readable>, String> {
        match self {
            Self::Opfs(opfs) => Ok(opfs.open_if_there(path).await?.map(|file| Readable::Open(Rc::new(file)))),
            Self::Cache(cache) => Ok(cache.blob(path).await?.map(Readable::Blob)),
        }
    }

    pub async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Opfs(opfs) => opfs.read(path).await,
            Self::Cache(cache) => cache.read(path).await,
        }
    }

    /// Writes a small file; one that was there is replaced.
    pub async fn write(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        match self {
            Self::Opfs(opfs) => opfs.write(path, bytes).await,
            Self::Cache(cache) => cache.write(path, bytes).await,
        }
    }

    /// Takes a file or a folder away; what is not there is gone already.
    pub async fn remove(&self, path: &str) -> Result<(), String> {
        match self {
            Self::Opfs(opfs) => opfs.remove(path).await,
            Self::Cache(cache) => cache.remove(path).await,
        }
    }

    /// Takes a file that was fetched away, and what is remembered of it.
    pub async fn remove_fetched(&self, path: &str) -> Result<(), String> {
        self.remove(path).await?;
        self.remove(&format!("{path}{NOTE}")).await
    }

    /// All files below a folder, by their paths from there, with their sizes.
    pub async fn list(&self, folder: &str) -> Result<BTreeMap<String, u64>, String> {
        match self {
            Self::Opfs(opfs) => opfs.list(folder).await,
            Self::Cache(cache) => cache.list(folder).await,
        }
    }

    /// What there is of a file that is fetched, to be added to.
    pub async fn part(&self, path: &str) -> Result<DrivePart, String> {
        let note = self.note(path).await?;
        Ok(match self {
            Self::Opfs(opfs) => DrivePart::Opfs(opfs.part(path, note).await?),
            Self::Cache(cache) => DrivePart::Cache(cache.part(path, note).await?),
        })
    }

    /// The size of a file that was fetched whole.
    pub async fn whole(&self, path: &str) -> Result<Option<u64>, String> {
        match self.note(path).await? {
            Some(Note { whole: true, .. }) => Ok(self.blob(path).await?.map(|blob| blob.size() as u64)),
            _ => Ok(None),
        }
    }

    /// Opens files of a folder to be written, of which only those stay that are.
    pub async fn pack_files(&self, folder: &str, names: &[String]) -> Result<DriveFiles, String> {
        match self {
            Self::Opfs(opfs) => opfs.pack_files(folder, names).await.map(DriveFiles::Opfs),
            Self::Cache(cache) => Ok(DriveFiles::Cache(cache.pack_files(folder))),
        }
    }

    /// A note that cannot be read is none.
    async fn note(&self, path: &str) -> Result<Option<Note>, String> {
        let note = self.read(&format!("{path}{NOTE}")).await?;
        Ok(note.and_then(|json| serde_json::from_slice(&json).ok()))
    }
}

/// A file that is being fetched.
pub enum DrivePart {
    Opfs(opfs::OpfsPart),
    Cache(cache::CachePart),
}

impl DrivePart {
    /// Keeps what has arrived; it may be all.
    pub async fn close(self, whole: Option<&Fetched>) -> Result<(), String> {
        match self {
            Self::Opfs(part) => part.close(whole),
            Self::Cache(part) => part.close(whole).await,
        }
    }
}

impl Part for DrivePart {
    fn size(&self) -> Result<u64, String> {
        match self {
            Self::Opfs(part) => part.size(),
            Self::Cache(part) => Ok(part.size()),
        }
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        match self {
            Self::Opfs(part) => part.append(bytes),
            Self::Cache(part) => part.append(bytes),
        }
    }

    fn read(&self, from: u64, buffer: &mut [u8]) -> Result<(), String> {
        match self {
            Self::Opfs(part) => part.read(from, buffer),
            Self::Cache(part) => part.read(from, buffer),
        }
    }

    fn clear(&mut self) -> Result<(), String> {
        match self {
            Self::Opfs(part) => part.clear(),
            Self::Cache(part) => part.clear(),
        }
    }

    fn note(&self) -> Option<Announced> {
        match self {
            Self::Opfs(part) => part.note(),
            Self::Cache(part) => part.note(),
        }
    }

    fn set_note(&mut self, note: &Announced) -> Result<(), String> {
        match self {
            Self::Opfs(part) => part.set_note(note),
            Self::Cache(part) => part.set_note(note),
        }
    }
}

/// A pack's files while they are written.
pub enum DriveFiles {
    Opfs(opfs::OpfsFiles),
    Cache(cache::CacheFiles),
}

impl DriveFiles {
    /// What the pack is written through.
    pub fn files(&mut self) -> &mut dyn PackFiles {
        match self {
            Self::Opfs(files) => files,
            Self::Cache(files) => files,
        }
    }

    /// Keeps what was written, and takes away what was opened for nothing.
    pub async fn close(self) -> Result<(), String> {
        match self {
            Self::Opfs(files) => files.close().await,
            Self::Cache(files) => files.close().await,
        }
    }
}

/// Folder and name of a path.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
