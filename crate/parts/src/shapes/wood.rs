//! Wooden blocks and pencils.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::material::{Finish, Material, Paint};
use crate::math::{Point, fraction, smoothstep};
use crate::noise::textures;
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel, rounded_box};

/// Sawn wood: rings cut along the grain, and fibres.
struct Timber {
    early: Colour,
    late: Colour,
    rings: f32,
    wave: f32,
    roughness: f32,
}

impl Timber {
    fn new(random: &mut Random) -> Self {
        let early = hsv(random.range(0.07, 0.115), random.range(0.25, 0.6), random.range(0.55, 0.92));
        Self {
            early,
            late: scaled(early, random.range(0.45, 0.75)),
            rings: random.range(3.0, 8.0),
            wave: random.range(0.8, 2.4),
            roughness: random.range(0.55, 0.9),
        }
    }

    /// The grain runs along x.
    fn at(&self, grain: Point) -> Paint {
        let t = textures();
        let bent = t.cloud.at(grain.x * 0.09, grain.y * 0.3) * self.wave;
        let ring = fraction(grain.y * self.rings + bent);
        let late = smoothstep(0.2, 0.85, ring) * smoothstep(1.0, 0.9, ring);
        let fibre = t.grain.at(grain.x * 0.04, grain.y * 0.9);
        let tone = (0.2 + 0.65 * late + 0.18 * fibre).clamp(0.0, 1.0);
        Paint {
            colour: mixed(self.early, self.late, tone),
            roughness: self.roughness,
            bump: -0.004 * late + 0.002 * fibre,
            ..Paint::default()
        }
    }
}

/// A planed piece with chamfered edges, sometimes with dowel holes.
pub(crate) struct WoodenBlock {
    timber: Timber,
    half: Point,
    round: f32,
    chamfer: f32,
    holes: u32,
    hole: f32,
    thickness: f32,
}

impl WoodenBlock {
    pub fn new(random: &mut Random) -> Self {
        let half = random.pick([
            Point::new(0.66, 0.66),
            Point::new(0.78, 0.5),
            Point::new(0.84, 0.4),
            Point::new(0.72, 0.58),
        ]);
        Self {
            timber: Timber::new(random),
            half,
            round: random.pick([0.02, 0.05, 0.15]),
            chamfer: random.range(0.03, 0.09),
            holes: random.pick([0, 0, 1, 2, 2]),
            hole: random.range(0.06, 0.11),
            thickness: random.range(0.15, 0.35),
        }
    }
}

impl Shape for WoodenBlock {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let outline = rounded_box(p, self.half, self.round);
        let hole = match self.holes {
            0 => f32::MAX,
            1 => p.length() - self.hole,
            _ => Point::new(p.x.abs() - self.half.x * 0.55, p.y).length() - self.hole,
        };
        let distance = outline.max(-hole);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let paint = self.timber.at(grain);
        let height = self.thickness * (0.6 + 0.4 * bevel(distance, self.chamfer)) * bevel(distance, 0.02);
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }

    fn bounds(&self) -> Point {
        self.half.plus(Point::new(FAR, FAR))
    }
}

/// A sharpened pencil that lies along x, its point at the right.
pub(crate) struct Pencil {
    timber: Timber,
    paint: Material,
    lead: Colour,
    radius: f32,
    cone: f32,
    eraser: bool,
    print: bool,
    band: Colour,
}

impl Pencil {
    pub fn new(random: &mut Random) -> Self {
        let mut paint = Material::plastic(random);
        paint.roughness = random.range(0.2, 0.4);
        paint.finish = Finish::Even;
        let coloured = random.chance(0.4);
        Self {
            timber: Timber::new(random),
            lead: if coloured { paint.colour } else { srgb(48, 48, 52) },
            paint,
            radius: random.range(0.075, 0.11),
            cone: random.range(0.2, 0.32),
            eraser: !coloured && random.chance(0.6),
            print: random.chance(0.6),
            band: random.pick([srgb(205, 180, 90), srgb(225, 225, 222), srgb(30, 30, 32)]),
        }
    }
}

impl Shape for Pencil {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let (left, tip) = (-0.93, 0.94);
        let shoulder = tip - self.cone;
        let radius =
            if p.x > shoulder { self.radius * ((tip - p.x) / self.cone).max(0.0) } else { self.radius };
        // The cone's side runs aslant: its distance is a little shorter than measured across.
        let across = (p.y.abs() - radius) * if p.x > shoulder { 0.93 } else { 1.0 };
        let distance = across.max(left - p.x).max(p.x - tip);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let (v, r) = (p.y / self.radius, self.radius);
        // Three of the six sides are seen.
        let mut height = r * if v.abs() < 0.5 { 0.87 } else { 0.87 * (1.0 - v.abs()) * 2.0 };
        // Each cut of the sharpener rises a little into the paint.
        let wood_from = shoulder - 0.03 * (1.0 - (v.abs() - 0.5).abs() * 2.0).max(0.0);
        let paint = if p.x > tip - 0.27 * self.cone {
            height = (radius * radius - p.y * p.y).max(0.0).sqrt();
            Paint { colour: self.lead, roughness: 0.45, ..Paint::default() }
        } else if p.x > wood_from {
            height = (radius * radius - p.y * p.y).max(0.0).sqrt();
            self.timber.at(Point::new(grain.x, grain.y * 2.0))
        } else if self.eraser && p.x < left + 0.13 {
            height = (r * r - p.y * p.y).max(0.0).sqrt();
            Paint { colour: srgb(214, 120, 118), roughness: 0.9, ..Paint::default() }
        } else if self.eraser && p.x < left + 0.28 {
            let groove = smoothstep(0.3, 0.7, fraction((p.x - left) * 26.0));
            height = (r * r - p.y * p.y).max(0.0).sqrt() - 0.012 * groove;
            Paint { colour: srgb(200, 190, 150), roughness: 0.3, metal: 0.9, ..Paint::default() }
        } else {
            let mut paint = self.paint.at(p, grain);
            let printed = self.print && (-0.62..-0.1).contains(&p.x) && v.abs() < 0.3;
            let dashes = fraction(p.x * 19.0) < 0.62 && fraction(p.x * 4.7 + 0.2) < 0.8;
            if (printed && dashes) || (!self.eraser && (p.x - left - 0.1).abs() < 0.03) {
                paint.colour = self.band;
            }
            paint
        };
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        self.radius * 1.6
    }

    fn bounds(&self) -> Point {
        Point::new(1.0, self.radius + FAR)
    }
}
