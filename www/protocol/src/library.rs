//! The packs that there are, and those that can be had.

use serde::{Deserialize, Serialize};

use crate::Trouble;

/// Where a pack is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackPlace {
    /// In a folder beside the page: its absolute address, with a slash at its end.
    Site(String),
    /// In the browser's storage, by its preset.
    Stored(String),
}

/// How weights are kept. All are computed with in full precision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    #[default]
    F32,
    F16,
    Int8,
}

impl Precision {
    pub const ALL: [Precision; 3] = [Precision::F32, Precision::F16, Precision::Int8];
}

/// All packs, and the storage that they are in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Library {
    pub packs: Vec<PackOffer>,
    /// Why nothing can be stored.
    pub trouble: Option<Trouble>,
    /// Bytes that the browser still grants, where it says so.
    pub free: Option<f64>,
}

/// A pack that can be had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackOffer {
    /// The preset's name.
    pub preset: String,
    pub title: String,
    /// What it is good for, in a sentence.
    pub good_for: String,
    /// What it is built from.
    pub sources: Vec<Source>,
    /// Bytes to be fetched, about.
    pub download: f64,
    pub state: PackState,
    /// The size of a pack of this preset that lies beside the page, in bytes: then that is fetched, and nothing is built.
    pub beside: Option<f64>,
    /// Files that the person has given for it, instead of having them fetched.
    pub given: Vec<String>,
}

/// How much of a pack is in the browser's storage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PackState {
    Absent,
    /// So many bytes of what it is made of have arrived.
    Partial {
        bytes: f64,
    },
    Whole {
        bytes: f64,
        precision: Precision,
    },
}

/// A checkpoint that a pack is built from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub title: String,
    /// The page where it is offered.
    pub page: String,
    pub licence: String,
    /// What is disputed about the licence.
    pub disputed: Option<String>,
    /// About.
    pub bytes: f64,
}

/// What is being done with a pack, and how far it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Getting {
    pub step: Step,
    /// Bytes.
    pub done: f64,
    /// Bytes; grows while sizes become known.
    pub total: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Another tab of this page works on its packs.
    Queueing,
    Fetching,
    /// The connection was lost; it is tried again.
    Reconnecting,
    Building,
    Checking,
}

/// How getting, checking or repairing a pack ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ended {
    Done,
    /// Stopped by the person. What has arrived is kept.
    Stopped,
    /// It cannot go on. What has arrived is kept.
    Failed(Trouble),
    /// These files are damaged or missing.
    Damaged(Vec<String>),
}
