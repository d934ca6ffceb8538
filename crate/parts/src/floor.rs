//! A background as it is seen in a picture, lit, row by row.

use crate::background::{Background, Ground};
use crate::colour::{Colour, each, scaled};
use crate::grid::Grid;
use crate::math::{Point, floor, fraction, smoothstep};
use crate::noise::{Texture, textures};

pub(crate) struct Floor<'a> {
    background: &'a Background,
    /// What white paper sends back.
    light: Colour,
    colour: Colour,
    other: Colour,
    /// Where a pixel's place is on the ground: the first one's, and a step's along x and y.
    place: Affine,
    /// The same for its texture.
    texture: Affine,
    /// A pixel's, in picture widths.
    side: f32,
    /// The clouds of the ground's texture, and its pores.
    clouds: Option<Grid>,
    pores: Option<Grid>,
}

/// From pixels to a plane.
#[derive(Clone, Copy)]
struct Affine {
    origin: Point,
    along: Point,
    down: Point,
}

impl Affine {
    fn at(&self, x: f32, y: f32) -> Point {
        self.origin.plus(self.along.times(x)).plus(self.down.times(y))
    }
}

/// How much of its light the ground sends back.
const ALBEDO: f32 = 0.8;

impl<'a> Floor<'a> {
    pub fn new(background: &'a Background, light: Colour, width: usize, height: usize) -> Self {
        let side = 1.0 / width.max(height) as f32;
        let turned = |x: f32, y: f32| Point::new(x, y).unrotated(background.direction);
        let place = Affine { origin: turned(-0.5, -0.5), along: turned(side, 0.0), down: turned(0.0, side) };
        let scale = background.scale;
        let texture = Affine {
            origin: place.origin.times(scale).plus(background.offset),
            along: place.along.times(scale),
            down: place.down.times(scale),
        };
        // The finest clouds are about ten times as large as a cell.
        let cell = 1 << (width.max(height) / 128).clamp(1, 8).ilog2();
        let grid = |of: &Texture, sx: f32, sy: f32| {
            Grid::new(width, height, cell, |x, y| {
                let q = texture.at(x, y);
                of.at(q.x * sx, q.y * sy)
            })
        };
        let t = textures();
        let clouds = match background.ground {
            Ground::Plain => Some((0.5, 0.5)),
            Ground::Wood => Some((0.18, 0.6)),
            Ground::Fabric => Some((0.6, 0.6)),
            Ground::BrushedMetal => Some((0.1, 0.2)),
            Ground::Concrete => Some((0.7, 0.7)),
            Ground::Gradient | Ground::Speckle | Ground::Mat => None,
        };
        let lit = scaled(light, ALBEDO);
        Self {
            background,
            light: lit,
            colour: each(|k| background.colour[k] * lit[k]),
            other: each(|k| background.other[k] * lit[k]),
            place,
            texture,
            side,
            clouds: clouds.map(|(sx, sy)| grid(&t.cloud, sx, sy)),
            pores: (background.ground == Ground::Concrete).then(|| grid(&t.blob, 0.9, 0.9)),
        }
    }

    /// The colours of a row's pixels from `x0` on, where `dark` of their light is taken.
    pub fn row(&self, (x0, y): (usize, usize), dark: &[f32], lines: &mut Lines, out: &mut [Colour]) {
        lines.resize(out.len());
        self.shares(y, x0, lines);
        for ((own, other), dark) in lines.own.iter_mut().zip(&mut lines.other).zip(dark) {
            *own *= 1.0 - dark;
            *other *= 1.0 - dark;
        }
        for ((out, own), other) in out.iter_mut().zip(&lines.own).zip(&lines.other) {
            *out = each(|k| own * self.colour[k] + other * self.other[k]);
        }
        for scrap in &self.background.clutter {
            // Scraps lie in picture widths from the first pixel on.
            let from = Point::new(x0 as f32 * self.side, y as f32 * self.side);
            scrap.cover(from, self.side, self.light, dark, out);
        }
    }

    /// How much there is of the ground's own colour, and of its other one.
    fn shares(&self, y: usize, x0: usize, lines: &mut Lines) {
        let Lines { own, other, clouds, grain, cells } = lines;
        if let Some(grid) = &self.clouds {
            grid.row(y, x0, cells, clouds);
        }
        let (place, texture) = (self.place, self.texture);
        let (p, q) = (place.at(x0 as f32, y as f32), texture.at(x0 as f32, y as f32));
        let line = |sx: f32, sy: f32, out: &mut [f32]| {
            let scaled = |p: Point| Point::new(p.x * sx, p.y * sy);
            textures().grains.line(scaled(q), scaled(texture.along), out);
        };
        let strength = self.background.strength;
        match self.background.ground {
            Ground::Plain => {
                other.fill(0.0);
                for (own, cloud) in own.iter_mut().zip(&*clouds) {
                    *own = 1.0 + 0.04 * cloud;
                }
            }
            Ground::Gradient => {
                for (i, other) in other.iter_mut().enumerate() {
                    *other = smoothstep(-0.7, 0.7, p.x + i as f32 * place.along.x);
                }
                rest(own, other);
            }
            Ground::Wood => {
                line(0.06, 1.3, grain);
                for (i, ((other, wave), fibre)) in other.iter_mut().zip(&*clouds).zip(&*grain).enumerate() {
                    let ring = fraction((q.y + i as f32 * texture.along.y) * 7.0 + wave * 2.2);
                    let k = 0.55 * smoothstep(0.0, 0.8, ring) * smoothstep(1.0, 0.85, ring)
                        + 0.25 * fibre * strength;
                    *other = (0.25 + 0.75 * k).clamp(0.0, 1.0);
                }
                rest(own, other);
            }
            Ground::Fabric => {
                other.fill(0.0);
                let threads = &textures().grain;
                for (i, (own, cloud)) in own.iter_mut().zip(&*clouds).enumerate() {
                    let q = q.plus(texture.along.times(i as f32)).times(55.0);
                    let (column, row) = (floor(q.x), floor(q.y));
                    let (a, b) = (q.x - column - 0.5, q.y - row - 0.5);
                    let (column, row) = (column as i32, row as i32);
                    let across = if (column + row) & 1 == 0 { b } else { a };
                    let bulge = 1.0 - 4.0 * across * across;
                    let thread = threads.texel(33 * column, 43 * row) * 0.13 + cloud * 0.1;
                    *own = 1.0 + strength * (0.5 * (bulge - 0.7) + thread);
                }
            }
            Ground::BrushedMetal => {
                line(0.02, 1.1, grain);
                line(0.05, 0.5, other);
                for (((own, fine), coarse), sheen) in own.iter_mut().zip(&*grain).zip(&*other).zip(&*clouds) {
                    let line = fine + 0.5 * coarse;
                    *own = (1.0 + strength * (0.16 * line + 0.2 * sheen)).max(0.1);
                }
                other.fill(0.0);
            }
            Ground::Concrete => {
                line(1.0, 1.0, grain);
                if let Some(grid) = &self.pores {
                    grid.row(y, x0, cells, other);
                }
                let shares = own.iter_mut().zip(other.iter_mut());
                for (((own, other), cloud), grain) in shares.zip(&*clouds).zip(&*grain) {
                    let k = 0.35 * cloud + 0.14 * grain;
                    *other = 0.5 * smoothstep(0.75, 0.9, *other);
                    *own = (1.0 + strength * k * 0.6) * (1.0 - *other);
                }
            }
            Ground::Speckle => {
                line(0.45, 0.45, grain);
                for (other, grain) in other.iter_mut().zip(&*grain) {
                    *other = smoothstep(0.35, 0.6, *grain) * strength * 0.7;
                }
                rest(own, other);
            }
            Ground::Mat => {
                // A cutting mat's grid.
                for (i, other) in other.iter_mut().enumerate() {
                    let q = q.plus(texture.along.times(i as f32)).times(8.0);
                    let line = (fraction(q.x) - 0.5).abs().max((fraction(q.y) - 0.5).abs());
                    *other = 0.6 * strength * smoothstep(0.465, 0.485, line);
                }
                rest(own, other);
            }
        }
    }
}

fn rest(own: &mut [f32], other: &[f32]) {
    own.iter_mut().zip(other).for_each(|(own, other)| *own = 1.0 - other);
}

/// A row's intermediate values, kept from row to row.
#[derive(Default)]
pub(crate) struct Lines {
    own: Vec<f32>,
    other: Vec<f32>,
    clouds: Vec<f32>,
    grain: Vec<f32>,
    cells: Vec<f32>,
}

impl Lines {
    fn resize(&mut self, length: usize) {
        for line in [&mut self.own, &mut self.other, &mut self.clouds, &mut self.grain] {
            line.resize(length, 0.0);
        }
    }
}
