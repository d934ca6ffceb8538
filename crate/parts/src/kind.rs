use serde::{Deserialize, Serialize};

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Washer,
    Bolt,
    Gear,
    BottleCap,
    Tablet,
    CircuitBoard,
    Biscuit,
    Key,
    Button,
    Gasket,
    Coin,
    HexNut,
    Capsule,
    Connector,
}

/// The kinds kept for testing: [`Split::Seen`](crate::Split::Seen) never draws them.
pub const UNSEEN_KINDS: [Kind; 2] = [Kind::BottleCap, Kind::HexNut];

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Washer,
        Self::Bolt,
        Self::Gear,
        Self::BottleCap,
        Self::Tablet,
        Self::CircuitBoard,
        Self::Biscuit,
        Self::Key,
        Self::Button,
        Self::Gasket,
        Self::Coin,
        Self::HexNut,
        Self::Capsule,
        Self::Connector,
    ];

    /// The name a person would give it: "bottle cap".
    pub fn name(self) -> &'static str {
        match self {
            Self::Washer => "washer",
            Self::Bolt => "bolt",
            Self::Gear => "gear",
            Self::BottleCap => "bottle cap",
            Self::Tablet => "tablet",
            Self::CircuitBoard => "circuit board",
            Self::Biscuit => "biscuit",
            Self::Key => "key",
            Self::Button => "button",
            Self::Gasket => "gasket",
            Self::Coin => "coin",
            Self::HexNut => "hex nut",
            Self::Capsule => "capsule",
            Self::Connector => "connector",
        }
    }

    /// Other names for it.
    pub fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Washer => &["flat washer", "metal ring"],
            Self::Bolt => &["screw", "hex bolt", "machine screw"],
            Self::Gear => &["cog", "gear wheel", "cogwheel"],
            Self::BottleCap => &["cap", "crown cork", "crown cap"],
            Self::Tablet => &["pill", "drug tablet", "medicine tablet"],
            Self::CircuitBoard => &["pcb", "printed circuit board", "board"],
            Self::Biscuit => &["cookie", "cracker"],
            Self::Key => &["door key", "metal key"],
            Self::Button => &["shirt button", "sewing button"],
            Self::Gasket => &["seal", "o-ring", "rubber ring"],
            Self::Coin => &["token", "medal"],
            Self::HexNut => &["nut", "hexagon nut", "metal nut"],
            Self::Capsule => &["gel capsule", "medicine capsule"],
            Self::Connector => &["plug", "socket", "pin header"],
        }
    }

    /// The name with underscores, as a folder is called: "bottle_cap".
    pub fn folder(self) -> String {
        self.name().replace(' ', "_")
    }
}
