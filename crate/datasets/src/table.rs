//! CSV files with a header, as people and spreadsheets write them.

use csv::{Position, Reader, ReaderBuilder, StringRecord, Trim};

/// Reads lines of any number of cells, without the spaces around them.
pub(crate) fn reader(text: &str) -> Reader<&[u8]> {
    ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes())
}

/// Where the columns of these names are, whatever their order and the case of their letters.
pub(crate) fn columns<const N: usize>(header: &StringRecord, names: [&str; N]) -> [Option<usize>; N] {
    names.map(|name| header.iter().position(|found| found.eq_ignore_ascii_case(name)))
}

/// A line's values; `None` where there is no cell, or nothing in it.
pub(crate) fn cells<const N: usize>(record: &StringRecord, columns: [Option<usize>; N]) -> [Option<&str>; N] {
    columns.map(|at| record.get(at?).filter(|value| !value.is_empty()))
}

/// From 1 on, the header's included.
pub(crate) fn line(record: &StringRecord) -> u64 {
    record.position().map_or(0, Position::line)
}
