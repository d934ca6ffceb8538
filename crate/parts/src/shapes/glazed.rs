//! Glass and ceramics: marbles, lenses, tiles, saucers.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::material::{Material, Paint};
use crate::math::{Point, floor, fraction, smoothstep};
use crate::noise::textures;
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel, rounded_box};

/// A ball of glass with ribbons of colour inside.
pub(crate) struct Marble {
    glass: Colour,
    ribbons: [Colour; 2],
    twist: f32,
    count: f32,
    clear: f32,
}

impl Marble {
    pub fn new(random: &mut Random) -> Self {
        let hue = random.unit();
        Self {
            glass: hsv(hue, random.range(0.1, 0.6), random.range(0.45, 0.85)),
            ribbons: [
                hsv(random.unit(), random.range(0.5, 0.95), random.range(0.4, 0.95)),
                hsv(random.unit(), random.range(0.0, 0.8), random.range(0.3, 0.95)),
            ],
            twist: random.range(-0.5, 0.5),
            count: random.pick([2.0, 3.0, 4.0]),
            clear: random.range(0.0, 0.5),
        }
    }
}

impl Shape for Marble {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let distance = r - 0.92;
        if distance > FAR {
            return Surface::outside(distance);
        }
        let depth = (0.92 * 0.92 - r * r).max(0.0).sqrt();
        let noise = textures().cloud.at(grain.x * 0.18, grain.y * 0.18) * 0.12;
        let turn = fraction((p.turns() + self.twist * r + noise) * self.count);
        let ribbon = smoothstep(0.3, 0.5, turn) * smoothstep(0.85, 0.65, turn) * smoothstep(0.9, 0.7, r);
        let which = self.ribbons[usize::from(turn > 0.58)];
        // The rim, where one looks through more glass, is deeper in tone.
        let body = scaled(self.glass, 0.45 + 0.55 * depth);
        let paint = Paint {
            colour: mixed(body, which, ribbon * 0.9),
            roughness: 0.08,
            clear: self.clear * (1.0 - ribbon) * smoothstep(0.1, 0.5, depth),
            ..Paint::default()
        };
        Surface { distance, height: depth * 0.9, paint }
    }

    fn thickness(&self) -> f32 {
        0.8
    }
}

/// A ground lens, bare or in a metal mount.
pub(crate) struct Lens {
    mount: Option<Material>,
    tint: Colour,
    bevel: f32,
    curve: f32,
}

impl Lens {
    pub fn new(random: &mut Random) -> Self {
        let mount = random.chance(0.5).then(|| Material::metal(random));
        Self {
            mount,
            tint: hsv(random.range(0.3, 0.75), random.range(0.05, 0.3), random.range(0.5, 0.8)),
            bevel: random.range(0.03, 0.08),
            curve: random.range(0.15, 0.4),
        }
    }
}

impl Shape for Lens {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let distance = r - 0.92;
        if distance > FAR {
            return Surface::outside(distance);
        }
        let edge = if self.mount.is_some() { 0.76 } else { 0.92 };
        if let Some(mount) = self.mount.filter(|_| r > edge) {
            let paint = mount.at(p, grain);
            let threads = 0.012 * (fraction(r * 30.0) - 0.5).abs();
            return Surface { distance, height: 0.22 * bevel(distance, 0.05) + threads + paint.bump, paint };
        }
        let t = r / edge;
        let ground = smoothstep(edge - self.bevel, edge - self.bevel * 0.7, r);
        let paint = Paint {
            colour: mixed(scaled(self.tint, 0.55 + 0.3 * t * t), srgb(225, 228, 230), ground * 0.8),
            roughness: 0.06 + 0.6 * ground,
            clear: 0.75 * (1.0 - ground),
            ..Paint::default()
        };
        let height = 0.1 + self.curve * (1.0 - t * t) - self.bevel * ground;
        Surface { distance, height: height * bevel(r - edge, 0.01).max(0.3), paint }
    }

    fn thickness(&self) -> f32 {
        0.2
    }
}

/// Glaze: smooth, bright, thinner on edges.
fn glaze(random: &mut Random) -> Material {
    let colour = match random.below(3) {
        0 => hsv(random.range(0.08, 0.16), random.range(0.0, 0.12), random.range(0.82, 0.96)),
        1 => hsv(random.unit(), random.range(0.1, 0.4), random.range(0.6, 0.92)),
        _ => hsv(random.unit(), random.range(0.4, 0.8), random.range(0.25, 0.7)),
    };
    Material {
        colour,
        roughness: random.range(0.1, 0.3),
        variation: random.range(0.0, 0.08),
        bump: 0.0015,
        ..Material::chalk(random)
    }
}

/// A wall tile, plain or with a pattern.
pub(crate) struct CeramicTile {
    glaze: Material,
    half: Point,
    pattern: u32,
    ink: Colour,
    cushion: f32,
    repeat: f32,
}

impl CeramicTile {
    pub fn new(random: &mut Random) -> Self {
        let glaze = glaze(random);
        let ink = if random.chance(0.5) { hsv(random.unit(), 0.7, 0.45) } else { scaled(glaze.colour, 0.4) };
        Self {
            glaze,
            half: random.pick([Point::new(0.66, 0.66), Point::new(0.66, 0.66), Point::new(0.8, 0.44)]),
            pattern: random.below(5),
            ink,
            cushion: random.range(0.03, 0.1),
            repeat: random.pick([1.0, 2.0, 2.0, 3.0]),
        }
    }
}

impl Shape for CeramicTile {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let distance = rounded_box(p, self.half, 0.03);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.glaze.at(p, grain);
        let cell = 2.0 * self.half.y / self.repeat;
        let q = Point::new(
            fraction(p.x / cell + 0.5 * self.repeat) - 0.5,
            fraction(p.y / cell + 0.5 * self.repeat) - 0.5,
        );
        let line = |d: f32| smoothstep(0.05, 0.03, d.abs());
        let corner = Point::new(0.5 - q.x.abs(), 0.5 - q.y.abs()).length();
        let drawn = match self.pattern {
            0 | 1 => 0.0,
            2 => line(corner - 0.4),
            3 => line(q.x.abs() + q.y.abs() - 0.36).max(line(q.length() - 0.12)),
            _ => smoothstep(0.022, 0.015, (distance + 0.11).abs()),
        };
        paint.colour = mixed(paint.colour, self.ink, drawn * 0.85);
        let height = 0.12 * bevel(distance, 0.02) + self.cushion * bevel(distance, 0.14);
        // Glaze runs off the edge, and the clay shows through.
        paint.colour = mixed(paint.colour, srgb(196, 160, 128), smoothstep(-0.014, -0.002, distance) * 0.5);
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        0.16
    }

    fn bounds(&self) -> Point {
        self.half.plus(Point::new(FAR, FAR))
    }
}

/// A saucer from above: a well, a flat and a raised rim with bands or dots.
pub(crate) struct Saucer {
    glaze: Material,
    ink: Colour,
    well: f32,
    foot: f32,
    decor: u32,
    dots: f32,
}

impl Saucer {
    pub fn new(random: &mut Random) -> Self {
        let glaze = glaze(random);
        let ink = if random.chance(0.7) { hsv(random.unit(), 0.7, 0.5) } else { srgb(190, 150, 60) };
        Self {
            glaze,
            ink,
            well: random.range(0.3, 0.42),
            foot: random.range(0.5, 0.62),
            decor: random.below(4),
            dots: random.between(10, 20) as f32,
        }
    }
}

impl Shape for Saucer {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let distance = r - 0.93;
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.glaze.at(p, grain);
        let drawn = match self.decor {
            0 => 0.0,
            1 => smoothstep(0.022, 0.014, (r - 0.87).abs()),
            2 => smoothstep(0.012, 0.006, (r - 0.88).abs()).max(smoothstep(0.02, 0.012, (r - 0.7).abs())),
            _ if (r - 0.76).abs() > 0.045 => 0.0,
            _ => {
                let sector = (floor(p.turns() * self.dots) + 0.5) / self.dots;
                smoothstep(0.045, 0.035, p.minus(Point::polar(0.76, sector)).length())
            }
        };
        paint.colour = mixed(paint.colour, self.ink, drawn * 0.9);
        // From the middle outwards: the cup's well, its ring, the rising flank, the lip.
        let height = 0.05
            + 0.03 * smoothstep(0.025, 0.0, (r - self.well).abs())
            + 0.22 * smoothstep(self.foot, 0.95, r)
            - 0.02 * smoothstep(self.well, self.well - 0.03, r);
        Surface { distance, height: height * bevel(distance, 0.02) + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        0.2
    }
}
