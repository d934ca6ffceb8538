use serde::{Deserialize, Serialize};

/// What is wrong with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    Scratch,
    Crack,
    Dent,
    Stain,
    MissingPiece,
    Bend,
    Hole,
    WrongColour,
    Contamination,
}

/// The defect kept for testing: [`Split::Seen`](crate::Split::Seen) never draws it.
pub const UNSEEN_DEFECT: Defect = Defect::Stain;

impl Defect {
    /// Every defect.
    pub const ALL: [Self; 9] = [
        Self::Scratch,
        Self::Crack,
        Self::Dent,
        Self::Stain,
        Self::MissingPiece,
        Self::Bend,
        Self::Hole,
        Self::WrongColour,
        Self::Contamination,
    ];

    /// The name a person would give it: "missing piece".
    pub fn name(self) -> &'static str {
        match self {
            Self::Scratch => "scratch",
            Self::Crack => "crack",
            Self::Dent => "dent",
            Self::Stain => "stain",
            Self::MissingPiece => "missing piece",
            Self::Bend => "bend",
            Self::Hole => "hole",
            Self::WrongColour => "wrong colour",
            Self::Contamination => "contamination",
        }
    }

    /// Whether it changes the part's outline, and with it the shadow.
    pub(crate) fn reshapes(self) -> bool {
        matches!(self, Self::MissingPiece | Self::Bend | Self::Hole)
    }

    /// The name with underscores, as a folder is called: "missing_piece".
    pub fn folder(self) -> String {
        self.name().replace(' ', "_")
    }
}
