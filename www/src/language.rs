//! The language that the page speaks. Its catalogue is `www/words`, a file in Fluent's syntax a language: another language is
//! another file. What a file lacks is said in English.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use leptos::prelude::*;
use leptos::reactive::graph::Observer;
use unic_langid::LanguageIdentifier;
use web_sys::UrlSearchParams;

use crate::memory::{Word, recall, remember};
use crate::text;

// The languages by their tags, each with its messages; English is the first.
include!(concat!(env!("OUT_DIR"), "/languages.rs"));

thread_local! {
    static CATALOGUE: Catalogue = Catalogue::new();
}

struct Catalogue {
    /// In the order of [`LANGUAGES`].
    bundles: Vec<FluentBundle<FluentResource>>,
    /// The place of the language that is spoken.
    spoken: ArcRwSignal<usize>,
}

impl Catalogue {
    fn new() -> Self {
        let bundles = LANGUAGES.iter().map(|(tag, messages)| bundle(tag, messages)).collect();
        Self { bundles, spoken: ArcRwSignal::new(0) }
    }

    /// The language that is spoken, and the one that says what it cannot.
    fn spoken(&self) -> impl Iterator<Item = &FluentBundle<FluentResource>> {
        if Observer::get().is_some() {
            self.spoken.track();
        }
        let spoken = self.spoken.get_untracked();
        [Some(spoken), (spoken != 0).then_some(0)].into_iter().flatten().filter_map(|at| self.bundles.get(at))
    }
}

fn bundle(tag: &str, messages: &str) -> FluentBundle<FluentResource> {
    // A file by another name gets the plurals of no language; the tests want none of that.
    let mut bundle = FluentBundle::new(vec![tag.parse::<LanguageIdentifier>().unwrap_or_default()]);
    // Marks around what is put in would be copied with it.
    bundle.set_use_isolating(false);
    // What is understood of a file with errors is used; the tests want none of them.
    let resource = FluentResource::try_new(messages.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

/// A message in the language that is spoken. The functions in [`text`] are for it.
pub fn message<const N: usize>(id: &str, arguments: [(&'static str, FluentValue<'_>); N]) -> String {
    let arguments: FluentArgs<'_> = arguments.into_iter().collect();
    CATALOGUE
        .with(|catalogue| said(catalogue.spoken(), id, None, &arguments))
        .unwrap_or_else(|| id.to_owned())
}

/// What the language says about something that is named elsewhere; `None` where it has no word of its own.
pub fn find(id: &str, attribute: Option<&str>) -> Option<String> {
    CATALOGUE.with(|catalogue| said(catalogue.spoken(), id, attribute, &FluentArgs::new()))
}

fn said<'a>(
    mut bundles: impl Iterator<Item = &'a FluentBundle<FluentResource>>,
    id: &str,
    attribute: Option<&str>,
    arguments: &FluentArgs<'_>,
) -> Option<String> {
    bundles.find_map(|bundle| {
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        // What is missing is seen in the text; the tests want nothing missing.
        Some(bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
    })
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
    let wanted = tag.parse::<LanguageIdentifier>().ok()?;
    LANGUAGES.iter().position(|(tag, _)| *tag == wanted.language.as_str())
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
        let options = LANGUAGES.iter().zip(&catalogue.bundles).enumerate().map(|(at, ((tag, _), bundle))| {
            let name = said(std::iter::once(bundle), "language-name", None, &FluentArgs::new());
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
    use std::collections::{BTreeMap, BTreeSet};

    use spotcheck_protocol::describe_settings;

    use super::*;
    use crate::words;

    /// Beginnings of the names of what is named elsewhere, and has its English there.
    const ELSEWHERE: [&str; 2] = ["setting-", "pack-"];

    /// The lines of a file that a message's name stands at the beginning of, with all that follows for it.
    fn messages(file: &str) -> BTreeMap<&str, String> {
        let mut all = BTreeMap::<&str, String>::new();
        let mut id = "";
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let rest = match line.split_once(" =") {
                Some((name, rest)) if line.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    assert!(!all.contains_key(name), "{name} is there twice");
                    id = name;
                    rest
                }
                _ => line,
            };
            all.entry(id).or_default().push_str(rest);
        }
        all.retain(|id, _| !id.is_empty());
        all
    }

    /// What stands in braces, without the plural's selector.
    fn variables(text: &str) -> BTreeSet<&str> {
        let placed = text.split('{').skip(1).filter_map(|part| part.split(['}', '-']).next());
        placed.map(str::trim).collect()
    }

    #[test]
    fn every_file_is_named_by_its_language_and_understood() {
        for (tag, source) in LANGUAGES {
            assert_eq!(tag.parse::<LanguageIdentifier>().unwrap().language.as_str(), *tag);
            if let Err((_, errors)) = FluentResource::try_new((*source).to_owned()) {
                panic!("{tag}: {errors:?}");
            }
        }
    }

    #[test]
    fn all_languages_say_the_same() {
        let english = messages(LANGUAGES[0].1);
        assert!(english.len() > 100, "{}", english.len());
        for (tag, file) in LANGUAGES {
            let mut messages = messages(file);
            messages.retain(|id, _| !ELSEWHERE.iter().any(|start| id.starts_with(start)));
            for (id, text) in &messages {
                assert!(!text.trim().is_empty(), "{tag}: {id} is empty");
                let Some(english) = english.get(id) else { panic!("{tag}: {id} is not in English") };
                assert_eq!(variables(text), variables(english), "{tag}: {id}");
            }
            for (id, english) in &english {
                assert!(messages.contains_key(id), "{tag}: {id} is missing");
                let is_sentence = english.split_whitespace().count() > 4;
                let differs = *tag == LANGUAGES[0].0 || messages[id] != *english;
                assert!(differs || !is_sentence, "{tag}: {id} is not translated");
            }
        }
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
            for id in messages(file).into_keys().filter(|id| id.starts_with("setting-")) {
                assert!(settings.contains_key(id), "{tag}: there is no {id}");
            }
        }
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
