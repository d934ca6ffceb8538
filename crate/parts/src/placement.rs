//! Where parts lie.

use crate::math::Point;
use crate::random::Random;
use crate::window::Window;

/// Where a part lies in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    /// In pixels.
    pub centre: Point,
    /// Of the unit circle, in pixels.
    pub radius: f32,
    /// The unit vector of its x axis.
    pub rotation: Point,
    /// The direction it is tilted in, and how much shorter that makes it.
    pub tilt: (Point, f32),
    /// Moves the textures.
    pub grain: Point,
}

impl Placement {
    /// The point of the part that is seen at a place in the picture.
    pub fn local(&self, at: Point) -> Point {
        let q = at.minus(self.centre).times(1.0 / self.radius);
        let (axis, shorter) = self.tilt;
        q.plus(axis.times(q.dot(axis) * (1.0 / shorter - 1.0))).unrotated(self.rotation)
    }

    /// The place in the picture where a point of the part is seen.
    pub fn global(&self, p: Point) -> Point {
        let q = p.rotated(self.rotation);
        let (axis, shorter) = self.tilt;
        q.plus(axis.times(q.dot(axis) * (shorter - 1.0))).times(self.radius).plus(self.centre)
    }

    /// The pixels of `picture` where the box between two points of the part is seen.
    pub fn window(&self, picture: Window, low: Point, high: Point) -> Window {
        let corners =
            [low, high, Point::new(low.x, high.y), Point::new(high.x, low.y)].map(|p| self.global(p));
        let (mut min, mut max) = (corners[0], corners[0]);
        for c in corners {
            min = Point::new(min.x.min(c.x), min.y.min(c.y));
            max = Point::new(max.x.max(c.x), max.y.max(c.y));
        }
        picture.around(min, max)
    }
}

/// Places up to `count` parts that do not overlap.
/// Slender ones are drawn larger, or little of them would be seen.
pub(crate) fn arrange(
    count: u32,
    width: u32,
    height: u32,
    slender: bool,
    random: &mut Random,
) -> Vec<Placement> {
    let side = width.min(height) as f32;
    let (w, h) = (width as f32, height as f32);
    let mut radius = match count {
        1 => random.range(if slender { 0.41 } else { 0.33 }, 0.48),
        2 => random.range(0.2, 0.28),
        3 | 4 => random.range(0.17, 0.23),
        _ => random.range(0.14, 0.19) * (5.0 / count.max(5) as f32).sqrt(),
    } * side;
    let tilt = (Point::polar(1.0, random.unit()), random.range(0.88, 1.0));
    // Parts reach to about 0.95 of their circle.
    let touching = random.chance(0.1);
    let mut placements: Vec<Placement> = Vec::new();
    for attempt in 0..400 {
        if placements.len() >= count as usize {
            break;
        }
        if attempt % 100 == 99 {
            radius *= 0.9;
            placements.clear();
        }
        let room = |full: f32, random: &mut Random| {
            let margin = (radius * 1.03).min(full * 0.5);
            random.range(margin, full - margin)
        };
        let mut centre = Point::new(room(w, random), room(h, random));
        if touching && let Some(other) = placements.last() {
            centre = other.centre.plus(Point::polar(1.92 * radius, random.unit()));
            let inside = |v: f32, full: f32| v > 0.9 * radius && v < full - 0.9 * radius;
            if !inside(centre.x, w) || !inside(centre.y, h) {
                centre = Point::new(room(w, random), room(h, random));
            }
        }
        let apart = if touching { 1.9 } else { 2.04 };
        if placements.iter().all(|other| other.centre.minus(centre).length() > apart * radius) {
            placements.push(Placement {
                centre,
                radius,
                rotation: Point::polar(1.0, random.unit()),
                tilt,
                grain: Point::new(random.range(0.0, 8.0), random.range(0.0, 8.0)),
            });
        }
    }
    placements
}
