use crate::dataset::{Found, Label, Leftover, Reason, Sample, Split};
use crate::names::{Role, split};
use crate::pairs::{Masks, without_suffix};
use crate::paths::File;

const GROUND_TRUTH: &str = "ground_truth";
const GOOD: &str = "good";

/// Where a file lies in MVTec AD: the folder `train`, `test` or `ground_truth` and the one that names the defect, by their
/// places in the path.
struct Place {
    kind: Kind,
    top: usize,
    defect: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Picture(Split),
    Mask,
}

impl Place {
    /// `None` for a file that is not at least two folders below.
    fn of(file: &File) -> Option<Self> {
        let folders = file.folders();
        let is_split = |at: usize| folders.get(at).and_then(|folder| split(folder));
        if let Some(top) = folders.iter().rposition(|folder| folder == GROUND_TRUTH) {
            // VisA's own script puts a two-class split's masks one folder deeper.
            let defect = if is_split(top + 1).is_some() { top + 2 } else { top + 1 };
            return (defect < folders.len()).then_some(Self { kind: Kind::Mask, top, defect });
        }
        let last = folders.len().checked_sub(1)?;
        let (top, split) = (0..last).rev().find_map(|at| Some((at, is_split(at)?)))?;
        Some(Self { kind: Kind::Picture(split), top, defect: top + 1 })
    }

    /// What a picture and its mask have in common: the category, the defect and the number.
    fn pair_key(&self, file: &File) -> String {
        format!("{}|{}", file.before(self.top), file.stem_from(self.defect))
    }
}

/// MVTec AD's samples. `None` unless pictures lie below `train` or `test`, and either some in a folder `good` there, or masks
/// in `ground_truth`.
pub(crate) fn read(pictures: &[File]) -> Option<Found> {
    let places: Vec<Option<Place>> = pictures.iter().map(Place::of).collect();
    let is_good = |(file, place): (&File, &Option<Place>)| {
        let place = place.as_ref().filter(|place| place.kind != Kind::Mask);
        place.and_then(|place| file.folders().get(place.defect)).is_some_and(|folder| folder == GOOD)
    };
    let mut found_places = places.iter().flatten();
    let pairs = found_places.clone().any(|place| place.kind == Kind::Mask)
        && found_places.any(|place| place.kind != Kind::Mask);
    if !pairs && !pictures.iter().zip(&places).any(is_good) {
        return None;
    }
    let mut found = Found::default();
    let mut masks = Masks::default();
    for (file, place) in pictures.iter().zip(&places) {
        match place {
            Some(place) if place.kind == Kind::Mask => masks.add(without_suffix(place.pair_key(file)), file),
            Some(_) => {}
            None => found
                .leftovers
                .push(Leftover { path: file.path.into(), reason: Reason::OutsideLayout("MVTec AD") }),
        }
    }
    for (file, place) in pictures.iter().zip(&places) {
        let Some(place) = place else { continue };
        let Kind::Picture(split) = place.kind else { continue };
        let folder = file.folders().get(place.defect).map_or("", String::as_str);
        let (label, defect) = match Role::of(folder) {
            Some(Role::Label(Label::Whole)) => (Label::Whole, None),
            // Also "broken" and "defective": grid and toothbrush have defects of these names.
            _ => (Label::Defective, file.name(place.defect)),
        };
        let key = place.pair_key(file);
        let mask = match label {
            Label::Whole => {
                masks.not_needed(key);
                None
            }
            _ => masks.take(&key),
        };
        found.samples.push(Sample {
            path: file.path.into(),
            class: place.top.checked_sub(1).and_then(|at| file.name(at)).map(str::to_owned),
            split: Some(split),
            label,
            defect: defect.map(str::to_owned),
            mask,
        });
    }
    found.leftovers.extend(masks.leftovers());
    Some(found)
}

/// Files that MVTec AD is published with.
pub(crate) fn comes_with_it(file: &File) -> bool {
    let name = file.lower().last().map_or("", String::as_str);
    matches!(name, "license.txt" | "readme.txt")
}
