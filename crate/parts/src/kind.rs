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
    WoodenBlock,
    Pencil,
    FabricPatch,
    ClothingLabel,
    Marble,
    Lens,
    CeramicTile,
    Saucer,
    Cashew,
    Macaroni,
    Candle,
    IntegratedCircuit,
    Battery,
    ToyBrick,
    Spoon,
}

/// The kinds kept for testing: [`Split::Seen`](crate::Split::Seen) never draws them.
pub const UNSEEN_KINDS: [Kind; 6] =
    [Kind::BottleCap, Kind::HexNut, Kind::Saucer, Kind::Cashew, Kind::IntegratedCircuit, Kind::ToyBrick];

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 29] = [
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
        Self::WoodenBlock,
        Self::Pencil,
        Self::FabricPatch,
        Self::ClothingLabel,
        Self::Marble,
        Self::Lens,
        Self::CeramicTile,
        Self::Saucer,
        Self::Cashew,
        Self::Macaroni,
        Self::Candle,
        Self::IntegratedCircuit,
        Self::Battery,
        Self::ToyBrick,
        Self::Spoon,
    ];

    /// The name a person would give it, and others.
    fn words(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Washer => ("washer", &["flat washer", "metal ring"]),
            Self::Bolt => ("bolt", &["screw", "hex bolt", "machine screw"]),
            Self::Gear => ("gear", &["cog", "gear wheel", "cogwheel"]),
            Self::BottleCap => ("bottle cap", &["cap", "crown cork", "crown cap"]),
            Self::Tablet => ("tablet", &["pill", "drug tablet", "medicine tablet"]),
            Self::CircuitBoard => ("circuit board", &["pcb", "printed circuit board", "board"]),
            Self::Biscuit => ("biscuit", &["cookie", "cracker"]),
            Self::Key => ("key", &["door key", "metal key"]),
            Self::Button => ("button", &["shirt button", "sewing button"]),
            Self::Gasket => ("gasket", &["seal", "o-ring", "rubber ring"]),
            Self::Coin => ("coin", &["token", "medal"]),
            Self::HexNut => ("hex nut", &["nut", "hexagon nut", "metal nut"]),
            Self::Capsule => ("capsule", &["gel capsule", "medicine capsule"]),
            Self::Connector => ("connector", &["plug", "socket", "pin header"]),
            Self::WoodenBlock => ("wooden block", &["block of wood", "piece of wood", "timber"]),
            Self::Pencil => ("pencil", &["drawing pencil", "lead pencil"]),
            Self::FabricPatch => ("fabric patch", &["cloth", "textile", "piece of fabric"]),
            Self::ClothingLabel => ("clothing label", &["garment label", "woven label", "tag"]),
            Self::Marble => ("marble", &["glass marble", "glass ball"]),
            Self::Lens => ("lens", &["glass lens", "optical lens"]),
            Self::CeramicTile => ("ceramic tile", &["tile", "wall tile", "glazed tile"]),
            Self::Saucer => ("saucer", &["plate", "dish", "porcelain saucer"]),
            Self::Cashew => ("cashew", &["cashew nut", "kernel"]),
            Self::Macaroni => ("macaroni", &["pasta", "elbow pasta", "noodle"]),
            Self::Candle => ("candle", &["tea light", "wax candle"]),
            Self::IntegratedCircuit => ("integrated circuit", &["microchip", "ic package", "semiconductor"]),
            Self::Battery => ("battery", &["cell", "aa battery"]),
            Self::ToyBrick => ("toy brick", &["building brick", "construction brick"]),
            Self::Spoon => ("spoon", &["teaspoon", "tablespoon"]),
        }
    }

    /// The name a person would give it: "bottle cap".
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// Other names for it.
    pub fn synonyms(self) -> &'static [&'static str] {
        self.words().1
    }

    /// The name with underscores, as a folder is called: "bottle_cap".
    pub fn folder(self) -> String {
        self.name().replace(' ', "_")
    }
}
