//! Changing a drawn area by what it is held at.

use leptos::prelude::*;
use spotcheck_protocol::Outline;

use super::draft::Corner;
use super::drawing::Drawing;
use super::grip::{self, Grip};
use super::place::Place;
use super::words;
use crate::text;
use crate::viewer::transform::{Point, Room, Transform};
use crate::viewer::visible::Layer;

/// What a pointer holds of an area.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    place: Place,
    grip: Grip,
    /// Where on the picture it was taken hold of.
    from: Corner,
    /// The area as it was, and as it would be.
    before: Outline,
    now: Outline,
    /// It was put back while the pointer is still down: nothing more is done with it until that is lifted.
    lost: bool,
}

impl Held {
    /// The area as it would be, if it is this one.
    pub fn shown(&self, place: Place) -> Option<Outline> {
        (self.place == place).then(|| self.now.clone())
    }
}

impl Drawing {
    /// The area that has handles: the chosen one, while it is seen and nothing else is done on the picture.
    pub fn editable(self) -> Option<Place> {
        let place = self.chosen.get()?;
        let free = self.open.get() && self.tool.with(Option::is_none) && !self.visible.ruling.get();
        let seen = self.visible.shows(Layer::Region) && self.counts(place);
        (free && seen && self.area(place).is_some()).then_some(place)
    }

    /// Takes hold of the area that has handles, at a point of the stage.
    pub fn hold(self, grip: Grip, point: Point) {
        let place = untrack(|| self.editable());
        let area = place.and_then(|place| untrack(|| self.area(place)));
        let (Some(place), Some(before), Some(from)) = (place, area, self.share_at(point)) else { return };
        self.trouble.set(None);
        self.bench.stay();
        let now = before.clone();
        self.held.set(Some(Held { place, grip, from, before, now, lost: false }));
    }

    /// Whether something is held.
    pub fn holds(self) -> bool {
        self.held.with_untracked(Option::is_some)
    }

    /// The style sheet's name for the pointer that holds something.
    pub fn cursor_held(self) -> Option<&'static str> {
        self.held.with(|held| {
            let held = held.as_ref().filter(|held| !held.lost)?;
            Some(match held.grip.cursor(&held.before) {
                "grab" | "copy" => "grabbing",
                other => other,
            })
        })
    }

    /// Pulls what is held to a point of the stage. The area itself changes when it is let go.
    pub fn pull(self, point: Point) {
        let Some([x, y]) = self.share_at(point) else { return };
        self.held.update(|held| {
            if let Some(held) = held.as_mut().filter(|held| !held.lost) {
                let by = [x - held.from[0], y - held.from[1]];
                held.now = grip::pulled(&held.before, held.grip, by);
            }
        });
    }

    /// Lets go: one change that can be taken back, if there is one and it can be used. True when it was a handle that was held.
    pub fn let_go(self) -> bool {
        let Some(held) = self.held.try_update(Option::take).flatten() else { return false };
        let pulled = !held.lost && held.now != held.before;
        if pulled && self.replace(held.place, held.now, None) {
            self.said.set(text::region_changed());
            self.focused.set(Some(held.grip.after(&held.before)));
        }
        held.grip != Grip::Whole
    }

    /// Puts what is held back to where it was; false when nothing is held.
    pub fn put_back(self) -> bool {
        let held = self.held.with_untracked(|held| held.as_ref().is_some_and(|held| !held.lost));
        if held {
            self.held.update(|held| {
                if let Some(held) = held {
                    held.lost = true;
                    held.now = held.before.clone();
                }
            });
            self.said.set(text::region_put_back());
        }
        held
    }

    /// Lets go without a change: the browser took the pointer for something else.
    pub fn drop_held(self) {
        self.held.set(None);
    }

    /// Moves a handle of an area by so much, in shares of the picture. Moves of one handle in a row are one change, a new corner is
    /// one of its own.
    pub fn nudge(self, place: Place, grip: Grip, by: [f64; 2]) {
        let Some(before) = untrack(|| self.area(place)) else { return };
        let after = grip.after(&before);
        let now = grip::pulled(&before, grip, by);
        self.bench.stay();
        if self.replace(place, now.clone(), (after == grip).then_some(grip)) {
            self.focused.set(Some(after));
            if let Some(at) = grip::place_of(&now, after) {
                self.said.set(words::handle_at(&now, after, at));
                self.bring(at);
            }
        }
    }

    /// Takes a corner out of a polygon.
    pub fn remove_corner(self, place: Place, corner: usize) {
        let Some(before) = untrack(|| self.area(place)) else { return };
        let Outline::Polygon(corners) = &before else { return };
        match grip::without(&before, corner) {
            Some(now) => {
                if self.replace(place, now, None) {
                    // The one that takes its number, or the last.
                    let most = corners.len().saturating_sub(2);
                    self.focused.set(Some(Grip::Corner(corner.min(most))));
                    self.said.set(text::region_corners(corners.len() - 1));
                }
            }
            None => self.said.set(text::region_three_corners()),
        }
    }

    /// What a double click on the handle that was taken hold of does; false where it has no meaning.
    pub fn double(self) -> bool {
        let Some(held) = self.held.try_update(Option::take).flatten() else { return false };
        if let (Grip::Corner(corner), Outline::Polygon(_)) = (held.grip, &held.before) {
            self.remove_corner(held.place, corner);
        }
        // A handle was meant, and not the picture.
        held.grip != Grip::Whole
    }

    /// Chooses the area under a point of the stage, the smallest where there are several.
    pub fn choose_at(self, point: Point) {
        let idle = self.open.get_untracked() && self.tool.with_untracked(Option::is_none);
        let (true, Some(at)) = (idle && untrack(|| self.visible.shows(Layer::Region)), self.share_at(point))
        else {
            return;
        };
        let found = untrack(|| {
            let under = self.places().into_iter().filter(|&place| self.counts(place)).filter_map(|place| {
                let area = self.area(place).filter(|area| grip::holds(area, at))?;
                Some((place, grip::extent(&area)))
            });
            under.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place)
        });
        if found.is_some() && self.chosen.get_untracked() != found {
            self.chosen.set(found);
            self.said.set(text::region_chosen());
        }
    }

    /// Scrolls a point of the picture into sight.
    pub fn bring(self, [x, y]: Corner) {
        if let Some((width, height)) = untrack(|| self.visible.zoom.picture()) {
            self.visible.zoom.show((x * f64::from(width), y * f64::from(height)));
        }
    }

    /// The point of the picture under one of the stage, in shares; beyond the picture, too.
    fn share_at(self, point: Point) -> Option<Corner> {
        let (room, transform) = self.visible.zoom.now_untracked()?;
        Some(share(room, transform, point))
    }
}

fn share(room: Room, transform: Transform, point: Point) -> Corner {
    let ((x, y), (width, height)) = (transform.under(point), room.picture());
    [x / width, y / height]
}
