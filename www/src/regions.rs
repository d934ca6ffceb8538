//! What counts of the pictures: the bench's side of the regions that a person draws.

use leptos::prelude::*;
use spotcheck_protocol::{Method, Region};

use crate::bench::Bench;
use crate::item::{Item, State};
use crate::queue::ItemId;
use crate::ranking::Outdated;
use crate::words;

impl Bench {
    /// What counts of a picture: its own areas with those for all.
    pub fn region(self, item: &Item) -> Region {
        self.region_of_all.with(|all| item.region.with(|own| Region::of_picture(all, own)))
    }

    /// The same, where nothing follows its changes.
    pub fn region_untracked(self, item: &Item) -> Region {
        untrack(|| self.region(item))
    }

    /// Changes the areas that count for all pictures. Results stay until they are inspected again.
    pub fn set_region_of_all(self, region: Region) {
        self.region_of_all.set(region);
        self.keeper.head(self);
    }

    /// Changes a picture's own areas. Its result stays until it is inspected again.
    pub fn set_region_of(self, item: &Item, region: Region) {
        item.region.set(region);
        self.keeper.judged(item);
    }

    /// Why a picture's result is not what an inspection would say now.
    pub fn outdated(self, item: &Item) -> Option<Outdated> {
        self.region_of_all.with(|all| outdated(item, all, self.method.get()))
    }

    /// The pictures whose results are outdated by this.
    pub fn outdated_by(self, by: Outdated) -> Vec<ItemId> {
        self.ranked.with(|ranked| {
            let some = ranked.iter().filter(|picture| picture.outdated == Some(by));
            some.map(|picture| picture.id).collect()
        })
    }

    /// Inspects pictures again, with the region that counts of them now.
    pub fn inspect_again(self, ids: &[ItemId]) {
        for item in ids.iter().filter_map(|&id| self.item_untracked(id)) {
            // One that waits or runs has its turn already.
            if matches!(item.state.get_untracked(), State::Done(_)) {
                self.retry(&item);
            }
        }
    }

    /// Seconds of work that so many inspections are, by those that are done; `None` before the first.
    pub fn work(self, pictures: usize) -> Option<f64> {
        let taken: Vec<f64> = self.items.with(|items| {
            let done = items.iter().filter_map(|item| {
                item.state.with(|state| match state {
                    State::Done(outcome) => Some(words::total(&outcome.findings.seconds)),
                    _ => None,
                })
            });
            done.collect()
        });
        (!taken.is_empty()).then(|| taken.iter().sum::<f64>() / taken.len() as f64 * pictures as f64)
    }
}

/// Why a picture's result is not what an inspection would say now, with this region of all pictures and this method.
pub fn outdated(item: &Item, region_of_all: &Region, method: Method) -> Option<Outdated> {
    let findings = &item.outcome()?.findings;
    if findings.method != method {
        return Some(Outdated::Method);
    }
    let region = item.region.with(|own| Region::of_picture(region_of_all, own));
    (findings.region != region).then_some(Outdated::Region)
}
