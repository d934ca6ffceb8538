/// Why a file of a report could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("cannot write {what}: {source}")]
    Write { what: &'static str, source: std::io::Error },
    #[error("cannot write {what} as JSON: {source}")]
    Json { what: &'static str, source: serde_json::Error },
    #[error("cannot write {what} as CSV: {source}")]
    Csv { what: &'static str, source: ::csv::Error },
    /// A file of an archive; the name is the one that was asked for.
    #[error("cannot put {name:?} into the archive: {source}")]
    Archive { name: String, source: zip::result::ZipError },
    #[error("cannot end the archive: {0}")]
    ArchiveEnd(zip::result::ZipError),
    #[error("cannot write a picture of {width} × {height} pixels as JPEG: {source}")]
    Jpeg { width: u32, height: u32, source: image::ImageError },
}

impl Error {
    /// Says what was being written; for `map_err`.
    pub(crate) fn write(what: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::Write { what, source }
    }
}
