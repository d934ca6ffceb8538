//! How the light falls on a part's points, whole rows at a time.

use std::ops::Range;

use crate::buffer::Buffer;
use crate::colour::{Colour, each};
use crate::layer::{Edge, Layer};
use crate::light::Light;
use crate::material::Paint;
use crate::math::Point;
use crate::window::Window;

/// Lit pixels.
pub(crate) struct Tile {
    pub window: Window,
    /// Colours times the coverage.
    pub colours: Buffer,
    /// How much of the ground is covered, 0..1.
    pub cover: Buffer,
}

/// How far from a point towards the lamp something may stand that throws a shadow on it, in radii.
const TAPS: [f32; 4] = [0.015, 0.035, 0.065, 0.1];

/// The steepest slope that is told from a steeper one.
const STEEPEST: f32 = 3.0;

/// A light on a part of some radius.
pub(crate) struct Lamp<'a> {
    light: &'a Light,
    /// In pixels.
    radius: f32,
    /// Steps towards the lamp, in pixels, and how high above a point the ray is there.
    taps: [((isize, isize), f32); 4],
}

impl<'a> Lamp<'a> {
    pub fn new(light: &'a Light, radius: f32) -> Self {
        let flat = light.towards.length().max(0.1);
        let taps = TAPS.map(|distance| {
            let to = light.towards.times(distance * radius / flat);
            ((to.x.round() as isize, to.y.round() as isize), distance * light.up / flat)
        });
        Self { light, radius, taps }
    }

    /// How many pixels away something may stand that changes the light of a point.
    pub fn reach(&self) -> usize {
        (TAPS[3] * self.radius).ceil() as usize + 1
    }

    /// The pixels of `picture` whose light depends on what is in `changed`.
    pub fn touched(&self, picture: Window, changed: Window) -> Window {
        let ((dx, dy), _) = self.taps[3];
        let corner = |x: usize, y: usize| Point::new(x as f32, y as f32);
        let (low, high) = (corner(changed.x0, changed.y0), corner(changed.x1, changed.y1));
        // What is changed throws its shadow away from the lamp; slopes are taken from one pixel to the next.
        let (dx, dy) = (-dx as f32, -dy as f32);
        picture.around(
            Point::new(low.x + dx.min(0.0) - 2.0, low.y + dy.min(0.0) - 2.0),
            Point::new(high.x + dx.max(0.0) + 1.0, high.y + dy.max(0.0) + 1.0),
        )
    }

    /// Lights a layer.
    pub fn shade(&self, layer: &Layer) -> Tile {
        let window = layer.window;
        let mut tile =
            Tile { window, colours: Buffer::unset(3 * window.area()), cover: Buffer::unset(window.area()) };
        let stride = layer.stride() as isize;
        let taps = self.taps.map(|((dx, dy), rise)| (dy * stride + dx, rise));
        let mut lines = Lines::new(window.width());
        let width = window.width().max(1);
        let rows = tile.colours.colours_mut().chunks_mut(width).zip(tile.cover.chunks_mut(width));
        for ((span, y), (colours, cover)) in layer.spans.iter().zip(window.y0..).zip(rows) {
            let columns = span.start - window.x0..span.end - window.x0;
            for empty in [0..columns.start, columns.end..window.width()] {
                colours[empty.clone()].fill([0.0; 3]);
                cover[empty].fill(0.0);
            }
            let (at, row, n) = (layer.height_at(span.start, y), layer.row(y, span), span.len());
            let heights = |step: isize| {
                let from = (at as isize + step) as usize;
                &layer.heights[from..from + n]
            };
            lines.slopes(0, heights(-1), heights(1), self.radius);
            lines.slopes(1, heights(-stride), heights(stride), self.radius);
            lines.lamp(heights(0), taps.map(|(step, rise)| (heights(step), rise)));
            lines.shade(self.light, &layer.paint, row.clone());
            let alpha = &layer.alpha[row];
            cover[columns.clone()].copy_from_slice(alpha);
            let [r, g, b] = &lines.lit;
            let lit = r.iter().zip(g).zip(b).zip(alpha);
            for (colour, (((r, g), b), alpha)) in colours[columns].iter_mut().zip(lit) {
                *colour = [r * alpha, g * alpha, b * alpha];
            }
        }
        for edge in &layer.edges {
            tile.colours.colours_mut()[window.index(edge.x, edge.y)] = self.shade_edge(layer, edge, &taps);
        }
        tile
    }

    /// The light of a pixel that the part fills in part.
    fn shade_edge(&self, layer: &Layer, edge: &Edge, taps: &[(isize, f32); 4]) -> Colour {
        let (at, stride) = (layer.height_at(edge.x, edge.y), layer.stride());
        let heights = &layer.heights;
        let mut ray = 0.0f32;
        for &(step, rise) in taps {
            ray = ray.max(heights[(at as isize + step) as usize] - rise);
        }
        let mut sum = [0.0f32; 3];
        for (i, texel) in edge.points.iter().enumerate().filter(|(_, texel)| texel.alpha > 0.0) {
            // To one side lies another point of the pixel, half a pixel away; to the other the next pixel's middle.
            let slope = |other: f32, beyond: f32, forwards: bool| {
                let rise = (other - beyond) * (self.radius / 1.25);
                (if forwards { rise } else { -rise }).clamp(-STEEPEST, STEEPEST)
            };
            let (left, top) = (i % 2 == 0, i < 2);
            let beside = heights[if left { at - 1 } else { at + 1 }];
            let above = heights[if top { at - stride } else { at + stride }];
            let gx = slope(edge.points[i ^ 1].height, beside, left);
            let gy = slope(edge.points[i ^ 2].height, above, top);
            let lit = self.light.shade(&texel.paint, gx, gy, reached(texel.height, ray));
            sum = each(|k| sum[k] + lit[k] * texel.alpha * 0.25);
        }
        sum
    }
}

/// How much of the lamp's light comes to a point at `height` when something stands in its way up to `ray`.
#[inline(always)]
fn reached(height: f32, ray: f32) -> f32 {
    (1.0 - (ray - height).max(0.0) * 22.0).max(0.15)
}

/// What is computed for the pixels of a row, side by side.
struct Lines {
    slopes: [Vec<f32>; 2],
    lamp: Vec<f32>,
    lit: [Vec<f32>; 3],
}

impl Lines {
    fn new(length: usize) -> Self {
        let line = || vec![0.0; length];
        Self { slopes: [line(), line()], lamp: line(), lit: [line(), line(), line()] }
    }

    fn slopes(&mut self, axis: usize, before: &[f32], after: &[f32], radius: f32) {
        let scale = 0.5 * radius;
        for ((slope, a), b) in self.slopes[axis].iter_mut().zip(before).zip(after) {
            *slope = ((b - a) * scale).clamp(-STEEPEST, STEEPEST);
        }
    }

    fn lamp(&mut self, heights: &[f32], [a, b, c, d]: [(&[f32], f32); 4]) {
        let rays = a.0.iter().zip(b.0).zip(c.0).zip(d.0);
        for ((out, height), (((p, q), r), s)) in self.lamp.iter_mut().zip(heights).zip(rays) {
            let ray = (p - a.1).max(0.0).max(q - b.1).max(r - c.1).max(s - d.1);
            *out = reached(*height, ray);
        }
    }

    fn shade(&mut self, light: &Light, planes: &[Buffer; 5], row: Range<usize>) {
        let n = row.len();
        let [red, green, blue, roughness, metal] = planes.each_ref().map(|plane| &plane[row.clone()]);
        let [gx, gy] = self.slopes.each_ref().map(|line| &line[..n]);
        let lamp = &self.lamp[..n];
        let [r, g, b] = self.lit.each_mut().map(|line| &mut line[..n]);
        for i in 0..n {
            let colour = [red[i], green[i], blue[i]];
            let paint = Paint { colour, roughness: roughness[i], metal: metal[i], ..Paint::default() };
            [r[i], g[i], b[i]] = light.shade(&paint, gx[i], gy[i], lamp[i]);
        }
    }
}
