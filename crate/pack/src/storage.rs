use std::collections::BTreeMap;
#[cfg(not(target_arch = "wasm32"))]
use std::path::{Path, PathBuf};

use crate::Error;

/// Where a pack's files are: a folder, memory, the browser's own file system.
#[async_trait::async_trait(?Send)]
pub trait Storage {
    /// A file's bytes. Fails with [`Error::Missing`] when it is not there.
    async fn read(&self, file: &str) -> Result<Vec<u8>, Error>;
}

#[async_trait::async_trait(?Send)]
impl Storage for Box<dyn Storage> {
    async fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        (**self).read(file).await
    }
}

/// A folder of the file system.
#[cfg(not(target_arch = "wasm32"))]
pub struct Folder(PathBuf);

#[cfg(not(target_arch = "wasm32"))]
impl Folder {
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self(path.as_ref().to_owned())
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[async_trait::async_trait(?Send)]
impl Storage for Folder {
    async fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        std::fs::read(self.0.join(file)).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Error::Missing { file: file.into() },
            _ => Error::storage(file, e),
        })
    }
}

/// Files in memory, by their names.
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self(files.into_iter().collect())
    }
}

#[async_trait::async_trait(?Send)]
impl Storage for Memory {
    async fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        self.0.get(file).cloned().ok_or_else(|| Error::Missing { file: file.into() })
    }
}
