//! The language that the page speaks. Its catalogue is `www/words`, a file in Fluent's syntax a language: another language is
//! another file. What a file lacks is said in English.

use leptos::prelude::*;
use leptos::reactive::graph::Observer;
use spotcheck_messages::FluentValue;
use web_sys::UrlSearchParams;

use crate::memory::{Word, recall, remember};
use crate::text;

// The languages by their tags, each with its messages; English is the first.
include!(concat!(env!("OUT_DIR"), "/languages.rs"));

thread_local! {
    static CATALOGUE: Catalogue = Catalogue {
        messages: spotcheck_messages::Catalogue::new(LANGUAGES),
        spoken: ArcRwSignal::new(0),
    };
}

struct Catalogue {
    messages: spotcheck_messages::Catalogue,
    /// The place of the language that is spoken.
    spoken: ArcRwSignal<usize>,
}

impl Catalogue {
    fn say(
        &self,
        id: &str,
        attribute: Option<&str>,
        arguments: &[(&'static str, FluentValue<'_>)],
    ) -> Option<String> {
        if Observer::get().is_some() {
            self.spoken.track();
        }
        self.messages.message(self.spoken.get_untracked(), id, attribute, arguments)
    }
}

/// A message in the language that is spoken. The functions in [`text`] are for it.
pub fn message<const N: usize>(id: &str, arguments: [(&'static str, FluentValue<'_>); N]) -> String {
    CATALOGUE.with(|catalogue| catalogue.say(id, None, &arguments)).unwrap_or_else(|| id.to_owned())
}

/// What the language says about something that is named elsewhere; `None` where it has no word of its own.
pub fn find(id: &str, attribute: Option<&str>) -> Option<String> {
    CATALOGUE.with(|catalogue| catalogue.say(id, attribute, &[]))
}

/// The tag of the language that is spoken.
pub fn tag() -> &'static str {
    let spoken = CATALOGUE.with(|catalogue| catalogue.spoken.get_untracked());
    LANGUAGES.get(spoken).map_or("en", |(tag, _)| tag)
}

/// Speaks as the page's address says, or as the person chose, or as the browser prefers.
pub fn begin() {
    let query = window().location().search().unwrap_or_default();
    let asked = UrlSearchParams::new_with_str(&query).ok().and_then(|query| query.get("lang"));
    let preferred =
        window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect::<Vec<_>>();
    let wanted = asked.into_iter().chain(recall(Word::Language)).chain(preferred);
    let spoken = CATALOGUE.with(|catalogue| catalogue.spoken.clone());
    spoken.set(wanted.into_iter().find_map(|tag| place(&tag)).unwrap_or(0));
    Effect::new(move |_| {
        if let (Some((tag, _)), Some(page)) = (LANGUAGES.get(spoken.get()), document().document_element()) {
            // It cannot fail: the attribute's name is right.
            let _ = page.set_attribute("lang", tag);
        }
    });
}

/// The place of a language among [`LANGUAGES`], whatever its region or script: `de-AT` is German.
fn place(tag: &str) -> Option<usize> {
    CATALOGUE.with(|catalogue| catalogue.messages.place(tag))
}

/// The choice of a language, each by its own name.
#[component]
pub fn LanguageField() -> impl IntoView {
    let spoken = CATALOGUE.with(|catalogue| catalogue.spoken.clone());
    let choose = {
        let spoken = spoken.clone();
        move |event| {
            let tag = event_target_value(&event);
            if let Some(place) = place(&tag) {
                remember(Word::Language, Some(&tag));
                spoken.set(place);
            }
        }
    };
    let options = CATALOGUE.with(|catalogue| {
        let options = LANGUAGES.iter().enumerate().map(|(at, (tag, _))| {
            let name = catalogue.messages.own(at, "language-name", None, &[]);
            let spoken = spoken.clone();
            view! {
                <option value=*tag lang=*tag prop:selected=move || spoken.get() == at>{name}</option>
            }
        });
        options.collect_view()
    });
    view! {
        <div class="field">
            <label for="language">{text::language}</label>
            <select id="language" on:change=choose>{options}</select>
        </div>
    }
}

/// Speaks a language for a while: the next test may run on the same thread.
#[cfg(test)]
pub fn in_language(tag: &str, check: impl FnOnce()) {
    let spoken = CATALOGUE.with(|catalogue| catalogue.spoken.clone());
    spoken.set(place(tag).expect("it is a language of the page"));
    check();
    spoken.set(0);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use spotcheck_protocol::describe_settings;

    use super::*;
    use crate::words;

    #[test]
    fn every_sentence_is_translated() {
        assert!(LANGUAGES.len() > 1);
        assert_eq!(spotcheck_messages::untranslated(LANGUAGES), [""; 0]);
    }

    #[test]
    fn all_languages_tell_of_every_setting() {
        let settings: BTreeMap<String, &str> = describe_settings()
            .iter()
            .map(|setting| (format!("setting-{}", setting.key.replace('_', "-")), setting.sentence))
            .collect();
        for (tag, file) in &LANGUAGES[1..] {
            in_language(tag, || {
                for (id, sentence) in &settings {
                    assert!(
                        find(id, None).is_some_and(|said| said != *sentence),
                        "{tag}: {id} is not translated"
                    );
                    assert!(find(id, Some("label")).is_some(), "{tag}: {id} has no label");
                }
            });
            let names = file.lines().filter_map(|line| line.split_once(" =")).map(|(name, _)| name);
            for id in names.filter(|name| name.starts_with("setting-")) {
                assert!(settings.contains_key(id), "{tag}: there is no {id}");
            }
        }
    }

    /// Blanks folded.
    fn folded(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_still_picture_says_what_the_page_says_first() {
        let page = folded(include_str!("../../index.html"));
        let script = include_str!("../language.js");
        let style = include_str!("../style/page.css");
        for (tag, _) in LANGUAGES {
            let start = format!("<div class=\"still\" lang=\"{tag}\">");
            let still = page.split(&start).nth(1).and_then(|rest| rest.split("<div").next());
            let still = still.unwrap_or_else(|| panic!("{tag}: there is no still picture"));
            in_language(tag, || {
                for said in [
                    text::object(),
                    text::progress(),
                    text::starting_engine(),
                    text::welcome_title(),
                    text::welcome_what(),
                    text::welcome_object(),
                    text::welcome_private(),
                    text::nothing_leaves(),
                ] {
                    let said = folded(&said);
                    let there = [format!(">{said}<"), format!("> {said} <"), format!("\"{said}\"")];
                    assert!(there.iter().any(|there| still.contains(there)), "{tag}: {said:?} is not in it");
                }
            });
            assert!(script.contains(&format!("\"{tag}\"")), "{tag} is not in language.js");
            assert!(*tag == "en" || style.contains(&format!(".still[lang=\"{tag}\"]")), "{tag}: no style");
            assert!(*tag == "en" || page.contains(&format!("data-{tag}=\"")), "{tag}: no description");
        }
        assert!(script.contains(&format!("localStorage.getItem(\"{}\")", Word::Language.key())));
    }

    #[test]
    fn numbers_of_things_have_their_plural() {
        assert_eq!([0, 1, 2].map(text::pictures), ["0 pictures", "1 picture", "2 pictures"]);
        assert_eq!(text::files_passed_over(1), "1 file passed over");
        assert_eq!(text::component_about(1, "2.5 %"), "2.5 % of the picture, 1 tile");
        in_language("de", || {
            assert_eq!([0, 1, 2].map(text::pictures), ["0 Bilder", "1 Bild", "2 Bilder"]);
            assert_eq!(text::component_about(3, words::percent(0.025, 1)), "2,5 % des Bildes, 3 Kacheln");
            assert_eq!(text::foreground_sam(1), "Eine SAM-Maske innerhalb der Maske von IS-Net.");
        });
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        assert_eq!(words::cosine(-0.28), "\u{2212}0.280");
        in_language("de", || {
            assert_eq!(words::cosine(-0.28), "\u{2212}0,280");
            assert_eq!(words::seconds(0.123), "0,12 s");
            assert_eq!(words::megabytes(1_234_000.0), "1,2 MB");
        });
    }

    #[test]
    fn a_language_is_found_whatever_the_region() {
        assert_eq!(place("en-GB"), Some(0));
        assert_eq!(place("de-AT"), place("de"));
        assert!(place("de").is_some());
        assert_eq!((place("tlh"), place(""), place("*")), (None, None, None));
    }
}
