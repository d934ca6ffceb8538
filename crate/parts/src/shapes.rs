//! The forms of all kinds, drawn from a seed each.

mod board;
mod food;
mod metalwork;
mod moulded;
mod threaded;

pub(crate) use board::{CircuitBoard, Connector};
pub(crate) use food::{Biscuit, Capsule, Tablet};
pub(crate) use metalwork::{BottleCap, Coin, Gear, Key};
pub(crate) use moulded::{Button, Gasket};
pub(crate) use threaded::{Bolt, HexNut, Washer};
