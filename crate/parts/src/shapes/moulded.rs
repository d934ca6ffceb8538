//! Buttons, gaskets and toy bricks.

use crate::colour::scaled;
use crate::material::{Finish, Material};
use crate::math::{Point, floor, smoothstep};
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel, rounded_box};

pub(crate) struct Button {
    material: Material,
    holes: f32,
    spread: f32,
    hole: f32,
    well: f32,
    rim: f32,
    thickness: f32,
    square: bool,
    groove: f32,
}

impl Button {
    pub fn new(random: &mut Random) -> Self {
        let mut material = Material::plastic(random);
        if random.chance(0.2) {
            material =
                Material { finish: Finish::Brushed, texture: 0.6, roughness: 0.6, ..Material::dough(random) };
            material.bump = 0.003;
        }
        Self {
            material,
            holes: random.pick([2.0, 4.0, 4.0]),
            spread: random.range(0.2, 0.27),
            hole: random.range(0.075, 0.11),
            well: random.range(0.5, 0.72),
            rim: random.range(0.04, 0.12),
            thickness: random.range(0.14, 0.24),
            square: random.chance(0.15),
            groove: if random.chance(0.4) { random.range(0.01, 0.03) } else { 0.0 },
        }
    }
}

impl Shape for Button {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let r = p.length();
        let outline = if self.square { rounded_box(p, Point::new(0.76, 0.76), 0.3) } else { r - 0.93 };
        // At least as far as from the ring that the holes lie on.
        let mut hole = (r - self.spread).abs() - self.hole;
        if hole < 0.06 {
            let sector = (floor(p.turns() * self.holes) + 0.5) / self.holes;
            hole = p.minus(Point::polar(self.spread, sector)).length() - self.hole;
        }
        let distance = outline.max(-hole);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.material.at(p, grain);
        let mut height = self.thickness * bevel(outline, 0.16) * (0.3 + 0.7 * bevel(-hole, 0.05).max(0.0))
            - self.rim * smoothstep(self.well + 0.1, self.well - 0.06, r);
        if hole > 0.0 {
            height = self.thickness * bevel(outline, 0.16)
                - 0.05 * smoothstep(0.05, 0.0, hole)
                - self.rim * smoothstep(self.well + 0.1, self.well - 0.06, r);
        }
        height -= self.groove * smoothstep(0.03, 0.0, (r - 0.82).abs());
        paint.colour = scaled(paint.colour, 0.75 + 0.25 * smoothstep(-0.01, 0.05, hole));
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }
}

/// An O-ring, a flat ring, or a flange gasket with bolt holes.
pub(crate) struct Gasket {
    material: Material,
    form: u32,
    width: f32,
    middle: f32,
    ears: f32,
    bolt: f32,
    stretch: f32,
}

impl Gasket {
    pub fn new(random: &mut Random) -> Self {
        let form = random.below(3);
        let width = if form == 0 { random.range(0.1, 0.17) } else { random.range(0.12, 0.2) };
        Self {
            material: Material::rubber(random),
            form,
            width,
            middle: 0.94 - width,
            ears: random.pick([3.0, 4.0, 4.0, 6.0]),
            bolt: random.range(0.06, 0.09),
            stretch: random.range(0.0, 0.25),
        }
    }
}

impl Shape for Gasket {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let distance;
        let mut height;
        match self.form {
            0 | 1 => {
                let across = if self.stretch > 0.12 {
                    let half = Point::new(self.middle, self.middle * (1.1 - self.stretch));
                    rounded_box(p, half, half.y * 0.6)
                } else {
                    p.length() - self.middle
                };
                distance = across.abs() - self.width;
                height = if self.form == 0 {
                    (self.width * self.width - across * across).max(0.0).sqrt() * 1.1
                } else {
                    0.1 * bevel(distance, 0.03) - 0.03 * smoothstep(0.035, 0.01, across.abs())
                };
            }
            _ => {
                let r = p.length();
                let opening = 0.42 + self.width - r;
                let beyond = opening.max(r - 0.93);
                if beyond > FAR {
                    return Surface::outside(beyond);
                }
                let sector = floor(p.turns() * self.ears + 0.5) / self.ears;
                let bolt = p.minus(Point::polar(0.76, sector)).length();
                let ring = r - 0.72;
                let ear = bolt - 0.17;
                // A smooth union keeps the fillets between ring and ears.
                let h = (0.5 + 0.5 * (ear - ring) / 0.15).clamp(0.0, 1.0);
                let outer = ear + (ring - ear) * h - 0.15 * h * (1.0 - h);
                distance = outer.max(opening).max(self.bolt - bolt);
                height = 0.09 * bevel(distance, 0.03);
                height += 0.03 * smoothstep(0.05, 0.02, (opening + 0.08).abs());
            }
        }
        if distance > FAR {
            return Surface::outside(distance);
        }
        let paint = self.material.at(p, grain);
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        if self.form == 0 { self.width * 1.5 } else { 0.1 }
    }
}

/// A brick with studs, seen from above.
pub(crate) struct ToyBrick {
    material: Material,
    columns: f32,
    rows: f32,
    pitch: f32,
    stud: f32,
    mark: bool,
    thickness: f32,
}

impl ToyBrick {
    pub fn new(random: &mut Random) -> Self {
        let (columns, rows) =
            random.pick([(2.0, 2.0), (3.0, 2.0), (4.0, 2.0), (4.0, 2.0), (4.0, 1.0), (3.0, 3.0)]);
        let half = Point::new(columns, rows).length() * 0.5;
        let mut material = Material::plastic(random);
        material.roughness = random.range(0.12, 0.3);
        material.finish = Finish::Even;
        Self {
            material,
            columns,
            rows,
            pitch: 0.93 / half,
            stud: random.range(0.29, 0.33),
            mark: random.chance(0.6),
            thickness: random.range(0.2, 0.4),
        }
    }
}

impl Shape for ToyBrick {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let half = Point::new(self.columns, self.rows).times(0.5 * self.pitch);
        let distance = rounded_box(p, half, 0.02);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let paint = self.material.at(p, grain);
        let (u, v) = (p.x / self.pitch + 0.5 * self.columns, p.y / self.pitch + 0.5 * self.rows);
        let q = Point::new(u - floor(u) - 0.5, v - floor(v) - 0.5);
        let stud = (q.length() - self.stud) * self.pitch;
        let mut height = self.thickness * bevel(distance, 0.025);
        height += 0.3 * self.pitch * smoothstep(0.012, -0.012, stud);
        if self.mark && stud < -0.04 {
            let ring = (Point::new(q.x * 0.8, q.y * 1.6).length() - 0.16).abs() * self.pitch;
            height += 0.01 * smoothstep(0.016, 0.004, ring);
        }
        Surface { distance, height: height + paint.bump, paint }
    }

    fn thickness(&self) -> f32 {
        self.thickness
    }

    fn bounds(&self) -> Point {
        Point::new(self.columns, self.rows).times(0.5 * self.pitch).plus(Point::new(FAR, FAR))
    }
}
