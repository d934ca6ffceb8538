//! When pictures are compared with what.

use spotcheck_protocol::{Basis, ComparingSettings, LEAST_PICTURES, Stamp, drawn};

/// The most good pictures that others are compared with.
pub const MOST_GOOD: usize = 10;

/// What is known of the batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The results that can be compared, by the pictures' numbers.
    pub members: Vec<Member>,
    /// Whether more of them are on their way.
    pub open: bool,
    /// Whether the person wants pictures to be compared with each other.
    pub together: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    pub stamp: Stamp,
    pub good: bool,
}

/// A basis with how many results there were when it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Fixed {
    pub basis: Basis,
    members: usize,
}

/// What pictures are compared with from now on; `None` for nothing.
///
/// While more results come in, the basis stays until the batch has grown by half, so that all of the comparing together is a
/// fixed share of what the whole batch takes; when they are all in, it is that of the whole batch.
pub fn renewed(before: Option<&Fixed>, batch: &Batch) -> Option<Fixed> {
    let good = batch.members.iter().filter(|member| member.good).map(|member| member.stamp);
    let good: Vec<Stamp> = good.take(MOST_GOOD).collect();
    let together = batch.together && batch.members.len() >= LEAST_PICTURES;
    if !together && good.is_empty() {
        return None;
    }
    if let Some(before) = before
        && before.basis.together == together
        && before.basis.good == good
        && batch.open
        && 2 * batch.members.len() < 3 * before.members
        && before.basis.references.iter().all(|stamp| find(batch, stamp.id) == Some(*stamp))
    {
        return Some(before.clone());
    }
    let ids = batch.members.iter().map(|member| member.stamp.id.into());
    let drawn = drawn(&ComparingSettings::default(), ids);
    let references = drawn.into_iter().filter_map(|id| find(batch, u32::try_from(id).ok()?)).collect();
    Some(Fixed { basis: Basis { together, references, good }, members: batch.members.len() })
}

fn find(batch: &Batch, id: u32) -> Option<Stamp> {
    let at = batch.members.binary_search_by_key(&id, |member| member.stamp.id).ok()?;
    batch.members.get(at).map(|member| member.stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(count: u32, good: &[u32], open: bool) -> Batch {
        let member = |id| Member { stamp: Stamp { id, made: 7.0 }, good: good.contains(&id) };
        Batch { members: (1..=count).map(member).collect(), open, together: true }
    }

    fn basis(before: Option<&Fixed>, batch: &Batch) -> Option<Basis> {
        renewed(before, batch).map(|fixed| fixed.basis)
    }

    #[test]
    fn a_batch_is_compared_from_twenty_on() {
        assert_eq!(renewed(None, &batch(19, &[], false)), None);
        let twenty = basis(None, &batch(20, &[], false)).unwrap();
        assert_eq!((twenty.together, twenty.references.len(), twenty.good.len()), (true, 20, 0));
        let apart = Batch { together: false, ..batch(20, &[], false) };
        assert_eq!(renewed(None, &apart), None);
        assert_eq!(basis(None, &batch(200, &[], false)).unwrap().references.len(), 32);
    }

    #[test]
    fn good_pictures_are_compared_with_at_once() {
        let three = basis(None, &batch(3, &[2], true)).unwrap();
        assert_eq!((three.together, three.references.len()), (false, 3));
        assert_eq!(three.good, [Stamp { id: 2, made: 7.0 }]);
        let all: Vec<u32> = (1..=12).collect();
        assert_eq!(basis(None, &batch(12, &all, false)).unwrap().good.len(), MOST_GOOD);
    }

    #[test]
    fn while_results_come_in_the_basis_stays_until_they_are_half_as_many_more() {
        let first = renewed(None, &batch(20, &[], true)).unwrap();
        assert_eq!(renewed(Some(&first), &batch(29, &[], true)), Some(first.clone()));
        let second = renewed(Some(&first), &batch(30, &[], true)).unwrap();
        assert_eq!(second.basis.references.len(), 30);
        // All are in.
        assert_eq!(basis(Some(&first), &batch(29, &[], false)).unwrap().references.len(), 29);
    }

    #[test]
    fn what_is_no_more_is_not_compared_with() {
        let before = renewed(None, &batch(30, &[], true)).unwrap();
        let mut removed = batch(30, &[], true);
        removed.members.remove(4);
        assert_eq!(basis(Some(&before), &removed).unwrap().references.len(), 29);
        // Inspected again: the features are others.
        let mut again = batch(30, &[], true);
        again.members[4].stamp.made = 8.0;
        assert!(basis(Some(&before), &again).unwrap().references.contains(&again.members[4].stamp));
    }

    #[test]
    fn the_persons_word_counts_at_once() {
        let before = renewed(None, &batch(40, &[], true)).unwrap();
        assert_eq!(basis(Some(&before), &batch(41, &[3], true)).unwrap().good.len(), 1);
        let apart = Batch { together: false, ..batch(41, &[], true) };
        assert_eq!(renewed(Some(&before), &apart), None);
    }
}
