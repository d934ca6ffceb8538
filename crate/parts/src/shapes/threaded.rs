//! Washers, bolts and nuts.

use crate::colour::{mixed, scaled};
use crate::material::{Finish, Material};
use crate::math::{Point, floor, fraction, smoothstep};
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel, hexagon, inside, rounded_box};

pub(crate) struct Washer {
    material: Material,
    outer: f32,
    inner: f32,
    edge: f32,
    thickness: f32,
    dish: f32,
    teeth: Option<f32>,
}

impl Washer {
    pub fn new(random: &mut Random) -> Self {
        let outer = random.range(0.9, 0.95);
        let mut material = Material::metal(random);
        if random.chance(0.15) {
            material = Material::rubber(random);
        }
        Self {
            material,
            outer,
            inner: outer * random.range(0.38, 0.66),
            edge: random.range(0.02, 0.08),
            thickness: random.range(0.06, 0.14),
            dish: if random.chance(0.3) { random.range(0.05, 0.15) } else { 0.0 },
            teeth: random.chance(0.2).then(|| random.between(8, 14) as f32),
        }
    }
}

impl Shape for Washer {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let mut distance = (r - self.outer).max(self.inner - r);
        if let Some(n) = self.teeth {
            let t = p.turns() * n;
            let wave = ((t - floor(t) - 0.5).abs() * 4.0 - 1.0).clamp(-0.6, 0.6) / 0.6;
            distance = distance.max((r - self.outer * (0.92 + 0.08 * wave)) * 0.8);
        }
        if distance > FAR {
            return Surface::outside(distance);
        }
        let paint = self.material.at(p, grain);
        let height =
            self.thickness * bevel(distance, self.edge) + self.dish * (self.outer - r).max(0.0) + paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }
}

pub(crate) struct HexNut {
    material: Material,
    flat: f32,
    bore: f32,
    chamfer: f32,
    thickness: f32,
    flange: bool,
    pitch: f32,
}

impl HexNut {
    pub fn new(random: &mut Random) -> Self {
        let flange = random.chance(0.25);
        Self {
            material: Material::metal(random),
            flat: if flange { 0.66 } else { 0.8 },
            bore: random.range(0.38, 0.48),
            chamfer: random.range(0.92, 1.04),
            thickness: random.range(0.25, 0.4),
            flange,
            pitch: random.range(0.03, 0.05),
        }
    }
}

impl Shape for HexNut {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let hex = hexagon(p, self.flat);
        // The thread's crests and roots: rings down the wall of the bore.
        let root = self.bore * 0.84;
        let mut distance = hex.max(root - r);
        let mut height = self.thickness * bevel(hex, 0.05);
        let cone = (r - self.flat * self.chamfer).max(0.0);
        height = (height - 0.45 * cone).max(0.0);
        if self.flange {
            distance = (r - 0.93).max(root - r);
            height = height.max(0.1 * bevel(r - 0.93, 0.06) + 0.04 * (0.93 - r).max(0.0));
        }
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        let wall = self.bore - r;
        if wall > -0.03 {
            let depth = (wall / (self.bore - root)).clamp(0.0, 1.0);
            let ring = fraction(wall / self.pitch);
            height = height.min(self.thickness - 0.6 * (wall + 0.03).max(0.0) - 0.02 * (ring - 0.5).abs());
            paint.colour =
                scaled(paint.colour, 1.0 - 0.65 * depth * smoothstep(0.0, 0.1, wall) - 0.1 * ring * depth);
        }
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }
}

/// A bolt lying on its side: head to the left, thread to the right.
pub(crate) struct Bolt {
    material: Material,
    head: f32,
    head_length: f32,
    shank: f32,
    pitch: f32,
    smooth: f32,
    tip: f32,
    hex: bool,
    washer: bool,
}

impl Bolt {
    pub fn new(random: &mut Random) -> Self {
        let shank = random.range(0.12, 0.2);
        Self {
            material: Material { finish: Finish::Even, ..Material::metal(random) },
            head: shank * random.range(1.65, 2.1),
            head_length: random.range(0.22, 0.34),
            shank,
            pitch: random.range(0.05, 0.09),
            smooth: random.range(0.0, 0.5),
            tip: random.range(0.03, 0.3),
            hex: random.chance(0.6),
            washer: random.chance(0.3),
        }
    }
}

impl Shape for Bolt {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let left = -0.94;
        let neck = left + self.head_length;
        let mut paint = self.material.at(p, grain);
        let mut distance;
        let mut height = 0.0f32;
        // Shank and thread.
        let along = p.x - neck;
        let length = 0.94 - neck;
        let threaded = smoothstep(self.smooth * length, self.smooth * length + 0.03, along);
        let taper = (1.0 - 0.45 * smoothstep(0.94 - self.tip, 0.94, p.x) * (self.tip / 0.3)).max(0.2);
        let phase = fraction(p.x / self.pitch + p.y / self.shank * 0.25);
        let ridge = (phase - 0.5).abs() * 2.0;
        let radius = self.shank * taper * (1.0 - 0.17 * threaded * ridge);
        distance = (p.y.abs() - radius).max(p.x - 0.94).max(neck - 0.02 - p.x);
        if distance < 0.02 {
            height = self.shank + (radius * radius - p.y * p.y).max(0.0).sqrt();
            paint.colour = scaled(paint.colour, 1.0 - 0.45 * threaded * ridge);
        }
        // Head.
        let centre = Point::new(p.x - (left + self.head_length * 0.5), p.y);
        let round = if self.hex { 0.03 } else { self.head_length * 0.5 };
        let mut head = rounded_box(centre, Point::new(self.head_length * 0.5, self.head), round);
        if !self.hex {
            head = head.max(p.x - neck);
        }
        if self.washer {
            let w =
                rounded_box(Point::new(p.x - neck + 0.02, p.y), Point::new(0.025, self.head * 1.15), 0.015);
            if w < 0.01 {
                height = height.max(self.head * 1.1);
            }
            distance = distance.min(w);
        }
        if head < 0.02 {
            let y = p.y.abs() / self.head;
            let profile = if self.hex {
                // Three facets of a hexagon seen from the side.
                if y < 0.5 { 0.87 } else { 0.87 * (1.0 - (y - 0.5) * 1.1) }
            } else {
                (1.0 - y * y).max(0.0).sqrt()
            };
            let facet = self.shank + self.head * profile * (0.6 + 0.4 * bevel(head, 0.06));
            height = height.max(facet);
            let edge = if self.hex { inside((y - 0.5).abs() - 0.02, 0.03) } else { 0.0 };
            paint.colour = mixed(paint.colour, self.material.colour, 0.5);
            paint.colour = scaled(paint.colour, 1.0 + 0.12 * edge);
        }
        distance = distance.min(head);
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.shank * 1.6
    }

    fn steepness(&self) -> f32 {
        3.0
    }

    fn bounds(&self) -> Point {
        Point::new(0.97, self.head * 1.15 + 0.03)
    }
}
