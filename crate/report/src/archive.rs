use std::collections::HashSet;
use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::Error;
use crate::name::{numbered, safe_name};

/// From here on a file may have 4 GiB in the archive: deflating can make it larger.
const LARGE: u64 = 0xf000_0000;

/// A ZIP that is written from its beginning to its end, to a writer that cannot seek. Names are UTF-8 and safe
/// ([`safe_name`]); the second of a name gets " (2)". PNG, JPEG and the like are stored, all else is deflated. ZIP64 comes in
/// where sizes or counts ask for it.
pub struct Archive<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    time: DateTime,
    /// In lower case: Windows and macOS take `A` and `a` for one name.
    names: HashSet<String>,
}

/// A file of an archive while it is written; it ends where the next begins.
pub struct ArchiveFile<'a, W: Write> {
    zip: &'a mut ZipWriter<StreamWriter<W>>,
}

impl<W: Write> Archive<W> {
    /// `created` is the time of all files, RFC 3339; the year 1980 begins when it is none.
    pub fn new(writer: W, created: &str) -> Self {
        let zip = ZipWriter::new_stream(writer);
        Self { zip, time: time(created).unwrap_or_default(), names: HashSet::new() }
    }

    /// Adds a file and gives the name that it got.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<String, Error> {
        let taken = self.start(name, bytes.len() as u64 >= LARGE)?;
        let failed = |source: io::Error| Error::Archive { name: name.to_owned(), source: source.into() };
        self.zip.write_all(bytes).map_err(failed)?;
        Ok(taken)
    }

    /// Begins a file that is written bit by bit, such as a report. It must stay below 4 GiB: whether its fields are ZIP64's is
    /// said before its size is known, and not every reader takes those.
    pub fn begin(&mut self, name: &str) -> Result<ArchiveFile<'_, W>, Error> {
        self.start(name, false)?;
        Ok(ArchiveFile { zip: &mut self.zip })
    }

    /// Writes the directory, and gives the writer back.
    pub fn finish(self) -> Result<W, Error> {
        self.zip.finish().map(StreamWriter::into_inner).map_err(Error::ArchiveEnd)
    }

    fn start(&mut self, name: &str, large: bool) -> Result<String, Error> {
        let safe = safe_name(name);
        let name = (1..)
            .map(|number| numbered(&safe, number))
            .find(|candidate| self.names.insert(candidate.to_lowercase()))
            .unwrap_or(safe);
        let options = SimpleFileOptions::default()
            .compression_method(if is_compressed(&name) {
                CompressionMethod::Stored
            } else {
                CompressionMethod::Deflated
            })
            .last_modified_time(self.time)
            .unix_permissions(0o644)
            .large_file(large);
        match self.zip.start_file(name.as_str(), options) {
            Ok(()) => Ok(name),
            Err(source) => Err(Error::Archive { name, source }),
        }
    }
}

impl<W: Write> Write for ArchiveFile<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.zip.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

/// Whether deflating would gain nothing.
fn is_compressed(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("png" | "jpg" | "jpeg" | "webp" | "gif" | "zip"))
}

/// The wall-clock time of an RFC 3339 text, which is what a ZIP has; it knows no offset.
fn time(created: &str) -> Option<DateTime> {
    let part = |from: usize, to: usize| created.get(from..to)?.parse::<u8>().ok();
    let year = created.get(..4)?.parse().ok()?;
    DateTime::from_date_and_time(year, part(5, 7)?, part(8, 10)?, part(11, 13)?, part(14, 16)?, part(17, 19)?)
        .ok()
}
