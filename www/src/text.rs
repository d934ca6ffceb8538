//! What the page says, in its language: a function for every message in `www/words`, made of `en.ftl` by `www/build.rs`. One
//! that is called where the reactive system listens is called again when the language changes.

include!(concat!(env!("OUT_DIR"), "/text.rs"));

/// A message without variables.
pub type Message = fn() -> String;
