use std::collections::BTreeMap;

use crate::Error;

/// Where a pack's files are written. No file is larger than [`BuildOptions::largest_file`](crate::BuildOptions), except
/// a tokenizer or a graph that is.
///
/// Nothing here waits: over OPFS, where only the opening of a file is asynchronous, handles are opened beforehand.
pub trait PackFiles {
    /// Writes a file, in the place of one that is there. One that breaks off must not be left under this name.
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Error>;

    /// Reads a file; `None` when it is not there.
    fn read(&mut self, file: &str) -> Result<Option<Vec<u8>>, Error>;

    /// Takes a file away; one that is not there is none.
    fn remove(&mut self, file: &str) -> Result<(), Error>;
}

/// A pack in memory, by the names of its files.
impl PackFiles for BTreeMap<String, Vec<u8>> {
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        self.insert(file.into(), bytes.into());
        Ok(())
    }

    fn read(&mut self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.get(file).cloned())
    }

    fn remove(&mut self, file: &str) -> Result<(), Error> {
        BTreeMap::remove(self, file);
        Ok(())
    }
}

/// A folder of the file system.
#[cfg(not(target_arch = "wasm32"))]
pub struct PackFolder(std::path::PathBuf);

#[cfg(not(target_arch = "wasm32"))]
impl PackFolder {
    /// The folder, made when it is not there.
    pub fn create(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        std::fs::create_dir_all(path).map_err(|e| Error::storage(&path.display().to_string(), e))?;
        Ok(Self(path.to_owned()))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl PackFiles for PackFolder {
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        let part = self.0.join(format!("{file}.part"));
        let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, self.0.join(file)));
        written.map_err(|e| {
            // What was written of it is of no use; the reason why it broke off is told.
            let _ = std::fs::remove_file(&part);
            Error::storage(file, e)
        })
    }

    fn read(&mut self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        match std::fs::read(self.0.join(file)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::storage(file, e)),
        }
    }

    fn remove(&mut self, file: &str) -> Result<(), Error> {
        match std::fs::remove_file(self.0.join(file)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::storage(file, e)),
            _ => Ok(()),
        }
    }
}
