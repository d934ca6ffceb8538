//! What is asked for, and what comes back.

use image::{GrayImage, RgbImage};
use serde::{Deserialize, Serialize};

use crate::defect::{Defect, UNSEEN_DEFECTS};
use crate::kind::{Kind, UNSEEN_KINDS};

/// Which kinds and defects may appear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// For training: neither the unseen kinds nor the unseen defects.
    Seen,
    /// For testing: only the unseen kinds, with every defect.
    Unseen,
    /// Everything.
    #[default]
    All,
}

impl Split {
    /// The kinds of this split.
    pub fn kinds(self) -> Vec<Kind> {
        let unseen = |kind: &Kind| UNSEEN_KINDS.contains(kind);
        Kind::ALL
            .into_iter()
            .filter(|kind| match self {
                Self::Seen => !unseen(kind),
                Self::Unseen => unseen(kind),
                Self::All => true,
            })
            .collect()
    }

    /// The defects of this split.
    pub fn defects(self) -> Vec<Defect> {
        let all = Defect::ALL.into_iter();
        all.filter(|defect| self != Self::Seen || !UNSEEN_DEFECTS.contains(defect)).collect()
    }
}

impl std::str::FromStr for Split {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "seen" => Ok(Self::Seen),
            "unseen" => Ok(Self::Unseen),
            "all" => Ok(Self::All),
            _ => Err(Error::UnknownSplit(text.to_owned())),
        }
    }
}

impl std::fmt::Display for Split {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Seen => "seen",
            Self::Unseen => "unseen",
            Self::All => "all",
        })
    }
}

/// Which defect to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefectChoice {
    /// None: every part is whole.
    Whole,
    /// One of the split's, as the seed has it.
    Any,
    /// This one; it has to be in the split.
    Only(Defect),
}

/// One picture to draw. Equal requests give equal bytes, on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub seed: u64,
    /// `None`: one of the split's, as the seed has it. A kind named here has to be in the split.
    pub kind: Option<Kind>,
    pub defect: DefectChoice,
    /// In pixels, 1..=4096.
    pub width: u32,
    /// In pixels, 1..=4096.
    pub height: u32,
    /// How many parts, 1..=40; fewer when they find no room. `None`: 1 to `max_instances`, mostly one.
    pub instances: Option<u32>,
    /// For `instances: None`; 1..=40.
    pub max_instances: u32,
    pub split: Split,
    /// A real camera's noise, blur, vignetting and white balance; without, the picture is ideal.
    pub camera: bool,
    /// Pictures of one series show one product at one place: its shape, colours and print, the light and the ground come from
    /// this number, and only what differs from picture to picture (where the parts lie, the camera, the defect) from the
    /// seed. `None`: all of it comes from the seed.
    pub series: Option<u64>,
}

impl Request {
    /// A square picture of `size` pixels with one to five parts, whole, seen by a real camera.
    pub fn new(seed: u64, size: u32) -> Self {
        Self {
            seed,
            kind: None,
            defect: DefectChoice::Whole,
            width: size,
            height: size,
            instances: None,
            max_instances: 5,
            split: Split::All,
            camera: true,
            series: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let side = 1..=4096;
        if !side.contains(&self.width) || !side.contains(&self.height) {
            return Err(Error::Size { width: self.width, height: self.height });
        }
        let count = 1..=40;
        if self.instances.is_some_and(|n| !count.contains(&n)) || !count.contains(&self.max_instances) {
            return Err(Error::Instances(self.instances.unwrap_or(self.max_instances)));
        }
        if let Some(kind) = self.kind
            && !self.split.kinds().contains(&kind)
        {
            return Err(Error::NotInSplit { name: kind.name(), split: self.split });
        }
        if let DefectChoice::Only(defect) = self.defect
            && !self.split.defects().contains(&defect)
        {
            return Err(Error::NotInSplit { name: defect.name(), split: self.split });
        }
        Ok(())
    }
}

/// A drawn picture and all that is known about it. All images have the same size.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub rgb: RgbImage,
    /// 0 on the ground, `i + 1` where `label.instances[i]` is seen.
    pub instances: GrayImage,
    /// 255 where a defect is seen, 0 elsewhere; a missing piece's place counts.
    pub defect: GrayImage,
    /// 255 where a part's shadow lies on the ground, 0 elsewhere.
    pub shadow: GrayImage,
    pub label: Label,
}

/// What a picture shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// "bottle cap"
    pub kind: String,
    /// The same as `kind`, as a prompt's words.
    pub name: String,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// "missing piece"; `None` when all parts are whole.
    pub defect: Option<String>,
    pub seed: u64,
    pub instances: Vec<Instance>,
}

/// The box of one part, in pixels: what of it is seen lies within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    pub x: u32,
    pub y: u32,
    pub w: u32,
    pub h: u32,
    pub defective: bool,
}

/// Why a picture or data set was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("a picture of {width} × {height} pixels: each side must be 1 to 4096")]
    Size { width: u32, height: u32 },
    #[error("{0} parts in a picture: 1 to 40 are possible")]
    Instances(u32),
    #[error("\"{name}\" is not part of the split \"{split}\"")]
    NotInSplit { name: &'static str, split: Split },
    #[error("unknown split \"{0}\": known are seen, unseen and all")]
    UnknownSplit(String),
    #[error("writing {path}: {source}")]
    Write { path: String, source: std::io::Error },
    #[error("writing {path}: {source}")]
    Encode { path: String, source: image::ImageError },
}
