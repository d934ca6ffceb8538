use crate::dataset::{Label, Split};

/// Names of folders, in lower case and with spaces between the words.
const WHOLE: [&str; 19] = [
    "good",
    "ok",
    "okay",
    "io",
    "i o",
    "normal",
    "whole",
    "intact",
    "undamaged",
    "pass",
    "passed",
    "accept",
    "accepted",
    "no defect",
    "no defects",
    "non defective",
    "defect free",
    "non anomalous",
    "no anomaly",
];
const DEFECTIVE: [&str; 25] = [
    "bad",
    "nok",
    "ng",
    "nio",
    "n i o",
    "not ok",
    "not good",
    "no good",
    "defective",
    "defect",
    "defects",
    "anomaly",
    "anomalies",
    "anomalous",
    "abnormal",
    "faulty",
    "fault",
    "faults",
    "broken",
    "damaged",
    "reject",
    "rejected",
    "rejects",
    "fail",
    "failed",
];
const MASKS: [&str; 5] = ["mask", "masks", "ground truth", "groundtruth", "gt"];
const IMAGES: [&str; 8] = ["image", "images", "img", "imgs", "picture", "pictures", "photo", "photos"];

/// Names that are several words written as one.
const RUN_TOGETHER: [(&str, &str); 1] = [("chewinggum", "chewing gum")];

/// What a folder's name says of the files in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Label(Label),
    Masks,
    Images,
    Split(Split),
}

impl Role {
    /// `None` when the folder's name, in lower case, is no word that is known here.
    pub(crate) fn of(folder: &str) -> Option<Self> {
        let words = spaced(folder);
        let is = |names: &[&str]| names.contains(&words.as_str());
        if let Some(split) = split(&words) {
            Some(Self::Split(split))
        } else if is(&WHOLE) {
            Some(Self::Label(Label::Whole))
        } else if is(&DEFECTIVE) {
            Some(Self::Label(Label::Defective))
        } else if is(&MASKS) {
            Some(Self::Masks)
        } else if is(&IMAGES) {
            Some(Self::Images)
        } else {
            None
        }
    }
}

/// By a name in lower case.
pub(crate) fn split(name: &str) -> Option<Split> {
    match name {
        "train" => Some(Split::Train),
        "test" => Some(Split::Test),
        _ => None,
    }
}

/// An object's name in words, from a class's or folder's name: "pcb1" is "pcb", "bottle_cap" is "bottle cap".
///
/// Numbers at the end go when at least three letters stand before them, so that "m8" stays. The paper itself prompts with
/// the class as VisA spells it; for its tables take that.
pub fn object_name(class: &str) -> String {
    let words = spaced(class);
    let letters = words.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let words = match letters.chars().filter(|c| c.is_alphabetic()).count() {
        3.. => letters,
        _ if words.is_empty() => class,
        _ => &words,
    };
    let known = RUN_TOGETHER.iter().find(|(together, _)| words.eq_ignore_ascii_case(together));
    known.map_or(words, |(_, apart)| apart).to_owned()
}

/// Words with one space between them, for underscores, hyphens and the like.
fn spaced(name: &str) -> String {
    name.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '.'))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
