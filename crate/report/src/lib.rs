//! What a batch of inspections becomes when it is handed on.
//!
//! A [`Batch`] says what was inspected, how, what was found, and what a person decided. From it come
//!
//! - [`csv`]: two tables, for spreadsheets,
//! - [`json()`]: everything, for scripts,
#![forbid(unsafe_code)]

mod batch;
pub mod csv;
mod error;
mod json;

pub use batch::{Batch, Component, Decision, Entry, Findings, Label, Outcome, Run, Seconds, Verdict};
pub use error::Error;
pub use json::json;
