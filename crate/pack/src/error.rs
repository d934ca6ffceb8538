/// What is wrong with a pack, or with the checkpoints that one is built from. The file is named.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file is not there.
    #[error("{file} is missing")]
    Missing { file: String },

    /// A file is there, but cannot be read or written.
    #[error("{file}: {message}")]
    Storage { file: String, message: String },

    /// The manifest is not one, or contradicts itself.
    #[error("manifest.json: {0}")]
    Manifest(String),

    /// The pack is of another format than this version reads.
    #[error("manifest.json: the pack has format {found}, and this version reads format {known}")]
    Format { found: u64, known: u64 },

    /// A file's size is not the manifest's.
    #[error("{file} has {found} bytes, but the manifest says {expected}")]
    Size { file: String, expected: u64, found: u64 },

    /// A file's SHA-256 is not the manifest's.
    #[error("{file} is damaged: its SHA-256 is {found}, but the manifest says {expected}")]
    Hash { file: String, expected: String, found: String },

    /// The pack is whole, but holds nothing for a method that is optional; `what` names what is missing.
    #[error("the pack has no {what}: build the pack anew")]
    Without { what: &'static str },

    /// The build was told to stop.
    #[error("the build was cancelled")]
    Cancelled,

    /// A file's content cannot be used.
    #[error("{file}: {source}")]
    Network { file: String, source: spotcheck_networks::Error },
}

impl Error {
    /// A file that a [`Storage`](crate::Storage) cannot read or write.
    pub fn storage(file: &str, message: impl ToString) -> Self {
        Self::Storage { file: file.into(), message: message.to_string() }
    }

    /// The file that it is about.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Missing { file }
            | Self::Storage { file, .. }
            | Self::Size { file, .. }
            | Self::Hash { file, .. }
            | Self::Network { file, .. } => Some(file),
            Self::Manifest(_) | Self::Format { .. } => Some("manifest.json"),
            Self::Without { .. } | Self::Cancelled => None,
        }
    }

    /// Says which file a network's error comes from; for `map_err`.
    pub(crate) fn network(file: &str) -> impl Fn(spotcheck_networks::Error) -> Self {
        move |source| Self::Network { file: file.into(), source }
    }
}
