//! Archives, read back by the zip crate. (Python's zipfile and Info-ZIP read them as well, tried by hand.)

use std::io::{Cursor, Read, Write};

use spotcheck_report::Archive;
use zip::{CompressionMethod, ZipArchive};

const CREATED: &str = "2026-03-02T14:05:09+01:00";

fn open(bytes: Vec<u8>) -> ZipArchive<Cursor<Vec<u8>>> {
    ZipArchive::new(Cursor::new(bytes)).unwrap()
}

fn content(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn files_come_back() {
    let noise: Vec<u8> = (0..100_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let text = "a line\n".repeat(1000);
    let mut archive = Archive::new(Vec::new(), CREATED);
    assert_eq!(archive.add("pictures/ü 日本.png", &noise).unwrap(), "pictures/ü 日本.png");
    let mut report = archive.begin("report.html").unwrap();
    for line in text.lines() {
        writeln!(report, "{line}").unwrap();
    }
    archive.add("empty.json", b"").unwrap();
    let mut read = open(archive.finish().unwrap());

    assert_eq!(read.len(), 3);
    assert_eq!(content(&mut read, "pictures/ü 日本.png"), noise);
    assert_eq!(content(&mut read, "report.html"), text.as_bytes());
    assert_eq!(content(&mut read, "empty.json"), b"");
    let picture = read.by_name("pictures/ü 日本.png").unwrap();
    assert_eq!(picture.compression(), CompressionMethod::Stored);
    let time = picture.last_modified().unwrap();
    assert_eq!((time.year(), time.month(), time.day(), time.hour(), time.minute()), (2026, 3, 2, 14, 5));
    drop(picture);
    let report = read.by_name("report.html").unwrap();
    assert_eq!(report.compression(), CompressionMethod::Deflated);
    assert!(report.compressed_size() < 200);
}

#[test]
fn names_are_safe_and_told_apart() {
    let mut archive = Archive::new(Vec::new(), "no time");
    let names = ["a.png", "../a.png", "A.png", "/x\\..\\a.png", "a (2).png", "", "con"];
    let given: Vec<String> = names.iter().map(|name| archive.add(name, name.as_bytes()).unwrap()).collect();
    assert_eq!(given, ["a.png", "a (2).png", "A (3).png", "x/a.png", "a (2) (2).png", "file", "_con"]);
    let mut read = open(archive.finish().unwrap());
    for (name, given) in names.iter().zip(&given) {
        assert_eq!(content(&mut read, given), name.as_bytes());
    }
    assert_eq!(read.by_name("file").unwrap().last_modified().unwrap().year(), 1980);
}

#[test]
fn more_files_than_sixteen_bits_count() {
    let mut archive = Archive::new(Vec::new(), CREATED);
    for number in 0..66_000 {
        archive.add(&format!("{number}.png"), b"x").unwrap();
    }
    let mut read = open(archive.finish().unwrap());
    assert_eq!(read.len(), 66_000);
    assert_eq!(content(&mut read, "65999.png"), b"x");
}

/// A disk that is full after so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_that_names_the_file() {
    let mut archive = Archive::new(Full(2000), CREATED);
    archive.add("first.png", &[7; 1000]).unwrap();
    let error = archive.add("second.png", &[7; 1000]).unwrap_err().to_string();
    assert!(error.contains("\"second.png\""), "{error}");
    assert!(Archive::new(Full(10), CREATED).finish().is_err());
}
