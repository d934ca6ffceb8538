//! What was changed of the regions, to be taken back.

use spotcheck_protocol::Region;

use super::grip::Grip;
use super::place::Place;
use crate::queue::ItemId;

/// Changes that can be taken back; older ones are forgotten.
const MOST: usize = 100;

/// Regions as they were before a change: those of pictures, or that for all by `None`.
pub type Before = Vec<(Option<ItemId>, Region)>;

/// The area that was moved or sized, on which picture, and by which handle.
pub type Adjusted = (Option<ItemId>, Place, Grip);

/// The changes of this visit, the last one last.
#[derive(Debug, Default)]
pub struct History {
    changes: Vec<Before>,
    /// What the last change moved or sized, if it did.
    adjusted: Option<Adjusted>,
}

impl History {
    /// Notes a change. Several adjustments of one area by one handle in a row are one change.
    pub fn note(&mut self, before: Before, adjusted: Option<Adjusted>) {
        let same = adjusted.is_some() && self.adjusted == adjusted;
        self.adjusted = adjusted;
        if same {
            return;
        }
        if self.changes.len() >= MOST {
            self.changes.remove(0);
        }
        self.changes.push(before);
    }

    /// The last change, which is taken back.
    pub fn back(&mut self) -> Option<Before> {
        self.adjusted = None;
        self.changes.pop()
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::Purpose;
    use super::super::place::Scope;
    use super::*;

    fn before(id: ItemId) -> Before {
        vec![(Some(id), Region::default())]
    }

    #[test]
    fn the_last_change_is_the_first_to_go() {
        let mut history = History::default();
        history.note(before(1), None);
        history.note(before(2), None);
        assert_eq!(history.back(), Some(before(2)));
        assert_eq!(history.back(), Some(before(1)));
        assert_eq!(history.back(), None);
    }

    #[test]
    fn adjustments_in_a_row_are_one_change() {
        let mut history = History::default();
        let place = |index| Place { scope: Scope::Picture, purpose: Purpose::Ignore, index };
        history.note(before(1), Some((Some(1), place(0), Grip::Whole)));
        history.note(before(2), Some((Some(1), place(0), Grip::Whole)));
        history.note(before(3), Some((Some(1), place(1), Grip::Whole)));
        history.note(before(4), Some((Some(2), place(1), Grip::Whole)));
        history.note(before(5), None);
        history.note(before(6), Some((Some(2), place(1), Grip::Whole)));
        history.note(before(7), Some((Some(2), place(1), Grip::Corner(0))));
        history.note(before(8), Some((Some(2), place(1), Grip::Corner(0))));
        history.note(before(9), Some((Some(2), place(1), Grip::Corner(1))));
        let back: Vec<_> = std::iter::from_fn(|| history.back()).collect();
        assert_eq!(back, [9, 7, 6, 5, 4, 3, 1].map(before));
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let mut history = History::default();
        (0..500).for_each(|id| history.note(before(id), None));
        assert_eq!(std::iter::from_fn(|| history.back()).count(), MOST);
    }
}
