use std::collections::BTreeMap;

use spotcheck_networks::ReadAt;

use crate::Error;

/// Where the checkpoints are that a pack is built from: a folder with a folder for each, or the browser's own file
/// system. Names of files have slashes: `clipseg/config.json`.
pub trait Checkpoints {
    /// A small file, whole. Fails with [`Error::Missing`] when it is not there.
    fn read(&self, file: &str) -> Result<Vec<u8>, Error>;

    /// A large file, to be read piece by piece. Fails with [`Error::Missing`] when it is not there.
    fn open(&self, file: &str) -> Result<Box<dyn ReadAt + '_>, Error>;

    /// The names of the files in a folder, without the folder's; none when there is no such folder.
    fn list(&self, folder: &str) -> Result<Vec<String>, Error>;
}

/// A file that need not be there.
pub(crate) fn optional(checkpoints: &dyn Checkpoints, file: &str) -> Result<Option<Vec<u8>>, Error> {
    match checkpoints.read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Error::Missing { .. }) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Checkpoints in memory, by the names of their files.
impl Checkpoints for BTreeMap<String, Vec<u8>> {
    fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        self.get(file).cloned().ok_or_else(|| Error::Missing { file: file.into() })
    }

    fn open(&self, file: &str) -> Result<Box<dyn ReadAt + '_>, Error> {
        let bytes = self.get(file).ok_or_else(|| Error::Missing { file: file.into() })?;
        Ok(Box::new(bytes.as_slice()))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, Error> {
        let name = |file: &String| {
            let name = file.strip_prefix(folder)?.strip_prefix('/')?;
            (!name.contains('/')).then(|| name.to_owned())
        };
        Ok(self.keys().filter_map(name).collect())
    }
}

/// A folder of the file system.
#[cfg(not(target_arch = "wasm32"))]
pub struct CheckpointFolder(std::path::PathBuf);

#[cfg(not(target_arch = "wasm32"))]
impl CheckpointFolder {
    pub fn new(path: impl AsRef<std::path::Path>) -> Self {
        Self(path.as_ref().to_owned())
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Checkpoints for CheckpointFolder {
    fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        std::fs::read(self.0.join(file)).map_err(failed(file))
    }

    fn open(&self, file: &str) -> Result<Box<dyn ReadAt + '_>, Error> {
        Ok(Box::new(spotcheck_networks::LocalFile::open(&self.0.join(file)).map_err(failed(file))?))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, Error> {
        let entries = match std::fs::read_dir(self.0.join(folder)) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed(folder))?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed(folder))?;
            if entry.path().is_file() {
                names.extend(entry.file_name().into_string().ok());
            }
        }
        // Whatever order a file system lists them in, the same pack comes of them.
        names.sort();
        Ok(names)
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn failed(file: &str) -> impl Fn(std::io::Error) -> Error {
    move |e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::Missing { file: file.into() },
        _ => Error::storage(file, e),
    }
}
