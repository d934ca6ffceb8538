use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use spotcheck_networks::ReadAt;
use spotcheck_pack::acquire::PartStore;
use spotcheck_pack::fetch::Fetched;
use spotcheck_pack::{Checkpoints, Error};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use crate::drive::{Drive, DrivePart, Open};
use crate::js::{read_now, said};

/// A file that is read at once, without waiting.
#[derive(Clone)]
pub enum Readable {
    /// Wherever the browser has it.
    Blob(Blob),
    /// In the private file system: what is read comes straight to where it is wanted.
    Open(Rc<Open>),
}

impl Readable {
    pub fn size(&self) -> u64 {
        match self {
            Self::Blob(blob) => blob.size() as u64,
            Self::Open(file) => file.size().unwrap_or(0),
        }
    }

    fn read(&self, from: u64, buffer: &mut [u8]) -> Result<(), JsValue> {
        match self {
            Self::Blob(blob) => read_now(blob, from, buffer),
            Self::Open(file) => file.read(from, buffer),
        }
    }
}

/// Files of checkpoints by names such as `CIDAS/clipseg-rd64-refined/config.json`.
#[derive(Clone, Default)]
pub struct Readables(pub BTreeMap<String, Readable>);

impl Readables {
    fn get(&self, file: &str) -> Result<&Readable, Error> {
        self.0.get(file).ok_or_else(|| Error::Missing { file: file.into() })
    }
}

impl Checkpoints for Readables {
    fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        let source = self.get(file)?;
        let mut bytes = vec![0; source.size() as usize];
        source.read(0, &mut bytes).map_err(|error| Error::storage(file, said(error)))?;
        Ok(bytes)
    }

    fn open(&self, file: &str) -> Result<Box<dyn ReadAt + '_>, Error> {
        Ok(Box::new(Buffered::new(self.get(file)?.clone())))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, Error> {
        let name = |file: &String| {
            let name = file.strip_prefix(folder)?.strip_prefix('/')?;
            (!name.contains('/')).then(|| name.to_owned())
        };
        Ok(self.0.keys().filter_map(name).collect())
    }
}

/// Bytes that are read ahead: asking the browser for a few costs as much as for these.
const AHEAD: u64 = 1 << 20;

/// A file that is read in small pieces.
pub struct Buffered {
    source: Readable,
    /// What was read ahead, and where it begins.
    ahead: RefCell<(u64, Vec<u8>)>,
}

impl Buffered {
    pub fn new(source: Readable) -> Self {
        Self { source, ahead: RefCell::default() }
    }
}

impl ReadAt for Buffered {
    fn size(&self) -> u64 {
        self.source.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let failed = |error| io::Error::other(said(error));
        if buffer.len() as u64 >= AHEAD {
            return self.source.read(offset, buffer).map_err(failed);
        }
        let (start, ahead) = &mut *self.ahead.borrow_mut();
        let there = |start: u64, ahead: &[u8]| {
            let from = usize::try_from(offset.checked_sub(start)?).ok()?;
            Some(from..from.checked_add(buffer.len())?).filter(|range| range.end <= ahead.len())
        };
        if there(*start, ahead).is_none() {
            // Forgotten first: should reading fail, nothing wrong is left.
            ahead.clear();
            let length = self.size().saturating_sub(offset).min(AHEAD).max(buffer.len() as u64);
            let mut bytes = vec![0; length as usize];
            self.source.read(offset, &mut bytes).map_err(failed)?;
            (*start, *ahead) = (offset, bytes);
        }
        let range = there(*start, ahead).unwrap_or_default();
        buffer.copy_from_slice(ahead.get(range).unwrap_or_default());
        Ok(())
    }
}

/// A folder of the drive that files are fetched into, but for those that the person has given.
pub struct Arrivals<'a> {
    pub drive: &'a Drive,
    pub folder: String,
    pub given: &'a Readables,
}

impl Arrivals<'_> {
    /// All files that are there, and whole.
    pub async fn sources(&self) -> Result<Readables, String> {
        let mut sources = self.given.clone();
        for file in self.drive.list(&self.folder).await?.into_keys() {
            let path = self.path(&file);
            if !sources.0.contains_key(&file)
                && self.drive.whole(&path).await?.is_some()
                && let Some(source) = self.drive.source(&path).await?
            {
                sources.0.insert(file, source);
            }
        }
        Ok(sources)
    }

    fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.folder)
    }
}

#[async_trait::async_trait(?Send)]
impl PartStore for Arrivals<'_> {
    type Part = DrivePart;

    async fn whole(&self, file: &str) -> Result<Option<u64>, String> {
        match self.given.0.get(file) {
            Some(source) => Ok(Some(source.size())),
            None => self.drive.whole(&self.path(file)).await,
        }
    }

    async fn open(&self, file: &str) -> Result<DrivePart, String> {
        self.drive.part(&self.path(file)).await
    }

    async fn finish(&self, _: &str, part: DrivePart, fetched: &Fetched) -> Result<(), String> {
        part.close(Some(fetched)).await
    }

    async fn leave(&self, part: DrivePart) -> Result<(), String> {
        part.close(None).await
    }
}
