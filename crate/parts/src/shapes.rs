//! The forms of all kinds, drawn from a seed each.

mod board;
mod electronic;
mod food;
mod glazed;
mod household;
mod metalwork;
mod moulded;
mod textile;
mod threaded;
mod wood;

pub(crate) use board::{CircuitBoard, Connector};
pub(crate) use electronic::{Battery, IntegratedCircuit};
pub(crate) use food::{Biscuit, Capsule, Cashew, Macaroni, Tablet};
pub(crate) use glazed::{CeramicTile, Lens, Marble, Saucer};
pub(crate) use household::{Candle, Spoon};
pub(crate) use metalwork::{BottleCap, Coin, Gear, Key};
pub(crate) use moulded::{Button, Gasket, ToyBrick};
pub(crate) use textile::{ClothingLabel, FabricPatch};
pub(crate) use threaded::{Bolt, HexNut, Washer};
pub(crate) use wood::{Pencil, WoodenBlock};
