//! The few words that the page remembers from one visit to the next.

use leptos::prelude::window;
use spotcheck_protocol::{Method, PackPlace};

use crate::link::address;

/// What is remembered.
#[derive(Clone, Copy)]
pub enum Word {
    /// The preset of the stored pack that is used.
    Pack,
    /// The address of the checkpoints' host.
    Host,
    /// The preset that is being got.
    Getting,
    /// How its weights will be stored.
    Precision,
    /// The settings that differ from the pack's, a JSON object.
    Settings,
    /// The name of the method that pictures are inspected by; absent for this program's own.
    Method,
    /// How many workers inspect at once; absent for as many as is sensible.
    Workers,
    /// The threshold in spreads above the batch's middle; absent where it is a score.
    Spreads,
    /// Whether pictures are compared with each other; absent where the person has not said.
    Together,
    /// The tag of the language that the person chose; absent for the browser's.
    Language,
}

impl Word {
    /// The name it is remembered by.
    pub fn key(self) -> &'static str {
        match self {
            Word::Pack => "spotcheck.pack",
            Word::Host => "spotcheck.host",
            Word::Getting => "spotcheck.getting",
            Word::Precision => "spotcheck.precision",
            Word::Settings => "spotcheck.settings",
            Word::Method => "spotcheck.method",
            Word::Workers => "spotcheck.workers",
            Word::Spreads => "spotcheck.spreads",
            Word::Together => "spotcheck.together",
            Word::Language => "spotcheck.language",
        }
    }
}

/// `None` as well where the browser remembers nothing.
pub fn recall(word: Word) -> Option<String> {
    window().local_storage().ok()??.get_item(word.key()).ok()?
}

/// Where the browser remembers nothing, the next visit begins as the first.
pub fn remember(word: Word, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match value {
            Some(value) => storage.set_item(word.key(), value),
            None => storage.remove_item(word.key()),
        };
    }
}

/// The pack that comes with the page.
pub fn demo() -> PackPlace {
    // Its path joins with any address.
    PackPlace::Site(address("pack/demo/").unwrap_or_default())
}

/// The pack that was used the last time.
pub fn last_pack() -> PackPlace {
    recall(Word::Pack).map_or_else(demo, PackPlace::Stored)
}

/// The method that was used the last time.
pub fn last_method() -> Method {
    recall(Word::Method).and_then(|name| Method::find(&name)).unwrap_or_default()
}
