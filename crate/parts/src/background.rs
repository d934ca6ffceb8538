//! What parts lie on.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::math::{Point, floor, fraction, smoothstep};
use crate::noise::textures;
use crate::random::Random;
use crate::shape::rounded_box;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ground {
    Plain,
    Gradient,
    Wood,
    Fabric,
    BrushedMetal,
    Concrete,
    Speckle,
    Mat,
}

/// A ground with its own colours and offset.
#[derive(Clone, Debug)]
pub(crate) struct Background {
    ground: Ground,
    colour: Colour,
    other: Colour,
    direction: Point,
    offset: Point,
    scale: f32,
    strength: f32,
    clutter: Vec<Scrap>,
}

/// Something flat that lies about: paper, tape, a cable's shadowless stroke.
#[derive(Clone, Debug)]
struct Scrap {
    /// All in picture widths.
    at: Point,
    direction: Point,
    half: Point,
    round: f32,
    colour: Colour,
    lines: f32,
}

impl Scrap {
    fn new(random: &mut Random) -> Self {
        let half = match random.below(3) {
            0 => Point::new(random.range(0.2, 0.7), random.range(0.004, 0.012)),
            1 => Point::new(random.range(0.08, 0.3), random.range(0.06, 0.2)),
            _ => Point::new(random.range(0.02, 0.06), random.range(0.02, 0.05)),
        };
        Self {
            at: Point::new(random.unit(), random.unit()),
            direction: Point::polar(1.0, random.unit()),
            half,
            round: half.y * random.pick([0.0, 0.1, 1.0]),
            colour: hsv(random.unit(), random.range(0.0, 0.5), random.range(0.1, 0.95)),
            lines: random.pick([0.0, 0.0, 40.0]),
        }
    }

    /// Lays it over the ground at `p`.
    fn cover(&self, p: Point, ground: Colour) -> Colour {
        let q = p.minus(self.at).unrotated(self.direction);
        let distance = rounded_box(q, self.half, self.round.min(self.half.x));
        if distance > 0.01 {
            return ground;
        }
        // A dark line where it lies on the ground.
        let under = scaled(ground, 1.0 - 0.35 * smoothstep(0.01, 0.0, distance));
        let written = self.lines > 0.0 && fraction(q.y * self.lines) < 0.3 && distance < -0.02;
        let own = scaled(self.colour, if written { 0.6 } else { 1.0 });
        mixed(under, own, smoothstep(0.0015, -0.0015, distance))
    }
}

impl Background {
    pub fn new(random: &mut Random) -> Self {
        let ground = random.pick([
            Ground::Plain,
            Ground::Plain,
            Ground::Gradient,
            Ground::Wood,
            Ground::Fabric,
            Ground::BrushedMetal,
            Ground::Concrete,
            Ground::Speckle,
            Ground::Mat,
        ]);
        let grey = hsv(random.unit(), random.range(0.0, 0.12), random.range(0.08, 0.97));
        let tone = hsv(random.unit(), random.range(0.15, 0.7), random.range(0.2, 0.9));
        let any = if random.chance(0.6) { grey } else { tone };
        let (colour, other) = match ground {
            Ground::Wood => {
                let c = hsv(random.range(0.06, 0.1), random.range(0.3, 0.65), random.range(0.35, 0.85));
                (c, scaled(c, random.range(0.45, 0.75)))
            }
            Ground::BrushedMetal => {
                let c = hsv(0.6, random.range(0.0, 0.06), random.range(0.4, 0.75));
                (c, scaled(c, 0.7))
            }
            Ground::Concrete => {
                let c = hsv(random.range(0.08, 0.6), random.range(0.0, 0.08), random.range(0.4, 0.8));
                (c, scaled(c, 0.6))
            }
            Ground::Speckle => (any, if random.chance(0.5) { scaled(any, 0.4) } else { srgb(220, 218, 210) }),
            _ => (any, scaled(any, random.range(0.35, 0.8))),
        };
        Self {
            ground,
            colour,
            other,
            direction: Point::polar(1.0, random.unit()),
            offset: Point::new(random.range(0.0, 7.0), random.range(0.0, 7.0)),
            scale: random.range(0.7, 1.5),
            strength: random.range(0.4, 1.0),
            clutter: match random.below(8) {
                0 => (0..random.between(4, 12)).map(|_| Scrap::new(random)).collect(),
                1 => (0..random.between(1, 3)).map(|_| Scrap::new(random)).collect(),
                _ => Vec::new(),
            },
        }
    }

    /// The colour at (`x`, `y`), both in picture widths.
    #[inline]
    pub fn at(&self, x: f32, y: f32) -> Colour {
        let p = Point::new(x, y);
        self.clutter.iter().fold(self.bare(x, y), |ground, scrap| scrap.cover(p, ground))
    }

    /// The ground itself.
    #[inline]
    fn bare(&self, x: f32, y: f32) -> Colour {
        let t = textures();
        let p = Point::new(x - 0.5, y - 0.5).unrotated(self.direction);
        let q = p.times(self.scale).plus(self.offset);
        match self.ground {
            Ground::Plain => scaled(self.colour, 1.0 + 0.04 * t.cloud.at(q.x * 0.5, q.y * 0.5)),
            Ground::Gradient => mixed(self.colour, self.other, smoothstep(-0.7, 0.7, p.x)),
            Ground::Wood => {
                let wave = t.cloud.at(q.x * 0.18, q.y * 0.6);
                let ring = fraction(q.y * 7.0 + wave * 2.2);
                let fibre = t.grain.at(q.x * 0.06, q.y * 1.3);
                let k = 0.55 * smoothstep(0.0, 0.8, ring) * smoothstep(1.0, 0.85, ring)
                    + 0.25 * fibre * self.strength;
                mixed(self.colour, self.other, (0.25 + 0.75 * k).clamp(0.0, 1.0))
            }
            Ground::Fabric => {
                let (u, v) = (q.x * 55.0, q.y * 55.0);
                let (i, j) = (floor(u), floor(v));
                let (a, b) = (u - i - 0.5, v - j - 0.5);
                let over = (i as i64 + j as i64) & 1 == 0;
                let bulge = if over { 1.0 - 4.0 * b * b } else { 1.0 - 4.0 * a * a };
                let thread =
                    t.grain.at(i * 0.13 + 0.4, j * 0.17) * 0.2 + t.cloud.at(q.x * 0.6, q.y * 0.6) * 0.1;
                scaled(self.colour, 1.0 + self.strength * (0.5 * (bulge - 0.7) + thread))
            }
            Ground::BrushedMetal => {
                let line = t.grain.at(q.x * 0.02, q.y * 1.1) + 0.5 * t.grain.at(q.x * 0.05, q.y * 0.5);
                let sheen = t.cloud.at(q.x * 0.1, q.y * 0.2);
                scaled(self.colour, (1.0 + self.strength * (0.16 * line + 0.2 * sheen)).max(0.1))
            }
            Ground::Concrete => {
                let k = 0.35 * t.cloud.at(q.x * 0.7, q.y * 0.7) + 0.14 * t.grain.at(q.x, q.y);
                let pore = smoothstep(0.75, 0.9, t.blob.at(q.x * 0.9, q.y * 0.9));
                mixed(scaled(self.colour, 1.0 + self.strength * k * 0.6), self.other, 0.5 * pore)
            }
            Ground::Speckle => {
                let fleck = smoothstep(0.35, 0.6, t.grain.at(q.x * 0.45, q.y * 0.45));
                mixed(self.colour, self.other, fleck * self.strength * 0.7)
            }
            Ground::Mat => {
                // A cutting mat's grid.
                let (u, v) = (q.x * 8.0, q.y * 8.0);
                let line = (u - floor(u) - 0.5).abs().max((v - floor(v) - 0.5).abs());
                let k = smoothstep(0.465, 0.485, line);
                mixed(self.colour, self.other, 0.6 * self.strength * k)
            }
        }
    }
}
