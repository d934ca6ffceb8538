//! Circuit boards and connectors.

use crate::colour::{Colour, hsv, mixed, scaled, srgb};
use crate::material::{Finish, Material, Paint};
use crate::math::{Point, floor, smoothstep};
use crate::noise::hashed;
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface, bevel, inside, rounded_box};

/// Something soldered on a board.
#[derive(Clone, Copy)]
struct Component {
    at: Point,
    half: Point,
    height: f32,
    colour: Colour,
    round: bool,
    /// Along which sides metal shows: 0 none, 1 both ends of x, 2 both ends of y.
    legs: u8,
}

const CELLS: usize = 12;

pub(crate) struct CircuitBoard {
    mask: Material,
    half: Point,
    corner: f32,
    components: Vec<Component>,
    /// For each cell of a grid over the board, the components near it.
    cells: Vec<Vec<u8>>,
    holes: bool,
    gold: Colour,
    lanes: f32,
    offset: Point,
}

impl CircuitBoard {
    pub fn new(random: &mut Random) -> Self {
        let wide = random.range(0.66, 0.8);
        let half = Point::new(wide, (0.88f32 - wide * wide).sqrt() * random.range(0.8, 1.0));
        let colour = random.pick([
            srgb(20, 92, 48),
            srgb(16, 70, 40),
            srgb(22, 60, 120),
            srgb(30, 30, 34),
            srgb(130, 26, 30),
            srgb(225, 225, 220),
        ]);
        let mask = Material {
            colour,
            roughness: random.range(0.25, 0.45),
            finish: Finish::Even,
            texture: 0.05,
            variation: 0.05,
            bump: 0.0,
            metal: 0.0,
        };
        let mut components: Vec<Component> = Vec::new();
        let wanted = random.between(10, 26);
        for attempt in 0..160 {
            if components.len() >= wanted as usize {
                break;
            }
            let mut component = Self::component(random, attempt < 12);
            if random.chance(0.4) {
                component.half = Point::new(component.half.y, component.half.x);
                component.legs = match component.legs {
                    1 => 2,
                    2 => 1,
                    other => other,
                };
            }
            let room = Point::new(half.x - component.half.x - 0.14, half.y - component.half.y - 0.14);
            if room.x <= 0.0 || room.y <= 0.0 {
                continue;
            }
            component.at = Point::new(random.range(-room.x, room.x), random.range(-room.y, room.y));
            let free = components.iter().all(|other| {
                (component.at.x - other.at.x).abs() > component.half.x + other.half.x + 0.04
                    || (component.at.y - other.at.y).abs() > component.half.y + other.half.y + 0.04
            });
            if free {
                components.push(component);
            }
        }
        let mut cells = vec![Vec::new(); CELLS * CELLS];
        for (index, component) in components.iter().enumerate() {
            for (cell, list) in cells.iter_mut().enumerate() {
                let size = 2.0 / CELLS as f32;
                let middle = Point::new(
                    ((cell % CELLS) as f32 + 0.5) * size - 1.0,
                    ((cell / CELLS) as f32 + 0.5) * size - 1.0,
                );
                if (middle.x - component.at.x).abs() < component.half.x + size * 0.5 + 0.05
                    && (middle.y - component.at.y).abs() < component.half.y + size * 0.5 + 0.05
                {
                    list.push(index as u8);
                }
            }
        }
        Self {
            mask,
            half,
            corner: random.range(0.02, 0.1),
            components,
            cells,
            holes: random.chance(0.8),
            gold: random.pick([srgb(212, 175, 90), srgb(200, 200, 200)]),
            lanes: random.range(0.05, 0.08),
            offset: Point::new(random.unit(), random.unit()),
        }
    }

    fn component(random: &mut Random, large: bool) -> Component {
        let at = Point::new(0.0, 0.0);
        if large && random.chance(0.5) {
            let half = Point::new(random.range(0.12, 0.2), random.range(0.1, 0.2));
            return Component { at, half, height: 0.05, colour: srgb(34, 34, 36), round: false, legs: 1 };
        }
        match random.below(4) {
            0 if large => Component {
                at,
                half: Point::new(0.1, 0.1),
                height: 0.2,
                colour: random.pick([srgb(190, 190, 195), srgb(30, 32, 60), srgb(40, 40, 42)]),
                round: true,
                legs: 0,
            },
            1 if large => Component {
                at,
                half: Point::new(0.16, 0.06),
                height: 0.06,
                colour: srgb(185, 186, 190),
                round: false,
                legs: 0,
            },
            _ => Component {
                at,
                half: Point::new(0.05, 0.026),
                height: 0.025,
                colour: random.pick([srgb(25, 25, 25), srgb(165, 135, 95), srgb(60, 45, 35)]),
                round: false,
                legs: 1,
            },
        }
    }
}

impl Shape for CircuitBoard {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let mut distance = rounded_box(p, self.half, self.corner);
        if distance > FAR {
            return Surface::outside(distance);
        }
        let mut paint = self.mask.at(p, grain);
        let mut height = 0.06 * bevel(distance, 0.015);
        let solder = Paint { colour: srgb(196, 196, 198), roughness: 0.3, metal: 0.9, ..Paint::default() };
        let gold = Paint { colour: self.gold, roughness: 0.3, metal: 0.9, ..Paint::default() };
        // Traces: lanes that run straight and change over at random places.
        let (u, v) = (p.x / self.lanes + self.offset.x, p.y / self.lanes + self.offset.y);
        let lane = floor(v);
        let level = || {
            let jitter = (hashed(lane * 12.9898 + 4.1, 0.0) - 0.5) * 8.0;
            hashed(floor((u + jitter) / 9.0), lane) > 0.45
        };
        let column = floor(u);
        let upright = || hashed(floor((v + column * 3.7) / 7.0), column + 91.0) > 0.72;
        let on = |across: f32| (across - 0.5).abs() < 0.2;
        if distance < -0.06 && ((on(v - lane) && level()) || (on(u - column) && upright())) {
            paint.colour = mixed(scaled(paint.colour, 1.6), self.gold, 0.08);
            height += 0.004;
        }
        if self.holes {
            let corner = Point::new(p.x.abs() - self.half.x + 0.09, p.y.abs() - self.half.y + 0.09);
            let r = corner.length();
            if r < 0.075 {
                paint = gold;
                distance = distance.max(0.04 - r);
            }
        }
        let cell = |v: f32| (((v + 1.0) * (CELLS as f32 / 2.0)).max(0.0) as usize).min(CELLS - 1);
        for &index in &self.cells[cell(p.y) * CELLS + cell(p.x)] {
            let c = &self.components[usize::from(index)];
            let q = p.minus(c.at);
            if c.round {
                let d = q.length() - c.half.x;
                if d < 0.012 {
                    let printed = srgb(220, 220, 220);
                    paint.colour = if d > 0.0 { printed } else { c.colour };
                    if d <= 0.0 {
                        height = c.height * bevel(d, 0.02) + 0.06;
                        if d < -0.03 && c.colour[0] < 0.3 {
                            paint.colour = srgb(175, 176, 180);
                        }
                        if q.y < -c.half.x * 0.4 && d < -0.02 {
                            paint.colour = scaled(c.colour, 0.5);
                        }
                    }
                }
                continue;
            }
            let body = rounded_box(q, c.half, 0.008);
            if c.legs > 0 {
                let (along, across, half) =
                    if c.legs == 1 { (q.y, q.x, c.half) } else { (q.x, q.y, Point::new(c.half.y, c.half.x)) };
                let small = half.x < 0.06;
                let out = across.abs() - half.x;
                let comb = small || (along / 0.045 - floor(along / 0.045) - 0.5).abs() < 0.26;
                if out > if small { -0.018 } else { 0.0 } && out < 0.03 && along.abs() < half.y && comb {
                    paint = solder;
                    height = height.max(0.06 + 0.02 * (1.0 - out.max(0.0) / 0.03));
                    continue;
                }
            }
            if body < 0.0 {
                paint.colour = c.colour;
                paint.metal = if c.height > 0.055 { 0.8 } else { 0.0 };
                paint.roughness = 0.5;
                height = 0.06 + c.height * bevel(body, 0.012);
                if c.height == 0.05 {
                    let dot = q.plus(c.half.times(0.65)).length() - 0.018;
                    let text = (q.y / 0.035 - floor(q.y / 0.035) - 0.5).abs() < 0.2
                        && q.y.abs() < 0.05
                        && hashed(floor(q.x * 60.0), floor(q.y / 0.035)) > 0.35
                        && q.x.abs() < c.half.x * 0.7;
                    if dot < 0.0 || text {
                        paint.colour = scaled(srgb(210, 210, 210), 0.8);
                    }
                }
            } else if body < 0.02 && body > 0.012 && c.height < 0.06 {
                paint.colour = srgb(225, 225, 222);
            }
        }
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        0.1
    }

    fn bounds(&self) -> Point {
        self.half.plus(Point::new(FAR, FAR))
    }
}

/// A plug from the front: a housing with rows of contacts.
pub(crate) struct Connector {
    housing: Material,
    metal: Material,
    half: Point,
    rows: f32,
    pitch: f32,
    columns: f32,
    square: bool,
    frame: f32,
    notch: bool,
    latch: bool,
    screws: bool,
}

impl Connector {
    pub fn new(random: &mut Random) -> Self {
        let rows = random.pick([1.0, 2.0, 2.0, 3.0]);
        let columns = random.between(4, 10) as f32;
        let screws = random.chance(0.3);
        let frame = random.range(0.06, 0.1);
        let pitch = ((if screws { 1.2 } else { 1.6 }) / (columns + 1.0)).min(0.24);
        let half = Point::new(
            pitch * columns * 0.5 + frame + 0.04 + if screws { 0.2 } else { 0.0 },
            pitch * rows * 0.5 + frame + 0.05,
        );
        let fit = 0.92 / half.length();
        let fit = fit.min(1.6);
        let mut housing = Material::plastic(random);
        if random.chance(0.5) {
            housing.colour =
                random.pick([srgb(35, 35, 38), srgb(230, 228, 220), srgb(40, 80, 150), srgb(60, 130, 70)]);
        }
        housing.finish = Finish::Even;
        let mut metal = Material::metal(random);
        if random.chance(0.4) {
            metal.colour = hsv(0.12, 0.5, 0.85);
        }
        Self {
            housing,
            metal,
            half: half.times(fit),
            rows,
            pitch: pitch * fit,
            columns,
            square: random.chance(0.5),
            frame: frame * fit,
            notch: random.chance(0.6),
            latch: random.chance(0.5),
            screws,
        }
    }
}

impl Shape for Connector {
    fn at(&self, p: Point, grain: Point) -> Surface {
        let mut distance = rounded_box(p, self.half, 0.05);
        let mut paint = self.housing.at(p, grain);
        if self.latch {
            let tab =
                rounded_box(Point::new(p.x, p.y + self.half.y), Point::new(self.half.x * 0.2, 0.06), 0.02);
            distance = distance.min(tab);
        }
        let wing = if self.screws { 0.2 * self.pitch / 0.16 } else { 0.0 };
        let inner = Point::new(
            (self.pitch * self.columns * 0.5 + 0.03).min(self.half.x - self.frame * 0.5),
            (self.half.y - self.frame).max(0.05),
        );
        let mut well = rounded_box(p, inner, 0.03);
        if self.notch {
            let slot = rounded_box(
                Point::new(p.x, p.y - self.half.y + self.frame * 0.5),
                Point::new(self.pitch * 0.5, self.frame * 0.8),
                0.01,
            );
            well = well.min(slot);
        }
        let mut height = 0.3 * bevel(distance, 0.04) - 0.12 * smoothstep(0.012, -0.02, well);
        paint.colour = scaled(paint.colour, 1.0 - 0.45 * inside(well, 0.03));
        // Contacts.
        let (u, v) = (p.x / self.pitch + self.columns * 0.5, p.y / self.pitch + self.rows * 0.5);
        let (i, j) = (floor(u), floor(v));
        if i >= 0.0 && i < self.columns && j >= 0.0 && j < self.rows {
            let q = Point::new(u - i - 0.5, v - j - 0.5);
            let reach = if self.square { q.x.abs().max(q.y.abs()) } else { q.length() };
            let pin = reach - 0.24;
            if pin < 0.1 {
                paint.colour = scaled(paint.colour, 0.45);
            }
            if pin < 0.0 {
                let m = self.metal.at(p, grain);
                paint = m;
                height = height.max(0.2) + 0.08 * bevel(pin, 0.15);
            }
        }
        if wing > 0.0 {
            let ear = Point::new(p.x.abs() - self.half.x + wing * 0.55, p.y).length();
            let hole = (wing * 0.28).min(self.half.y * 0.45);
            distance = distance.max(hole - ear);
            if ear < hole * 1.7 {
                paint = self.metal.at(p, grain);
            }
        }
        height += paint.bump;
        Surface { distance, height, paint }
    }

    fn thickness(&self) -> f32 {
        0.28
    }

    fn bounds(&self) -> Point {
        self.half.plus(Point::new(FAR, 0.06 + FAR))
    }
}
