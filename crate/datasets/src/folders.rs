use std::collections::HashSet;

use crate::dataset::{Found, Label, Leftover, Reason, Sample, Split};
use crate::names::Role;
use crate::pairs::{MASK_SUFFIX, Masks, without_suffix};
use crate::paths::File;

/// What the folders above a file say of it.
struct Place<'a> {
    is_mask: bool,
    /// Of the innermost folder that has one.
    label: Option<Label>,
    defect: Option<&'a str>,
    split: Option<Split>,
    /// The folders above the first that says something of the files, as they are spelt.
    parents: Vec<&'a str>,
    /// What a picture and its mask have in common: the folders that say nothing, and the name without its extension.
    key: String,
}

impl<'a> Place<'a> {
    /// The folders that all files are in, `depth` of them, do not make masks of them: a folder of pictures of face masks may
    /// be called "masks".
    fn of(file: &File<'a>, depth: usize) -> Self {
        let roles: Vec<Option<Role>> = file
            .folders()
            .iter()
            .enumerate()
            .map(|(at, folder)| Role::of(folder).filter(|role| *role != Role::Masks || at >= depth))
            .collect();
        let label = roles.iter().enumerate().rev().find_map(|(at, role)| match role {
            Some(Role::Label(label)) => Some((at, *label)),
            _ => None,
        });
        let below = label.filter(|(_, label)| *label == Label::Defective).map(|(at, _)| at + 1);
        let defect = below.filter(|at| matches!(roles.get(*at), Some(None))).and_then(|at| file.name(at));
        let split = roles.iter().rev().find_map(|role| match role {
            Some(Role::Split(split)) => Some(*split),
            _ => None,
        });
        let parents = file
            .names()
            .iter()
            .zip(&roles)
            .take_while(|(_, role)| matches!(role, None | Some(Role::Images)))
            .filter(|(_, role)| role.is_none())
            .map(|(name, _)| *name)
            .collect();
        let silent = file.folders().iter().zip(&roles).filter(|(_, role)| role.is_none());
        let key =
            silent.map(|(folder, _)| folder.as_str()).chain([file.stem()]).collect::<Vec<_>>().join("/");
        Self {
            is_mask: roles.contains(&Some(Role::Masks)),
            label: label.map(|(_, label)| label),
            defect,
            split,
            parents,
            key,
        }
    }
}

/// The samples of folders with names like good, bad and masks; `None` when there is no picture in such a folder and no mask
/// of a picture. `depth` folders hold all files.
pub(crate) fn read(pictures: &[File], depth: usize) -> Option<Found> {
    let mut places: Vec<Place> = pictures.iter().map(|file| Place::of(file, depth)).collect();
    // Beside "1.jpg", "1_mask.png" is its mask.
    let stems: HashSet<String> = pictures.iter().map(|file| file.stem_from(0)).collect();
    for (file, place) in pictures.iter().zip(&mut places) {
        let picture = file.stem_from(0).strip_suffix(MASK_SUFFIX).map(str::to_owned);
        place.is_mask |= picture.is_some_and(|picture| stems.contains(&picture));
    }

    let mut found = Found::default();
    let mut masks = Masks::default();
    for (file, place) in pictures.iter().zip(&places).filter(|(_, place)| place.is_mask) {
        if place.label == Some(Label::Whole) {
            found.leftovers.push(Leftover { path: file.path.into(), reason: Reason::MaskOfWhole });
        } else {
            masks.add(without_suffix(place.key.clone()), file);
        }
    }
    let shown = || pictures.iter().zip(&places).filter(|(_, place)| !place.is_mask);
    if !shown().any(|(_, place)| place.label.is_some() || masks.contains(&place.key)) {
        return None;
    }
    // One folder of good and bad may be called anything; where there are several, their names tell them apart.
    let parents: HashSet<&[&str]> =
        shown().filter(|(_, place)| place.label.is_some()).map(|(_, place)| &place.parents[..]).collect();
    let several = parents.len() > 1;

    for (file, place) in shown() {
        let label = place.label.unwrap_or(Label::Unknown);
        let mask = match label {
            Label::Whole => {
                masks.not_needed(place.key.clone());
                None
            }
            _ => masks.take(&place.key),
        };
        let class = place.parents.last().filter(|_| several && parents.contains(&place.parents[..]));
        found.samples.push(Sample {
            path: file.path.into(),
            class: class.map(|&name| name.to_owned()),
            split: place.split,
            label,
            defect: place.defect.map(str::to_owned),
            mask,
        });
    }
    found.leftovers.extend(masks.leftovers());
    Some(found)
}
