//! A defect on one part: where it is, and how large. What it changes there is in `surface`.

mod surface;

use crate::colour::{Colour, hsv, scaled, srgb};
use crate::defect::Defect;
use crate::material::{Finish, Material};
use crate::math::Point;
use crate::noise::textures;
use crate::random::Random;
use crate::shape::Shape;

/// One stroke of a scratch or crack: a chain of points and its half width at the start and at the end.
struct Stroke {
    points: Vec<Point>,
    widths: (f32, f32),
}

/// So many half widths from a stroke nothing changes.
const BESIDE: f32 = 3.0;

pub(crate) struct Flaw {
    defect: Defect,
    at: Point,
    size: f32,
    direction: Point,
    depth: f32,
    colour: Colour,
    strength: f32,
    ragged: f32,
    offset: Point,
    strokes: Vec<Stroke>,
    /// The matter of what was added.
    grain: Material,
    /// Which form an extra component has, and which signs a misprint.
    form: u32,
}

impl Flaw {
    /// A defect on `shape`, whose area is that of a disc of radius `reach`; `zoom` scales its size.
    pub fn new(defect: Defect, shape: &dyn Shape, reach: f32, zoom: f32, random: &mut Random) -> Self {
        let size = reach
            * zoom
            * match defect {
                Defect::Scratch => random.range(0.5, 0.9),
                Defect::Crack => random.range(0.6, 1.0),
                Defect::Dent => random.range(0.24, 0.38),
                Defect::Stain => random.range(0.2, 0.36),
                Defect::MissingPiece => random.range(0.3, 0.48),
                Defect::Bend => random.range(0.45, 0.65),
                Defect::Hole => random.range(0.13, 0.24),
                Defect::Discolouration => random.range(0.28, 0.46),
                Defect::Contamination => random.range(0.14, 0.26),
                Defect::Chip => random.range(0.2, 0.32),
                Defect::Misprint => random.range(0.3, 0.5),
                Defect::ExtraComponent => random.range(0.16, 0.28),
                Defect::Tear => random.range(0.45, 0.75),
                Defect::Burr => random.range(0.24, 0.4),
            };
        let on_edge = match defect {
            Defect::MissingPiece | Defect::Bend | Defect::Chip | Defect::Tear | Defect::Burr => true,
            Defect::Crack => random.chance(0.6),
            _ => false,
        };
        let margin = match defect {
            Defect::Hole => size * 1.2,
            Defect::Scratch => 0.03,
            Defect::ExtraComponent => size * 0.8,
            _ => size * 0.4,
        };
        let at = place(shape, on_edge, margin, random);
        let mut strokes = Vec::new();
        match defect {
            Defect::Scratch => {
                let turn = random.unit();
                for _ in 0..random.between(1, 3) {
                    let start = at.plus(Point::polar(size * random.range(0.0, 0.3), random.unit()));
                    let course = turn + random.range(-0.05, 0.05);
                    let width = random.range(0.011, 0.024) * zoom.max(1.0);
                    strokes.push(walk(
                        start,
                        course,
                        size * random.range(0.6, 1.1),
                        0.012,
                        width,
                        true,
                        random,
                    ));
                }
            }
            Defect::Crack => {
                // From the edge a crack runs inwards.
                let inwards = at.times(-1.0).turns() + random.range(-0.12, 0.12);
                let course = if on_edge { inwards } else { random.unit() };
                let width = random.range(0.016, 0.03) * zoom.max(1.0);
                let main = walk(at, course, size * 1.3, 0.09, width, !on_edge, random);
                for _ in 0..random.between(0, 2) {
                    let from = main.points[random.below(main.points.len() as u32) as usize];
                    let side = course + random.sign() * random.range(0.08, 0.2);
                    strokes.push(walk(
                        from,
                        side,
                        size * random.range(0.3, 0.6),
                        0.09,
                        width * 0.7,
                        false,
                        random,
                    ));
                }
                strokes.push(main);
            }
            Defect::Tear => {
                let inwards = at.times(-1.0).turns() + random.range(-0.08, 0.08);
                let mut slit = walk(at, inwards, size, 0.06, 0.0, false, random);
                slit.widths = (size * random.range(0.1, 0.2), 0.012);
                strokes.push(slit);
            }
            _ => {}
        }
        let dark = random.range(0.05, 0.4);
        let colour = match defect {
            Defect::Scratch => {
                if random.chance(0.7) {
                    srgb(225, 224, 220)
                } else {
                    srgb(40, 38, 36)
                }
            }
            Defect::Stain => random.pick([
                srgb(92, 52, 20),
                srgb(130, 62, 22),
                srgb(28, 24, 22),
                srgb(70, 80, 40),
                srgb(40, 46, 70),
            ]),
            Defect::Discolouration => hsv(random.unit(), random.range(0.55, 0.95), random.range(0.25, 0.95)),
            _ => scaled(srgb(60, 50, 42), dark),
        };
        let direction = match defect {
            // Metal bends outwards or inwards, across the edge.
            Defect::Bend => Point::polar(random.sign(), at.turns() + random.range(-0.12, 0.12)),
            Defect::Burr => Point::polar(1.0, at.turns() + random.range(-0.05, 0.05)),
            _ => Point::polar(1.0, random.unit()),
        };
        Self {
            defect,
            at,
            size,
            direction,
            depth: random.range(0.7, 1.2),
            colour,
            strength: random.range(0.5, 0.95),
            ragged: random.range(0.15, 0.4),
            offset: Point::new(random.range(0.0, 9.0), random.range(0.0, 9.0)),
            strokes,
            grain: Material {
                finish: Finish::Even,
                texture: 0.3,
                bump: 0.02,
                ..match random.below(3) {
                    _ if defect == Defect::ExtraComponent && random.chance(0.5) => Material::metal(random),
                    0 => Material::dough(random),
                    1 => Material::rubber(random),
                    _ => Material::plastic(random),
                }
            },
            form: random.below(4096),
        }
    }

    /// Whether it is a line rather than a spot.
    pub fn is_thin(&self) -> bool {
        !self.strokes.is_empty()
    }

    /// The box outside of which nothing changes: lower and upper corner.
    pub fn bounds(&self) -> (Point, Point) {
        let (mut low, mut high) = (self.at, self.at);
        let mut reach = self.size * 1.6 + 0.05;
        if !self.strokes.is_empty() {
            reach = 0.0;
            for stroke in &self.strokes {
                for p in &stroke.points {
                    reach = reach.max(stroke.widths.0.max(stroke.widths.1) * 3.0);
                    low = Point::new(low.x.min(p.x), low.y.min(p.y));
                    high = Point::new(high.x.max(p.x), high.y.max(p.y));
                }
            }
            reach += 0.02;
        }
        (low.minus(Point::new(reach, reach)), high.plus(Point::new(reach, reach)))
    }

    /// Whether the surface at `p` may be another one.
    pub fn touches(&self, p: Point) -> bool {
        if !self.strokes.is_empty() {
            return self.stroke(p).0 < BESIDE;
        }
        let reach = match self.defect {
            Defect::Bend | Defect::Burr => self.size,
            _ => self.size * 1.8 + 0.05,
        };
        let q = p.minus(self.at);
        q.dot(q) < reach * reach
    }

    /// Whether it adds matter that may stand beyond the outline.
    pub fn adds(&self) -> bool {
        self.defect == Defect::ExtraComponent
    }

    /// Where the whole part's point lies that the defect has moved to `p`.
    pub fn source(&self, p: Point) -> Point {
        let moved = match self.defect {
            Defect::Bend => self.size * 0.42 * self.strength * self.falloff(p),
            Defect::Burr => self.size * 0.5 * self.falloff(p) * self.teeth(p),
            _ => return p,
        };
        p.minus(self.direction.times(moved))
    }

    /// How far a burr's ragged edge stands out along it, 0..1.
    fn teeth(&self, p: Point) -> f32 {
        let along = p.minus(self.at).unrotated(self.direction).y;
        let t = textures();
        let coarse = t.blob.at(along * 0.22 / self.size.max(0.02) + self.offset.x, self.offset.y);
        (0.55 + 0.9 * coarse).clamp(0.0, 1.0)
    }

    fn falloff(&self, p: Point) -> f32 {
        let q = p.minus(self.at).times(1.0 / self.size);
        let s = (1.0 - q.dot(q)).max(0.0);
        s * s
    }

    /// Distance to a ragged blob about the defect's place.
    fn blob(&self, p: Point, ragged: f32) -> f32 {
        let q = p.plus(self.offset);
        let t = textures();
        let noise = t.cloud.at(q.x * 0.35, q.y * 0.35) + 0.4 * t.blob.at(q.x * 0.35, q.y * 0.35);
        let d = p.minus(self.at).unrotated(self.direction);
        Point::new(d.x, d.y * 1.25).length() - self.size * (1.0 + (ragged * noise).clamp(-0.5, 0.5))
    }

    /// How near `p` is to the strokes: distance over the half width there, and that half width. Beyond [`BESIDE`] it may
    /// be any larger number.
    fn stroke(&self, p: Point) -> (f32, f32) {
        let mut best = (f32::MAX, 1.0);
        for stroke in &self.strokes {
            let n = stroke.points.len().max(2) as f32 - 1.0;
            let beside = BESIDE * stroke.widths.0.max(stroke.widths.1);
            for (i, pair) in stroke.points.windows(2).enumerate() {
                let (a, b) = (pair[0], pair[1]);
                let ab = b.minus(a);
                let (from, far) = (p.minus(a), beside + ab.x.abs() + ab.y.abs());
                if from.dot(from) > far * far {
                    continue;
                }
                let t = (from.dot(ab) / ab.dot(ab).max(1e-9)).clamp(0.0, 1.0);
                let width = stroke.widths.0 + (stroke.widths.1 - stroke.widths.0) * (i as f32 + t) / n;
                let near = from.minus(ab.times(t)).length() / width;
                if near < best.0 {
                    best = (near, width);
                }
            }
        }
        best
    }
}

/// A place on the part: on its outline, or at least `margin` inside; less strict the longer it searches.
fn place(shape: &dyn Shape, on_edge: bool, margin: f32, random: &mut Random) -> Point {
    let mut margin = margin;
    let mut slack = 0.015;
    let mut best = (f32::MAX, Point::new(0.0, 0.0));
    for attempt in 1..=480 {
        let p = Point::new(random.range(-0.95, 0.95), random.range(-0.95, 0.95));
        let distance = shape.at(p, p).distance;
        let miss = if on_edge { distance.abs() - slack } else { distance + margin };
        if miss <= 0.0 {
            return p;
        }
        if miss < best.0 {
            best = (miss, p);
        }
        if attempt % 60 == 0 {
            margin *= 0.7;
            slack *= 1.4;
        }
    }
    best.1
}

/// A stroke of `length` from `start` in the direction of `course` (turns), wavering by `waver`.
fn walk(
    start: Point,
    course: f32,
    length: f32,
    waver: f32,
    width: f32,
    both_ends_thin: bool,
    random: &mut Random,
) -> Stroke {
    const STEPS: usize = 12;
    let mut points = Vec::with_capacity(STEPS + 1);
    let mut at = if both_ends_thin { start.minus(Point::polar(length * 0.5, course)) } else { start };
    let drift = random.range(-waver, waver) * 0.4;
    let mut turn = course;
    points.push(at);
    for _ in 0..STEPS {
        turn += drift + random.range(-waver, waver);
        at = at.plus(Point::polar(length / STEPS as f32, turn));
        points.push(at);
        // Jagged, but on the whole straight.
        turn += (course - turn) * 0.3;
    }
    Stroke { points, widths: (width * if both_ends_thin { 0.6 } else { 1.2 }, width * 0.5) }
}
