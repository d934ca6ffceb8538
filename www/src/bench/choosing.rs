//! Which pictures the person looks at, and has marked.

use leptos::prelude::*;

use super::Bench;
use crate::item::Item;
use crate::queue::ItemId;
use crate::ranking::Filter;

impl Bench {
    /// Marks a picture, or takes the mark away.
    pub fn mark(self, id: ItemId) {
        self.marked.update(|marked| {
            if !marked.remove(&id) {
                marked.insert(id);
            }
        });
    }

    /// Marks the pictures that are listed from the selected one to this.
    pub fn mark_to(self, id: ItemId) {
        let order = self.order.get_untracked();
        let place = |id| order.iter().position(|&other| other == id);
        let Some(to) = place(id) else { return };
        let from = self.selected.get_untracked().and_then(place).unwrap_or(to);
        let some = order.get(from.min(to)..=from.max(to)).unwrap_or_default();
        self.marked.update(|marked| marked.extend(some));
    }

    /// Does something with every marked picture.
    pub fn each_marked(self, act: impl Fn(&Item)) {
        for item in self.marked.get_untracked().into_iter().filter_map(|id| self.item_untracked(id)) {
            act(&item);
        }
    }

    /// How many pictures pass a filter.
    pub fn count(self, filter: Filter) -> usize {
        self.ranked.with(|ranked| ranked.iter().filter(|picture| picture.passes(filter)).count())
    }

    /// Selects a picture because the person wants to see it.
    pub fn select(self, id: ItemId) {
        self.by_hand.set(true);
        self.selected.set(Some(id));
    }

    /// Keeps the selected picture when the first result comes: the person is at work on it.
    pub fn stay(self) {
        self.by_hand.set(true);
    }

    /// Selects the picture that stands `by` places further down the list.
    pub fn step(self, by: isize) {
        let order = self.order.get_untracked();
        let at = self.selected.get_untracked().and_then(|id| order.iter().position(|&other| other == id));
        let to = at.map_or(0, |at| at.saturating_add_signed(by)).min(order.len().saturating_sub(1));
        if let Some(&id) = order.get(to) {
            self.select(id);
        }
    }
}
