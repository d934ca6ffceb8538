//! What a batch of inspections becomes when it is handed on.
//!
//! A [`Batch`] says what was inspected, how, what was found, and what a person decided. From it come
//!
//! - [`csv`]: two tables, for spreadsheets,
//! - [`json()`]: everything, for scripts,
//! - [`Coco`]: the regions that stand out, as COCO's run lengths ([`Rle`]), for labelling tools,
//! - [`draw_overlay`]: a picture with its heatmap and [`contours`],
//! - [`Html`]: one file that a person reads or prints, in the language of its [`Words`],
#![forbid(unsafe_code)]

mod batch;
mod coco;
mod contour;
pub mod csv;
mod error;
mod html;
mod json;
mod line;
mod overlay;
mod picture;
mod region;
mod rle;
mod summary;
mod words;

pub use batch::{Batch, Component, Decision, Entry, Findings, Label, Outcome, Run, Seconds, Verdict};
pub use coco::{Annotation, Category, Coco, Image};
pub use contour::{contours, mask_contours};
pub use error::Error;
pub use html::{Html, Look};
pub use json::json;
pub use overlay::{OverlayStyle, draw_overlay, heat_opacity};
pub use picture::{PictureFile, card_jpeg};
pub use region::{Region, regions};
pub use rle::{CompressedRle, MAX_PIXELS, Rle, RleError};
pub use summary::{Confusion, Summary};
pub use words::{ENGLISH, GERMAN, Words};
