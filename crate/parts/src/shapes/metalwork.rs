//! Gears, coins, bottle caps and keys.

use crate::colour::{Colour, hsv, mixed, scaled};
use crate::material::{Finish, Material};
use crate::math::{Point, cos_turns, floor, sin_turns, smoothstep};
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel, hexagon, inside, polygon, rounded_box};

pub(crate) struct Gear {
    material: Material,
    teeth: f32,
    root: f32,
    slope: f32,
    bore: f32,
    hub: f32,
    web: f32,
    rim: f32,
    holes: u32,
    keyway: bool,
    thickness: f32,
}

impl Gear {
    pub fn new(random: &mut Random) -> Self {
        let teeth = random.between(10, 28) as f32;
        let bore = random.range(0.1, 0.22);
        Self {
            material: if random.chance(0.25) { Material::plastic(random) } else { Material::metal(random) },
            teeth,
            root: 0.93 - (3.6 / teeth).clamp(0.12, 0.24) * random.range(0.75, 1.0),
            slope: random.range(1.3, 2.4),
            bore,
            hub: bore + random.range(0.08, 0.16),
            web: if random.chance(0.7) { random.range(0.05, 0.12) } else { 0.0 },
            rim: random.range(0.07, 0.13),
            holes: random.pick([0, 0, 3, 4, 5, 6]),
            keyway: random.chance(0.5),
            thickness: random.range(0.14, 0.25),
        }
    }
}

impl Shape for Gear {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        // Deep inside, the teeth make no difference.
        let wave = if r > self.root - 0.06 {
            (sin_turns(p.turns() * self.teeth) * self.slope).clamp(-1.0, 1.0) * 0.5 + 0.5
        } else {
            0.0
        };
        let mut distance = (r - (self.root + (0.93 - self.root) * wave)) * 0.75;
        let mut bore = r - self.bore;
        if self.keyway {
            let slot = rounded_box(
                Point::new(p.x - self.bore, p.y),
                Point::new(self.bore * 0.35, self.bore * 0.28),
                0.01,
            );
            bore = bore.min(slot);
        }
        distance = distance.max(-bore);
        let rim = self.root - self.rim;
        if self.holes > 0 && rim > self.hub + 0.1 {
            let n = self.holes as f32;
            let middle = (rim + self.hub) * 0.5;
            let size = ((rim - self.hub) * 0.33).min(middle * 1.6 / n);
            // At most as far as from the ring that the holes lie on.
            let mut hole = size - (r - middle).abs();
            if hole > -0.05 {
                let sector = floor(p.turns() * n + 0.5) / n;
                hole = size - p.minus(Point::polar(middle, sector)).length();
            }
            distance = distance.max(hole);
        }
        if distance > FAR {
            return Surface::outside(distance);
        }
        let paint = self.material.at(p, grain);
        let sunk = self.web * smoothstep(0.0, 0.035, r - self.hub) * smoothstep(0.0, 0.035, rim - r);
        let height = self.thickness * bevel(distance, 0.035) - sunk + paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }

    fn steepness(&self) -> f32 {
        // A tooth's flank: half a wave's rise, in the time of a tooth.
        0.75 + 0.75 * (0.93 - self.root) * self.slope * 0.5 * self.teeth / self.root
    }
}

/// What is struck on a coin or printed on a cap.
#[derive(Clone, Copy)]
enum Motif {
    Star(f32),
    Petals(f32),
    Rings,
    Cross,
    Polygon(f32),
}

impl Motif {
    fn any(random: &mut Random) -> Self {
        match random.below(5) {
            0 => Self::Star(random.between(4, 8) as f32),
            1 => Self::Petals(random.between(3, 8) as f32),
            2 => Self::Rings,
            3 => Self::Cross,
            _ => Self::Polygon(random.between(3, 6) as f32),
        }
    }

    /// Distance to the motif at `p` in a circle of radius 1.
    fn distance(self, p: Point) -> f32 {
        let r = p.length();
        match self {
            Self::Star(n) => {
                let t = p.turns() * n;
                let near = (t - floor(t + 0.5)).abs() * 2.0;
                (r - (0.95 - 0.6 * near)) * 0.6
            }
            Self::Petals(n) => (r - (0.6 + 0.35 * cos_turns(p.turns() * n))) * 0.6,
            Self::Rings => ((r - 0.75).abs() - 0.08).min((r - 0.4).abs() - 0.1),
            Self::Cross => (p.x.abs().min(p.y.abs()) - 0.18).max(r - 0.9),
            Self::Polygon(n) => {
                let d = polygon(p, n, 0.62);
                d.max(-(d + 0.2))
            }
        }
    }
}

pub(crate) struct Coin {
    material: Material,
    motif: Motif,
    inner: Option<Material>,
    rim: f32,
    beads: f32,
    relief: f32,
    size: f32,
    thickness: f32,
    hole: f32,
}

impl Coin {
    pub fn new(random: &mut Random) -> Self {
        let material = Material { finish: Finish::Even, ..Material::metal(random) };
        Self {
            motif: Motif::any(random),
            inner: random.chance(0.25).then(|| Material::metal(random)),
            rim: random.range(0.04, 0.09),
            beads: if random.chance(0.5) { random.between(24, 60) as f32 } else { 0.0 },
            relief: random.range(0.015, 0.035),
            size: random.range(0.4, 0.58),
            thickness: random.range(0.06, 0.11),
            hole: if random.chance(0.12) { random.range(0.12, 0.2) } else { 0.0 },
            material,
        }
    }
}

impl Shape for Coin {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let distance = (r - 0.93).max(self.hole - r);
        let core = self.size + 0.06;
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        if let Some(inner) = self.inner {
            let other = inner.at(p, grain);
            let t = inside(r - core, 0.012);
            paint.colour = mixed(paint.colour, other.colour, t);
        }
        let rim = self.relief * 1.3 * smoothstep(0.93 - self.rim - 0.03, 0.93 - self.rim, r);
        let within = inside(r - self.size, 0.02);
        let motif = if within > 0.0 {
            let distance = self.motif.distance(p.times(1.0 / self.size));
            self.relief * smoothstep(0.03, -0.05, distance) * within
        } else {
            0.0
        };
        let mut beads = 0.0;
        let ring = 0.8 - self.rim * 0.5;
        if self.beads > 0.0 && (r - ring).abs() * self.beads < 2.0 {
            let t = p.turns() * self.beads;
            let centre = Point::polar(ring, floor(t + 0.5) / self.beads);
            beads = self.relief * smoothstep(2.0 / self.beads, 0.3 / self.beads, p.minus(centre).length());
        }
        // Dirt gathers where the relief is low.
        let raised = (motif + beads + rim) / self.relief;
        paint.colour = scaled(paint.colour, 0.82 + 0.18 * raised.min(1.0));
        let height = self.thickness * bevel(distance, 0.03) + motif + beads + rim + paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }
}

/// A crown cork from above, or a ribbed screw cap.
pub(crate) struct BottleCap {
    material: Material,
    motif: Motif,
    print: Option<(Colour, Colour)>,
    flutes: f32,
    depth: f32,
    top: f32,
    thickness: f32,
    ribbed: bool,
}

impl BottleCap {
    pub fn new(random: &mut Random) -> Self {
        let ribbed = random.chance(0.25);
        let mut material = if ribbed { Material::plastic(random) } else { Material::metal(random) };
        material.finish = Finish::Even;
        if !ribbed && random.chance(0.75) {
            material.colour = hsv(random.unit(), random.range(0.4, 0.9), random.range(0.3, 0.85));
            material.metal = random.range(0.1, 0.6);
            material.roughness = random.range(0.2, 0.4);
        }
        Self {
            material,
            motif: Motif::any(random),
            print: random.chance(0.8).then(|| {
                let tone = random.range(0.2, 0.95);
                (
                    hsv(random.unit(), random.range(0.0, 0.8), tone),
                    hsv(random.unit(), 0.5, random.range(0.1, 0.9)),
                )
            }),
            flutes: if ribbed { random.between(36, 60) as f32 } else { 21.0 },
            depth: if ribbed { 0.02 } else { random.range(0.045, 0.07) },
            top: random.range(0.68, 0.76),
            thickness: random.range(0.2, 0.3),
            ribbed,
        }
    }
}

impl Shape for BottleCap {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        // The top has no flutes.
        let wave = if r > self.top { cos_turns(p.turns() * self.flutes) * 0.5 + 0.5 } else { 1.0 };
        let distance = (r - 0.94 + self.depth * (1.0 - wave)) * 0.85;
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        // From the flat top over the shoulder down the fluted skirt.
        let down = smoothstep(self.top, 0.97, r);
        let skirt = ((r - self.top) / (0.94 - self.top)).clamp(0.0, 1.0);
        let mut height = self.thickness * (1.0 - 0.85 * down) + 0.06 * skirt * (wave - 0.5);
        height *= bevel(distance, 0.02);
        if self.ribbed {
            height = self.thickness * bevel(r - 0.9, 0.12) + 0.02 * skirt * wave;
        }
        paint.colour = scaled(paint.colour, 1.0 - 0.3 * skirt * (1.0 - wave));
        if let Some((field, sign)) = self.print {
            let t = inside(r - self.top * 0.92, 0.015);
            if t > 0.0 {
                paint.colour = mixed(paint.colour, field, t);
                let mark = self.motif.distance(p.times(1.0 / (self.top * 0.7)));
                paint.colour = mixed(paint.colour, sign, inside(mark, 0.03) * t);
            }
            let line = inside((r - self.top * 0.84).abs() - 0.012, 0.01);
            paint.colour = mixed(paint.colour, sign, line);
            paint.metal *= 1.0 - 0.8 * t;
        } else if r < self.top {
            height += 0.02 * smoothstep(0.03, -0.05, self.motif.distance(p.times(1.0 / (self.top * 0.7))));
        }
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }
}

pub(crate) struct Key {
    material: Material,
    bow: f32,
    form: u32,
    /// The middles of three leaves.
    leaves: [Point; 3],
    hole: f32,
    shank: f32,
    cuts: [f32; 7],
    both: bool,
    cover: Option<Material>,
}

impl Key {
    pub fn new(random: &mut Random) -> Self {
        let bow = random.range(0.3, 0.38);
        let mut cuts = [0.0; 7];
        for cut in &mut cuts {
            *cut = random.range(0.0, 1.0);
        }
        Self {
            material: Material {
                finish: random.pick([Finish::Even, Finish::Brushed]),
                ..Material::metal(random)
            },
            bow,
            form: random.below(4),
            leaves: [0.5, 0.25, -0.25].map(|turns| Point::polar(bow * 0.5, turns)),
            hole: random.range(0.06, 0.11),
            shank: random.range(0.11, 0.15),
            cuts,
            both: random.chance(0.4),
            cover: random.chance(0.25).then(|| Material::plastic(random)),
        }
    }
}

impl Shape for Key {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let centre = -0.93 + self.bow;
        let q = Point::new(p.x - centre, p.y);
        let bow = match self.form {
            0 => q.length() - self.bow,
            1 => rounded_box(q, Point::new(self.bow * 0.9, self.bow), self.bow * 0.35),
            2 => {
                // A clover of three leaves.
                let [a, b, c] = self.leaves.map(|leaf| q.minus(leaf).length() - self.bow * 0.5);
                a.min(b).min(c).min(q.length() - self.bow * 0.45)
            }
            _ => hexagon(q, self.bow * 0.88),
        };
        let hole = Point::new(q.x + self.bow * 0.5, q.y).length() - self.hole;
        // The blade, with cuts between the shoulder and the tip.
        let start = centre + self.bow + 0.15;
        let t = ((p.x - start) / (0.9 - start) * 6.0).clamp(0.0, 6.0);
        let i = (t as usize).min(5);
        let f = ((t - i as f32 - 0.5) * 2.2 + 0.5).clamp(0.0, 1.0);
        let cut = if p.x > start { self.cuts[i] + (self.cuts[i + 1] - self.cuts[i]) * f } else { 0.0 };
        let upper = self.shank * (1.0 - 0.6 * cut);
        let lower = if self.both { upper } else { self.shank };
        let tip = (p.x - 0.93) * 0.7 + p.y.abs() * 0.7;
        let blade = (p.y - lower).max(-p.y - upper).max(tip).max(centre - p.x);
        let distance = bow.min(blade).max(-hole);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        let groove = inside((p.y - self.shank * 0.15).abs() - self.shank * 0.17, 0.03)
            * smoothstep(centre + self.bow, centre + self.bow + 0.06, p.x);
        let mut height = 0.07 * bevel(distance, 0.025) - 0.03 * groove;
        paint.colour = scaled(paint.colour, 1.0 - 0.25 * groove);
        let collar = bow + 0.05;
        if let Some(cover) = self.cover {
            let t = inside(bow, 0.015);
            let other = cover.at(p, grain);
            paint.colour = mixed(paint.colour, other.colour, t);
            paint.metal *= 1.0 - t;
            paint.roughness += (other.roughness - paint.roughness) * t;
            height += 0.06 * bevel(bow, 0.07);
        } else {
            height -= 0.02 * inside(collar, 0.02) * inside(-hole + 0.05, 0.02);
        }
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        0.08
    }

    fn steepness(&self) -> f32 {
        // The cuts begin with a step.
        f32::INFINITY
    }

    fn bounds(&self) -> Point {
        Point::new(0.97, self.bow + 0.03)
    }
}
