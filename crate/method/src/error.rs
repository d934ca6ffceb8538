use crate::{NetworkError, SettingsError};

/// Why an inspection has no result.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller asked for it; nothing failed.
    #[error("the inspection was cancelled")]
    Cancelled,
    #[error("the picture has no pixels")]
    EmptyPicture,
    #[error("the object has no name: say what the thing in the picture is")]
    NoObjectName,
    #[error(
        "the given foreground has {width} × {height} pixels, the picture {picture_width} × {picture_height}: they \
         must be the same"
    )]
    ForegroundSize { width: u32, height: u32, picture_width: u32, picture_height: u32 },
    #[error(
        "the region has {width} × {height} pixels, the picture {picture_width} × {picture_height}: they must be the same"
    )]
    RegionSize { width: u32, height: u32, picture_width: u32, picture_height: u32 },
    #[error("the region is empty: there is nothing to inspect in it")]
    EmptyRegion,
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A network answered, but not with what was asked for; `what` says the difference.
    #[error("{network} gave {what}")]
    Answer { network: &'static str, what: String },
}

pub(crate) const ISNET: &str = "IS-Net";
pub(crate) const SAM: &str = "SAM";
pub(crate) const CLIP: &str = "CLIP";
pub(crate) const CLIPSEG: &str = "CLIPSeg";

/// A network's answer must be numbers: on a broken driver it is not, and NaN would pass every threshold in silence.
pub fn all_finite(network: &'static str, values: &[f32]) -> Result<(), Error> {
    if values.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    Err(Error::Answer { network, what: "values that are not finite numbers".to_owned() })
}

/// Fails where an answer does not fit the question; `what` says what came instead.
pub fn answer(network: &'static str, fits: bool, what: impl FnOnce() -> String) -> Result<(), Error> {
    if fits { Ok(()) } else { Err(Error::Answer { network, what: what() }) }
}
