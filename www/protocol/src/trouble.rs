//! What goes wrong, in no language.

use serde::{Deserialize, Serialize};
use spotcheck_browser::STORAGE_FULL;
use spotcheck_imaging::DecodeError;
use spotcheck_method::{SettingsError, ValueKind};

/// What went wrong. The page has words for each kind; for [`Kind::Told`] it has only the English ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    pub kind: Kind,
    /// What the library says that it comes from, in English, for files that are read by programs. It may lack the full stop.
    pub english: String,
}

/// What the page needs to say what went wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// What hardly anybody meets, or what the browser or a driver says.
    #[default]
    Told,
    /// It concerns this file.
    In {
        name: String,
        reason: Box<Trouble>,
    },

    // A picture's file.
    EmptyFile,
    /// A format that is known, but not read.
    Unsupported {
        format: String,
    },
    UnknownFormat,
    Truncated {
        format: String,
    },
    Damaged {
        format: String,
        reason: String,
    },
    /// A variant of a format that is not read.
    Variant {
        format: String,
        reason: String,
    },
    TooManyPixels {
        width: u32,
        height: u32,
        most: f64,
    },
    /// More bytes than are granted.
    TooMuchMemory {
        format: String,
        bytes: f64,
    },
    /// The browser does not read the file; a folder may look like one.
    FileUnreadable,
    /// The browser does not read a file, or a folder.
    CannotBeRead {
        path: String,
        reason: String,
    },
    /// A sample beside the page.
    SampleFails {
        name: String,
        reason: String,
    },
    /// A mask that cannot be read.
    Mask {
        reason: Box<Trouble>,
    },
    /// A mask of another size than its picture.
    MaskSize {
        mask: [u32; 2],
        picture: [u32; 2],
    },
    /// A map that was kept and cannot be read.
    Map {
        reason: String,
    },
    /// A map of which not all is there.
    MapCut,
    /// Features of which not all is there.
    FeaturesCut,
    /// Features of another network than the others'.
    OtherFeatures,

    // A file of a folder that is no picture.
    NoExtension,
    ForeignExtension {
        extension: String,
    },
    MaskWithoutPicture,
    MaskOfWhole,
    SecondMask,
    OutsideLayout {
        layout: String,
    },
    Duplicate,
    /// VisA's table lists it.
    Absent,
    /// A line of VisA's table.
    TableLine {
        line: f64,
        problem: String,
    },
    ZipEncrypted,
    ZipUnreadable {
        reason: String,
    },
    ZipTooLarge {
        path: String,
        mebibytes: f64,
    },

    // An inspection.
    /// The region leaves no pixel.
    NothingToInspect,
    /// The device has not enough memory for a network.
    NetworkMemory {
        network: String,
    },
    /// The graphics card is gone.
    DeviceLost {
        network: String,
    },

    // Settings.
    /// They cannot be used.
    Settings {
        reason: Box<Trouble>,
    },
    /// A pack's own cannot be used.
    PackSettings {
        reason: Box<Trouble>,
    },
    UnknownSetting {
        key: String,
    },
    NotANumber {
        key: String,
        value: String,
    },
    NotWhole {
        key: String,
        value: String,
    },
    NotYesOrNo {
        key: String,
        value: String,
    },
    NotTexts {
        key: String,
    },
    OutOfRange {
        key: String,
        value: String,
        from: f64,
        to: f64,
        above: bool,
    },
    EmptyList {
        key: String,
    },
    EmptyEntry {
        key: String,
    },
    NoPlaceholder {
        key: String,
        entry: String,
    },

    // The engine and the models.
    /// The engine cannot be used.
    Engine {
        reason: Box<Trouble>,
    },
    NoDevice,
    /// The models cannot be used.
    Models {
        reason: Box<Trouble>,
    },
    Missing {
        file: String,
    },
    /// A file of a pack, or of what it is made of, that cannot be read or written.
    File {
        file: String,
        reason: Box<Trouble>,
    },
    PackFormat {
        found: f64,
        known: f64,
    },
    PackSize {
        file: String,
        found: f64,
        expected: f64,
    },
    PackDamaged {
        file: String,
    },
    /// A pack has not what a method needs.
    MethodLacks {
        method: String,
    },
    /// Why there is none comes from the catalogue.
    MissingWithRemedy {
        file: String,
        remedy: String,
    },

    // Getting a pack.
    NoStorage,
    StorageFull,
    NoRoom {
        needed: f64,
        free: f64,
    },
    ConnectionLost {
        url: String,
        reason: Box<Trouble>,
    },
    Silent,
    NobodyAnswers,
    Status {
        url: String,
        status: u16,
    },
    OtherVersion {
        url: String,
        found: f64,
        expected: f64,
    },
    OtherFile {
        url: String,
    },
    NotKept {
        url: String,
        reason: Box<Trouble>,
    },
    NoSource {
        role: String,
        refused: Vec<String>,
    },
    /// A file that the person gave.
    NoCheckpoint {
        reason: Box<Trouble>,
    },
    ForeignFile,
    OtherNetwork,
    UnknownConfiguration,
    LargeConfiguration,
    Unreadable {
        reason: String,
    },

    // The worker.
    /// It stopped by a fault of ours.
    Fault {
        reason: Box<Trouble>,
    },
    /// What was done with a pack stopped by a fault of ours.
    EndedByFault {
        reason: Box<Trouble>,
    },
    WorkerMemory,
    WorkerStopped,
    WorkerAbsent,
    WorkerNotLoaded,
    WorkerNotUnderstood {
        reason: String,
    },
}

/// What is said where nothing can be stored.
pub const NO_STORAGE: &str =
    "this browser keeps nothing for this page: it is a private window, or not served by HTTPS";
/// What is said of a connection on which nothing comes.
pub const SILENT: &str = "nothing has come for a minute";
/// What is said of a host that does not answer.
pub const NOBODY_ANSWERS: &str = "nobody answers";

impl Trouble {
    pub fn new(kind: Kind, english: impl Into<String>) -> Self {
        Self { kind, english: english.into() }
    }

    /// Of the kind that is told in English only, unless it is one of the sentences of the page's own that come through
    /// libraries.
    pub fn told(english: impl Into<String>) -> Self {
        let english = english.into();
        let kind = match english.as_str() {
            SILENT => Kind::Silent,
            NOBODY_ANSWERS => Kind::NobodyAnswers,
            STORAGE_FULL => Kind::StorageFull,
            text if text.starts_with(NO_STORAGE) => Kind::NoStorage,
            _ => Kind::Told,
        };
        Self { kind, english }
    }

    /// The same trouble within something: `kind` is made of it, and `english` is what is said before it.
    pub fn within(self, english: &str, kind: impl FnOnce(Box<Trouble>) -> Kind) -> Self {
        let english = format!("{english}: {}", self.english);
        Self { kind: kind(Box::new(self)), english }
    }

    /// It concerns a file.
    pub fn of_file(self, name: &str) -> Self {
        self.within(name, |reason| Kind::In { name: name.to_owned(), reason })
    }

    /// The English with its full stop.
    pub fn sentence(&self) -> String {
        let stop = if self.english.ends_with(['.', '!', '?']) { "" } else { "." };
        format!("{}{stop}", self.english)
    }
}

impl From<String> for Trouble {
    fn from(english: String) -> Self {
        Self::told(english)
    }
}

impl From<&str> for Trouble {
    fn from(english: &str) -> Self {
        Self::told(english)
    }
}

impl From<DecodeError> for Trouble {
    fn from(error: DecodeError) -> Self {
        let english = error.to_string();
        let kind = match error {
            DecodeError::Empty => Kind::EmptyFile,
            DecodeError::Unsupported(format) => Kind::Unsupported { format: format.into() },
            DecodeError::Unknown => Kind::UnknownFormat,
            DecodeError::Truncated(format) => Kind::Truncated { format: format.to_string() },
            DecodeError::Damaged { format, reason } => Kind::Damaged { format: format.to_string(), reason },
            DecodeError::Variant { format, reason } => Kind::Variant { format: format.to_string(), reason },
            DecodeError::TooManyPixels { width, height, max_pixels } => {
                Kind::TooManyPixels { width, height, most: max_pixels as f64 }
            }
            DecodeError::TooMuchMemory { format, max_allocation } => {
                Kind::TooMuchMemory { format: format.to_string(), bytes: max_allocation as f64 }
            }
            _ => Kind::Told,
        };
        Self { kind, english }
    }
}

impl From<SettingsError> for Trouble {
    fn from(error: SettingsError) -> Self {
        let english = error.to_string();
        let kind = match error {
            SettingsError::Unknown { key } => Kind::UnknownSetting { key },
            SettingsError::WrongType { key, value, wanted } => match wanted {
                ValueKind::Number => Kind::NotANumber { key, value },
                ValueKind::WholeNumber => Kind::NotWhole { key, value },
                ValueKind::Flag => Kind::NotYesOrNo { key, value },
                ValueKind::Texts => Kind::NotTexts { key },
            },
            SettingsError::OutOfRange { key, value, bounds } => Kind::OutOfRange {
                key: key.into(),
                value,
                from: bounds.from,
                to: bounds.to,
                above: bounds.above,
            },
            SettingsError::EmptyList { key } => Kind::EmptyList { key: key.into() },
            SettingsError::EmptyEntry { key } => Kind::EmptyEntry { key: key.into() },
            SettingsError::NoPlaceholder { key, entry, .. } => Kind::NoPlaceholder { key: key.into(), entry },
            _ => Kind::Told,
        };
        Self { kind, english }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_says_it_in_english() {
        let trouble = Trouble::from(DecodeError::Unsupported("HEIC")).of_file("a.heic");
        assert_eq!(trouble.sentence(), "a.heic: HEIC is not supported: save it as JPEG or PNG.");
        let Kind::In { reason, .. } = trouble.kind else { panic!("{trouble:?}") };
        assert_eq!(reason.kind, Kind::Unsupported { format: "HEIC".into() });
        assert_eq!(Trouble::told("It ended.").sentence(), "It ended.");
    }

    #[test]
    fn the_pages_own_sentences_are_known_again() {
        for (text, kind) in [
            (STORAGE_FULL, Kind::StorageFull),
            (NO_STORAGE, Kind::NoStorage),
            (SILENT, Kind::Silent),
            ("the parameter is incorrect", Kind::Told),
        ] {
            assert_eq!(Trouble::told(text).kind, kind);
        }
    }

    #[test]
    fn a_setting_is_told_with_its_bounds() {
        let error = spotcheck_method::Settings::default().with_json(r#"{"top_share":0}"#).unwrap_err();
        let Kind::OutOfRange { key, from, to, above, .. } = Trouble::from(error).kind else { panic!() };
        assert_eq!((key.as_str(), from, to, above), ("top_share", 0.0, 1.0, true));
    }
}
