//! What parts lie on.

use crate::colour::{Colour, each, hsv, mixed, scaled, srgb};
use crate::math::{Point, fraction, smoothstep};
use crate::random::Random;
use crate::shape::rounded_box;
use crate::window::Window;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ground {
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
    pub ground: Ground,
    pub colour: Colour,
    pub other: Colour,
    pub direction: Point,
    pub offset: Point,
    pub scale: f32,
    pub strength: f32,
    pub clutter: Vec<Scrap>,
}

/// Something flat that lies about: paper, tape, a cable's shadowless stroke.
#[derive(Clone, Debug)]
pub(crate) struct Scrap {
    /// All in picture widths.
    at: Point,
    direction: Point,
    half: Point,
    round: f32,
    colour: Colour,
    lines: f32,
}

/// So far from a scrap, in picture widths, it darkens the ground.
const SHADED: f32 = 0.01;

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

    /// Lays it over a row of the ground, whose first pixel lies at `from` and the others `side` apart; `light` is what white
    /// paper sends back, `dark` the share of it that is taken.
    pub fn cover(&self, from: Point, side: f32, light: Colour, dark: &[f32], row: &mut [Colour]) {
        let first = from.minus(self.at).unrotated(self.direction);
        let along = Point::new(side, 0.0).unrotated(self.direction);
        let mut columns = 0..row.len();
        columns = Window::span(columns, first.x, along.x, self.half.x + SHADED);
        columns = Window::span(columns, first.y, along.y, self.half.y + SHADED);
        let round = self.round.min(self.half.x);
        let colour = each(|k| self.colour[k] * light[k]);
        for (x, ground) in columns.clone().zip(&mut row[columns]) {
            let q = first.plus(along.times(x as f32));
            let distance = rounded_box(q, self.half, round);
            if distance > SHADED {
                continue;
            }
            // A dark line where it lies on the ground.
            let under = scaled(*ground, 1.0 - 0.35 * smoothstep(SHADED, 0.0, distance));
            let written = self.lines > 0.0 && fraction(q.y * self.lines) < 0.3 && distance < -0.02;
            let own = scaled(colour, if written { 0.6 } else { 1.0 } * (1.0 - dark[x]));
            *ground = mixed(under, own, smoothstep(0.0015, -0.0015, distance));
        }
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
}
