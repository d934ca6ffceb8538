use std::io::{Read, Seek, SeekFrom};

use js_sys::Uint8Array;
use spotcheck_protocol::{Kind, Reply, Trouble};
use web_sys::{Blob, File};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::js::{read_now, said};
use crate::post::post;

/// Bytes of a file in a ZIP file: what is larger is no picture that can be inspected.
const MOST: u64 = 512 << 20;
const FOLDER_SEPARATOR: char = '/';

/// Tells the page of every file in a ZIP file, below the ZIP file's own name.
pub fn unpack(file: &File) {
    let trouble = match ZipArchive::new(Reader { blob: file, at: 0 }) {
        Ok(archive) => each(archive, &file.name()).err(),
        Err(error) => Some(unreadable(error)),
    };
    post(&Reply::UnpackedAll { trouble });
}

fn each(mut archive: ZipArchive<Reader<'_>>, folder: &str) -> Result<(), Trouble> {
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(unreadable)?;
        // A path that leads out of the folder is nobody's honest file.
        let Some(path) = entry.enclosed_name().filter(|_| entry.is_file()) else { continue };
        let path: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
        let path = format!("{folder}{FOLDER_SEPARATOR}{}", path.join("/"));
        let mut bytes = Vec::new();
        // What the header says of the size may be a lie.
        let read = entry.by_ref().take(MOST + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(error.into()))?;
        if bytes.len() as u64 > MOST {
            let english = format!("{path} is larger than {} MiB. Unpack it, and drop the folder", MOST >> 20);
            return Err(Trouble::new(Kind::ZipTooLarge { path, mebibytes: (MOST >> 20) as f64 }, english));
        }
        post(&Reply::Unpacked { path, bytes: Uint8Array::from(bytes.as_slice()) });
    }
    Ok(())
}

fn unreadable(error: ZipError) -> Trouble {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Trouble::new(Kind::ZipEncrypted, "it is encrypted: unpack it, and drop the folder")
        }
        error => Trouble::new(
            Kind::ZipUnreadable { reason: error.to_string() },
            format!("it cannot be read as a ZIP file: {error}. Unpack it, and drop the folder"),
        ),
    }
}

/// A blob as a file to read from, where waiting is allowed.
struct Reader<'a> {
    blob: &'a Blob,
    at: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = (self.blob.size() as u64).saturating_sub(self.at);
        let count = (buffer.len() as u64).min(left) as usize;
        let Some(some) = buffer.get_mut(..count).filter(|some| !some.is_empty()) else { return Ok(0) };
        read_now(self.blob, self.at, some).map_err(|error| std::io::Error::other(said(error)))?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => (self.blob.size() as u64).checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = to.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
