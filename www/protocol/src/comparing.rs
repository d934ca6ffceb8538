//! Pictures held against each other and against good ones; no network runs for it.

use serde::{Deserialize, Serialize};
use web_sys::Blob;

/// A result that others are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// The picture's number.
    pub id: u32,
    /// When the result was made, in milliseconds since 1970: another result of the same picture has another time.
    pub made: f64,
}

/// What pictures are compared with. Equal ones say the same of a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// Whether the batch's pictures are compared with each other.
    pub together: bool,
    /// Of the batch, those that the others are compared with, and that give the scale.
    pub references: Vec<Stamp>,
    /// Those that the person marked as good.
    pub good: Vec<Stamp>,
}

/// The features of a result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Features {
    pub id: u32,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub bytes: Blob,
}

/// A picture to be compared.
#[derive(Debug, Serialize, Deserialize)]
pub struct Fellow {
    /// Comes back in the answer.
    pub stamp: Stamp,
    pub width: u32,
    pub height: u32,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub features: Blob,
    /// The zero-shot map: `f32` in the machine's byte order.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub map: Blob,
}

/// What took part in a combined result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partners {
    /// How many good pictures.
    pub good: usize,
    /// How many other pictures of the batch.
    pub others: usize,
}

/// A zero-shot map joined with what other pictures say, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct JoinedFigures {
    pub partners: Partners,
    /// Of the sample, 0 to 1.
    pub score: f32,
    /// The map's highest value, 0 to 1.
    pub peak: f32,
}

/// The same with its map.
#[derive(Debug, Serialize, Deserialize)]
pub struct Joined {
    pub figures: JoinedFigures,
    /// As [`Report::map`](crate::Report::map).
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub map: Blob,
    /// The map as the heat among the [`Layers`](crate::Layers).
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub heat: Blob,
}
