use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// A language's tag (BCP 47) and its messages, in Fluent's syntax.
pub type Language = (&'static str, &'static str);

/// Messages in several languages. What the others lack the first one says.
pub struct Catalogue {
    languages: &'static [Language],
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl Catalogue {
    /// Of the list that [`generate()`](crate::generate()) makes. What is understood of a file with errors is used.
    pub fn new(languages: &'static [Language]) -> Self {
        let bundles = languages.iter().map(|(tag, messages)| bundle(tag, messages)).collect();
        Self { languages, bundles }
    }

    /// The place of a language, whatever its region or script: `de-AT` is German.
    pub fn place(&self, tag: &str) -> Option<usize> {
        place(self.languages, tag)
    }

    /// A message, or an attribute of it, in the language at a place, else in the first one.
    pub fn message(
        &self,
        language: usize,
        id: &str,
        attribute: Option<&str>,
        arguments: &[(&'static str, FluentValue<'_>)],
    ) -> Option<String> {
        self.own(language, id, attribute, arguments).or_else(|| self.own(0, id, attribute, arguments))
    }

    /// What the language at a place itself has for a message.
    pub fn own(
        &self,
        language: usize,
        id: &str,
        attribute: Option<&str>,
        arguments: &[(&'static str, FluentValue<'_>)],
    ) -> Option<String> {
        let bundle = self.bundles.get(language)?;
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let arguments: FluentArgs<'_> = arguments.iter().cloned().collect();
        // What is missing is seen in the text; the build wants nothing missing.
        Some(bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned())
    }
}

/// The place of a language in a list, whatever its region or script.
pub(crate) fn place(languages: &[Language], tag: &str) -> Option<usize> {
    let wanted = tag.parse::<LanguageIdentifier>().ok()?;
    languages.iter().position(|(tag, _)| *tag == wanted.language.as_str())
}

fn bundle(tag: &str, messages: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![tag.parse::<LanguageIdentifier>().unwrap_or_default()]);
    // Marks around what is put in would be copied with it.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(messages.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: &[Language] = &[
        (
            "en",
            "only = only here\nboth = { $n ->\n    [one] 1 file\n   *[other] { $n } files\n    }\n    .label = files\n",
        ),
        ("de", "both = { $n ->\n    [one] 1 Datei\n   *[other] { $n } Dateien\n    }\n"),
    ];

    #[test]
    fn a_language_is_found_whatever_the_region() {
        let catalogue = Catalogue::new(LANGUAGES);
        assert_eq!((catalogue.place("en-GB"), catalogue.place("de-AT")), (Some(0), Some(1)));
        assert_eq!((catalogue.place("tlh"), catalogue.place(""), catalogue.place("*")), (None, None, None));
    }

    #[test]
    fn what_a_language_lacks_the_first_one_says() {
        let catalogue = Catalogue::new(LANGUAGES);
        let of = |n: usize| catalogue.message(1, "both", None, &[("n", n.into())]);
        assert_eq!([of(1), of(2)].map(Option::unwrap), ["1 Datei", "2 Dateien"]);
        assert_eq!(catalogue.message(1, "only", None, &[]).unwrap(), "only here");
        assert_eq!(catalogue.message(1, "both", Some("label"), &[]).unwrap(), "files");
        assert_eq!(catalogue.own(1, "only", None, &[]), None);
        assert_eq!(catalogue.message(0, "neither", None, &[]), None);
        assert_eq!(catalogue.message(7, "only", None, &[]).unwrap(), "only here");
    }
}
