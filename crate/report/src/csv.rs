//! CSV for spreadsheets and scripts: RFC 4180, UTF-8, a header row, lines that end with CR LF.
//!
//! # Formulas
//! A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, and a file's name or a note may be
//! chosen by a stranger. Such a text gets an apostrophe in front, which spreadsheets read as "this is text"; so do texts
//! that begin with one of the full-width forms of these, with a tab or a line break, and those where only blanks come
//! before. Numbers are never touched. [`json`](crate::json()) has every text as it is.
//!
//! # Umlauts
//! Excel reads UTF-8 only when [`UTF8_MARK`] stands in front of the file. The functions here do not write it.

use std::borrow::Cow;
use std::io::Write;

use ::csv::{Terminator, Writer, WriterBuilder};

use crate::{Batch, Entry, Error, Findings, Outcome, Outlines, Run};

/// The byte order mark in UTF-8: what Excel knows the encoding by.
pub const UTF8_MARK: &[u8] = "\u{feff}".as_bytes();

const ENTRIES: [&str; 21] = [
    "name",
    "path",
    "object",
    "method",
    "score",
    "z",
    "zero_shot_score",
    "good_pictures",
    "other_pictures",
    "verdict",
    "decision",
    "note",
    "label",
    "components",
    "largest_area_px",
    "largest_area_percent",
    "largest_area_mm2",
    "width",
    "height",
    "seconds",
    "error",
];

const COMPONENTS: [&str; 12] = [
    "name",
    "path",
    "object",
    "component",
    "x",
    "y",
    "width",
    "height",
    "area_px",
    "area_percent",
    "area_mm2",
    "score",
];

/// Writes a row an entry: what was found, or why nothing was. Cells without a value are empty; scores are 0 to 1 with all
/// their digits, the largest component's area is in pixels, in percent of the picture and in mm². Without a scale there is no
/// column of mm², without a batch that says so none of z-scores, without other pictures that took part in scores none that tells
/// of them, and without its name none of the method.
pub fn entries(batch: &Batch, writer: impl Write) -> Result<(), Error> {
    let rows = batch.entries.iter().map(|entry| entry_row(entry, &batch.run));
    write("the table of pictures", &ENTRIES, Known::of(batch), rows, writer)
}

/// Writes a row a component, numbered from 1 in each picture; as [`entries`] otherwise.
pub fn components(batch: &Batch, writer: impl Write) -> Result<(), Error> {
    let rows = batch.entries.iter().flat_map(|entry| component_rows(entry, &batch.run.object));
    write("the table of components", &COMPONENTS, Known::of(batch), rows, writer)
}

const REGIONS: [&str; 14] = [
    "name",
    "path",
    "object",
    "region",
    "x",
    "y",
    "width",
    "height",
    "area_px",
    "area_percent",
    "area_mm2",
    "length_px",
    "length_mm",
    "highest_value",
];

/// A table with a row a region, numbered from 1 in each picture, the one with the highest value first. Pictures come one by
/// one, since their maps are large. The length is that of the longer side of the smallest rectangle around the region.
pub struct RegionTable<'a, W: Write> {
    table: Table<W>,
    run: &'a Run,
}

impl<'a, W: Write> RegionTable<'a, W> {
    /// Writes the header; without a scale there are no columns of millimetres.
    pub fn begin(run: &'a Run, writer: W) -> Result<Self, Error> {
        let known = Known { measured: run.pixels_per_mm.is_some(), ..Known::default() };
        Ok(Self { table: Table::begin("the table of regions", &REGIONS, known, writer)?, run })
    }

    /// Writes the regions of a picture.
    pub fn add(&mut self, entry: &Entry, outlines: &Outlines) -> Result<(), Error> {
        let pixels = f64::from(entry.width) * f64::from(entry.height);
        let scaled = |size: f64| self.run.pixels_per_mm.map(|scale| format!("{:.4}", size / scale));
        for (index, region) in outlines.worst.iter().enumerate() {
            let area = region.area as f64;
            let row: [String; REGIONS.len()] = [
                guarded(&entry.name).into(),
                guarded(entry.path.as_deref().unwrap_or_default()).into(),
                guarded(&self.run.object).into(),
                (index + 1).to_string(),
                region.rect.x.to_string(),
                region.rect.y.to_string(),
                region.rect.width.to_string(),
                region.rect.height.to_string(),
                region.area.to_string(),
                format!("{:.4}", area / pixels.max(1.0) * 100.0),
                self.run.pixels_per_mm.and_then(|scale| scaled(area / scale)).unwrap_or_default(),
                format!("{:.2}", region.length),
                scaled(region.length).unwrap_or_default(),
                region.peak.to_string(),
            ];
            self.table.row(row)?;
        }
        Ok(())
    }

    /// Writes what is still held back.
    pub fn end(self) -> Result<(), Error> {
        self.table.end()
    }
}

/// What is known of a batch: what is not has no columns.
#[derive(Clone, Copy, Default)]
struct Known {
    method: bool,
    /// Areas in mm².
    measured: bool,
    /// z-scores.
    calibrated: bool,
    /// What other pictures say.
    joined: bool,
}

impl Known {
    fn of(batch: &Batch) -> Self {
        let any = |is: fn(&Findings) -> bool| batch.entries.iter().filter_map(Entry::findings).any(is);
        Self {
            method: !batch.run.method.is_empty(),
            measured: batch.run.pixels_per_mm.is_some()
                || any(|findings| findings.components.iter().any(|component| component.mm2.is_some())),
            calibrated: any(|findings| findings.z.is_some()),
            joined: any(|findings| findings.partners.is_some()),
        }
    }

    /// Whether there is a column of this name.
    fn shows(self, column: &str) -> bool {
        match column {
            "method" => self.method,
            "z" => self.calibrated,
            "zero_shot_score" | "good_pictures" | "other_pictures" => self.joined,
            name if name.ends_with("_mm") || name.ends_with("_mm2") => self.measured,
            _ => true,
        }
    }
}

fn entry_row(entry: &Entry, run: &Run) -> [String; ENTRIES.len()] {
    let findings = entry.findings();
    let of_findings = |text: &dyn Fn(&Findings) -> String| findings.map(text).unwrap_or_default();
    let largest = findings.and_then(|findings| findings.largest());
    let side = |length: u32| if length == 0 { String::new() } else { length.to_string() };
    let error = match &entry.outcome {
        Outcome::Found(_) => "",
        Outcome::Failed(reason) => reason,
    };
    [
        guarded(&entry.name).into(),
        guarded(entry.path.as_deref().unwrap_or_default()).into(),
        guarded(&run.object).into(),
        guarded(&run.method).into(),
        of_findings(&|f| f.score.to_string()),
        of_findings(&|f| f.z.map(|z| format!("{z:.4}")).unwrap_or_default()),
        of_findings(&|f| f.zero_shot.map(|score| score.to_string()).unwrap_or_default()),
        of_findings(&|f| f.partners.map(|partners| partners.good.to_string()).unwrap_or_default()),
        of_findings(&|f| f.partners.map(|partners| partners.others.to_string()).unwrap_or_default()),
        of_findings(&|f| f.verdict.name().into()),
        entry.decision.map(|decision| decision.name().into()).unwrap_or_default(),
        guarded(&entry.note).into(),
        entry.label.map(|label| label.name().into()).unwrap_or_default(),
        of_findings(&|f| f.components.len().to_string()),
        largest.map(|component| component.area.to_string()).unwrap_or_default(),
        largest.map(|component| format!("{:.4}", component.percent)).unwrap_or_default(),
        largest.and_then(|component| component.mm2).map(|area| format!("{area:.4}")).unwrap_or_default(),
        side(entry.width),
        side(entry.height),
        of_findings(&|f| format!("{:.3}", f.seconds.total)),
        guarded(error).into(),
    ]
}

fn component_rows(entry: &Entry, object: &str) -> impl Iterator<Item = [String; COMPONENTS.len()]> {
    let components = entry.findings().map(|findings| findings.components.as_slice()).unwrap_or_default();
    components.iter().enumerate().map(move |(index, component)| {
        [
            guarded(&entry.name).into(),
            guarded(entry.path.as_deref().unwrap_or_default()).into(),
            guarded(object).into(),
            (index + 1).to_string(),
            component.rect.x.to_string(),
            component.rect.y.to_string(),
            component.rect.width.to_string(),
            component.rect.height.to_string(),
            component.area.to_string(),
            format!("{:.4}", component.percent),
            component.mm2.map(|area| format!("{area:.4}")).unwrap_or_default(),
            component.score.to_string(),
        ]
    })
}

fn write<const N: usize>(
    what: &'static str,
    header: &[&str; N],
    known: Known,
    rows: impl Iterator<Item = [String; N]>,
    writer: impl Write,
) -> Result<(), Error> {
    let mut table = Table::begin(what, header, known, writer)?;
    for row in rows {
        table.row(row)?;
    }
    table.end()
}

/// A table while it is written.
struct Table<W: Write> {
    csv: Writer<W>,
    what: &'static str,
    /// Which columns there are.
    shown: Vec<bool>,
}

impl<W: Write> Table<W> {
    /// Writes the header.
    fn begin<const N: usize>(
        what: &'static str,
        header: &[&str; N],
        known: Known,
        writer: W,
    ) -> Result<Self, Error> {
        let csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(writer);
        let shown = header.iter().map(|name| known.shows(name)).collect();
        let mut table = Self { csv, what, shown };
        table.row(header.map(str::to_owned))?;
        Ok(table)
    }

    /// Writes a row of as many cells as the header has names.
    fn row<const N: usize>(&mut self, cells: [String; N]) -> Result<(), Error> {
        let cells = cells.into_iter().zip(&self.shown).filter_map(|(cell, shown)| shown.then_some(cell));
        self.csv.write_record(cells).map_err(|source| Error::Csv { what: self.what, source })
    }

    fn end(mut self) -> Result<(), Error> {
        self.csv.flush().map_err(Error::write(self.what))
    }
}

/// A text that no spreadsheet takes for a formula: see above.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let formula = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let blank = ['\t', '\r', '\n'];
    if text.starts_with(blank) || text.trim_start().starts_with(formula) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for text in [
            "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A1", "\t=1", "\rx", "\nx", "  =1",
            "\u{a0}=1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "a=1", "1-2", "'=1", "IMG_1.jpg", " note"] {
            assert_eq!(guarded(text), text);
        }
    }
}
