use super::error::failed;
use super::{CellError, CellProblem, ManifestError};
use crate::table::{Table, cells};

const COLUMNS: [&str; 2] = ["path", "object"];

/// A picture of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// As it is written there.
    pub path: String,
    /// What the thing in it is, where the list says so.
    pub object: Option<String>,
    /// From 1 on.
    pub line: u64,
}

/// Reads a list of pictures: a path a line, or CSV whose first line has the column `path`, and `object` if one likes; other
/// columns are passed over. With `csv` it has to be CSV. Empty lines count for nothing.
///
/// A picture may be listed more than once.
pub fn manifest_pictures(text: &str, csv: bool) -> Result<Vec<Listed>, ManifestError> {
    let mut table = Table::new(text);
    let found = match table.columns(COLUMNS).map_err(failed)? {
        [None, _] if csv => {
            return Err(ManifestError::Columns { missing: vec!["path"], columns: "path[,object]" });
        }
        [None, _] => plain(text),
        columns => rows(table, columns)?,
    };
    if found.is_empty() { Err(ManifestError::Empty) } else { Ok(found) }
}

fn plain(text: &str) -> Vec<Listed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines()).filter(|(_, path)| !path.trim().is_empty());
    lines.map(|(line, path)| Listed { path: path.to_owned(), object: None, line }).collect()
}

fn rows(table: Table, columns: [Option<usize>; COLUMNS.len()]) -> Result<Vec<Listed>, ManifestError> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for record in table.records() {
        let (line, record) = record.map_err(failed)?;
        let [path, object] = cells(&record, columns);
        match path {
            Some(path) => {
                found.push(Listed { path: path.to_owned(), object: object.map(str::to_owned), line })
            }
            None => errors.push(CellError { line, column: "path", problem: CellProblem::NoPath }),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(ManifestError::Cells(errors)) }
}
