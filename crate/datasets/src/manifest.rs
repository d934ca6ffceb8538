//! Lists of pictures that stand in a file of their own.

mod error;
mod labelled;
mod pictures;

pub use error::{CellError, CellProblem, ManifestError};
pub use labelled::manifest_dataset;
pub use pictures::{Listed, manifest_pictures};
