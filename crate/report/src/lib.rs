//! What a batch of inspections becomes when it is handed on.
//!
//! A [`Batch`] says what was inspected, how, what was found, and what a person decided. From it come
//!
//! - [`csv`]: two tables, for spreadsheets,
//! - [`json()`]: everything, for scripts,
//! - [`Coco`]: the regions that stand out, as COCO's run lengths ([`Rle`]), for labelling tools,
#![forbid(unsafe_code)]

mod batch;
mod coco;
pub mod csv;
mod error;
mod json;
mod region;
mod rle;

pub use batch::{Batch, Component, Decision, Entry, Findings, Label, Outcome, Run, Seconds, Verdict};
pub use coco::{Annotation, Category, Coco, Image};
pub use error::Error;
pub use json::json;
pub use region::{Region, regions};
pub use rle::{CompressedRle, MAX_PIXELS, Rle, RleError};
