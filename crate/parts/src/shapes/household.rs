//! Candles and spoons.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::material::{Finish, Material};
use crate::math::{Point, fraction, smoothstep};
use crate::noise::textures;
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel};

/// A tea light from above: wax around a wick, in a thin cup or without one.
pub(crate) struct Candle {
    wax: Material,
    cup: Option<Material>,
    wick: Colour,
    pool: f32,
    lean: Point,
}

impl Candle {
    pub fn new(random: &mut Random) -> Self {
        let colour = match random.below(3) {
            0 | 1 => hsv(random.range(0.09, 0.14), random.range(0.0, 0.15), random.range(0.85, 0.96)),
            _ => hsv(random.unit(), random.range(0.3, 0.75), random.range(0.5, 0.9)),
        };
        let wax = Material {
            colour,
            roughness: random.range(0.3, 0.55),
            finish: Finish::Even,
            texture: 0.03,
            variation: random.range(0.02, 0.07),
            bump: random.range(0.001, 0.006),
            metal: 0.0,
        };
        let cup =
            random.chance(0.7).then(|| Material { colour: srgb(196, 197, 200), ..Material::metal(random) });
        Self {
            wax,
            cup,
            wick: random.pick([srgb(235, 230, 215), srgb(40, 36, 34)]),
            pool: random.range(0.1, 0.3),
            lean: Point::polar(random.range(0.05, 0.14), random.unit()),
        }
    }
}

impl Shape for Candle {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let distance = r - 0.92;
        if distance > FAR {
            return Surface::outside(distance);
        }
        if let Some(cup) = self.cup.filter(|_| r > 0.84) {
            let mut paint = cup.at(p, grain);
            // The foil is pleated.
            let pleat = fraction(p.turns() * 44.0) - 0.5;
            paint.roughness = 0.3;
            return Surface {
                distance,
                height: 0.3 * bevel(distance, 0.03) + 0.01 * pleat.abs() + paint.bump,
                paint,
            };
        }
        let edge = if self.cup.is_some() { 0.84 } else { 0.92 };
        let mut paint = self.wax.at(p, grain);
        let mut height = 0.24 * bevel(r - edge, 0.06) - 0.05 * smoothstep(0.5, 0.0, r) * self.pool * 3.0;
        height += 0.02 * smoothstep(0.02, 0.0, (r - self.pool - 0.2).abs());
        // The wick stands and leans: a short dark stroke from the middle.
        let t = (p.dot(self.lean) / self.lean.dot(self.lean)).clamp(0.0, 1.0);
        let wick = p.minus(self.lean.times(t)).length() - 0.035;
        let on = smoothstep(0.01, -0.01, wick);
        paint.colour = mixed(paint.colour, scaled(self.wick, 0.7 + 0.3 * t), on);
        paint.roughness += (0.9 - paint.roughness) * on;
        height += 0.12 * on * (0.4 + 0.6 * t);
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        0.3
    }
}

/// A spoon along x, its bowl at the right.
pub(crate) struct Spoon {
    material: Material,
    bowl: Point,
    neck: f32,
    end: f32,
    ornament: u32,
}

impl Spoon {
    pub fn new(random: &mut Random) -> Self {
        let mut material = match random.below(4) {
            0 => Material::plastic(random),
            _ => Material { finish: Finish::Even, ..Material::metal(random) },
        };
        material.roughness = random.range(0.15, 0.4);
        Self {
            material,
            bowl: Point::new(random.range(0.3, 0.36), random.range(0.19, 0.25)),
            neck: random.range(0.035, 0.05),
            end: random.range(0.07, 0.12),
            ornament: random.below(3),
        }
    }
}

impl Shape for Spoon {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let middle = 0.93 - self.bowl.x;
        let q = Point::new((p.x - middle) / self.bowl.x, p.y / self.bowl.y);
        // An egg: wider towards the handle.
        let q = Point::new(q.x, q.y * (1.0 + 0.18 * q.x));
        let bowl = (q.length() - 1.0) * self.bowl.y;
        let (start, stop) = (-0.93, middle - 0.8 * self.bowl.x);
        let t = ((p.x - start) / (stop - start)).clamp(0.0, 1.0);
        let half = self.end + (self.neck - self.end) * smoothstep(0.0, 0.8, t);
        let cap = Point::new((start + self.end - p.x).max(0.0), p.y).length() - half;
        let handle = cap.max(p.x - stop);
        // A smooth union: the neck widens into the bowl.
        let h = (0.5 + 0.5 * (handle - bowl) / 0.1).clamp(0.0, 1.0);
        let distance = handle + (bowl - handle) * h - 0.1 * h * (1.0 - h);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let paint = self.material.at(p, grain);
        let hollow = (1.0 - q.dot(q)).max(0.0);
        let mut height = 0.1 * bevel(distance, 0.03) - 0.16 * hollow * (2.0 - hollow) * 0.6;
        if self.ornament > 0 && p.x < start + 0.3 {
            let line = (distance + 0.03).abs();
            height -= 0.012 * smoothstep(0.012, 0.004, line);
            if self.ornament == 2 {
                height += 0.01 * textures().blob.at(p.x * 0.5, p.y.abs() * 0.5);
            }
        }
        Surface { distance, height: height + 0.08 + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        0.14
    }

    fn bounds(&self) -> Point {
        Point::new(0.93 + FAR, self.bowl.y * 1.25 + FAR)
    }
}
