//! What a part's form is: a signed distance to its outline, a height and a paint for every point.

use crate::kind::Kind;
use crate::material::Paint;
use crate::math::{Point, floor};
use crate::random::Random;
use crate::shapes::*;

/// One point of a part. Lengths are in radii of the part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surface {
    /// To the outline: negative inside.
    pub distance: f32,
    /// Above the ground.
    pub height: f32,
    pub paint: Paint,
}

/// A part's form within the unit circle.
pub(crate) trait Shape: Send + Sync {
    /// The surface at `p`; `grain` is the same point moved by the instance's own offset, for textures.
    fn at(&self, p: Point, grain: Point) -> Surface;

    /// Appends the surface at each of `points`, which lie on a line, `step` apart; `grain` moves the textures. An infinite step
    /// stands for points that may lie anywhere.
    fn surfaces(&self, points: &[Point], step: f32, grain: Point, surfaces: &mut Vec<Surface>) {
        let bounds = self.bounds();
        let clear = 1.0 / (step * self.steepness());
        let mut rest = points;
        while let [p, after @ ..] = rest {
            rest = after;
            let within = p.x.abs() <= bounds.x && p.y.abs() <= bounds.y && p.dot(*p) <= 1.0;
            if !within {
                surfaces.push(Surface::outside(1.0));
                continue;
            }
            let surface = self.at(*p, p.plus(grain));
            surfaces.push(surface);
            if surface.distance > FAR {
                // The outline is so far that the next points lie outside, too.
                let skipped = (((surface.distance - FAR) * clear) as usize).min(rest.len());
                surfaces.extend(std::iter::repeat_n(surface, skipped));
                rest = &rest[skipped..];
            }
        }
    }

    /// How many times as fast as a point moves its distance changes, at most; infinite where the distance jumps.
    fn steepness(&self) -> f32 {
        1.5
    }

    /// The height that casts the shadow.
    fn thickness(&self) -> f32;

    /// Half the sides of a box about the origin that holds the part.
    fn bounds(&self) -> Point {
        Point::new(1.0, 1.0)
    }
}

impl Surface {
    /// A place well outside of the part.
    pub fn outside(distance: f32) -> Self {
        Self { distance, height: 0.0, paint: Paint::default() }
    }
}

/// Farther than this from the outline nothing of the part is seen.
pub(crate) const FAR: f32 = 0.03;

/// A part of `kind` as `random` shapes it.
pub(crate) fn build(kind: Kind, random: &mut Random) -> Box<dyn Shape> {
    match kind {
        Kind::Washer => Box::new(Washer::new(random)),
        Kind::Bolt => Box::new(Bolt::new(random)),
        Kind::Gear => Box::new(Gear::new(random)),
        Kind::BottleCap => Box::new(BottleCap::new(random)),
        Kind::Tablet => Box::new(Tablet::new(random)),
        Kind::CircuitBoard => Box::new(CircuitBoard::new(random)),
        Kind::Biscuit => Box::new(Biscuit::new(random)),
        Kind::Key => Box::new(Key::new(random)),
        Kind::Button => Box::new(Button::new(random)),
        Kind::Gasket => Box::new(Gasket::new(random)),
        Kind::Coin => Box::new(Coin::new(random)),
        Kind::HexNut => Box::new(HexNut::new(random)),
        Kind::Capsule => Box::new(Capsule::new(random)),
        Kind::Connector => Box::new(Connector::new(random)),
        Kind::WoodenBlock => Box::new(WoodenBlock::new(random)),
        Kind::Pencil => Box::new(Pencil::new(random)),
        Kind::FabricPatch => Box::new(FabricPatch::new(random)),
        Kind::ClothingLabel => Box::new(ClothingLabel::new(random)),
        Kind::Marble => Box::new(Marble::new(random)),
        Kind::Lens => Box::new(Lens::new(random)),
        Kind::CeramicTile => Box::new(CeramicTile::new(random)),
        Kind::Saucer => Box::new(Saucer::new(random)),
        Kind::Cashew => Box::new(Cashew::new(random)),
        Kind::Macaroni => Box::new(Macaroni::new(random)),
        Kind::Candle => Box::new(Candle::new(random)),
        Kind::IntegratedCircuit => Box::new(IntegratedCircuit::new(random)),
        Kind::Battery => Box::new(Battery::new(random)),
        Kind::ToyBrick => Box::new(ToyBrick::new(random)),
        Kind::Spoon => Box::new(Spoon::new(random)),
    }
}

/// Distance to a box of half sizes `half` with corners of radius `round`.
pub(crate) fn rounded_box(p: Point, half: Point, round: f32) -> f32 {
    let q = Point::new(p.x.abs() - half.x + round, p.y.abs() - half.y + round);
    Point::new(q.x.max(0.0), q.y.max(0.0)).length() + q.x.max(q.y).min(0.0) - round
}

/// Distance to a regular polygon of `sides` whose inner circle has `radius`, corner-sharp.
pub(crate) fn polygon(p: Point, sides: f32, radius: f32) -> f32 {
    let sector = floor(p.turns() * sides + 0.5) / sides;
    p.dot(Point::polar(1.0, sector)) - radius
}

/// Distance to a hexagon whose inner circle has `radius`, with two sides across the x axis, corner-sharp.
#[inline]
pub(crate) fn hexagon(p: Point, radius: f32) -> f32 {
    let (x, y) = (p.x.abs(), p.y.abs());
    x.max(0.5 * x + 0.866_025_4 * y) - radius
}

/// Distance to a line from (−`half`, 0) to (`half`, 0), grown by `radius`.
pub(crate) fn pill(p: Point, half: f32, radius: f32) -> f32 {
    Point::new(p.x - p.x.clamp(-half, half), p.y).length() - radius
}

/// Distance to an arc of `radius` about the origin, `half` turns to each side of the x axis, and how far along it the nearest
/// point lies: −1..1 from end to end.
pub(crate) fn arc(p: Point, radius: f32, half: f32) -> (f32, f32) {
    let turn = p.turns().clamp(-half, half);
    (p.minus(Point::polar(radius, turn)).length(), turn / half)
}

/// A rounded edge: 0 on the outline, 1 from `width` inwards.
pub(crate) fn bevel(distance: f32, width: f32) -> f32 {
    let t = (-distance / width).clamp(0.0, 1.0);
    t * (2.0 - t)
}

/// 1 where `distance` is negative, 0 where it is positive, over `soft` between.
pub(crate) fn inside(distance: f32, soft: f32) -> f32 {
    (0.5 - distance / soft).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hexagon_is_a_polygon_of_six_sides() {
        for i in 0..400 {
            let p = Point::new((i % 20) as f32 * 0.1 - 0.97, (i / 20) as f32 * 0.1 - 0.93);
            assert!((hexagon(p, 0.5) - polygon(p, 6.0, 0.5)).abs() < 1e-4, "{p:?}");
        }
    }

    /// What [`Shape::surfaces`] leaves out would have been outside, too.
    #[test]
    fn no_point_of_a_shape_is_skipped() {
        let (length, step) = (801, 0.0025);
        for kind in Kind::ALL {
            for seed in 0..6 {
                let shape = build(kind, &mut Random::new(seed));
                for line in 0..60 {
                    let (turn, off) = (line as f32 / 60.0, (line * 7 % 60) as f32 / 30.0 - 1.0);
                    let (along, across) = (Point::polar(step, turn), Point::polar(off, turn + 0.25));
                    let points: Vec<Point> =
                        (0..length).map(|i| across.plus(along.times((i - length / 2) as f32))).collect();
                    let (mut some, mut all) = (Vec::new(), Vec::new());
                    shape.surfaces(&points, step, Point::new(1.0, 2.0), &mut some);
                    shape.surfaces(&points, f32::INFINITY, Point::new(1.0, 2.0), &mut all);
                    assert_eq!(some.len(), points.len());
                    for ((a, b), p) in some.iter().zip(&all).zip(&points) {
                        let seen = |s: &Surface| (s.distance < FAR).then_some((s.distance, s.height));
                        assert_eq!(seen(a), seen(b), "{kind:?} of seed {seed} at {p:?}");
                    }
                }
            }
        }
    }
}
