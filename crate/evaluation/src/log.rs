//! `results.csv`, line by line: RFC 4180 with CR LF. Texts that a spreadsheet would take for a formula, and those that begin
//! with an apostrophe, get an apostrophe in front, which is taken off again here.

use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use spotcheck_report::csv as report;

use crate::record::{label_name, label_of};
use crate::{Error, Pixels, Record};

pub const COLUMNS: [&str; 11] =
    ["index", "path", "class", "object", "label", "defect", "width", "height", "score", "pixels", "seconds"];

/// The first line.
pub fn header() -> Vec<u8> {
    line(COLUMNS.map(str::to_owned))
}

/// The line of a record. Scores have all digits that tell them from others.
pub fn encode(record: &Record) -> Vec<u8> {
    line([
        record.index.to_string(),
        guarded(&record.path),
        guarded(&record.class),
        guarded(&record.object),
        label_name(record.label).to_owned(),
        guarded(record.defect.as_deref().unwrap_or_default()),
        record.width.to_string(),
        record.height.to_string(),
        record.score.to_string(),
        record.pixels.name(),
        format!("{:.3}", record.seconds),
    ])
}

/// The whole records of a log, and how many bytes of it are whole: what comes behind was torn by a stop. A line that is not
/// the last and cannot be read is an error, since nothing that happens here makes one.
pub fn decode(path: &Path, bytes: &[u8]) -> Result<(Vec<Record>, usize), Error> {
    let damaged = |reason: String| Error::Damaged { path: path.to_owned(), reason };
    if !bytes.starts_with(&header()) {
        // Torn at its beginning, or another file.
        return if header().starts_with(bytes) {
            Ok((Vec::new(), 0))
        } else {
            Err(damaged("its first line is not that of results".to_owned()))
        };
    }
    let ended = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let lines = bytes.get(..ended).unwrap_or_default();
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(lines);
    let (mut records, mut row, mut whole) = (Vec::new(), StringRecord::new(), 0);
    loop {
        let read = reader.read_record(&mut row);
        // The reader stops behind CR, before LF.
        let behind = reader.position().byte() as usize;
        let ends =
            |at: usize| lines.get(at..).unwrap_or_default().iter().take_while(|&&b| b == b'\n').count();
        let end = behind + ends(behind);
        match read {
            Ok(false) => return Ok((records, whole)),
            // The header, which was looked at already.
            Ok(true) if whole == 0 => {}
            Ok(true) => match record(&row) {
                Some(record) => records.push(record),
                None if end >= lines.len() => return Ok((records, whole)),
                None => {
                    let before = lines.iter().take(whole).filter(|&&byte| byte == b'\n').count();
                    return Err(damaged(format!("line {} is no result", before + 1)));
                }
            },
            Err(_) if end >= lines.len() => return Ok((records, whole)),
            Err(error) => return Err(damaged(error.to_string())),
        }
        whole = end;
    }
}

fn record(row: &StringRecord) -> Option<Record> {
    if row.len() != COLUMNS.len() {
        return None;
    }
    let text = |column: usize| Some(unguarded(row.get(column)?).to_owned());
    let record = Record {
        index: row.get(0)?.parse().ok()?,
        path: text(1)?,
        class: text(2)?,
        object: text(3)?,
        label: label_of(row.get(4)?)?,
        defect: text(5).filter(|defect| !defect.is_empty()),
        width: row.get(6)?.parse().ok()?,
        height: row.get(7)?.parse().ok()?,
        score: row.get(8)?.parse().ok()?,
        pixels: Pixels::of_name(row.get(9)?)?,
        seconds: row.get(10)?.parse().ok()?,
    };
    (record.score.is_finite() && record.seconds.is_finite()).then_some(record)
}

fn line(cells: [String; COLUMNS.len()]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory cannot fail, and all lines have the same number of cells.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula, and that [`unguarded`] brings back.
pub fn guarded(text: &str) -> String {
    if text.starts_with('\'') { format!("'{text}") } else { report::guarded(text).into_owned() }
}

fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}
