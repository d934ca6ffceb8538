use std::fmt;

use spotcheck_imaging::Region;
use spotcheck_messages::{Catalogue, FluentValue};

use crate::Language;

// A method for every message in the crate's `words`.
include!(concat!(env!("OUT_DIR"), "/text.rs"));

/// What a report says, in one language. Texts are plain, without HTML.
pub(crate) struct Words {
    catalogue: Catalogue,
    language: Language,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.language).finish()
    }
}

impl Words {
    pub(crate) fn new(language: Language) -> Self {
        Self { catalogue: Language::catalogue(), language }
    }

    /// The language's tag.
    pub(crate) fn tag(&self) -> &'static str {
        self.language.tag()
    }

    fn message<const N: usize>(&self, id: &str, arguments: [(&'static str, FluentValue<'_>); N]) -> String {
        let said = self.catalogue.message(self.language.place(), id, None, &arguments);
        said.unwrap_or_else(|| id.to_owned())
    }

    /// What was looked at of a picture that areas were drawn on.
    pub(crate) fn region(&self, region: &Region) -> String {
        let inspected = match region.inspect.len() {
            0 => self.all_inspected(),
            count => self.only_inspected(count),
        };
        match region.ignore.len() {
            0 => inspected,
            count => self.ignored(count, inspected),
        }
    }

    /// A number with so many digits after the separator, a true minus and no signed zero; a dash for what is none.
    pub(crate) fn number(&self, value: f64, digits: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        let text = format!("{:.digits$}", value.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::new();
        if value < 0.0 && text.contains(|c: char| c.is_ascii_digit() && c != '0') {
            out.push('\u{2212}');
        }
        for (index, digit) in whole.chars().enumerate() {
            // Groups of three, as the SI brochure has them, from five digits on.
            if index > 0 && whole.len() > 4 && (whole.len() - index) % 3 == 0 {
                out.push('\u{202f}');
            }
            out.push(digit);
        }
        if !part.is_empty() {
            out.push_str(&self.decimal_separator());
            out.push_str(part);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> [Words; 2] {
        ["en", "de"].map(|tag| Words::new(Language::find(tag).unwrap()))
    }

    #[test]
    fn numbers_read_well() {
        let [english, german] = both();
        assert_eq!(english.number(0.9126, 3), "0.913");
        assert_eq!(german.number(0.9126, 3), "0,913");
        assert_eq!(english.number(9999.0, 0), "9999");
        assert_eq!(english.number(1_234_567.0, 0), "1\u{202f}234\u{202f}567");
        assert_eq!(english.number(-0.0041, 3), "\u{2212}0.004");
        assert_eq!(english.number(-0.0001, 3), "0.000");
        assert_eq!(english.number(f64::NAN, 3), "–");
    }

    #[test]
    fn one_is_singular() {
        let [english, german] = both();
        assert_eq!([0, 1, 2].map(|n| english.pictures(n)), ["0 pictures", "1 picture", "2 pictures"]);
        assert_eq!([0, 1, 2].map(|n| german.pictures(n)), ["0 Bilder", "1 Bild", "2 Bilder"]);
        assert_eq!(english.overruled(0), "No decision contradicts a verdict.");
        assert_eq!(german.overruled(1), "1 Entscheidung widerspricht dem Urteil.");
    }
}
