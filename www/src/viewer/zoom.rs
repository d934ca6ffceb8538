use leptos::prelude::*;

use super::transform::{Point, Room, Transform};

/// How much a key or a button enlarges.
const STEP: f64 = 1.5;
/// How much of its surroundings a point is brought into sight with, in CSS pixels.
const AROUND: f64 = 24.0;

/// What is seen of the picture. Copies are handles to the same. It stays when another picture of the same size comes.
#[derive(Clone, Copy)]
pub struct Zoom {
    /// The stage's size; `None` until it was measured.
    stage: RwSignal<Option<Point>>,
    /// The picture's size in its own pixels, or that of the last one while it is not known.
    picture: RwSignal<Option<(u32, u32)>>,
    /// `None` for all of the picture.
    chosen: RwSignal<Option<Transform>>,
}

impl Zoom {
    pub fn new() -> Self {
        Self { stage: RwSignal::new(None), picture: RwSignal::new(None), chosen: RwSignal::new(None) }
    }

    pub fn picture(self) -> Option<(u32, u32)> {
        self.picture.get()
    }

    pub fn set_picture(self, size: (u32, u32)) {
        if self.picture.get_untracked() != Some(size) {
            self.chosen.set(None);
            self.picture.set(Some(size));
        }
    }

    /// A stage without a size is one that is not shown: it comes back as it was.
    pub fn set_stage(self, size: Point) {
        if size.0 <= 0.0 || size.1 <= 0.0 || self.stage.get_untracked() == Some(size) {
            return;
        }
        let before = self.now_untracked();
        self.stage.set(Some(size));
        if let (Some((room, transform)), Some((after, _))) = (before, self.now_untracked()) {
            self.set(after, after.taken_over(room, transform), room.is_fitted(transform));
        }
    }

    /// The stage with the picture, and where that stands.
    pub fn now(self) -> Option<(Room, Transform)> {
        placed(self.stage.get(), self.picture.get(), self.chosen.get())
    }

    pub fn now_untracked(self) -> Option<(Room, Transform)> {
        placed(self.stage.get_untracked(), self.picture.get_untracked(), self.chosen.get_untracked())
    }

    /// Whether less than all of the picture is seen.
    pub fn is_zoomed(self) -> bool {
        self.chosen.with(Option::is_some)
    }

    /// Enlarges, or makes smaller where `factor` is less than 1; what is seen at `point` stays there.
    pub fn by(self, factor: f64, point: Option<Point>) {
        self.change(|room, transform| {
            let point = point.unwrap_or(room.middle());
            room.enlarged(transform, factor, point, point)
        });
    }

    pub fn closer(self) {
        self.by(STEP, None);
    }

    pub fn farther(self) {
        self.by(1.0 / STEP, None);
    }

    pub fn fit(self) {
        self.chosen.set(None);
    }

    /// From all of the picture to 1:1 or more, and back.
    pub fn toggle(self, point: Point) {
        self.change(|room, transform| match room.is_fitted(transform) {
            true => room.enlarged(transform, room.closer() / transform.scale, point, point),
            false => room.fitted(),
        });
    }

    pub fn pan(self, by: Point) {
        self.change(|_, transform| transform.moved(by));
    }

    /// Moves and enlarges as two fingers do: what was seen at `from` is seen at `to`.
    pub fn pinch(self, from: Point, to: Point, factor: f64) {
        self.change(|room, transform| room.enlarged(transform, factor, from, to));
    }

    /// Brings a point of the picture into sight.
    pub fn show(self, point: Point) {
        self.change(|room, transform| room.showing(transform, point, AROUND));
    }

    /// Shows a rectangle of the picture, given by its upper left corner and its size, with its surroundings.
    pub fn frame(self, corner: Point, size: Point) {
        self.change(|room, _| room.framing(corner, size));
    }

    fn change(self, change: impl FnOnce(Room, Transform) -> Transform) {
        if let Some((room, transform)) = self.now_untracked() {
            let changed = room.clamped(change(room, transform));
            self.set(room, changed, room.is_fitted(changed));
        }
    }

    fn set(self, room: Room, transform: Transform, all: bool) {
        let chosen = (!all && !room.is_fitted(transform)).then_some(transform);
        if self.chosen.get_untracked() != chosen {
            self.chosen.set(chosen);
        }
    }
}

fn placed(
    stage: Option<Point>,
    picture: Option<(u32, u32)>,
    chosen: Option<Transform>,
) -> Option<(Room, Transform)> {
    let (width, height) = picture?;
    let room = Room::new(stage?, (width.into(), height.into()), window().device_pixel_ratio())?;
    Some((room, chosen.map_or(room.fitted(), |transform| room.clamped(transform))))
}
