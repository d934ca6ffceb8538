use std::collections::{HashMap, HashSet};

use crate::dataset::{Leftover, Reason};
use crate::paths::File;

/// What stands after the picture's name in a mask's.
pub(crate) const MASK_SUFFIX: &str = "_mask";

/// Masks by what they share with their picture's path.
#[derive(Default)]
pub(crate) struct Masks<'a> {
    by_key: HashMap<String, Vec<&'a str>>,
    used: HashSet<String>,
    whole: HashSet<String>,
}

impl<'a> Masks<'a> {
    /// Of several masks with a key, the first one added counts.
    pub(crate) fn add(&mut self, key: String, file: &File<'a>) {
        self.by_key.entry(key).or_default().push(file.path);
    }

    /// The mask of a picture.
    pub(crate) fn take(&mut self, key: &str) -> Option<String> {
        let path = self.by_key.get(key)?.first()?;
        self.used.insert(key.into());
        Some((*path).into())
    }

    /// A mask with this key belongs to a picture that needs none.
    pub(crate) fn not_needed(&mut self, key: String) {
        self.whole.insert(key);
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// The masks that no picture has taken.
    pub(crate) fn leftovers(self) -> Vec<Leftover> {
        let mut leftovers = Vec::new();
        for (key, paths) in self.by_key {
            let (reason, from) = if self.used.contains(&key) {
                (Reason::SecondMask, 1)
            } else if self.whole.contains(&key) {
                (Reason::MaskOfWhole, 0)
            } else {
                (Reason::MaskWithoutPicture, 0)
            };
            let rest = paths.into_iter().skip(from);
            leftovers.extend(rest.map(|path| Leftover { path: path.into(), reason: reason.clone() }));
        }
        leftovers
    }
}

/// A mask's key without the ending that tells it from its picture's.
pub(crate) fn without_suffix(key: String) -> String {
    key.strip_suffix(MASK_SUFFIX).map_or(key.clone(), str::to_owned)
}
