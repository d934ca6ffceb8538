//! Fetching a large file so that nothing that has arrived is fetched again: not after a lost connection, not after a
//! pause, not after the page was closed.
//!
//! What arrives is appended to a [`Part`]; the next attempt asks for the rest with HTTP's `Range` and `If-Range`. A
//! server that knows no ranges sends the file from its beginning, in one stream. The SHA-256 is computed as bytes come
//! and held against the one wanted, or the one that the server announces.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spotcheck_method::CancellationToken;

use crate::pack::hexadecimal;

/// Bytes that are read at a time from what is there already, to hash them.
const AT_A_TIME: usize = 1 << 20;
/// HTTP's status of a request for bytes that a file does not have.
const RANGE_NOT_SATISFIABLE: u16 = 416;

/// A file to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub url: String,
    /// In bytes, where it is known beforehand.
    pub size: Option<u64>,
    /// In hexadecimal, where it is known beforehand.
    pub sha256: Option<String>,
}

/// What a server says of a file, and what is remembered of it between two attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Announced {
    pub url: String,
    pub size: Option<u64>,
    /// A strong `ETag`: as long as it is the same, so is the file.
    pub tag: Option<String>,
    /// In hexadecimal. Hugging Face has it in `X-Linked-ETag`; where that is not seen, the one that was wanted.
    pub sha256: Option<String>,
}

/// Why a file could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    #[error("fetching was stopped")]
    Cancelled,
    /// The connection broke, or there is none. What has arrived is kept.
    #[error("{url}: the connection was lost: {message}")]
    Lost { url: String, message: String },
    #[error("{url}: the server answers {status}")]
    Status { url: String, status: u16 },
    #[error("{url} has {found} bytes, but {expected} are expected: it is another version of the file")]
    Size { url: String, expected: u64, found: u64 },
    #[error("{url} is not the file that is expected: its SHA-256 is {found}, not {expected}")]
    Hash { url: String, expected: String, found: String },
    #[error("{url} cannot be kept: {message}")]
    Storage { url: String, message: String },
}

/// An answer to a request for the bytes from some place on.
pub struct Answer {
    pub announced: Announced,
    /// Where the body begins: 0 when the server sends the whole file, whatever was asked for.
    pub from: u64,
    pub body: Box<dyn Body>,
}

/// A server, or several behind one client.
#[async_trait::async_trait(?Send)]
pub trait Host {
    /// Asks for the bytes of `url` from `from` on, if the file is still the one with `tag` (or if there is none), and
    /// otherwise for all of it.
    async fn open(&self, url: &str, from: u64, tag: Option<&str>) -> Result<Answer, FetchError>;

    /// Waits after the connection was lost, before the next attempt; `false` gives up. `lost` counts the losses since
    /// the last byte came.
    async fn wait(&self, lost: u32) -> bool;

    /// Lets others have their turn; called between pieces of work that takes long.
    async fn pause(&self) {}
}

/// The bytes of an answer as they come.
#[async_trait::async_trait(?Send)]
pub trait Body {
    /// `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError>;
}

/// A file that grows, and the note beside it; both outlast this process. Errors are sentences.
pub trait Part {
    fn size(&self) -> Result<u64, String>;
    fn append(&mut self, bytes: &[u8]) -> Result<(), String>;
    /// Fills `buffer` with the bytes at `from`, which are there.
    fn read(&self, from: u64, buffer: &mut [u8]) -> Result<(), String>;
    fn clear(&mut self) -> Result<(), String>;
    /// `None` when there is none, or when it cannot be read.
    fn note(&self) -> Option<Announced>;
    fn set_note(&mut self, note: &Announced) -> Result<(), String>;
}

/// A file that was fetched whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// How far a file is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub bytes: u64,
    pub total: Option<u64>,
}

/// Fetches what is missing of a file into `part`.
///
/// A lost connection is borne as often as [`Host::wait`] says; a cancelled or failed fetch keeps what has arrived, unless
/// that is known to be wrong (another size or hash than expected): then `part` is emptied.
pub async fn fetch(
    host: &dyn Host,
    wanted: &Wanted,
    part: &mut dyn Part,
    report: &mut dyn FnMut(Arrived),
    cancellation: &CancellationToken,
) -> Result<Fetched, FetchError> {
    let mut fetch = Fetch { host, wanted, part, report, cancellation, hash: Sha256::new(), bytes: 0 };
    let mut lost = 0;
    loop {
        let before = fetch.bytes;
        match fetch.attempt().await {
            Err(FetchError::Lost { url, message }) => {
                lost = if fetch.bytes > before { 1 } else { lost + 1 };
                if fetch.cancellation.is_cancelled() {
                    return Err(FetchError::Cancelled);
                }
                if !fetch.host.wait(lost).await {
                    return Err(FetchError::Lost { url, message });
                }
            }
            other => return other,
        }
    }
}

struct Fetch<'a> {
    host: &'a dyn Host,
    wanted: &'a Wanted,
    part: &'a mut dyn Part,
    report: &'a mut dyn FnMut(Arrived),
    cancellation: &'a CancellationToken,
    /// Of the first `bytes` bytes.
    hash: Sha256,
    bytes: u64,
}

impl Fetch<'_> {
    async fn attempt(&mut self) -> Result<Fetched, FetchError> {
        let note = self.known_part().await?;
        if let Some(note) = note.as_ref().filter(|note| note.size == Some(self.bytes)) {
            return self.finish(note);
        }
        self.check()?;
        // Without a tag, which not every host shows to a page, only a hash that is known beforehand can say in the end
        // that the file is still the same: otherwise it is fetched anew.
        let before = note.filter(|_| self.bytes > 0);
        let size_before = before.as_ref().and_then(|note| note.size);
        let tag = before.and_then(|note| note.tag);
        if tag.is_none() && self.wanted.sha256.is_none() {
            self.restart()?;
        }
        let opened = self.host.open(&self.wanted.url, self.bytes, tag.as_deref()).await;
        if matches!(opened, Err(FetchError::Status { status: RANGE_NOT_SATISFIABLE, .. })) && self.bytes > 0 {
            self.restart()?;
            return Err(self.lost("the file is shorter now than what has arrived".into()));
        }
        let Answer { mut announced, from, mut body } = opened?;
        announced.url = self.wanted.url.clone();
        if from > 0 && size_before.is_some() && announced.size.is_some() && announced.size != size_before {
            self.restart()?;
            return Err(self.lost("the file has changed meanwhile".into()));
        }
        if from != self.bytes {
            self.restart()?;
            if from != 0 {
                let message = format!("the server sends the bytes from {from} on, which nobody asked for");
                return Err(self.lost(message));
            }
        }
        self.check_size(announced.size)?;
        announced.sha256 = announced.sha256.or_else(|| self.wanted.sha256.clone());
        self.part.set_note(&announced).map_err(|message| self.storage(message))?;
        self.tell(&announced);
        while let Some(bytes) = body.next().await? {
            self.part.append(&bytes).map_err(|message| self.storage(message))?;
            self.hash.update(&bytes);
            self.bytes += bytes.len() as u64;
            self.tell(&announced);
            self.check()?;
        }
        match announced.size.or(self.wanted.size) {
            Some(size) if self.bytes < size => {
                Err(self.lost(format!("it ended after {} of {size} bytes", self.bytes)))
            }
            Some(size) if self.bytes > size => {
                let found = self.bytes;
                self.restart()?;
                Err(FetchError::Size { url: self.wanted.url.clone(), expected: size, found })
            }
            _ => {
                announced.size = Some(self.bytes);
                self.part.set_note(&announced).map_err(|message| self.storage(message))?;
                self.finish(&announced)
            }
        }
    }

    /// The note on what the part holds, up to which the hash is brought. A part of which nothing is known, or more than
    /// its note says, is worth nothing.
    async fn known_part(&mut self) -> Result<Option<Announced>, FetchError> {
        let size = self.part.size().map_err(|message| self.storage(message))?;
        let note = self.part.note().filter(|note| {
            let most = note.size.or(self.wanted.size).unwrap_or(u64::MAX);
            let other = self.wanted.sha256.is_some()
                && note.sha256.is_some()
                && !same_hash(&self.wanted.sha256, &note.sha256);
            note.url == self.wanted.url && !other && size <= most && size >= self.bytes
        });
        if note.is_none() {
            self.restart()?;
            return Ok(None);
        }
        let mut buffer = vec![0; AT_A_TIME];
        while self.bytes < size {
            self.check()?;
            let length = (size - self.bytes).min(AT_A_TIME as u64) as usize;
            let buffer = &mut buffer[..length];
            self.part.read(self.bytes, buffer).map_err(|message| self.storage(message))?;
            self.hash.update(&*buffer);
            self.bytes += length as u64;
            self.host.pause().await;
        }
        Ok(note)
    }

    fn restart(&mut self) -> Result<(), FetchError> {
        self.part.clear().map_err(|message| self.storage(message))?;
        (self.hash, self.bytes) = (Sha256::new(), 0);
        Ok(())
    }

    /// Holds what the server says against what is wanted, before anything is fetched for nothing.
    fn check_size(&mut self, announced: Option<u64>) -> Result<(), FetchError> {
        match (announced, self.wanted.size) {
            (Some(found), Some(expected)) if found != expected => {
                self.restart()?;
                Err(FetchError::Size { url: self.wanted.url.clone(), expected, found })
            }
            _ => Ok(()),
        }
    }

    fn finish(&mut self, announced: &Announced) -> Result<Fetched, FetchError> {
        self.tell(announced);
        let found = hexadecimal(&std::mem::take(&mut self.hash).finalize());
        let size = self.bytes;
        for expected in [&self.wanted.sha256, &announced.sha256].into_iter().flatten() {
            if !expected.eq_ignore_ascii_case(&found) {
                self.restart()?;
                let (url, expected) = (self.wanted.url.clone(), expected.clone());
                return Err(FetchError::Hash { url, expected, found });
            }
        }
        Ok(Fetched { size, sha256: found })
    }

    fn tell(&mut self, announced: &Announced) {
        (self.report)(Arrived { bytes: self.bytes, total: announced.size.or(self.wanted.size) });
    }

    fn check(&self) -> Result<(), FetchError> {
        if self.cancellation.is_cancelled() { Err(FetchError::Cancelled) } else { Ok(()) }
    }

    fn lost(&self, message: String) -> FetchError {
        FetchError::Lost { url: self.wanted.url.clone(), message }
    }

    fn storage(&self, message: String) -> FetchError {
        FetchError::Storage { url: self.wanted.url.clone(), message }
    }
}

fn same_hash(one: &Option<String>, other: &Option<String>) -> bool {
    one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// First byte and size of the whole file, of HTTP's `Content-Range`: `bytes 10-99/100`.
pub fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, size) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = range.split_once('-')?;
    Some((from.trim().parse().ok()?, size.trim().parse().ok()))
}

/// An `ETag` that promises equal bytes; a weak one does not.
pub fn strong_tag(tag: String) -> Option<String> {
    (!tag.starts_with("W/")).then_some(tag)
}

/// The SHA-256 of a large file in Hugging Face's `X-Linked-ETag`.
pub fn linked_hash(tag: &str) -> Option<String> {
    let tag = tag.trim_matches('"');
    is_sha256(tag).then(|| tag.to_owned())
}

/// Whether this is a SHA-256 in hexadecimal.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_content_ranges() {
        assert_eq!(content_range("bytes 10-99/100"), Some((10, Some(100))));
        assert_eq!(content_range("bytes 0-1/*"), Some((0, None)));
        assert_eq!(content_range("bytes */100"), None);
        assert_eq!(content_range("lines 1-2/3"), None);
    }

    #[test]
    fn reads_tags() {
        assert_eq!(strong_tag("\"a\"".into()).as_deref(), Some("\"a\""));
        assert_eq!(strong_tag("W/\"a\"".into()), None);
        let hash = "60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a";
        assert_eq!(linked_hash(&format!("\"{hash}\"")).as_deref(), Some(hash));
        // A small file's is a git hash.
        assert_eq!(linked_hash("\"43ddd8174a6d6e06441f3194a9d4e39e07768901\""), None);
    }
}
