//! Integrated circuits and batteries.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::material::{Finish, Material, Paint};
use crate::math::{Point, fraction, smoothstep};
use crate::noise::lettering;
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel, rounded_box};

/// A moulded package with legs along two or all four sides, its type printed on it.
pub(crate) struct IntegratedCircuit {
    body: Material,
    half: Point,
    legs: f32,
    pitch: f32,
    around: bool,
    leg: Paint,
    ink: Colour,
    rows: u32,
    letter: f32,
    notch: bool,
    seed: f32,
}

impl IntegratedCircuit {
    pub fn new(random: &mut Random) -> Self {
        let around = random.chance(0.45);
        let half = if around {
            let side = random.range(0.5, 0.56);
            Point::new(side, side)
        } else {
            Point::new(random.range(0.62, 0.8), random.range(0.3, 0.42))
        };
        let mut body = Material::plastic(random);
        body.colour = hsv(0.6, 0.05, random.range(0.12, 0.28));
        body.roughness = random.range(0.5, 0.8);
        body.finish = Finish::Even;
        body.bump = 0.002;
        let count = if around { random.between(7, 12) } else { random.between(4, 10) } as f32;
        Self {
            body,
            half,
            legs: random.range(0.08, 0.12),
            pitch: 2.0 * half.x / (count + 0.3),
            around,
            leg: Paint { colour: srgb(200, 200, 202), roughness: 0.28, metal: 0.95, ..Paint::default() },
            ink: random.pick([srgb(215, 215, 210), srgb(150, 150, 148), srgb(225, 205, 120)]),
            rows: random.between(1, 3),
            letter: random.range(0.085, 0.12),
            notch: random.chance(0.5),
            seed: random.below(4096) as f32,
        }
    }

    /// Distance to the legs beyond the side at `half`; `out` runs outwards, `along` the side.
    fn legs(&self, out: f32, along: f32, half: f32, length: f32) -> f32 {
        if along.abs() > length {
            return f32::MAX;
        }
        let tooth = ((fraction(along / self.pitch + 0.5) - 0.5).abs() - 0.22) * self.pitch;
        tooth.max(out - half - self.legs).max(half - 0.02 - out)
    }
}

impl Shape for IntegratedCircuit {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let body = rounded_box(p, self.half, 0.02);
        let mut legs = self.legs(p.y.abs(), p.x, self.half.y, self.half.x - 0.2 * self.pitch);
        if self.around {
            legs = legs.min(self.legs(p.x.abs(), p.y, self.half.x, self.half.y - 0.2 * self.pitch));
        }
        let distance = body.min(legs);
        if distance > FAR {
            return Surface::outside(distance);
        }
        if body > 0.0 {
            // Legs come out half-way up and bend down to the board.
            let height = 0.08 * smoothstep(self.legs, 0.2 * self.legs, body) * bevel(legs, 0.012).max(0.2);
            return Surface { distance, height: height + 0.02, paint: self.leg };
        }
        let mut paint = self.body.at(p, grain);
        let mut height = 0.15 * bevel(body, 0.05);
        let row = 1.6 * self.letter;
        let rows = self.rows as f32 * row;
        if p.y.abs() < rows * 0.5 && p.x.abs() < self.half.x * 0.72 {
            let ink = lettering(Point::new(p.x, p.y + rows * 0.5), Point::new(self.letter, row), self.seed);
            paint.colour = mixed(paint.colour, self.ink, ink * 0.85);
        }
        let first = if self.notch {
            Point::new(p.x + self.half.x, p.y).length() - 0.1
        } else {
            Point::new(p.x + self.half.x - 0.12, p.y - self.half.y + 0.12).length() - 0.05
        };
        let dimple = smoothstep(0.012, -0.012, first);
        height -= 0.03 * dimple;
        paint.colour = scaled(paint.colour, 1.0 - 0.3 * dimple);
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        0.16
    }

    fn steepness(&self) -> f32 {
        // There are no legs beyond the last ones.
        f32::INFINITY
    }

    fn bounds(&self) -> Point {
        let legs = self.legs + FAR;
        self.half.plus(Point::new(if self.around { legs } else { FAR }, legs))
    }
}

/// A round cell on its side, its positive end at the right.
pub(crate) struct Battery {
    wrap: Material,
    other: Colour,
    split: f32,
    steel: Material,
    radius: f32,
    ink: Colour,
    letter: f32,
    seed: f32,
}

impl Battery {
    pub fn new(random: &mut Random) -> Self {
        let mut wrap = Material::plastic(random);
        wrap.roughness = random.range(0.15, 0.35);
        wrap.finish = Finish::Even;
        let any = hsv(random.unit(), 0.7, 0.6);
        Self {
            other: random.pick([srgb(200, 150, 70), srgb(28, 28, 30), srgb(210, 210, 212), any]),
            split: random.range(0.1, 0.6),
            steel: Material { finish: Finish::Even, ..Material::metal(random) },
            radius: random.range(0.24, 0.36),
            ink: if wrap.colour[1] > 0.2 { srgb(25, 25, 28) } else { srgb(235, 235, 232) },
            letter: random.range(0.11, 0.17),
            seed: random.below(4096) as f32,
            wrap,
        }
    }
}

impl Shape for Battery {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let can = rounded_box(Point::new(p.x + 0.04, p.y), Point::new(0.82, self.radius), 0.03);
        let nub = rounded_box(Point::new(p.x - 0.8, p.y), Point::new(0.08, 0.38 * self.radius), 0.015);
        let distance = can.min(nub);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let round = |radius: f32| (radius * radius - p.y * p.y).max(0.0).sqrt();
        if can > 0.0 || p.x > 0.74 || p.x < -0.83 {
            let mut paint = self.steel.at(p, grain);
            paint.colour = scaled(paint.colour, 0.9);
            let radius = if can > 0.0 { 0.38 * self.radius } else { self.radius };
            return Surface { distance, height: round(radius) + paint.bump, paint };
        }
        let mut paint = self.wrap.at(p, grain);
        if p.x > self.split {
            paint.colour = self.other;
        }
        // The wrap is a cylinder: writing gets narrower towards its sides.
        let v = p.y / self.radius;
        if v.abs() < 0.4 && (-0.68..self.split - 0.1).contains(&p.x) {
            let row = 0.8 * self.radius;
            let ink =
                lettering(Point::new(p.x, p.y + 0.4 * self.radius), Point::new(self.letter, row), self.seed);
            paint.colour = mixed(paint.colour, self.ink, ink * 0.9);
        }
        Surface { distance, height: round(self.radius) * 0.9 + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        self.radius * 1.4
    }

    fn bounds(&self) -> Point {
        Point::new(0.9 + FAR, self.radius + FAR)
    }
}
