use spotcheck_pack::{Error, Manifest, Storage};

use crate::drive::Drive;
use crate::js::{said, sha256};

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
        let found = sha256(&json).await.map_err(|error| read(said(error)))?;
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
        self.read(file).await.is_ok()
    }
}

#[async_trait::async_trait(?Send)]
impl Storage for Stored {
    async fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        if file == MANIFEST {
            return Ok(self.json.clone());
        }
        let failed = |message: String| Error::storage(file, message);
        let missing = || Error::Missing { file: file.into() };
        let info = self.manifest.files.get(file).ok_or_else(missing)?;
        let bytes = self.drive.read(&format!("{}/{file}", self.folder)).await.map_err(failed)?;
        let bytes = bytes.ok_or_else(missing)?;
        let found = sha256(&bytes).await.map_err(|error| failed(said(error)))?;
        match found == info.sha256 {
            true => Ok(bytes),
            false => Err(Error::Hash { file: file.into(), expected: info.sha256.clone(), found }),
        }
    }
}
