//! What a program says, in the languages of its catalogue: a folder `words` with a file in
//! [Fluent](https://projectfluent.org)'s syntax a language. Another language is another file.
//!
//! A build script calls [`generate()`]. It makes a function of every message of `en.ftl`, with a parameter for each of its
//! variables, so that a message that is not there, or a variable too few, is an error of the compiler; and it refuses a
//! catalogue whose languages do not say the same. [`Catalogue`] finds and formats the messages at run time.
#![forbid(unsafe_code)]

mod catalogue;
mod faults;
mod generate;
mod variables;

pub use catalogue::{Catalogue, Language};
pub use faults::{faults, untranslated};
pub use fluent_bundle::FluentValue;
pub use generate::{Call, Error, generate};
