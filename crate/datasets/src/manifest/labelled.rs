use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};

use csv::StringRecord;

use super::error::failed;
use super::{CellError, CellProblem, ManifestError};
use crate::dataset::{Dataset, Label, Layout, Sample, by_folders};
use crate::names::Role;
use crate::table::{Table, cells};

const COLUMNS: [&str; 6] = ["path", "label", "mask", "class", "object", "defect"];

/// Reads a data set from CSV with the columns `path,label[,mask][,class][,object][,defect]`, in any order; other columns are
/// passed over.
///
/// - `label` is `normal` or `anomaly`, as VisA spells it, or one of the words that folders may have.
/// - `mask` is of an anomaly alone: light where it is defective.
/// - `class` parts the results; where it is empty, `object` takes its place.
/// - `object` is what prompts call the things of a class; one line of the class is enough to say it.
/// - `defect` is the kind of defect.
///
/// `exists` says whether there is a file at a path, of a picture or a mask, as the manifest spells it. Nothing is left out: all
/// cells that cannot be used are in the error.
pub fn manifest_dataset(text: &str, exists: impl FnMut(&str) -> bool) -> Result<Dataset, ManifestError> {
    let mut table = Table::new(text);
    let columns = table.columns(COLUMNS).map_err(failed)?;
    let needed = COLUMNS.iter().zip(&columns).take(2);
    let missing: Vec<&str> = needed.filter(|(_, at)| at.is_none()).map(|(&name, _)| name).collect();
    if !missing.is_empty() {
        let columns = "path,label[,mask][,class][,object][,defect]";
        return Err(ManifestError::Columns { missing, columns });
    }
    let mut rows = Rows::new(exists);
    for record in table.records() {
        let (line, record) = record.map_err(failed)?;
        rows.add(line, &record, columns);
    }
    rows.dataset()
}

/// What the lines so far say.
struct Rows<E> {
    exists: E,
    /// By their paths' meaning, whose line is the first.
    lines: HashMap<PathBuf, u64>,
    /// By class: what it is called, and the line that says so.
    objects: BTreeMap<String, (String, u64)>,
    samples: Vec<Sample>,
    errors: Vec<CellError>,
}

impl<E: FnMut(&str) -> bool> Rows<E> {
    fn new(exists: E) -> Self {
        let (lines, objects) = (HashMap::new(), BTreeMap::new());
        Self { exists, lines, objects, samples: Vec::new(), errors: Vec::new() }
    }

    fn add(&mut self, line: u64, record: &StringRecord, columns: [Option<usize>; COLUMNS.len()]) {
        let [path, label, mask, class, object, defect] = cells(record, columns);
        let mut problems = Vec::new();
        match path {
            None => problems.push(("path", CellProblem::NoPath)),
            Some(path) => match self.lines.entry(meant(path)) {
                Entry::Occupied(first) => {
                    let (path, first) = (path.to_owned(), *first.get());
                    problems.push(("path", CellProblem::Duplicate { path, first }));
                }
                Entry::Vacant(free) => {
                    free.insert(line);
                    if !(self.exists)(path) {
                        problems.push(("path", CellProblem::Missing(path.to_owned())));
                    }
                }
            },
        }
        let found_label = match label.and_then(|value| Role::of(&value.to_lowercase())) {
            Some(Role::Label(label)) => Some(label),
            _ => {
                problems.push(("label", CellProblem::Label(label.unwrap_or_default().to_owned())));
                None
            }
        };
        match (mask, found_label) {
            (Some(_), Some(Label::Whole)) => problems.push(("mask", CellProblem::MaskOfWhole)),
            (Some(mask), _) if !(self.exists)(mask) => {
                problems.push(("mask", CellProblem::Missing(mask.to_owned())));
            }
            _ => {}
        }
        if defect.is_some() && found_label == Some(Label::Whole) {
            problems.push(("defect", CellProblem::DefectOfWhole));
        }
        let class = class.or(object);
        if let (Some(class), Some(object)) = (class, object) {
            let (name, first) =
                self.objects.entry(class.to_owned()).or_insert_with(|| (object.to_owned(), line));
            if name != object {
                let (class, name, other) = (class.to_owned(), name.clone(), object.to_owned());
                problems.push(("object", CellProblem::OtherObject { class, name, first: *first, other }));
            }
        }
        self.errors.extend(problems.into_iter().map(|(column, problem)| CellError { line, column, problem }));
        if let (Some(path), Some(label)) = (path, found_label) {
            self.samples.push(Sample {
                path: path.to_owned(),
                class: class.map(str::to_owned),
                split: None,
                label,
                defect: defect.map(str::to_owned),
                mask: mask.map(str::to_owned),
            });
        }
    }

    fn dataset(self) -> Result<Dataset, ManifestError> {
        let Self { exists: _, lines: _, objects, mut samples, errors } = self;
        if !errors.is_empty() {
            return Err(ManifestError::Cells(errors));
        }
        if samples.is_empty() {
            return Err(ManifestError::Empty);
        }
        samples.sort_by(|a, b| by_folders(&a.path, &b.path));
        let objects = objects.into_iter().map(|(class, (name, _))| (class, name)).collect();
        Ok(Dataset { layout: Layout::Manifest, root: String::new(), objects, samples, leftovers: Vec::new() })
    }
}

/// The same for `a/1.png`, `./a/1.png` and `a//1.png`.
fn meant(path: &str) -> PathBuf {
    Path::new(path).components().filter(|part| *part != Component::CurDir).collect()
}
