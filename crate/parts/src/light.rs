//! The light of a scene, and how a surface looks in it.

use crate::colour::{Colour, each};
use crate::material::Paint;
use crate::math::{Point, smoothstep};
use crate::random::Random;

/// One large lamp and the room's light.
#[derive(Clone, Debug)]
pub(crate) struct Light {
    /// Towards the lamp, in the picture's plane; together with `up` of length 1.
    pub towards: Point,
    pub up: f32,
    key: Colour,
    ambient: Colour,
    half: [f32; 3],
    /// The room as metals mirror it: where its bright window is and how bright.
    window: [f32; 3],
    window_strength: f32,
    /// Softness of the cast shadow, in radii of the part.
    pub softness: f32,
    pub shadow: f32,
}

impl Light {
    pub fn new(random: &mut Random) -> Self {
        let turns = random.unit();
        let up = random.range(0.55, 0.9);
        let towards = Point::polar((1.0 - up * up).sqrt(), turns);
        let warm = random.range(-0.06, 0.08);
        let key = random.range(0.75, 1.05);
        let ambient = random.range(0.25, 0.5);
        let half = normalised([towards.x, towards.y, up + 1.0]);
        let window =
            normalised([towards.x + random.range(-0.3, 0.3), towards.y + random.range(-0.3, 0.3), 0.6]);
        Self {
            towards,
            up,
            key: [key * (1.0 + warm), key, key * (1.0 - warm)],
            ambient: [ambient * (1.0 - warm), ambient, ambient * (1.0 + warm)],
            half,
            window,
            window_strength: random.range(0.5, 1.2),
            softness: random.range(0.04, 0.16),
            shadow: random.range(0.45, 0.8),
        }
    }

    /// The light on flat ground.
    pub fn on_ground(&self) -> Colour {
        each(|i| self.ambient[i] + self.key[i] * self.up)
    }

    /// The light that a point with `paint` and slope (`gx`, `gy`) sends up; `lit` is how much of the lamp reaches it.
    #[inline(always)]
    pub fn shade(&self, paint: &Paint, gx: f32, gy: f32, lit: f32) -> Colour {
        let n = normalised([-gx, -gy, 1.0]);
        let facing = (n[0] * self.towards.x + n[1] * self.towards.y + n[2] * self.up).max(0.0);
        let sky = 0.65 + 0.35 * n[2];
        // Highlight: Blinn's, with Schlick's rational form of the power.
        let gloss = 1.0 - paint.roughness;
        let exponent = 4.0 + 120.0 * gloss * gloss * gloss;
        let t = (n[0] * self.half[0] + n[1] * self.half[1] + n[2] * self.half[2]).max(0.0);
        let t2 = t * t;
        let peak = t2 * t2 / (exponent - exponent * (t2 * t2) + t2 * t2);
        let highlight = peak * (0.15 + 2.0 * gloss * gloss) * lit;
        // What metals mirror of the room.
        let r = [2.0 * n[2] * n[0], 2.0 * n[2] * n[1], 2.0 * n[2] * n[2] - 1.0];
        let window = r[0] * self.window[0] + r[1] * self.window[1] + r[2] * self.window[2];
        let spread = 0.15 + 0.5 * paint.roughness;
        let room =
            0.42 + 0.3 * r[2] + self.window_strength * smoothstep(0.75 - spread, 0.75 + spread, window);
        let mirror = paint.metal * 0.8;
        let fresnel = 0.04 + 0.5 * (1.0 - n[2]) * (1.0 - n[2]) * gloss;
        // How much of the surface's own colour comes back, of the room's light and of the lamp's, and how much of the
        // lamp's light as it is. Metals tint what they mirror.
        let mirrored = mirror * room * (0.45 + 0.55 * lit) * 0.8;
        let highlight = highlight * (0.35 + 0.65 * paint.metal);
        let of_room = sky * (1.0 - mirror) + mirrored;
        let of_lamp = facing * lit * (1.0 - mirror) + mirrored + highlight * paint.metal;
        let bare = (1.0 - paint.metal) * (highlight + fresnel * room * 0.6);
        each(|i| paint.colour[i] * (self.ambient[i] * of_room + self.key[i] * of_lamp) + self.key[i] * bare)
    }
}

#[inline(always)]
fn normalised(v: [f32; 3]) -> [f32; 3] {
    let s = 1.0 / (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    [v[0] * s, v[1] * s, v[2] * s]
}
