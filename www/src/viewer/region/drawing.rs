//! What is drawn, with which tool, and what becomes of it.

use leptos::prelude::*;
use spotcheck_protocol::{Outline, OutlineError, Region};

use super::draft::{Corner, Draft, Drawn, Tool};
use super::grip::Grip;
use super::history::History;
use super::holding::Held;
use super::place::{Place, Scope, areas, areas_mut};
use super::words;
use crate::bench::Bench;
use crate::item::Item;
use crate::text;
use crate::viewer::visible::{Layer, Visible};

/// The tools for regions. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Drawing {
    pub(super) bench: Bench,
    pub(super) visible: Visible,
    /// Whether the tools are shown.
    pub open: RwSignal<bool>,
    /// What is being drawn.
    pub tool: RwSignal<Option<Tool>>,
    pub draft: RwSignal<Draft>,
    /// Where the keys point at.
    pub cursor: RwSignal<Option<Corner>>,
    /// Which pictures the next area counts for.
    pub scope: RwSignal<Scope>,
    /// The area that is pointed out, and can be changed by its handles.
    pub chosen: RwSignal<Option<Place>>,
    /// What a pointer holds of it.
    pub(super) held: RwSignal<Option<Held>>,
    /// The handle that the keys are for, when that is another than before.
    pub(super) focused: RwSignal<Option<Grip>>,
    /// Why the last outline cannot be used.
    pub trouble: RwSignal<Option<OutlineError>>,
    /// Said to those who hear the page.
    pub said: RwSignal<String>,
    history: RwSignal<History>,
}

impl Drawing {
    pub fn new(bench: Bench, visible: Visible) -> Self {
        let drawing = Self {
            bench,
            visible,
            open: RwSignal::new(false),
            tool: RwSignal::new(None),
            draft: RwSignal::default(),
            cursor: RwSignal::new(None),
            scope: RwSignal::new(Scope::Picture),
            chosen: RwSignal::new(None),
            held: RwSignal::new(None),
            focused: RwSignal::new(None),
            trouble: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            history: RwSignal::default(),
        };
        // What is begun on one picture is not finished on another.
        Effect::new(move |_| {
            bench.selected.track();
            drawing.forget();
            drawing.chosen.set(None);
        });
        drawing
    }

    fn forget(self) {
        self.draft.set(Draft::default());
        self.held.set(None);
        self.cursor.set(None);
        self.trouble.set(None);
    }

    /// Begins to draw with a tool, or leaves it when it is the one in use.
    pub fn take(self, tool: Tool) {
        let again = self.tool.get_untracked() == Some(tool);
        self.forget();
        self.chosen.set(None);
        self.tool.set((!again).then_some(tool));
        // One thing is drawn at a time.
        self.visible.ruling.set(false);
        self.said.set(if again { text::region_left() } else { words::hint(tool) });
        // What is drawn is seen, and the picture stays the one that is looked at.
        self.visible.show(Layer::Region);
        self.bench.stay();
    }

    /// Leaves drawing; what is not finished is gone.
    pub fn leave(self) {
        self.forget();
        self.tool.set(None);
        self.said.set(text::region_left());
    }

    /// Puts a corner.
    pub fn put(self, at: Corner) {
        self.step(|draft, tool| draft.put(tool.form, at));
    }

    /// Finishes the outline.
    pub fn close(self) {
        self.step(|draft, tool| draft.close(tool.form));
    }

    /// Takes the last corner back.
    pub fn back(self) {
        let taken = self.draft.try_update(Draft::back).unwrap_or_default();
        self.trouble.set(None);
        if taken {
            self.said.set(text::region_corners(self.draft.with_untracked(Draft::len)));
        }
    }

    fn step(self, step: impl FnOnce(&mut Draft, Tool) -> Drawn) {
        let Some(tool) = self.tool.get_untracked() else { return };
        self.trouble.set(None);
        match self.draft.try_update(|draft| step(draft, tool)) {
            Some(Drawn::Finished(outline)) => {
                self.leave();
                self.add(tool, outline);
            }
            Some(Drawn::Refused(error)) => self.trouble.set(Some(error)),
            Some(Drawn::Not) => self.said.set(text::region_corners(self.draft.with_untracked(Draft::len))),
            None => {}
        }
    }

    /// Adds an area that can be used to those of the chosen scope.
    pub fn add(self, tool: Tool, outline: Outline) {
        let scope = self.scope.get_untracked();
        let Some(mut region) = self.region(scope) else { return };
        let areas = areas_mut(&mut region, tool.purpose);
        areas.push(outline);
        let index = areas.len() - 1;
        self.change(scope, region, None);
        self.chosen.set(Some(Place { scope, purpose: tool.purpose, index }));
        self.said.set(words::added(tool, scope));
        self.visible.show(Layer::Region);
    }

    /// An area as it is seen: as it would be while it is pulled. `None` when it is gone.
    pub fn area(self, place: Place) -> Option<Outline> {
        if let Some(held) = self.held.with(|held| held.as_ref().and_then(|held| held.shown(place))) {
            return Some(held);
        }
        self.with_region(place.scope, |region| areas(region, place.purpose).get(place.index).cloned())
            .flatten()
    }

    /// Puts another outline in an area's place, if it can be used. Several in a row are one change.
    pub fn adjust(self, place: Place, outline: Outline) {
        self.replace(place, outline, Some(Grip::Whole));
    }

    /// The same; several in a row by one handle are one change, and without one each is. False when the area stays as it is.
    pub(super) fn replace(self, place: Place, outline: Outline, by: Option<Grip>) -> bool {
        if let Err(error) = outline.check() {
            self.trouble.set(Some(error));
            return false;
        }
        self.trouble.set(None);
        let Some(mut region) = self.region(place.scope) else { return false };
        let Some(area) = areas_mut(&mut region, place.purpose).get_mut(place.index) else { return false };
        let changed = *area != outline;
        if changed {
            *area = outline;
            self.change(place.scope, region, by.map(|grip| (place, grip)));
        }
        changed
    }

    /// Deletes one area.
    pub fn delete(self, place: Place) {
        let Some(mut region) = self.region(place.scope) else { return };
        let areas = areas_mut(&mut region, place.purpose);
        if place.index < areas.len() {
            areas.remove(place.index);
            self.change(place.scope, region, None);
            self.chosen.set(None);
            self.said.set(text::region_deleted());
        }
    }

    /// Lets an area of this picture count for all, or the other way round.
    pub fn hand_over(self, place: Place) {
        let other = place.scope.other();
        let (Some(mut from), Some(mut to)) = (self.region(place.scope), self.region(other)) else { return };
        let areas = areas_mut(&mut from, place.purpose);
        if place.index >= areas.len() {
            return;
        }
        let outline = areas.remove(place.index);
        let there = areas_mut(&mut to, place.purpose);
        there.push(outline);
        let index = there.len() - 1;
        self.change_both(from, to, place.scope);
        self.chosen.set(Some(Place { scope: other, index, ..place }));
        self.said.set(words::counts_for(other));
    }

    /// Deletes all areas of the chosen scope.
    pub fn clear(self) {
        let scope = self.scope.get_untracked();
        if self.region(scope).is_some_and(|region| !region.is_empty()) {
            self.change(scope, Region::default(), None);
            self.chosen.set(None);
            self.said.set(text::region_deleted());
        }
    }

    /// Takes the last change of this visit back.
    pub fn undo(self) {
        let Some(before) = self.history.try_update(History::back).flatten() else { return };
        self.held.set(None);
        let places = untrack(|| self.places());
        for (id, region) in before {
            match id {
                None => self.bench.set_region_of_all(region),
                // A picture that was taken out meanwhile has no region.
                Some(id) => {
                    if let Some(item) = self.bench.item_untracked(id) {
                        self.bench.set_region_of(&item, region);
                    }
                }
            }
        }
        // Where areas came or went, the numbers mean others.
        if untrack(|| self.places()) != places {
            self.chosen.set(None);
        }
        self.trouble.set(None);
        self.said.set(text::region_undone());
    }

    /// Whether there is something to be taken back.
    pub fn can_undo(self) -> bool {
        self.history.with(|history| !history.is_empty())
    }

    /// Whether anything is drawn that counts for a scope.
    pub fn has_areas(self, scope: Scope) -> bool {
        self.with_region(scope, |region| !region.is_empty()).unwrap_or_default()
    }

    /// All areas that are drawn on this picture and for all, those to inspect first.
    pub fn places(self) -> Vec<Place> {
        let mut places = Vec::new();
        for purpose in super::draft::Purpose::ALL {
            for scope in Scope::ALL {
                let count =
                    self.with_region(scope, |region| areas(region, purpose).len()).unwrap_or_default();
                places.extend((0..count).map(|index| Place { scope, purpose, index }));
            }
        }
        places
    }

    /// Whether an area counts for this picture: those to inspect of all give way to its own.
    pub fn counts(self, place: Place) -> bool {
        let own =
            || self.with_region(Scope::Picture, |region| !region.inspect.is_empty()).unwrap_or_default();
        place.scope == Scope::Picture || place.purpose == super::draft::Purpose::Ignore || !own()
    }

    fn item(self) -> Option<Item> {
        self.bench.selected_item()
    }

    fn with_region<T>(self, scope: Scope, with: impl FnOnce(&Region) -> T) -> Option<T> {
        match scope {
            Scope::All => Some(self.bench.region_of_all.with(with)),
            Scope::Picture => self.item().map(|item| item.region.with(with)),
        }
    }

    fn region(self, scope: Scope) -> Option<Region> {
        untrack(|| self.with_region(scope, Region::clone))
    }

    fn change(self, scope: Scope, region: Region, adjusted: Option<(Place, Grip)>) {
        let (Some(before), item) = (self.region(scope), untrack(|| self.item())) else { return };
        let id = item.as_ref().map(|item| item.id);
        let of = if scope == Scope::Picture { id } else { None };
        self.history
            .update(|history| history.note(vec![(of, before)], adjusted.map(|(place, by)| (id, place, by))));
        self.set(scope, region);
    }

    fn change_both(self, from: Region, to: Region, scope: Scope) {
        let Some(item) = untrack(|| self.item()) else { return };
        let before = vec![
            (Some(item.id), item.region.get_untracked()),
            (None, self.bench.region_of_all.get_untracked()),
        ];
        self.history.update(|history| history.note(before, None));
        self.set(scope, from);
        self.set(scope.other(), to);
    }

    fn set(self, scope: Scope, region: Region) {
        match (scope, untrack(|| self.item())) {
            (Scope::All, _) => self.bench.set_region_of_all(region),
            (Scope::Picture, Some(item)) => self.bench.set_region_of(&item, region),
            (Scope::Picture, None) => {}
        }
    }
}
