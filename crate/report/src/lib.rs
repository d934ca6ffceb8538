//! What a batch of inspections becomes when it is handed on.
//!
//! A [`Batch`] says what was inspected, how, what was found, and what a person decided. From it come
//!
//! - [`csv`]: three tables, for spreadsheets,
//! - [`json()`]: everything, for scripts,
//! - [`Coco`]: the regions that stand out, as COCO's run lengths ([`Rle`]), for labelling tools,
//! - [`draw_overlay`]: a picture with its heatmap and [`contours`]; [`outlines`] has these closed and measured,
//! - [`Html`]: one file that a person reads or prints, in a [`Language`] of those in `words`,
//! - [`Archive`]: a ZIP of all these.
//!
//! Everything is written to a [`std::io::Write`] as it comes, so that a large batch need not be in memory at once, and
//! nothing asks for a file system or a clock: the page's worker and the command line use the same code.
//!
//! # Strangers' texts
//! A file's name, a note and an object's name may be chosen by somebody who means harm. In HTML every text is escaped and
//! the file forbids scripts and requests by its own policy; in CSV no text is a formula; in a ZIP no name leaves the
//! folder that it is unpacked in. [`Rle`] is the one thing that is read here, and checks what it is given.
#![forbid(unsafe_code)]

mod archive;
mod batch;
mod coco;
mod contour;
pub mod csv;
mod error;
mod html;
mod hull;
mod json;
mod language;
mod line;
mod name;
mod outline;
mod overlay;
mod picture;
mod region;
mod rle;
mod summary;
mod words;

pub use archive::{Archive, ArchiveFile};
pub use batch::{
    Batch, Component, Decision, Entry, Findings, Label, Outcome, Partners, Run, Seconds, Verdict,
};
pub use coco::{Annotation, Category, Coco, Image};
pub use contour::{contours, mask_contours};
pub use error::Error;
pub use html::{Html, HtmlText, Look, STYLE};
pub use json::json;
pub use language::Language;
pub use name::safe_name;
pub use outline::{Outline, Outlines, outlines};
pub use overlay::{OverlayStyle, draw_overlay, heat_opacity};
pub use picture::{PictureFile, card_jpeg};
pub use region::{Region, regions};
pub use rle::{CompressedRle, MAX_PIXELS, Rle, RleError};
pub use summary::{Confusion, Summary};
