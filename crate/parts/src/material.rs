//! What parts are made of: colour, gloss and the fine texture of the surface.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::math::Point;
use crate::noise::textures;
use crate::random::Random;

/// The direction fine lines run in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Finish {
    /// None: moulded or cast.
    Even,
    /// Lines along x: brushed or rolled.
    Brushed,
    /// Circles about the centre: turned on a lathe.
    Turned,
    /// Grains of another tone.
    Speckled,
}

/// How a surface answers to light.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Material {
    pub colour: Colour,
    /// 0 is a mirror, 1 is chalk.
    pub roughness: f32,
    /// 1 for metals, which reflect in their own colour.
    pub metal: f32,
    pub finish: Finish,
    /// Strength of the fine texture, 0..1.
    pub texture: f32,
    /// Strength of slow changes of tone, 0..1.
    pub variation: f32,
    /// Height of the fine texture, in radii of the part.
    pub bump: f32,
}

/// One point's answer to light.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub colour: Colour,
    pub roughness: f32,
    pub metal: f32,
    pub bump: f32,
    /// How much of the ground shines through, 0..1: glass.
    pub clear: f32,
}

impl Default for Paint {
    /// Black, dull and opaque.
    fn default() -> Self {
        Self { colour: [0.0; 3], roughness: 1.0, metal: 0.0, bump: 0.0, clear: 0.0 }
    }
}

impl Material {
    pub fn metal(random: &mut Random) -> Self {
        let colour = random.pick([
            srgb(190, 190, 192),
            srgb(168, 170, 175),
            srgb(205, 202, 196),
            srgb(205, 170, 95),
            srgb(200, 130, 95),
            srgb(120, 120, 125),
            srgb(150, 148, 140),
            srgb(196, 186, 150),
        ]);
        Self {
            colour: scaled(colour, random.range(0.85, 1.1)),
            roughness: random.range(0.25, 0.65),
            metal: random.range(0.75, 1.0),
            finish: random.pick([Finish::Even, Finish::Brushed, Finish::Turned, Finish::Even]),
            texture: random.range(0.05, 0.3),
            variation: random.range(0.03, 0.15),
            bump: random.range(0.0, 0.002),
        }
    }

    pub fn plastic(random: &mut Random) -> Self {
        let colour = match random.below(5) {
            0 => hsv(0.0, 0.0, random.range(0.12, 0.3)),
            1 => hsv(random.range(0.05, 0.15), random.range(0.0, 0.2), random.range(0.8, 0.95)),
            _ => hsv(random.unit(), random.range(0.3, 0.85), random.range(0.35, 0.9)),
        };
        Self {
            colour,
            roughness: random.range(0.2, 0.7),
            metal: 0.0,
            finish: random.pick([Finish::Even, Finish::Even, Finish::Speckled]),
            texture: random.range(0.0, 0.15),
            variation: random.range(0.0, 0.06),
            bump: random.range(0.0, 0.0012),
        }
    }

    pub fn rubber(random: &mut Random) -> Self {
        let colour = match random.below(4) {
            0 | 1 => hsv(random.unit(), 0.08, random.range(0.13, 0.3)),
            2 => hsv(random.pick([0.02, 0.05, 0.58, 0.33]), random.range(0.5, 0.75), random.range(0.4, 0.7)),
            _ => hsv(0.1, 0.1, random.range(0.55, 0.85)),
        };
        Self {
            colour,
            roughness: random.range(0.5, 0.85),
            bump: random.range(0.0, 0.003),
            ..Self::plastic(random)
        }
    }

    pub fn chalk(random: &mut Random) -> Self {
        let colour = match random.below(3) {
            0 => hsv(0.12, random.range(0.0, 0.08), random.range(0.88, 0.97)),
            1 => hsv(random.unit(), random.range(0.15, 0.4), random.range(0.8, 0.95)),
            _ => hsv(random.unit(), random.range(0.4, 0.75), random.range(0.6, 0.9)),
        };
        Self {
            colour,
            roughness: random.range(0.55, 0.95),
            metal: 0.0,
            finish: random.pick([Finish::Even, Finish::Speckled]),
            texture: random.range(0.03, 0.15),
            variation: random.range(0.0, 0.05),
            bump: random.range(0.0005, 0.0025),
        }
    }

    pub fn dough(random: &mut Random) -> Self {
        let light = hsv(random.range(0.08, 0.11), random.range(0.4, 0.6), random.range(0.75, 0.9));
        let dark = hsv(random.range(0.05, 0.08), random.range(0.55, 0.7), random.range(0.25, 0.5));
        let t = random.unit();
        Self {
            colour: mixed(light, dark, t * t),
            roughness: 0.9,
            metal: 0.0,
            finish: Finish::Speckled,
            texture: random.range(0.1, 0.25),
            variation: random.range(0.12, 0.3),
            bump: random.range(0.01, 0.025),
        }
    }

    /// The paint at `p`, where `grain` is the same point moved by the instance's own offset.
    #[inline]
    pub fn at(&self, p: Point, grain: Point) -> Paint {
        let t = textures();
        let at_once = || t.surface.at(grain.x * 0.33, grain.y * 0.33);
        let cloud = || t.cloud.at(grain.x * 0.33, grain.y * 0.33);
        let [fine, cloud] = match self.finish {
            Finish::Even => at_once(),
            Finish::Brushed => [t.grain.at(grain.x * 0.03, grain.y * 0.6), cloud()],
            Finish::Turned => [t.grain.at(p.length() * 0.5 + grain.x - p.x, 0.37), cloud()],
            Finish::Speckled => {
                let [v, cloud] = at_once();
                [if v > 0.4 { (v - 0.4) * 2.5 } else { -0.1 }, cloud]
            }
        };
        let tone = 1.0 + self.texture * fine * 0.7 + self.variation * cloud;
        let bump = if self.bump > 0.0 {
            // Only coarse matter needs the finer octave.
            let fine =
                if self.bump > 0.004 { t.blob.at(grain.x * 0.8, grain.y * 0.8) * 0.5 } else { fine * 0.2 };
            self.bump * (cloud + fine)
        } else {
            0.0
        };
        Paint {
            colour: scaled(self.colour, tone.max(0.05)),
            roughness: (self.roughness + 0.15 * self.texture * fine).clamp(0.05, 1.0),
            metal: self.metal,
            bump,
            clear: 0.0,
        }
    }
}
