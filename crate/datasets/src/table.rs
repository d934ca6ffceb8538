//! CSV files with a header, as people and spreadsheets write them.

use csv::{Position, Reader, ReaderBuilder, StringRecord, Trim};

/// A text in columns. Lines may have any number of cells; spaces around a cell's value do not count.
pub(crate) struct Table<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
        Self { text, reader }
    }

    /// Where the columns of these names are, whatever their order and the case of their letters.
    pub(crate) fn columns<const N: usize>(&mut self, names: [&str; N]) -> csv::Result<[Option<usize>; N]> {
        let header = self.reader.headers()?;
        Ok(names.map(|name| header.iter().position(|found| found.eq_ignore_ascii_case(name))))
    }

    /// The lines behind the header, with their numbers: the header's is 1 where nothing is above it.
    pub(crate) fn records(self) -> impl Iterator<Item = csv::Result<(u64, StringRecord)>> {
        let bytes = self.text.as_bytes();
        let (mut line, mut at) = (1, 0);
        self.reader.into_records().map(move |record| {
            let record = record?;
            // The reader's own numbers are short by one behind CR LF, and by the empty lines above a record.
            let behind = record.position().map_or(0, Position::byte) as usize;
            let rest = bytes.get(behind..).unwrap_or_default();
            let start = behind + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let passed = bytes.get(at..start).unwrap_or_default();
            line += passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
            at = start;
            Ok((line, record))
        })
    }
}

/// A line's values; `None` where there is no cell, or nothing in it.
pub(crate) fn cells<const N: usize>(record: &StringRecord, columns: [Option<usize>; N]) -> [Option<&str>; N] {
    columns.map(|at| record.get(at?).filter(|value| !value.is_empty()))
}
