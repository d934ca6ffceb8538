/// Why a manifest cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    #[error("it lists no picture")]
    Empty,
    #[error("its first line lacks {}: the columns are {columns}", .missing.join(", "))]
    Columns { missing: Vec<&'static str>, columns: &'static str },
    /// It is not empty.
    #[error("{}", all(.0))]
    Cells(Vec<CellError>),
    /// As the CSV reader says it.
    #[error("{0}")]
    Csv(String),
}

/// A cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct CellError {
    /// From 1 on, the header's included.
    pub line: u64,
    pub column: &'static str,
    pub problem: CellProblem,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellProblem {
    #[error("it names no picture")]
    NoPath,
    #[error("“{0}” is neither normal nor anomaly")]
    Label(String),
    #[error("there is no file {0}")]
    Missing(String),
    #[error("{path} is on line {first} already")]
    Duplicate { path: String, first: u64 },
    #[error("its picture is labelled normal, and needs no mask")]
    MaskOfWhole,
    #[error("its picture is labelled normal, and has no defect")]
    DefectOfWhole,
    #[error("the class {class} is called “{name}” on line {first}, and “{other}” here")]
    OtherObject { class: String, name: String, first: u64, other: String },
}

/// Says what the CSV reader says; for `map_err`.
pub(super) fn failed(error: csv::Error) -> ManifestError {
    ManifestError::Csv(error.to_string())
}

/// Cells that are told of, at most.
const TOLD: usize = 10;

/// One a line.
fn all(cells: &[CellError]) -> String {
    let mut lines: Vec<String> = cells.iter().take(TOLD).map(CellError::to_string).collect();
    if cells.len() > TOLD {
        lines.push(format!("and {} more", cells.len() - TOLD));
    }
    lines.join("\n")
}
