use std::collections::BTreeMap;

use serde::Deserialize;
use spotcheck_method::CancellationToken;

use crate::fetch::{Announced, FetchError, Host, Part, Wanted, fetch, is_sha256};

/// What a host says of a repository's files: a page is not told the headers of an answer that sends on, in which Hugging
/// Face announces a file's SHA-256, but this it may read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(BTreeMap<String, Listed>);

/// A file of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub size: Option<u64>,
    /// In hexadecimal; of large files only.
    pub sha256: Option<String>,
}

#[derive(Deserialize)]
struct Repository {
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    lfs: Option<Large>,
}

#[derive(Deserialize)]
struct Large {
    sha256: Option<String>,
}

impl Listing {
    /// Asks a host that is laid out like Hugging Face for a repository's files. `None` when it has no such list: it need
    /// not be able to do more than send files.
    pub async fn ask(
        host: &dyn Host,
        base: &str,
        repo: &str,
        revision: &str,
        cancellation: &CancellationToken,
    ) -> Result<Option<Self>, FetchError> {
        let url = format!("{base}/api/models/{repo}/revision/{revision}?blobs=true");
        let mut answer = Answer::default();
        let wanted = Wanted { url, size: None, sha256: None };
        match fetch(host, &wanted, &mut answer, &mut |_| {}, cancellation).await {
            Ok(_) => Ok(Self::from_json(&answer.0)),
            Err(FetchError::Status { .. }) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Reads what Hugging Face's `/api/models/…?blobs=true` answers; `None` when it is something else.
    pub fn from_json(json: &[u8]) -> Option<Self> {
        let repository: Repository = serde_json::from_slice(json).ok()?;
        let file = |Sibling { rfilename, size, lfs }: Sibling| {
            let sha256 = lfs.and_then(|lfs| lfs.sha256).filter(|hash| is_sha256(hash));
            (rfilename, Listed { size, sha256 })
        };
        Some(Self(repository.siblings.into_iter().map(file).collect()))
    }

    pub fn get(&self, file: &str) -> Option<&Listed> {
        self.0.get(file)
    }

    /// The only file whose name ends so; `None` when there are several.
    pub fn only(&self, ending: &str) -> Option<&str> {
        let mut files = self.0.keys().filter(|file| file.ends_with(ending));
        let first = files.next()?;
        files.next().is_none().then_some(first.as_str())
    }
}

/// An answer in memory.
#[derive(Default)]
struct Answer(Vec<u8>);

impl Part for Answer {
    fn size(&self) -> Result<u64, String> {
        Ok(self.0.len() as u64)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, _: u64, _: &mut [u8]) -> Result<(), String> {
        Err("it is not kept".into())
    }

    fn clear(&mut self) -> Result<(), String> {
        self.0.clear();
        Ok(())
    }

    /// Nothing is remembered: after a break it is asked for anew.
    fn note(&self) -> Option<Announced> {
        None
    }

    fn set_note(&mut self, _: &Announced) -> Result<(), String> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // As documented for the Hub's API, with a hash that is none.
    const JSON: &str = r#"{"id":"a/b","sha":"0123","private":false,"siblings":[
        {"rfilename":"config.json","size":364,"blobId":"1"},
        {"rfilename":"onnx/model.onnx","size":176,"blobId":"2",
         "lfs":{"sha256":"4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865","size":176,"pointerSize":134}},
        {"rfilename":"other.bin","lfs":{"sha256":"zz"}}]}"#;

    #[test]
    fn reads_sizes_and_hashes() {
        let listing = Listing::from_json(JSON.as_bytes()).unwrap();
        let model = listing.get("onnx/model.onnx").unwrap();
        assert_eq!(model.size, Some(176));
        assert!(model.sha256.as_ref().unwrap().starts_with("4355a46b"));
        assert_eq!(listing.get("config.json"), Some(&Listed { size: Some(364), sha256: None }));
        assert_eq!(listing.get("other.bin"), Some(&Listed { size: None, sha256: None }));
        assert_eq!(listing.only(".onnx"), Some("onnx/model.onnx"));
        assert_eq!(listing.only(".json"), Some("config.json"));
        assert_eq!(listing.only(""), None);
    }

    #[test]
    fn other_answers_are_no_listing() {
        assert_eq!(Listing::from_json(b"<!doctype html>"), None);
        assert_eq!(Listing::from_json(b"{\"error\":\"Repository not found\"}"), None);
    }
}
