use std::collections::BTreeSet;

use fluent_syntax::ast::{Entry, Resource};
use fluent_syntax::parser::parse;

use crate::variables::{Messages, Variables, messages};

/// A text of more words than this is a sentence, which no two languages share.
const SHARED_WORDS: usize = 4;

/// What keeps languages, the first of which the others are translations of, from saying the same: files that are not
/// understood, and messages that are missing, empty, twice there, of the first language unknown, or with other variables.
/// Messages whose names begin with one of `elsewhere` have their first text elsewhere and may be in any language or none.
pub fn faults(languages: &[(&str, &str)], elsewhere: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut understood: Vec<(&str, Resource<&str>)> = Vec::new();
    for &(tag, source) in languages {
        let resource = parse(source).unwrap_or_else(|(resource, errors)| {
            faults.extend(errors.iter().map(|error| format!("{tag}: {error}")));
            resource
        });
        understood.push((tag, resource));
    }
    let Some((_, first)) = understood.first() else { return faults };
    let first = messages(first);
    for (tag, resource) in &understood {
        faults.extend(twice(resource).into_iter().map(|id| format!("{tag}: {id} is there twice")));
        let messages = messages(resource);
        let of = |messages: &Messages<'_>, id: &str| -> BTreeSet<String> {
            let mut variables = Variables::default();
            if let Some(pattern) = messages.get(id) {
                variables.of(pattern, messages);
            }
            let lacking = variables.lacking.iter().map(|id| format!("the message {id}, which is not there"));
            variables.all.iter().map(|&name| name.to_owned()).chain(lacking).collect()
        };
        for id in first.keys().filter(|id| !messages.contains_key(*id)) {
            faults.push(format!("{tag}: {id} is missing"));
        }
        let told: Vec<&str> = messages.keys().copied().collect();
        for id in told.into_iter().filter(|id| !elsewhere.iter().any(|start| id.starts_with(start))) {
            if !first.contains_key(id) {
                faults.push(format!("{tag}: {id} is not in the first language"));
                continue;
            }
            let (found, wanted) = (of(&messages, id), of(&first, id));
            if found != wanted {
                faults.push(format!("{tag}: {id} has {found:?}, but is to have {wanted:?}"));
            }
            if found.iter().any(|name| name.starts_with("the message ")) {
                faults.push(format!("{tag}: {id} takes in a message that is not there"));
            }
        }
    }
    faults
}

/// Sentences that a language has in the first one's words.
pub fn untranslated(languages: &[(&str, &str)]) -> Vec<String> {
    let texts = |source| parse(source).unwrap_or_else(|(resource, _)| resource);
    let Some((&(_, first), others)) = languages.split_first() else { return Vec::new() };
    let first = texts(first);
    let first = messages(&first);
    let mut same = Vec::new();
    for &(tag, source) in others {
        let resource = texts(source);
        for (id, pattern) in messages(&resource) {
            let is_sentence = words(pattern) > SHARED_WORDS;
            if is_sentence && first.get(id).is_some_and(|text| *text == pattern) {
                same.push(format!("{tag}: {id}"));
            }
        }
    }
    same
}

fn words(pattern: &fluent_syntax::ast::Pattern<&str>) -> usize {
    use fluent_syntax::ast::PatternElement;
    let count = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { value } => value.split_whitespace().count(),
        PatternElement::Placeable { .. } => 1,
    };
    pattern.elements.iter().map(count).sum()
}

fn twice<'a>(resource: &Resource<&'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let names = resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message.id.name),
        _ => None,
    });
    names.filter(|name| !seen.insert(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str =
        "files = { $n ->\n    [one] 1 file\n   *[other] { $n } files\n    }\nall = All of { files }.\n";

    fn found(other: &str) -> Vec<String> {
        faults(&[("en", ENGLISH), ("xx", other)], &["pack-"])
    }

    #[test]
    fn languages_that_say_the_same_have_none() {
        assert_eq!(found("files = { $n } F\nall = { files }!\npack-a = elsewhere { $b }\n"), [""; 0]);
    }

    #[test]
    fn what_differs_is_named() {
        for (other, fault) in [
            ("files = { $n } F\n", "xx: all is missing"),
            ("files = { $n } F\nall = { files }\nmore = x\n", "xx: more is not in the first language"),
            ("files = F\nall = { $n }\n", "xx: files has {}"),
            ("files = { $n } F\nall = { $n } { nothing }\n", "a message that is not there"),
            ("files = { $n } F\nfiles = { $n } G\nall = { files }\n", "xx: files is there twice"),
            ("files = { $n } F\nall = { files }\nall2 = { $ }\n", "xx: "),
            ("files = { $n } F\nall =\n", "xx: "),
        ] {
            let found = found(other);
            assert!(found.iter().any(|found| found.contains(fault)), "{fault:?} is not in {found:?}");
        }
    }

    #[test]
    fn sentences_in_the_first_languages_words_are_named() {
        let english = "short = OK\nlong = This takes more than four words.\n";
        assert_eq!(untranslated(&[("en", english), ("xx", english)]), ["xx: long"]);
        assert_eq!(
            untranslated(&[("en", english), ("xx", "short = OK\nlong = Das sind auch viele Wörter hier.\n")]),
            [""; 0]
        );
    }
}
