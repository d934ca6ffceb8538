//! A scene: parts on a ground in a light, and the layers it is drawn in.

use std::ops::Range;

use crate::camera::EXPOSURE;
use crate::colour::{Colour, encode};
use crate::flaw::Flaw;
use crate::light::Light;
use crate::material::Paint;
use crate::math::Point;
use crate::random::Random;
use crate::shape::{FAR, Shape, Surface};

/// Where a part lies in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    /// In pixels.
    pub centre: Point,
    /// Of the unit circle, in pixels.
    pub radius: f32,
    /// The unit vector of its x axis.
    pub rotation: Point,
    /// The direction it is tilted in, and how much shorter that makes it.
    pub tilt: (Point, f32),
    /// Moves the textures.
    pub grain: Point,
}

impl Placement {
    /// The point of the part that is seen at a place in the picture.
    #[inline]
    fn local(&self, at: Point) -> Point {
        let q = at.minus(self.centre).times(1.0 / self.radius);
        let (axis, shorter) = self.tilt;
        q.plus(axis.times(q.dot(axis) * (1.0 / shorter - 1.0))).unrotated(self.rotation)
    }

    /// The place in the picture where a point of the part is seen.
    fn global(&self, p: Point) -> Point {
        let q = p.rotated(self.rotation);
        let (axis, shorter) = self.tilt;
        q.plus(axis.times(q.dot(axis) * (shorter - 1.0))).times(self.radius).plus(self.centre)
    }
}

/// A rectangle of pixels: from `x0`, `y0` up to, not including, `x1`, `y1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub x0: usize,
    pub y0: usize,
    pub x1: usize,
    pub y1: usize,
}

impl Window {
    pub fn width(self) -> usize {
        self.x1 - self.x0
    }

    pub fn height(self) -> usize {
        self.y1 - self.y0
    }

    /// The pixels between two points, as far as they lie within `self`.
    fn around(self, low: Point, high: Point) -> Self {
        let clip = |v: f32, a: usize, b: usize| (v.max(0.0) as usize).clamp(a, b);
        let x0 = clip(low.x.floor(), self.x0, self.x1);
        let y0 = clip(low.y.floor(), self.y0, self.y1);
        Self {
            x0,
            y0,
            x1: clip(high.x.ceil() + 1.0, x0, self.x1),
            y1: clip(high.y.ceil() + 1.0, y0, self.y1),
        }
    }
}

#[derive(Clone, Copy)]
struct Texel {
    paint: Paint,
    alpha: f32,
}

/// Colour times coverage, coverage.
pub(crate) type Pixel = [f32; 4];

/// One part, drawn: its own pixels within `window`.
pub(crate) struct Sprite {
    pub window: Window,
    pub whole: Vec<Pixel>,
    /// The same with the defect.
    pub defective: Option<Vec<Pixel>>,
    pub thickness: f32,
    pub radius: f32,
}

impl Sprite {
    /// The part whole, or with its defect if it has one.
    pub fn pixels(&self, defective: bool) -> &[Pixel] {
        self.defective.as_deref().filter(|_| defective).unwrap_or(&self.whole)
    }
}

pub(crate) struct Scene<'a> {
    pub shape: &'a dyn Shape,
    pub light: &'a Light,
    pub width: usize,
    pub height: usize,
    /// Samples a pixel in each direction.
    pub samples: usize,
}

/// Makes a defect for a part whose area equals a disc's of the first number's radius; the second scales it.
pub(crate) type Flaws<'a> = &'a mut dyn FnMut(f32, f32) -> Flaw;

/// Texels of one part, `samples` × `samples` a pixel, with a border of one.
struct Layer {
    window: Window,
    stride: usize,
    texels: Vec<Texel>,
    heights: Vec<f32>,
}

const NOTHING: Texel = Texel {
    paint: Paint { colour: [0.0; 3], roughness: 1.0, metal: 0.0, bump: 0.0, clear: 0.0 },
    alpha: 0.0,
};

/// How much of the ground the clearest glass lets through: less than half, so that it still counts as the part.
const CLEAREST: f32 = 0.45;

/// A defect of fewer pixels would hardly be seen.
const FEWEST: f32 = 12.0;

/// Within so many pixels of the outline each texel is sampled.
const NEAR_OUTLINE: f32 = 1.6;

/// How far, in radii, a part's own relief can throw a shadow on itself.
const REACH: f32 = 0.12;

impl Scene<'_> {
    /// Draws a part. With `flawed`, that makes a defect of a size (1 is obvious) for a part whose area equals a disc's of the
    /// given radius, also with a defect that is neither too small to see nor most of the part.
    pub fn draw(&self, placement: &Placement, flawed: Option<(f32, Flaws<'_>)>) -> Sprite {
        let extent = Point::new(placement.radius * 1.2, placement.radius * 1.2);
        let picture = Window { x0: 0, y0: 0, x1: self.width, y1: self.height };
        let window = picture.around(placement.centre.minus(extent), placement.centre.plus(extent));
        let stride = window.width() * self.samples + 2;
        let rows = window.height() * self.samples + 2;
        let mut layer =
            Layer { window, stride, texels: vec![NOTHING; stride * rows], heights: vec![0.0; stride * rows] };
        self.raster(&mut layer, placement, None, window);
        let mut whole = vec![[0.0; 4]; window.width() * window.height()];
        self.shade(&layer, placement, window, &mut whole);
        let mut sprite = Sprite {
            window,
            whole,
            defective: None,
            thickness: self.shape.thickness(),
            radius: placement.radius,
        };
        if let Some((wanted, make)) = flawed {
            let area: f32 = sprite.whole.iter().map(|p| p[3]).sum();
            let reach = (area / std::f32::consts::PI).sqrt() / placement.radius;
            let mut zoom = wanted;
            let mut best: Option<(f32, Vec<Pixel>)> = None;
            for attempt in 0..8 {
                let flaw = make(reach, zoom);
                let (drawn, quality, share) =
                    self.draw_flaw(&mut layer, placement, (&flaw, wanted), &sprite, area);
                if best.as_ref().is_none_or(|(q, _)| quality > *q) {
                    best = Some((quality, drawn));
                }
                if quality >= 1.0 {
                    break;
                }
                zoom = (zoom * if share < 0.03 * wanted { 1.25 } else { 0.8 }).clamp(0.4, 3.0);
                if attempt == 3 {
                    zoom = 1.2;
                }
            }
            sprite.defective = best.map(|(_, pixels)| pixels);
        }
        sprite
    }

    /// The part with a flaw; how well it shows for the size that was wanted (1 and more is well), and its share of the
    /// part's area.
    fn draw_flaw(
        &self,
        layer: &mut Layer,
        placement: &Placement,
        (flaw, wanted): (&Flaw, f32),
        sprite: &Sprite,
        area: f32,
    ) -> (Vec<Pixel>, f32, f32) {
        let (low, high) = flaw.bounds();
        let corners =
            [low, high, Point::new(low.x, high.y), Point::new(high.x, low.y)].map(|p| placement.global(p));
        let (mut min, mut max) = (corners[0], corners[0]);
        for c in corners {
            min = Point::new(min.x.min(c.x), min.y.min(c.y));
            max = Point::new(max.x.max(c.x), max.y.max(c.y));
        }
        let changed = sprite.window.around(min, max);
        let margin = REACH * placement.radius + 2.0;
        let margin = Point::new(margin, margin);
        let seen = sprite.window.around(min.minus(margin), max.plus(margin));
        let kept = layer.rows(changed, self.samples);
        self.raster(layer, placement, Some(flaw), changed);
        let mut drawn = sprite.whole.clone();
        self.shade(layer, placement, seen, &mut drawn);
        layer.restore(changed, self.samples, &kept);
        let light = self.light.on_ground();
        let mut count = 0.0f32;
        let mut contrast = 0.0f32;
        let width = sprite.window.width();
        for y in seen.y0..seen.y1 {
            for x in seen.x0..seen.x1 {
                let i = (y - sprite.window.y0) * width + x - sprite.window.x0;
                let (a, b) = (over(sprite.whole[i], light, 0.4), over(drawn[i], light, 0.4));
                let d = difference(a, b);
                if d > VISIBLE && (sprite.whole[i][3] > 0.5 || drawn[i][3] > 0.5) {
                    count += 1.0;
                    contrast += d.min(80.0);
                }
            }
        }
        let share = count / area.max(1.0);
        let mean = contrast / count.max(1.0);
        let least = if flaw.is_thin() { 0.008 } else { 0.014 } * wanted * wanted.min(1.0);
        let least = least.max(FEWEST / area.max(1.0));
        let clear = 17.0 * wanted.min(1.0);
        let fit = (share / least).min(1.0).min(0.2 / share.max(0.01)).min(1.0);
        (drawn, fit * (mean / clear).min(1.0) + if fit >= 1.0 && mean >= clear { 0.1 } else { -0.01 }, share)
    }

    /// Fills the texels of the pixels in `area`. Away from the outline one sample stands for all of a pixel.
    fn raster(&self, layer: &mut Layer, placement: &Placement, flaw: Option<&Flaw>, area: Window) {
        let n = self.samples;
        let step = 1.0 / n as f32;
        // From a texel to the part is an affine map: its origin and what a step along x and y adds.
        let origin = Point::new(layer.window.x0 as f32 + 0.5 * step, layer.window.y0 as f32 + 0.5 * step);
        let start = placement.local(origin);
        let along = placement.local(origin.plus(Point::new(16.0, 0.0))).minus(start).times(step / 16.0);
        let down = placement.local(origin.plus(Point::new(0.0, 16.0))).minus(start).times(step / 16.0);
        let centre = (n - 1) as f32 * 0.5;
        let near = NEAR_OUTLINE / placement.radius;
        for y in area.y0..area.y1 {
            let top = (y - layer.window.y0) * n;
            for x in area.x0..area.x1 {
                let left = (x - layer.window.x0) * n;
                let seen = |dx: f32, dy: f32| {
                    start.plus(down.times(top as f32 + dy)).plus(along.times(left as f32 + dx))
                };
                let first = (top + 1) * layer.stride + left + 1;
                let (texel, height, distance) = self.sample(placement, flaw, seen(centre, centre));
                let fine = n > 1 && distance.abs() < near;
                for dy in 0..n {
                    for dx in 0..n {
                        let i = first + dy * layer.stride + dx;
                        (layer.texels[i], layer.heights[i]) = if fine {
                            let (texel, height, _) = self.sample(placement, flaw, seen(dx as f32, dy as f32));
                            (texel, height)
                        } else {
                            (texel, height)
                        };
                    }
                }
            }
        }
    }

    /// What is seen at a point of the part: the texel, its height, the distance to the outline.
    #[inline]
    fn sample(&self, placement: &Placement, flaw: Option<&Flaw>, seen: Point) -> (Texel, f32, f32) {
        let adds = flaw.is_some_and(Flaw::adds);
        let p = flaw.map_or(seen, |flaw| flaw.source(seen));
        let bounds = self.shape.bounds();
        let within = p.x.abs() <= bounds.x && p.y.abs() <= bounds.y && p.dot(p) <= 1.0;
        if !within && !adds {
            return (NOTHING, 0.0, FAR);
        }
        let mut surface =
            if within { self.shape.at(p, p.plus(placement.grain)) } else { Surface::outside(1.0) };
        if let Some(flaw) = flaw.filter(|_| surface.distance <= FAR || adds) {
            flaw.alter(seen, &mut surface);
        }
        if surface.distance > FAR {
            return (NOTHING, 0.0, surface.distance);
        }
        let cover = (0.5 - surface.distance * placement.radius * self.samples as f32).clamp(0.0, 1.0);
        let alpha = cover * (1.0 - CLEAREST * surface.paint.clear);
        (Texel { paint: surface.paint, alpha }, surface.height, surface.distance)
    }

    /// Lights the pixels of `area`.
    fn shade(&self, layer: &Layer, placement: &Placement, area: Window, pixels: &mut [Pixel]) {
        let n = self.samples;
        let scale = placement.radius * n as f32;
        let weight = 1.0 / (n * n) as f32;
        let width = layer.window.width();
        let flat = self.light.towards.length().max(0.1);
        // Steps towards the lamp: texels to look at, and the height of the ray above the surface there.
        let taps: [(isize, f32); 4] = [0.015f32, 0.035, 0.065, 0.1].map(|distance| {
            let to = self.light.towards.times(distance * scale / flat);
            let step = (to.y + 0.5).floor() as isize * layer.stride as isize + (to.x + 0.5).floor() as isize;
            (step, distance * self.light.up / flat)
        });
        let heights = &layer.heights;
        let shadowed = |i: usize| {
            let mut above = 0.0f32;
            for &(step, rise) in &taps {
                let there = heights.get((i as isize + step) as usize).copied().unwrap_or(0.0);
                above = above.max(there - rise);
            }
            (1.0 - (above - heights[i]).max(0.0) * 22.0).max(0.15)
        };
        let limit = |slope: f32| slope.clamp(-3.0, 3.0);
        for y in area.y0..area.y1 {
            for x in area.x0..area.x1 {
                let (lx, ly) = (x - layer.window.x0, y - layer.window.y0);
                let first = (ly * n + 1) * layer.stride + lx * n + 1;
                let mut sum = [0.0f32; 4];
                // Within the part one lit point a pixel, with the mean slope and paint, looks the same as several.
                if n == 2 && layer.covers(first) {
                    let (texel, gx, gy) = layer.mean(first);
                    let lit = shadowed(first);
                    let c = self.light.shade(&texel.paint, limit(gx * scale), limit(gy * scale), lit);
                    pixels[ly * width + lx] = [c[0], c[1], c[2], 1.0];
                    continue;
                }
                for sy in 0..n {
                    for i in first + sy * layer.stride..first + sy * layer.stride + n {
                        let texel = &layer.texels[i];
                        if texel.alpha == 0.0 {
                            continue;
                        }
                        let (gx, gy) = layer.slope(i);
                        let lit = shadowed(i);
                        let c = self.light.shade(&texel.paint, limit(gx * scale), limit(gy * scale), lit);
                        for k in 0..3 {
                            sum[k] += c[k] * texel.alpha;
                        }
                        sum[3] += texel.alpha;
                    }
                }
                pixels[ly * width + lx] = sum.map(|v| v * weight);
            }
        }
    }
}

impl Layer {
    /// Whether the part fills the pixel of 2 × 2 texels from `i`.
    fn covers(&self, i: usize) -> bool {
        let t = &self.texels;
        t[i].alpha * t[i + 1].alpha * t[i + self.stride].alpha * t[i + self.stride + 1].alpha == 1.0
    }

    /// How the height changes from texel to texel at `i`, along x and y.
    fn slope(&self, i: usize) -> (f32, f32) {
        let h = &self.heights;
        ((h[i + 1] - h[i - 1]) * 0.5, (h[i + self.stride] - h[i - self.stride]) * 0.5)
    }

    /// The mean of 2 × 2 texels from `i`, and how the height changes there from texel to texel.
    fn mean(&self, i: usize) -> (Texel, f32, f32) {
        let below = i + self.stride;
        let (t, h) = (&self.texels, &self.heights);
        let four = [&t[i].paint, &t[i + 1].paint, &t[below].paint, &t[below + 1].paint];
        let mean =
            |of: &dyn Fn(&Paint) -> f32| (of(four[0]) + of(four[1]) + of(four[2]) + of(four[3])) * 0.25;
        let paint = Paint {
            colour: [mean(&|p| p.colour[0]), mean(&|p| p.colour[1]), mean(&|p| p.colour[2])],
            roughness: mean(&|p| p.roughness),
            metal: mean(&|p| p.metal),
            ..Paint::default()
        };
        let side = |a: usize, b: usize| h[a] + h[b];
        let gx = (side(i + 2, below + 2) + side(i + 1, below + 1) - side(i, below) - side(i - 1, below - 1))
            * 0.125;
        let (up, next) = (i - self.stride, below + self.stride);
        let gy = (side(next, next + 1) + side(below, below + 1) - side(i, i + 1) - side(up, up + 1)) * 0.125;
        (Texel { paint, alpha: 1.0 }, gx, gy)
    }

    /// The columns and rows of texels, without the border, of the pixels in `area`.
    fn span(&self, area: Window, samples: usize) -> (Range<usize>, Range<usize>) {
        let columns = (area.x0 - self.window.x0) * samples..(area.x1 - self.window.x0) * samples;
        let rows = (area.y0 - self.window.y0) * samples..(area.y1 - self.window.y0) * samples;
        (columns, rows)
    }

    /// A copy of the texels of `area`.
    fn rows(&self, area: Window, samples: usize) -> Vec<(Texel, f32)> {
        let (columns, rows) = self.span(area, samples);
        let mut kept = Vec::with_capacity(columns.len() * rows.len());
        for y in rows {
            let start = (y + 1) * self.stride + 1;
            let span = start + columns.start..start + columns.end;
            kept.extend(self.texels[span.clone()].iter().copied().zip(self.heights[span].iter().copied()));
        }
        kept
    }

    /// Puts back what [`Self::rows`] has copied.
    fn restore(&mut self, area: Window, samples: usize, kept: &[(Texel, f32)]) {
        let (columns, rows) = self.span(area, samples);
        for (y, line) in rows.zip(kept.chunks(columns.len().max(1))) {
            let start = (y + 1) * self.stride + 1 + columns.start;
            for (x, &(texel, height)) in line.iter().enumerate() {
                self.texels[start + x] = texel;
                self.heights[start + x] = height;
            }
        }
    }
}

/// From this difference of a channel, in levels of 255, a change counts as seen.
pub(crate) const VISIBLE: f32 = 3.0;

/// The largest difference of a channel as an ideal camera shows it, in levels of 255.
pub(crate) fn difference(a: Colour, b: Colour) -> f32 {
    let d = |i: usize| (encode(a[i] * EXPOSURE) - encode(b[i] * EXPOSURE)).abs();
    d(0).max(d(1)).max(d(2))
}

/// A pixel over ground of the colour `ground` × `factor`.
#[inline]
pub(crate) fn over(pixel: Pixel, ground: Colour, factor: f32) -> Colour {
    let rest = (1.0 - pixel[3]) * factor;
    [pixel[0] + ground[0] * rest, pixel[1] + ground[1] * rest, pixel[2] + ground[2] * rest]
}

/// Places up to `count` parts that do not overlap.
/// Slender ones are drawn larger, or little of them would be seen.
pub(crate) fn arrange(
    count: u32,
    width: u32,
    height: u32,
    slender: bool,
    random: &mut Random,
) -> Vec<Placement> {
    let side = width.min(height) as f32;
    let (w, h) = (width as f32, height as f32);
    let mut radius = match count {
        1 => random.range(if slender { 0.41 } else { 0.33 }, 0.48),
        2 => random.range(0.2, 0.28),
        3 | 4 => random.range(0.17, 0.23),
        _ => random.range(0.14, 0.19) * (5.0 / count.max(5) as f32).sqrt(),
    } * side;
    let tilt = (Point::polar(1.0, random.unit()), random.range(0.88, 1.0));
    // Parts reach to about 0.95 of their circle.
    let touching = random.chance(0.1);
    let mut placements: Vec<Placement> = Vec::new();
    for attempt in 0..400 {
        if placements.len() >= count as usize {
            break;
        }
        if attempt % 100 == 99 {
            radius *= 0.9;
            placements.clear();
        }
        let room = |full: f32, random: &mut Random| {
            let margin = (radius * 1.03).min(full * 0.5);
            random.range(margin, full - margin)
        };
        let mut centre = Point::new(room(w, random), room(h, random));
        if touching && let Some(other) = placements.last() {
            centre = other.centre.plus(Point::polar(1.92 * radius, random.unit()));
            let inside = |v: f32, full: f32| v > 0.9 * radius && v < full - 0.9 * radius;
            if !inside(centre.x, w) || !inside(centre.y, h) {
                centre = Point::new(room(w, random), room(h, random));
            }
        }
        let apart = if touching { 1.9 } else { 2.04 };
        if placements.iter().all(|other| other.centre.minus(centre).length() > apart * radius) {
            placements.push(Placement {
                centre,
                radius,
                rotation: Point::polar(1.0, random.unit()),
                tilt,
                grain: Point::new(random.range(0.0, 8.0), random.range(0.0, 8.0)),
            });
        }
    }
    placements
}
