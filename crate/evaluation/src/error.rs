use std::path::PathBuf;

/// Why pictures cannot be chosen, or results not be kept or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{} cannot be {doing}", path.display())]
    File { path: PathBuf, doing: &'static str, source: std::io::Error },
    #[error("{layout} says in {file} which pictures are for testing, and that file is missing or names none")]
    NoTestSplit { layout: &'static str, file: &'static str },
    #[error("there is no class {name:?}: the data set has {}", known.join(", "))]
    UnknownClass { name: String, known: Vec<String> },
    #[error("{wanted} reference pictures of {class} are wanted, and there are {found} whole ones for it")]
    FewReferences { class: String, wanted: usize, found: usize },
    #[error("there is no labelled picture to be scored")]
    NoPictures,
    #[error("shard {number} of {of}: the first number must be from 1 to the second")]
    Shard { number: usize, of: usize },
    #[error("{} holds results already: resume them, or choose another folder", path.display())]
    HasResults { path: PathBuf },
    #[error("{} holds no results: it lacks run.json", path.display())]
    NoResults { path: PathBuf },
    #[error("another process is writing into {}", path.display())]
    InUse { path: PathBuf },
    /// `then` and `now` say what differs.
    #[error("the results in {} were made with another {what}: {then} then, {now} now", path.display())]
    OtherRun { path: PathBuf, what: String, then: String, now: String },
    /// `here` is in the first folder, `there` in the second.
    #[error("{} and {} do not belong together: the {what} is {here} in the first, {there} in the second", path.display(), other.display())]
    Unlike { path: PathBuf, other: PathBuf, what: String, here: String, there: String },
    #[error("{} is damaged: {reason}", path.display())]
    Damaged { path: PathBuf, reason: String },
    #[error("{path} has the score {one} in one folder, and {other} in another")]
    Contradiction { path: String, one: f32, other: f32 },
    #[error("{} cannot be written as Parquet", path.display())]
    Parquet { path: PathBuf, source: parquet::errors::ParquetError },
    #[error("the metrics cannot be written as {0}")]
    Encoding(&'static str),
    #[error(transparent)]
    Metrics(#[from] spotcheck_metrics::Error),
}

impl Error {
    /// Says what was being done to a file; for `map_err`.
    pub(crate) fn file(path: impl Into<PathBuf>, doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, doing, source }
    }
}
