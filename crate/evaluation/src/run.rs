use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;

/// The version of the folder's files.
const FORMAT: u32 = 1;

/// With what, and on what, results are made: what all results of a folder have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    format: u32,
    /// The version of the software.
    pub version: String,
    /// The method's name.
    pub method: String,
    pub pack: PackInfo,
    /// `wonnx` or `rten`.
    pub engine: String,
    /// All numbers and lists that the method depends on, an object.
    pub settings: Value,
    pub dataset: DatasetInfo,
    /// Which part of the pictures this folder is for; all where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

/// A pack of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackInfo {
    pub name: String,
    /// Equal for equal packs alone.
    pub fingerprint: String,
}

/// A data set, as far as it is scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// `visa`, `mvtec`, `folder` or `manifest`.
    pub layout: String,
    /// For people.
    pub name: String,
    /// SHA-256 over all paths, labels, names and sizes of files.
    pub fingerprint: String,
    pub pictures: usize,
    pub classes: Vec<ClassSize>,
}

/// How many pictures of a class are to be scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassSize {
    pub name: String,
    /// What it is called in prompts.
    pub object: String,
    pub whole: usize,
    pub defective: usize,
    pub unlabelled: usize,
}

/// A part of the pictures: `number` of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    number: usize,
    of: usize,
}

impl Run {
    /// A run over a whole plan, or a shard of it.
    pub fn new(
        method: &str,
        pack: PackInfo,
        engine: &str,
        settings: Value,
        dataset: DatasetInfo,
        shard: Option<Shard>,
    ) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            method: method.to_owned(),
            pack,
            engine: engine.to_owned(),
            settings,
            dataset,
            shard,
        }
    }

    /// What differs from `now`, how it was and how it is; the shard aside. `None` when results of both may stand together.
    pub(crate) fn difference(&self, now: &Self) -> Option<(String, String, String)> {
        let texts = [
            ("layout of the folder", self.format.to_string(), now.format.to_string()),
            ("version of Spotcheck", self.version.clone(), now.version.clone()),
            ("method", self.method.clone(), now.method.clone()),
            ("pack", self.pack.to_string(), now.pack.to_string()),
            ("engine", self.engine.clone(), now.engine.clone()),
        ];
        let text = texts.into_iter().find(|(_, then, now)| then != now);
        text.map(|(what, then, now)| (what.to_owned(), then, now))
            .or_else(|| differing_setting(&self.settings, &now.settings))
            .or_else(|| {
                let differs = !self.dataset.is_the_same(&now.dataset);
                differs.then(|| {
                    let what = "choice of pictures (or their labels, names or files)".to_owned();
                    (what, self.dataset.to_string(), now.dataset.to_string())
                })
            })
    }
}

/// The first setting that differs, with both values.
fn differing_setting(then: &Value, now: &Value) -> Option<(String, String, String)> {
    let (Some(a), Some(b)) = (then.as_object(), now.as_object()) else {
        return (then != now).then(|| ("settings".to_owned(), short(Some(then)), short(Some(now))));
    };
    let key = a.keys().chain(b.keys()).find(|&key| a.get(key) != b.get(key))?;
    Some((format!("setting, {key}"), short(a.get(key)), short(b.get(key))))
}

/// A setting's value for a sentence.
fn short(value: Option<&Value>) -> String {
    match value {
        None => "none".to_owned(),
        Some(Value::Array(list)) => format!("a list of {}", list.len()),
        Some(value) => value.to_string(),
    }
}

impl fmt::Display for PackInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.fingerprint.get(..12).unwrap_or(&self.fingerprint))
    }
}

impl fmt::Display for DatasetInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fingerprint = self.fingerprint.get(..12).unwrap_or(&self.fingerprint);
        write!(
            f,
            "{} pictures, {} classes of {} ({fingerprint})",
            self.pictures,
            self.classes.len(),
            self.layout
        )
    }
}

impl DatasetInfo {
    /// Whether it is the same, whatever its folder is called.
    fn is_the_same(&self, other: &Self) -> bool {
        let Self { layout, name: _, fingerprint, pictures, classes } = self;
        (layout, fingerprint, pictures, classes)
            == (&other.layout, &other.fingerprint, &other.pictures, &other.classes)
    }
}

impl Shard {
    /// Whether it holds the picture at `index` of the plan.
    pub fn holds(self, index: usize) -> bool {
        // A file may say that there are none.
        index % self.of.max(1) + 1 == self.number
    }
}

/// As `2/5`.
impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let (number, of) = parts.ok_or("it must be two numbers, as 2/5")?;
        if number < 1 || number > of {
            return Err(Error::Shard { number, of }.to_string());
        }
        Ok(Self { number, of })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}
