use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::mask::MaskValues;
use crate::names::object_name;
use crate::paths::{File, SEPARATORS, common_folders};
use crate::{folders, mvtec, visa};

/// How a set of files is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// VisA as published (Zou et al., *SPot-the-Difference*, 2022).
    Visa,
    /// MVTec AD (Bergmann et al., *The MVTec Anomaly Detection Dataset*, 2021), or laid out like it.
    MvtecAd,
    /// Folders that are named good, bad, masks or the like.
    Folders,
    /// A CSV file that says of each picture what it is ([`manifest_dataset`](crate::manifest_dataset)).
    Manifest,
    /// Pictures without labels.
    Unlabelled,
}

impl Layout {
    /// What the values in this layout's masks mean.
    pub fn mask_values(self) -> MaskValues {
        match self {
            Self::Visa => MaskValues::ClassIds,
            _ => MaskValues::Binary,
        }
    }
}

/// The part of a data set that a picture was published in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    Train,
    Test,
}

/// What is known of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    Whole,
    Defective,
    Unknown,
}

impl Label {
    /// `Some(true)` when defective, `Some(false)` when whole.
    pub fn defective(self) -> Option<bool> {
        match self {
            Self::Whole => Some(false),
            Self::Defective => Some(true),
            Self::Unknown => None,
        }
    }
}

/// A picture and what its place says of it. Paths are as they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    pub path: String,
    /// The object's or category's name as the data set spells it, which is what the paper puts into its prompts
    /// ("macaroni2"). `None` when no folder names it.
    pub class: Option<String>,
    /// `None` when the layout does not say.
    pub split: Option<Split>,
    pub label: Label,
    /// The kind of defect, as its folder is named; `None` of whole pictures and where no folder names it.
    pub defect: Option<String>,
    /// The mask's path; never of whole pictures, whose masks are empty.
    pub mask: Option<String>,
}

impl Sample {
    /// The object's name in words ("macaroni", "bottle cap").
    pub fn object(&self) -> Option<String> {
        self.class.as_deref().map(object_name)
    }
}

/// A file that is in no sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    pub path: String,
    pub reason: Reason,
}

/// Why a file is in no sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The extension in lower case, without the dot; empty when there is none.
    #[error("{}", unknown_extension(.0))]
    UnknownExtension(String),
    #[error("there is no picture for this mask")]
    MaskWithoutPicture,
    #[error("its picture is labelled whole, and needs no mask")]
    MaskOfWhole,
    #[error("its picture has another mask")]
    SecondMask,
    #[error("it is not where {0} has pictures or masks")]
    OutsideLayout(&'static str),
    #[error("the path is listed twice")]
    Duplicate,
    /// A file that `1cls.csv` speaks of.
    #[error("1cls.csv lists it, but it is not there")]
    Missing,
    /// Something in `1cls.csv` that cannot be used; the path is that of the CSV.
    #[error("line {line}: {problem}")]
    Csv { line: u64, problem: String },
}

fn unknown_extension(extension: &str) -> String {
    if extension.is_empty() {
        "it has no extension, so it is taken for no picture".into()
    } else {
        format!("a file that ends in .{extension} is no picture that can be read")
    }
}

/// What a list of paths is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    pub layout: Layout,
    /// The folders that all files are in, joined by `/`; empty when there is none.
    pub root: String,
    /// What prompts call the things of a class, where the data set says so itself.
    pub objects: BTreeMap<String, String>,
    /// In the order of their paths.
    pub samples: Vec<Sample>,
    /// In the order of their paths.
    pub leftovers: Vec<Leftover>,
}

/// Samples and leftovers among the pictures.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) samples: Vec<Sample>,
    pub(crate) leftovers: Vec<Leftover>,
}

/// Recognises the layout of relative `paths` and finds labels and masks. Separators are `/` or `\`.
///
/// `split_csv` is the text of VisA's `split_csv/1cls.csv`, when there is one and it was read; it decides over the folders.
/// Without it no split of VisA is known. Other layouts do not use it.
pub fn recognise<S: AsRef<str>>(paths: &[S], split_csv: Option<&str>) -> Dataset {
    let mut files: Vec<File> = paths.iter().filter_map(|path| File::new(path.as_ref())).collect();
    files.sort_by(|a, b| a.names().cmp(b.names()));
    let mut leftovers = Vec::new();
    files.dedup_by(|second, first| {
        let same = second.names() == first.names();
        if same {
            leftovers.push(Leftover { path: second.path.into(), reason: Reason::Duplicate });
        }
        same
    });
    let root = common_folders(&files);
    let depth = root.len();
    let root = root.join("/");

    let (pictures, others): (Vec<File>, Vec<File>) = files.into_iter().partition(File::is_picture);
    let csv = split_csv.map(|text| (crate::split_csv::split_csv(paths), text));
    let (layout, found) = visa::read(&pictures, csv)
        .map(|found| (Layout::Visa, found))
        .or_else(|| Some((Layout::MvtecAd, mvtec::read(&pictures)?)))
        .or_else(|| Some((Layout::Folders, folders::read(&pictures, depth)?)))
        .unwrap_or_else(|| (Layout::Unlabelled, unlabelled(&pictures)));

    leftovers.extend(found.leftovers);
    let published = |file: &File| match layout {
        Layout::Visa => visa::comes_with_it(file),
        Layout::MvtecAd => mvtec::comes_with_it(file),
        _ => false,
    };
    leftovers.extend(others.iter().filter(|file| !published(file)).map(|file| Leftover {
        path: file.path.into(),
        reason: Reason::UnknownExtension(file.extension().into()),
    }));
    leftovers.sort_by(|a, b| by_folders(&a.path, &b.path));
    Dataset { layout, root, objects: BTreeMap::new(), samples: found.samples, leftovers }
}

/// A folder's files stand together, whatever the separator.
pub(crate) fn by_folders(a: &str, b: &str) -> Ordering {
    a.split(SEPARATORS).cmp(b.split(SEPARATORS))
}

fn unlabelled(pictures: &[File]) -> Found {
    let sample = |file: &File| Sample {
        path: file.path.into(),
        class: None,
        split: None,
        label: Label::Unknown,
        defect: None,
        mask: None,
    };
    Found { samples: pictures.iter().map(sample).collect(), leftovers: Vec::new() }
}
