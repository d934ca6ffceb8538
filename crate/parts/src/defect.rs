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
    Discolouration,
    Contamination,
    /// A flake broken off an edge; the raw matter shows.
    Chip,
    /// Writing where none belongs, or over what belongs there.
    Misprint,
    /// Another small part lies on it or sticks to it.
    ExtraComponent,
    /// Torn from the edge inwards: the lips gape.
    Tear,
    /// Ragged matter that stands beyond the edge.
    Burr,
}

/// The defects kept for testing: [`Split::Seen`](crate::Split::Seen) never draws them.
pub const UNSEEN_DEFECTS: [Defect; 3] = [Defect::Stain, Defect::Chip, Defect::Misprint];

impl Defect {
    /// Every defect.
    pub const ALL: [Self; 14] = [
        Self::Scratch,
        Self::Crack,
        Self::Dent,
        Self::Stain,
        Self::MissingPiece,
        Self::Bend,
        Self::Hole,
        Self::Discolouration,
        Self::Contamination,
        Self::Chip,
        Self::Misprint,
        Self::ExtraComponent,
        Self::Tear,
        Self::Burr,
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
            Self::Discolouration => "discolouration",
            Self::Contamination => "contamination",
            Self::Chip => "chip",
            Self::Misprint => "misprint",
            Self::ExtraComponent => "extra component",
            Self::Tear => "tear",
            Self::Burr => "burr",
        }
    }

    /// Whether it changes the part's outline, and with it the shadow.
    pub fn reshapes(self) -> bool {
        matches!(self, Self::MissingPiece | Self::Bend | Self::Hole | Self::Chip | Self::Tear | Self::Burr)
    }

    /// The name with underscores, as a folder is called: "missing_piece".
    pub fn folder(self) -> String {
        self.name().replace(' ', "_")
    }
}
