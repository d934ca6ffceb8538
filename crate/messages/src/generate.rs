use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use fluent_syntax::ast::Resource;
use fluent_syntax::parser::parse;

use crate::faults;
use crate::variables::{Messages, Variables, messages};

/// The language that the others are translations of.
const FIRST: &str = "en";

/// How the made functions get their text.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    /// They are functions, and call this one with the message's name and an array of its arguments.
    Function(&'a str),
    /// They are methods of this type, which has one named `message` that takes the same.
    Methods(&'a str),
}

/// Why nothing could be made of a catalogue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("this is no build script: cargo has not set {0}")]
    NotCargo(&'static str),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{} has no {FIRST}.ftl", .0.display())]
    NoFirst(PathBuf),
    #[error("the languages do not say the same:\n{}", .0.join("\n"))]
    Faults(Vec<String>),
}

/// For a build script: makes `text.rs`, the functions of the messages in the package's folder `words`, and `languages.rs`,
/// the list `LANGUAGES` of the languages there, the first of them English. `elsewhere` is as for [`faults`].
pub fn generate(call: Call<'_>, elsewhere: &[&str]) -> Result<(), Error> {
    let variable = |name: &'static str| env::var_os(name).map(PathBuf::from).ok_or(Error::NotCargo(name));
    let folder = variable("CARGO_MANIFEST_DIR")?.join("words");
    let out = variable("OUT_DIR")?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let files = files(&folder)?;
    let mut sources = Vec::new();
    for path in &files {
        sources.push((tag(path), fs::read_to_string(path).map_err(failed(path))?));
    }
    if sources.first().is_none_or(|(tag, _)| tag != FIRST) {
        return Err(Error::NoFirst(folder));
    }
    let languages: Vec<(&str, &str)> =
        sources.iter().map(|(tag, source)| (tag.as_str(), source.as_str())).collect();
    let faults = faults(&languages, elsewhere);
    if !faults.is_empty() {
        return Err(Error::Faults(faults));
    }
    write(&out.join("text.rs"), &functions(&languages, call))?;
    let entries: String =
        files.iter().map(|path| format!("({:?}, include_str!({path:?})),\n", tag(path))).collect();
    write(&out.join("languages.rs"), &format!("const LANGUAGES: &[(&str, &str)] = &[\n{entries}];\n"))
}

/// The languages' files, the first language's before the others.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        files.push(entry.map_err(failed(folder))?.path());
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending == "ftl"));
    files.sort_by_key(|path| (tag(path) != FIRST, path.clone()));
    Ok(files)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::File { path: path.to_owned(), source }
}

/// A file's language.
fn tag(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The functions' code. Which variables are numbers of things may depend on any language's grammar.
fn functions(languages: &[(&str, &str)], call: Call<'_>) -> String {
    let resources: Vec<Resource<&str>> =
        languages.iter().map(|(_, source)| parse(*source).unwrap_or_else(|(resource, _)| resource)).collect();
    let languages: Vec<Messages<'_>> = resources.iter().map(messages).collect();
    let mut code = String::new();
    let (of, receiver, call) = match call {
        Call::Function(path) => (None, "", path),
        Call::Methods(of) => (Some(of), "&self, ", "self.message"),
    };
    let visibility = if of.is_some() { "pub(crate)" } else { "pub" };
    // Its own name is asked of each language, whichever is spoken.
    for id in languages.iter().take(1).flat_map(BTreeMap::keys).filter(|id| **id != "language-name") {
        let mut variables = Variables::default();
        for messages in &languages {
            if let Some(pattern) = messages.get(id) {
                variables.of(pattern, messages);
            }
        }
        let (mut parameters, mut arguments) = (Vec::new(), Vec::new());
        for name in &variables.all {
            if variables.counted.contains(name) {
                parameters.push(format!("{name}: usize"));
                arguments.push(format!("({name:?}, {name}.into())"));
            } else {
                parameters.push(format!("{name}: impl std::fmt::Display"));
                arguments.push(format!("({name:?}, {name}.to_string().into())"));
            }
        }
        let (name, parameters, arguments) =
            (id.replace('-', "_"), parameters.join(", "), arguments.join(", "));
        // Writing to a string cannot fail.
        let _ = write!(
            code,
            "/// The message `{id}`.\n{visibility} fn {name}({receiver}{parameters}) -> String {{\n    \
             {call}({id:?}, [{arguments}])\n}}\n"
        );
    }
    match of {
        Some(of) => format!("impl {of} {{\n{code}}}\n"),
        None => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [(&str, &str); 2] = [
        ("en", "language-name = English\nnumber-of = { $count } of { $what }\n"),
        (
            "de",
            "language-name = Deutsch\nnumber-of = { $count ->\n    [one] eins von { $what }\n   *[other] { $count } von { $what }\n    }\n",
        ),
    ];

    #[test]
    fn what_one_language_counts_is_a_number_of_things() {
        assert_eq!(
            functions(&LANGUAGES, Call::Function("crate::say")),
            "/// The message `number-of`.\npub fn number_of(count: usize, what: impl std::fmt::Display) -> String {\n    \
             crate::say(\"number-of\", [(\"count\", count.into()), (\"what\", what.to_string().into())])\n}\n"
        );
    }

    #[test]
    fn methods_ask_their_own_type() {
        let code = functions(&LANGUAGES, Call::Methods("crate::Words"));
        assert!(code.starts_with("impl crate::Words {\n") && code.ends_with("}\n}\n"), "{code}");
        assert!(code.contains("pub(crate) fn number_of(&self, count: usize"), "{code}");
        assert!(code.contains("self.message(\"number-of\", ["), "{code}");
    }
}
