//! Patches of cloth and woven labels.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::material::Paint;
use crate::math::{Point, floor, fraction, smoothstep};
use crate::noise::{lettering, textures};
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, rounded_box};

/// Warp and weft, over and under each other.
struct Weave {
    warp: Colour,
    weft: Colour,
    /// Threads a radius.
    threads: f32,
    /// 0: plain, 1: twill, whose ridges run aslant.
    twill: bool,
    depth: f32,
}

impl Weave {
    fn new(random: &mut Random) -> Self {
        let warp = match random.below(3) {
            0 => hsv(random.unit(), random.range(0.0, 0.15), random.range(0.15, 0.95)),
            _ => hsv(random.unit(), random.range(0.2, 0.8), random.range(0.25, 0.9)),
        };
        let weft =
            if random.chance(0.5) { warp } else { mixed(warp, srgb(235, 232, 225), random.range(0.2, 0.8)) };
        Self {
            warp,
            weft,
            threads: random.range(22.0, 38.0),
            twill: random.chance(0.5),
            depth: random.range(0.5, 1.0),
        }
    }

    fn at(&self, grain: Point) -> Paint {
        let t = textures();
        let (u, v) = (grain.x * self.threads, grain.y * self.threads);
        let (i, j) = (floor(u), floor(v));
        let (a, b) = (u - i - 0.5, v - j - 0.5);
        let (i, j) = (i as i32, j as i32);
        let over = if self.twill { (i + j) & 3 < 2 } else { (i - j) & 1 == 0 };
        // Across the thread it is round, along it bows over its neighbour.
        let (across, along) = if over { (a, b) } else { (b, a) };
        let bulge = (1.0 - 3.2 * across * across) * (1.0 - 1.4 * along * along);
        let yarn = t.grain.texel(35 * i, 43 * j) * 0.07 + t.cloud.at(grain.x * 0.3, grain.y * 0.3) * 0.05;
        let colour = if over { self.warp } else { self.weft };
        Paint {
            colour: scaled(colour, (1.0 + self.depth * (0.35 * (bulge - 0.7) + yarn)).max(0.1)),
            roughness: 0.9,
            bump: 0.012 * self.depth * bulge,
            ..Paint::default()
        }
    }
}

/// A cut piece of cloth: straight, pinked or hemmed.
pub(crate) struct FabricPatch {
    weave: Weave,
    half: Point,
    edge: u32,
    teeth: f32,
    stripes: f32,
    checked: bool,
    stripe: Colour,
    fold: f32,
}

impl FabricPatch {
    pub fn new(random: &mut Random) -> Self {
        let weave = Weave::new(random);
        let stripe = if random.chance(0.5) {
            scaled(weave.warp, 0.35)
        } else {
            hsv(random.unit(), random.range(0.2, 0.8), random.range(0.3, 0.95))
        };
        Self {
            weave,
            half: random.pick([Point::new(0.66, 0.66), Point::new(0.76, 0.54), Point::new(0.7, 0.6)]),
            edge: random.below(3),
            teeth: random.range(9.0, 15.0),
            stripes: if random.chance(0.45) { random.range(2.0, 5.0) } else { 0.0 },
            checked: random.chance(0.5),
            stripe,
            fold: random.range(0.0, 0.05),
        }
    }
}

impl Shape for FabricPatch {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let mut distance = rounded_box(p, self.half, if self.edge == 2 { 0.04 } else { 0.01 });
        if distance > FAR {
            return Surface::outside(distance);
        }
        if self.edge == 1 {
            // Pinking shears cut a zigzag.
            let side = if p.x.abs() - self.half.x > p.y.abs() - self.half.y { p.y } else { p.x };
            distance += ((fraction(side * self.teeth) - 0.5).abs() - 0.1) * 0.9 / self.teeth;
        }
        let mut paint = self.weave.at(grain);
        if self.stripes > 0.0 {
            let on = |v: f32| smoothstep(0.3, 0.34, fraction(v * self.stripes)) * 0.85;
            let across = on(p.x);
            let k = if self.checked { (across + on(p.y)) * 0.5 } else { across };
            paint.colour = mixed(paint.colour, scaled(self.stripe, 0.6 + 40.0 * paint.bump.max(0.0)), k);
        }
        let mut height = 0.05;
        if self.edge == 2 {
            // A hem: twice as thick, held by a seam.
            height += 0.03 * smoothstep(-0.13, -0.11, distance);
            let run = if p.x.abs() - self.half.x > p.y.abs() - self.half.y { p.y } else { p.x };
            if (distance + 0.09).abs() < 0.011 && fraction(run * 13.0) < 0.66 {
                height += 0.012;
                paint.colour = mixed(self.stripe, srgb(240, 238, 230), 0.5);
            }
        }
        let waves = textures().cloud.at(grain.x * 0.12, grain.y * 0.12);
        height = (height + self.fold * waves) * smoothstep(0.0, -0.03, distance) + paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        0.06
    }

    fn bounds(&self) -> Point {
        self.half.plus(Point::new(FAR, FAR))
    }
}

/// A label as it is sewn into clothes: woven, with a border and a name.
pub(crate) struct ClothingLabel {
    weave: Weave,
    half: Point,
    thread: Colour,
    border: u32,
    rows: u32,
    letter: f32,
    seed: f32,
}

impl ClothingLabel {
    pub fn new(random: &mut Random) -> Self {
        let mut weave = Weave::new(random);
        weave.threads *= 1.6;
        weave.weft = weave.warp;
        let bright = weave.warp[1] > 0.25;
        Self {
            weave,
            half: Point::new(random.range(0.78, 0.86), random.range(0.3, 0.46)),
            thread: if bright { hsv(random.unit(), 0.6, 0.2) } else { srgb(236, 230, 214) },
            border: random.below(3),
            rows: random.between(1, 3),
            letter: random.range(0.1, 0.15),
            seed: random.below(4096) as f32,
        }
    }
}

impl Shape for ClothingLabel {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let distance = rounded_box(p, self.half, 0.015);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.weave.at(grain);
        let frame = match self.border {
            0 => 0.0,
            1 => smoothstep(0.014, 0.008, (distance + 0.06).abs()),
            _ => smoothstep(0.012, 0.006, (distance + 0.05).abs()).max(smoothstep(
                0.008,
                0.004,
                (distance + 0.085).abs(),
            )),
        };
        let row = 1.5 * self.letter;
        let rows = self.rows as f32;
        let mut ink = frame;
        if p.y.abs() < rows * row * 0.5 && p.x.abs() < self.half.x - 0.15 {
            let q = Point::new(p.x, p.y + rows * row * 0.5);
            ink = ink.max(lettering(q, Point::new(self.letter, row), self.seed));
        }
        let shine = 0.75 + 25.0 * paint.bump.max(0.0);
        paint.colour = mixed(paint.colour, scaled(self.thread, shine), ink * 0.9);
        // The ends are folded under.
        let end = smoothstep(0.1, 0.07, self.half.x - p.x.abs());
        let height = (0.04 + 0.02 * end) * smoothstep(0.0, -0.02, distance) + paint.bump + 0.008 * ink;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        0.05
    }

    fn bounds(&self) -> Point {
        self.half.plus(Point::new(FAR, FAR))
    }
}
