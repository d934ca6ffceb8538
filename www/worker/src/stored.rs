use js_sys::{ArrayBuffer, Uint8Array};
use spotcheck_pack::{Error, Manifest, Storage};

use crate::drive::Drive;
use crate::js::{said, sha256, taken, value};

pub const MANIFEST: &str = "manifest.json";

/// The folder of a pack.
pub fn folder(preset: &str) -> String {
    format!("packs/{preset}")
}

/// The file that says that a pack is whole: it holds the SHA-256 of the manifest.
pub fn marker(preset: &str) -> String {
    format!("packs/{preset}.whole")
}

/// A pack in the browser's storage. Whatever is read of it is held against its hash.
pub struct Stored {
    drive: Drive,
    folder: String,
    json: Vec<u8>,
    manifest: Manifest,
}

impl Stored {
    pub async fn open(drive: Drive, preset: &str) -> Result<Self, Error> {
        let folder = folder(preset);
        let read = |e: String| Error::storage(MANIFEST, e);
        let missing = || Error::Missing { file: MANIFEST.into() };
        let expected = drive.read(&marker(preset)).await.map_err(read)?.ok_or_else(missing)?;
        let expected = String::from_utf8_lossy(&expected).into_owned();
        let json = drive.read(&format!("{folder}/{MANIFEST}")).await.map_err(read)?.ok_or_else(missing)?;
        let found = sha256(&Uint8Array::from(json.as_slice())).await.map_err(|error| read(said(error)))?;
        if found != expected {
            return Err(Error::Hash { file: MANIFEST.into(), expected, found });
        }
        let manifest = Manifest::from_json(&json)?;
        Ok(Self { drive, folder, json, manifest })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn manifest_json(&self) -> &[u8] {
        &self.json
    }

    /// Whether a file is there, and as it should be.
    pub async fn is_whole(&self, file: &str) -> bool {
        self.buffer(file).await.map(|buffer| taken(&buffer)).is_ok()
    }

    /// A file's bytes, in the browser's memory.
    async fn buffer(&self, file: &str) -> Result<ArrayBuffer, Error> {
        let failed = |message: String| Error::storage(file, message);
        let info = self.manifest.files.get(file).ok_or_else(|| Error::Missing { file: file.into() })?;
        let blob = self.drive.blob(&format!("{}/{file}", self.folder)).await.map_err(failed)?;
        let blob = blob.ok_or_else(|| Error::Missing { file: file.into() })?;
        let buffer: ArrayBuffer = value(blob.array_buffer()).await.map_err(|error| failed(said(error)))?;
        let found = sha256(&buffer).await.map_err(|error| failed(said(error)))?;
        match found == info.sha256 {
            true => Ok(buffer),
            false => Err(Error::Hash { file: file.into(), expected: info.sha256.clone(), found }),
        }
    }
}

#[async_trait::async_trait(?Send)]
impl Storage for Stored {
    async fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        match file {
            MANIFEST => Ok(self.json.clone()),
            file => self.buffer(file).await.map(|buffer| taken(&buffer)),
        }
    }
}
