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
