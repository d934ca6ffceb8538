//! A scene: parts in a light.

use std::ops::Range;

use crate::camera::EXPOSURE;
use crate::colour::{Colour, encode};
use crate::flaw::Flaw;
use crate::layer::{Layer, View};
use crate::light::Light;
use crate::placement::Placement;
use crate::shading::{Lamp, Tile};
use crate::shape::Shape;
use crate::window::Window;

/// One part, drawn.
pub(crate) struct Sprite {
    pub whole: Tile,
    /// What takes the place of the whole part's pixels when it has its defect.
    pub defective: Option<Tile>,
    pub thickness: f32,
    /// In pixels.
    pub radius: f32,
}

impl Sprite {
    /// Calls `then` for each stretch of the part's pixels, whole or with its defect, in some `columns` of the row `y`: with the
    /// place of its first pixel, colours times coverage, and coverage.
    #[inline]
    pub fn stretches(
        &self,
        defective: bool,
        y: usize,
        columns: Range<usize>,
        mut then: impl FnMut(usize, &[Colour], &[f32]),
    ) {
        let mut stretch = |tile: &Tile, x0: usize, x1: usize| {
            let (x0, x1) = (x0.max(columns.start), x1.min(columns.end));
            if x0 < x1 {
                let from = tile.window.index(x0, y);
                let span = from..from + x1 - x0;
                then(x0, &tile.colours.colours()[span.clone()], &tile.cover[span]);
            }
        };
        let all = self.whole.window;
        let patch = self.defective.as_ref().filter(|tile| defective && tile.window.has_row(y));
        if let Some(patch) = patch {
            stretch(patch, patch.window.x0, patch.window.x1);
        }
        if all.has_row(y) {
            let hidden = patch.map_or(all.x1..all.x1, |patch| patch.window.x0..patch.window.x1);
            stretch(&self.whole, all.x0, all.x1.min(hidden.start));
            stretch(&self.whole, all.x0.max(hidden.end), all.x1);
        }
    }

    /// The window of the part, whole and with its defect.
    pub fn window(&self) -> Window {
        self.defective.as_ref().map_or(self.whole.window, |tile| self.whole.window.hull(tile.window))
    }
}

impl Tile {
    /// Colour times coverage and coverage of a pixel; nothing outside of the window.
    pub fn pixel(&self, x: usize, y: usize) -> (Colour, f32) {
        if !self.window.contains(x, y) {
            return ([0.0; 3], 0.0);
        }
        let i = self.window.index(x, y);
        (self.colours.colours()[i], self.cover[i])
    }
}

pub(crate) struct Scene<'a> {
    pub shape: &'a dyn Shape,
    pub light: &'a Light,
    pub width: usize,
    pub height: usize,
    /// Samples a pixel in each direction.
    pub samples: usize,
}

/// Makes a defect for a part whose area equals a disc's of the first number's radius; the second scales it.
pub(crate) type Flaws<'a> = &'a mut dyn FnMut(f32, f32) -> Flaw;

/// A defect of fewer pixels would hardly be seen.
const FEWEST: f32 = 12.0;

impl Scene<'_> {
    /// Draws a part. With `flawed`, that makes a defect of a size (1 is obvious) for a part whose area equals a disc's of the
    /// given radius, also with a defect that is neither too small to see nor most of the part.
    pub fn draw(&self, placement: &Placement, flawed: Option<(f32, Flaws<'_>)>) -> Sprite {
        let lamp = Lamp::new(self.light, placement.radius);
        let view = View { shape: self.shape, placement, samples: self.samples, reach: lamp.reach() };
        let layer = Layer::whole(view, Window::of_size(self.width, self.height));
        let whole = lamp.shade(&layer);
        let mut sprite =
            Sprite { whole, defective: None, thickness: self.shape.thickness(), radius: placement.radius };
        if let Some((wanted, make)) = flawed {
            let area: f32 = sprite.whole.cover.iter().sum();
            let reach = (area / std::f32::consts::PI).sqrt() / placement.radius;
            let mut zoom = wanted;
            let mut best: Option<(f32, Tile)> = None;
            for attempt in 0..8 {
                let flaw = make(reach, zoom);
                let (drawn, quality, share) =
                    self.draw_flaw(&layer, view, &lamp, (&flaw, wanted), &sprite.whole, area);
                if best.as_ref().is_none_or(|(q, _)| quality > *q) {
                    best = Some((quality, drawn));
                }
                if quality >= 1.0 {
                    break;
                }
                zoom = (zoom * if share < 0.03 * wanted { 1.25 } else { 0.8 }).clamp(0.4, 3.0);
                if attempt == 3 {
                    zoom = 1.2;
                }
            }
            sprite.defective = best.map(|(_, tile)| tile);
        }
        sprite
    }

    /// What a flaw changes of the part; how well it shows for the size that was wanted (1 and more is well), and its share of
    /// the part's area.
    fn draw_flaw(
        &self,
        layer: &Layer,
        view: View<'_>,
        lamp: &Lamp<'_>,
        (flaw, wanted): (&Flaw, f32),
        whole: &Tile,
        area: f32,
    ) -> (Tile, f32, f32) {
        let picture = Window::of_size(self.width, self.height);
        let (low, high) = flaw.bounds();
        let changed = view.placement.window(picture, low, high);
        let seen = lamp.touched(picture, changed);
        let drawn = lamp.shade(&layer.flawed(view, flaw, changed, seen));
        let light = self.light.on_ground();
        let mut count = 0.0f32;
        let mut contrast = 0.0f32;
        for y in seen.y0..seen.y1 {
            for x in seen.x0..seen.x1 {
                let (before, after) = (whole.pixel(x, y), drawn.pixel(x, y));
                if before == after || (before.1 <= 0.5 && after.1 <= 0.5) {
                    continue;
                }
                let d = difference(over(before, light, 0.4), over(after, light, 0.4));
                if d > VISIBLE {
                    count += 1.0;
                    contrast += d.min(80.0);
                }
            }
        }
        let share = count / area.max(1.0);
        let mean = contrast / count.max(1.0);
        let least = if flaw.is_thin() { 0.008 } else { 0.014 } * wanted * wanted.min(1.0);
        let least = least.max(FEWEST / area.max(1.0));
        let clear = 17.0 * wanted.min(1.0);
        let fit = (share / least).min(1.0).min(0.2 / share.max(0.01)).min(1.0);
        (drawn, fit * (mean / clear).min(1.0) + if fit >= 1.0 && mean >= clear { 0.1 } else { -0.01 }, share)
    }
}

/// From this difference of a channel, in levels of 255, a change counts as seen.
pub(crate) const VISIBLE: f32 = 3.0;

/// The largest difference of a channel as an ideal camera shows it, in levels of 255.
pub(crate) fn difference(a: Colour, b: Colour) -> f32 {
    let d = |i: usize| (encode(a[i] * EXPOSURE) - encode(b[i] * EXPOSURE)).abs();
    d(0).max(d(1)).max(d(2))
}

/// A pixel, colour times coverage and coverage, over ground of the colour `ground` × `factor`.
#[inline]
pub(crate) fn over((colour, cover): (Colour, f32), ground: Colour, factor: f32) -> Colour {
    let rest = (1.0 - cover) * factor;
    [colour[0] + ground[0] * rest, colour[1] + ground[1] * rest, colour[2] + ground[2] * rest]
}
