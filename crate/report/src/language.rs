use spotcheck_messages::Catalogue;

// The languages by their tags, each with its messages; English is the first.
include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// A language that reports are written in: one of the files in `words`. English by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Language {
    /// Its place in the list.
    place: usize,
}

impl Language {
    /// All that there are.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LANGUAGES.len()).map(|place| Self { place })
    }

    /// By its tag (BCP 47), whatever the region: `de-AT` is German. `None` when there are no words for it.
    pub fn find(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::all().find(|known| known.tag().eq_ignore_ascii_case(language))
    }

    /// Its tag, such as `de`.
    pub fn tag(self) -> &'static str {
        LANGUAGES.get(self.place).map_or("en", |(tag, _)| tag)
    }

    pub(crate) fn catalogue() -> Catalogue {
        Catalogue::new(LANGUAGES)
    }

    pub(crate) fn place(self) -> usize {
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_found_by_their_tags() {
        assert_eq!(Language::default().tag(), "en");
        for (tag, found) in [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("en-GB", "en")] {
            assert_eq!(Language::find(tag).map(Language::tag), Some(found), "{tag}");
        }
        assert_eq!((Language::find("tlh"), Language::find("")), (None, None));
    }

    #[test]
    fn every_sentence_is_translated() {
        assert!(Language::all().count() > 1);
        assert_eq!(spotcheck_messages::untranslated(LANGUAGES), [""; 0]);
    }
}
