use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::acquire::PartStore;
use crate::fetch::{Announced, Fetched, Part};

/// A folder that checkpoints are fetched into.
pub struct PartFolder(PathBuf);

impl PartFolder {
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self(path.as_ref().to_owned())
    }
}

#[async_trait::async_trait(?Send)]
impl PartStore for PartFolder {
    type Part = FilePart;

    async fn whole(&self, file: &str) -> Result<Option<u64>, String> {
        match std::fs::metadata(self.0.join(file)) {
            Ok(metadata) => Ok(metadata.is_file().then_some(metadata.len())),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(said(e)),
        }
    }

    async fn open(&self, file: &str) -> Result<FilePart, String> {
        FilePart::open(&self.0.join(file)).map_err(said)
    }

    async fn finish(&self, _: &str, part: FilePart, _: &Fetched) -> Result<(), String> {
        part.finish().map_err(said)
    }
}

/// A file that is being fetched, in a folder: `name.part`, and `name.part.json` with what its server said of it.
pub struct FilePart {
    path: PathBuf,
    file: File,
}

impl FilePart {
    /// Opens what was fetched of `path` so far, or begins with nothing. Folders are made.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(beside(path, "part"))?;
        Ok(Self { path: path.into(), file })
    }

    /// Gives the file, fetched whole, its name.
    pub fn finish(self) -> std::io::Result<()> {
        self.file.sync_all()?;
        drop(self.file);
        std::fs::rename(beside(&self.path, "part"), &self.path)?;
        match std::fs::remove_file(beside(&self.path, "part.json")) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

impl Part for FilePart {
    fn size(&self) -> Result<u64, String> {
        self.file.metadata().map(|metadata| metadata.len()).map_err(said)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.file.write_all(bytes).map_err(said)
    }

    fn read(&self, from: u64, buffer: &mut [u8]) -> Result<(), String> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(from)).and_then(|_| file.read_exact(buffer)).map_err(said)
    }

    fn clear(&mut self) -> Result<(), String> {
        self.file.set_len(0).map_err(said)
    }

    fn note(&self) -> Option<Announced> {
        let json = std::fs::read(beside(&self.path, "part.json")).ok()?;
        serde_json::from_slice(&json).ok()
    }

    fn set_note(&mut self, note: &Announced) -> Result<(), String> {
        let json = serde_json::to_vec(note).map_err(|e| e.to_string())?;
        std::fs::write(beside(&self.path, "part.json"), json).map_err(said)
    }
}

fn said(error: std::io::Error) -> String {
    error.to_string()
}
