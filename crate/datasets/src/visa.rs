use std::collections::{HashMap, HashSet};

use crate::dataset::{Found, Label, Leftover, Reason, Sample};
use crate::pairs::Masks;
use crate::paths::File;
use crate::split_csv::{Row, SPLIT_CSV, rows};

/// Where a file lies in VisA: the folder `Data`, by its place in the path, and what is below it.
struct Place {
    data: usize,
    is_mask: bool,
    label: Label,
}

impl Place {
    /// `None` for a file outside of `Data/Images/{Normal,Anomaly}` and `Data/Masks/{Normal,Anomaly}`.
    fn of(file: &File) -> Option<Self> {
        let read = |folders: &[String]| {
            let [data, kind, label] = folders else { return None };
            let is_mask = match (data.as_str(), kind.as_str()) {
                ("data", "images") => false,
                ("data", "masks") => true,
                _ => return None,
            };
            let label = match label.as_str() {
                "normal" => Label::Whole,
                "anomaly" => Label::Defective,
                _ => return None,
            };
            Some((is_mask, label))
        };
        let places = file.folders().windows(3).enumerate().rev();
        let (data, (is_mask, label)) =
            places.filter_map(|(at, folders)| Some((at, read(folders)?))).next()?;
        Some(Self { data, is_mask, label })
    }

    /// What a picture and its mask have in common: all but `Images` or `Masks` and the extension.
    fn pair_key(&self, file: &File) -> String {
        format!("{}|{}", file.before(self.data), file.stem_from(self.data + 2))
    }

    /// The path from the object on, without the extension: the CSV's paths begin there.
    fn listed_key(&self, file: &File) -> String {
        file.stem_from(self.data.saturating_sub(1))
    }

    fn object<'a>(&self, file: &File<'a>) -> Option<&'a str> {
        file.name(self.data.checked_sub(1)?)
    }
}

/// VisA's samples; `None` when no picture lies where VisA has pictures. `csv` is where `1cls.csv` lies, if it is in the list,
/// and its text.
pub(crate) fn read(pictures: &[File], csv: Option<(Option<&str>, &str)>) -> Option<Found> {
    let places: Vec<Option<Place>> = pictures.iter().map(Place::of).collect();
    if !places.iter().flatten().any(|place| !place.is_mask) {
        return None;
    }
    let mut found = Found::default();
    let mut masks = Masks::default();
    let mut keys_of_masks: HashMap<String, String> = HashMap::new();
    for (file, place) in pictures.iter().zip(&places) {
        match place {
            Some(place) if place.is_mask => {
                keys_of_masks.insert(place.listed_key(file), place.pair_key(file));
                masks.add(place.pair_key(file), file);
            }
            Some(_) => {}
            None => found
                .leftovers
                .push(Leftover { path: file.path.into(), reason: Reason::OutsideLayout("VisA") }),
        }
    }
    let mut listed = Listed::new(csv, &mut found.leftovers);
    let mut objects = HashSet::new();
    for (file, place) in pictures.iter().zip(&places) {
        let Some(place) = place.as_ref().filter(|place| !place.is_mask) else { continue };
        let row = listed.take(&place.listed_key(file));
        let object = place.object(file);
        objects.extend(object.map(str::to_lowercase));
        let label = row.and_then(|row| row.label).unwrap_or(place.label);
        let mut key = place.pair_key(file);
        if let Some(mask) = row.and_then(|row| row.mask.as_deref()) {
            match keys_of_masks.get(&listed_key(mask)) {
                Some(named) => key.clone_from(named),
                None => found.leftovers.push(Leftover { path: mask.into(), reason: Reason::Missing }),
            }
        }
        let mask = match label {
            Label::Whole => {
                masks.not_needed(key);
                None
            }
            _ => masks.take(&key),
        };
        found.samples.push(Sample {
            path: file.path.into(),
            class: row.and_then(|row| row.object.clone()).or(object.map(str::to_owned)),
            split: row.and_then(|row| row.split),
            label,
            defect: None,
            mask,
        });
    }
    found.leftovers.extend(listed.not_taken(&objects));
    found.leftovers.extend(masks.leftovers());
    Some(found)
}

/// Files that VisA is published with.
pub(crate) fn comes_with_it(file: &File) -> bool {
    let of_split =
        file.folders().last().is_some_and(|folder| folder == SPLIT_CSV[0]) && file.extension() == "csv";
    let name = file.lower().last().map_or("", String::as_str);
    of_split || matches!(name, "image_anno.csv" | "license-dataset")
}

/// The same of a path in the CSV as [`Place::listed_key`] is of a file's.
fn listed_key(path: &str) -> String {
    let Some(file) = File::new(path) else { return path.to_lowercase() };
    Place::of(&file).map_or_else(|| file.stem_from(0), |place| place.listed_key(&file))
}

/// The CSV's lines, by their picture.
#[derive(Default)]
struct Listed {
    rows: HashMap<String, Row>,
    taken: HashSet<String>,
}

impl Listed {
    fn new(csv: Option<(Option<&str>, &str)>, leftovers: &mut Vec<Leftover>) -> Self {
        let Some((path, text)) = csv else { return Self::default() };
        let (rows, mut problems) = rows(text);
        let mut listed = Self::default();
        for row in rows {
            let key = listed_key(&row.image);
            if let Some(first) = listed.rows.get(&key) {
                problems.push((row.line, format!("{} is on line {} already", row.image, first.line)));
            } else {
                listed.rows.insert(key, row);
            }
        }
        let path = path.map_or_else(|| SPLIT_CSV.join("/"), str::to_owned);
        leftovers.extend(
            problems.into_iter().map(|(line, problem)| Leftover {
                path: path.clone(),
                reason: Reason::Csv { line, problem },
            }),
        );
        listed
    }

    fn take(&mut self, key: &str) -> Option<&Row> {
        let row = self.rows.get(key)?;
        self.taken.insert(key.into());
        Some(row)
    }

    /// Pictures that are not there, of the objects that are: those of others were not meant to be.
    fn not_taken(self, objects: &HashSet<String>) -> impl Iterator<Item = Leftover> {
        let Self { rows, taken } = self;
        let missing = rows.into_iter().filter(move |(key, row)| {
            let object = row.object.as_deref().unwrap_or_default().to_lowercase();
            !taken.contains(key) && objects.contains(&object)
        });
        missing.map(|(_, row)| Leftover { path: row.image, reason: Reason::Missing })
    }
}
