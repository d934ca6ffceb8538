//! Makes a function of every message in `words/en.ftl`, with a parameter for each of its variables, so that a message that
//! is not there, or a variable too few, is an error of the compiler; and a list of the languages in `words/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use fluent_syntax::parser::parse;

/// The language that the others are translations of.
const FIRST: &str = "en";

fn main() {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("words");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of words can be read")
        .map(|entry| entry.expect("the folder of words can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ftl"))
        .collect();
    files.sort_by_key(|path| (tag(path) != FIRST, path.clone()));
    let mut languages = String::from("const LANGUAGES: &[(&str, &str)] = &[\n");
    for path in &files {
        writeln!(languages, "({:?}, include_str!({:?})),", tag(path), path).expect("a string takes text");
    }
    languages.push_str("];\n");
    fs::write(out.join("languages.rs"), languages).expect("cargo's folder can be written");

    assert!(files.first().is_some_and(|path| tag(path) == FIRST), "there is no English file of words");
    let read = |path: &PathBuf| fs::read_to_string(path).expect("words can be read");
    let sources: Vec<String> = files.iter().map(read).collect();
    let resources: Vec<Resource<&str>> = sources
        .iter()
        .zip(&files)
        .map(|(source, path)| {
            parse(source.as_str()).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()))
        })
        .collect();
    fs::write(out.join("text.rs"), functions(&resources)).expect("cargo's folder can be written");
}

/// A file's language.
fn tag(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A language's messages by their names, as far as they have a text.
type Messages<'a> = BTreeMap<&'a str, &'a Pattern<&'a str>>;

fn messages<'a>(resource: &'a Resource<&'a str>) -> Messages<'a> {
    let messages = resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message.value.as_ref()?)),
        _ => None,
    });
    messages.collect()
}

/// The functions' code. The first language has all messages; which variables are numbers of things may depend on another
/// one's grammar.
fn functions(resources: &[Resource<&str>]) -> String {
    let languages: Vec<Messages<'_>> = resources.iter().map(messages).collect();
    let mut code = String::new();
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
        writeln!(code, "/// The message `{id}`.").expect("a string takes text");
        writeln!(code, "pub fn {name}({parameters}) -> String {{").expect("a string takes text");
        writeln!(code, "    crate::language::message({id:?}, [{arguments}])\n}}")
            .expect("a string takes text");
    }
    code
}

/// A message's variables, in the alphabet's order, and those of them that its wording depends on: numbers of things.
#[derive(Default)]
struct Variables<'a> {
    all: BTreeSet<&'a str>,
    counted: BTreeSet<&'a str>,
}

impl<'a> Variables<'a> {
    fn of(&mut self, pattern: &Pattern<&'a str>, messages: &Messages<'a>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.within(expression, messages);
            }
        }
    }

    fn within(&mut self, expression: &Expression<&'a str>, messages: &Messages<'a>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline, messages),
            Expression::Select { selector, variants } => {
                if let InlineExpression::VariableReference { id } = selector {
                    self.counted.insert(id.name);
                }
                self.inline(selector, messages);
                variants.iter().for_each(|variant| self.of(&variant.value, messages));
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&'a str>, messages: &Messages<'a>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.all.insert(id.name);
            }
            // What a message takes in of another one needs that one's variables.
            InlineExpression::MessageReference { id, .. } => {
                let other = messages.get(id.name).unwrap_or_else(|| panic!("{} is not there", id.name));
                self.of(other, messages);
            }
            InlineExpression::Placeable { expression } => self.within(expression, messages),
            _ => {}
        }
    }
}
