//! Tablets, capsules, biscuits, nuts and pasta.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::material::{Finish, Material};
use crate::math::{Point, cos_turns, floor, fraction, smoothstep};
use crate::noise::textures;
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, arc, bevel, inside, pill, rounded_box};

pub(crate) struct Tablet {
    material: Material,
    half: f32,
    radius: f32,
    dome: f32,
    band: f32,
    score: u32,
    imprint: u32,
    gloss: bool,
}

impl Tablet {
    pub fn new(random: &mut Random) -> Self {
        let long = random.chance(0.35);
        let radius = if long { random.range(0.36, 0.52) } else { 0.92 };
        let gloss = random.chance(0.4);
        let mut material = Material::chalk(random);
        if gloss {
            material.roughness = random.range(0.25, 0.4);
            material.finish = Finish::Even;
        }
        Self {
            material,
            half: if long { 0.93 - radius } else { 0.0 },
            radius,
            dome: random.range(0.05, 0.3),
            band: random.range(0.12, 0.25),
            score: random.below(3),
            imprint: random.below(4),
            gloss,
        }
    }
}

impl Shape for Tablet {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let distance = pill(p, self.half, self.radius);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        let t = (-distance / self.radius).clamp(0.0, 1.0);
        let mut height = self.band * bevel(distance, 0.07) + self.dome * t * (2.0 - t);
        let within = smoothstep(0.04, 0.12, -distance);
        let mut cut = 0.0f32;
        if self.score > 0 {
            cut = smoothstep(0.045, 0.0, if self.half > 0.0 { p.x.abs() } else { p.y.abs() });
        }
        if self.score == 2 {
            cut = cut.max(smoothstep(0.045, 0.0, if self.half > 0.0 { 1.0 } else { p.x.abs() }));
        }
        let q = Point::new(p.x.abs() - 0.4 * self.radius.max(self.half), p.y.abs() - 0.35 * self.radius);
        let mark = match self.imprint {
            0 => 1.0,
            1 => (q.length() - 0.13).abs() - 0.02,
            2 => q.x.abs().max(q.y.abs() - 0.12) - 0.02,
            _ => (rounded_box(q, Point::new(0.1, 0.12), 0.02)).abs() - 0.02,
        };
        cut = cut.max(smoothstep(0.02, -0.015, mark) * 0.7) * within;
        height -= 0.05 * cut;
        paint.colour = scaled(paint.colour, 1.0 - if self.gloss { 0.08 } else { 0.15 } * cut);
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.band + self.dome * 0.7
    }

    fn bounds(&self) -> Point {
        Point::new(self.half + self.radius + FAR, self.radius + FAR)
    }
}

/// A two-piece gelatine capsule.
pub(crate) struct Capsule {
    cap: Material,
    body: Material,
    radius: f32,
    seam: f32,
    print: bool,
}

impl Capsule {
    pub fn new(random: &mut Random) -> Self {
        let gel = |random: &mut Random| Material {
            colour: match random.below(4) {
                0 => srgb(238, 236, 228),
                _ => hsv(random.unit(), random.range(0.3, 0.85), random.range(0.5, 0.95)),
            },
            roughness: random.range(0.12, 0.3),
            finish: Finish::Even,
            ..Material::plastic(random)
        };
        let cap = gel(random);
        Self {
            cap,
            body: if random.chance(0.25) { cap } else { gel(random) },
            radius: random.range(0.27, 0.36),
            seam: random.range(-0.15, 0.15),
            print: random.chance(0.5),
        }
    }
}

impl Shape for Capsule {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let is_cap = inside(p.x - self.seam, 0.012);
        // The cap slides over the body and is a little wider.
        let radius = self.radius * (0.94 + 0.06 * inside(p.x - self.seam, 0.025));
        let half = 0.93 - self.radius;
        let distance = pill(p, half, radius);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let from_axis = distance + radius;
        let (a, b) = (self.cap.at(p, grain), self.body.at(p, grain));
        let mut paint = if is_cap > 0.5 { a } else { b };
        paint.colour = mixed(b.colour, a.colour, is_cap);
        let mut height = self.radius * 0.4 + (radius * radius - from_axis * from_axis).max(0.0).sqrt();
        let ring = smoothstep(0.025, 0.0, (p.x - self.seam + 0.18).abs());
        height -= 0.012 * ring;
        paint.colour =
            scaled(paint.colour, 1.0 - 0.25 * smoothstep(0.02, 0.0, (p.x - self.seam - 0.01).abs()));
        if self.print {
            let x = (p.x - self.seam - 0.32) / 0.075;
            let letter = floor(x);
            let (u, v) = (x - letter - 0.5, p.y / 0.1);
            if (-2.0..2.0).contains(&letter) && u.abs() < 0.36 && v.abs() < 1.0 {
                let stroke = if letter as i32 & 1 == 0 {
                    u.abs() > 0.18 || v.abs() < 0.2
                } else {
                    u.abs() < 0.12 || v < -0.7
                };
                if stroke {
                    paint.colour = scaled(paint.colour, 0.25);
                }
            }
        }
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.radius * 1.5
    }

    fn bounds(&self) -> Point {
        Point::new(1.0, self.radius + FAR)
    }
}

pub(crate) struct Biscuit {
    material: Material,
    square: Option<Point>,
    scallops: f32,
    depth: f32,
    dots: u32,
    chips: Vec<(Point, f32)>,
    crust: f32,
    thickness: f32,
    sugar: f32,
}

impl Biscuit {
    pub fn new(random: &mut Random) -> Self {
        let chocolate = random.chance(0.4);
        let mut chip = || {
            let at = Point::polar(0.78 * random.unit().sqrt(), random.unit());
            (at, random.range(0.05, 0.11))
        };
        let chips = if chocolate { (0..12).map(|_| chip()).collect() } else { Vec::new() };
        let square = random.chance(0.4).then(|| {
            let wide = random.range(0.64, 0.82);
            Point::new(wide, random.range(0.4, 0.64))
        });
        Self {
            material: Material::dough(random),
            square,
            scallops: if random.chance(0.5) { random.between(18, 32) as f32 } else { 0.0 },
            depth: random.range(0.02, 0.04),
            dots: if chocolate { 0 } else { random.below(3) },
            chips,
            crust: random.range(0.2, 0.6),
            thickness: random.range(0.12, 0.22),
            sugar: if random.chance(0.2) { random.range(0.4, 0.6) } else { 9.0 },
        }
    }
}

impl Shape for Biscuit {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let mut distance = match self.square {
            Some(half) => {
                let d = rounded_box(p, half, 0.12);
                if self.scallops > 0.0 {
                    let wave = if p.x.abs() / half.x > p.y.abs() / half.y { p.y } else { p.x };
                    d + self.depth * (0.5 + 0.5 * cos_turns(wave * 5.0))
                } else {
                    d
                }
            }
            None => p.length() - 0.92 + self.depth * (0.5 - 0.5 * cos_turns(p.turns() * self.scallops)),
        };
        let t = textures();
        distance += 0.02 * (1.0 + t.cloud.at(grain.x * 0.4, grain.y * 0.4));
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        // Baked darker towards the edge.
        let rim = smoothstep(-0.35, 0.0, distance);
        paint.colour = mixed(paint.colour, scaled(srgb(120, 70, 25), 0.8), self.crust * rim * 0.8);
        let mut height = self.thickness * bevel(distance, 0.16) + paint.bump;
        if self.dots > 0 {
            let spacing = if self.dots == 1 { 0.3 } else { 0.22 };
            let near = |v: f32| v - (floor(v / spacing) + 0.5) * spacing;
            let hole = Point::new(near(p.x), near(p.y)).length();
            let dark = smoothstep(0.05, 0.022, hole) * smoothstep(-0.1, -0.18, distance);
            height -= 0.06 * dark;
            paint.colour = scaled(paint.colour, 1.0 - 0.6 * dark);
        }
        for &(at, size) in &self.chips {
            let from = p.minus(at);
            if from.dot(from) < size * size {
                let d = from.length();
                let k = smoothstep(size, size * 0.8, d);
                paint.colour = mixed(paint.colour, srgb(52, 30, 18), k);
                paint.roughness += (0.45 - paint.roughness) * k;
                height += 0.5 * (size * size - d * d).max(0.0).sqrt();
            }
        }
        if self.sugar < 1.0 && distance < -0.05 && t.grain.at(grain.x * 0.25, grain.y * 0.25) > self.sugar {
            paint.colour = srgb(240, 236, 225);
            height += 0.02;
        }
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }

    fn steepness(&self) -> f32 {
        // Scallops, and a ragged edge.
        2.5
    }

    fn bounds(&self) -> Point {
        self.square.map_or(Point::new(1.0, 1.0), |half| half.plus(Point::new(FAR, FAR)))
    }
}

/// A kidney: thicker in the middle, bent about its seam.
pub(crate) struct Cashew {
    material: Material,
    toasted: Colour,
    radius: f32,
    half: f32,
    width: f32,
    taper: f32,
    shift: f32,
}

impl Cashew {
    pub fn new(random: &mut Random) -> Self {
        let cream = hsv(random.range(0.085, 0.12), random.range(0.2, 0.42), random.range(0.8, 0.95));
        let material = Material {
            colour: cream,
            roughness: random.range(0.45, 0.7),
            finish: Finish::Even,
            texture: random.range(0.02, 0.08),
            variation: random.range(0.06, 0.16),
            bump: random.range(0.006, 0.016),
            metal: 0.0,
        };
        Self {
            material,
            toasted: hsv(0.075, 0.6, 0.6),
            radius: random.range(0.46, 0.56),
            half: random.range(0.24, 0.31),
            width: random.range(0.25, 0.31),
            taper: random.range(0.1, 0.35),
            shift: random.range(-0.25, 0.25),
        }
    }
}

impl Shape for Cashew {
    fn at(&self, p: Point, grain: Point) -> Surface {
        // The bend's middle lies left of the origin, so that the nut lies about it.
        let (near, along) = arc(Point::new(p.x + 0.28, p.y), self.radius, self.half);
        let along = along - self.shift;
        let width = self.width * (1.0 - self.taper * along * along);
        let distance = near - width;
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        let t = (near / width).min(1.0);
        let mut height = width * (1.0 - t * t).max(0.0).sqrt() * 0.8;
        // The seam of the two halves.
        let seam = smoothstep(0.03, 0.0, (near - 0.25 * width).abs()) * smoothstep(1.2, 0.7, along.abs());
        height -= 0.012 * seam;
        let toasted = smoothstep(0.5, 1.0, t) * 0.35;
        paint.colour = mixed(paint.colour, self.toasted, toasted);
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        self.width
    }

    fn bounds(&self) -> Point {
        let end = Point::polar(self.radius, self.half.max(0.25));
        Point::new(0.28 - end.x + self.width + FAR, self.radius + self.width + FAR)
    }
}

/// Elbow pasta: a bent tube, cut at both ends.
pub(crate) struct Macaroni {
    material: Material,
    radius: f32,
    half: f32,
    width: f32,
    ridges: f32,
}

impl Macaroni {
    pub fn new(random: &mut Random) -> Self {
        let mut material = Material::chalk(random);
        material.colour = hsv(random.range(0.1, 0.13), random.range(0.4, 0.7), random.range(0.78, 0.95));
        material.finish = Finish::Even;
        material.roughness = random.range(0.35, 0.6);
        Self {
            material,
            radius: random.range(0.5, 0.62),
            half: random.range(0.17, 0.25),
            width: random.range(0.2, 0.26),
            ridges: if random.chance(0.5) { random.range(5.0, 8.0) } else { 0.0 },
        }
    }
}

impl Shape for Macaroni {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let q = Point::new(p.x + self.radius - 0.25, p.y);
        let across = q.length() - self.radius;
        let turn = q.turns();
        // Cut straight across: the ends' distance runs along the arc.
        let end = (turn.abs() - self.half) * std::f32::consts::TAU * q.length().max(0.05);
        let distance = (across.abs() - self.width).max(end);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        let v = (across / self.width).clamp(-1.0, 1.0);
        let mut height = self.width * (1.0 - v * v).max(0.0).sqrt();
        if self.ridges > 0.0 {
            let ridge = (fraction(v * self.ridges * 0.5) - 0.5).abs() * 2.0;
            height += 0.02 * ridge;
            paint.colour = scaled(paint.colour, 0.88 + 0.12 * ridge);
        }
        // One looks a little into the tube.
        let mouth = smoothstep(-0.1, -0.02, end) * smoothstep(0.8, 0.5, v.abs());
        height -= 0.6 * self.width * mouth;
        paint.colour = scaled(paint.colour, 1.0 - 0.6 * mouth);
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        self.width * 1.5
    }

    fn bounds(&self) -> Point {
        let reach = self.width + FAR;
        Point::new(reach + (self.radius - 0.25).max(0.25), reach + self.radius)
    }
}
