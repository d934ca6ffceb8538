//! The points of one part as they are seen, one a pixel.

use std::array;
use std::ops::Range;

use crate::buffer::Buffer;
use crate::flaw::Flaw;
use crate::material::Paint;
use crate::math::Point;
use crate::placement::Placement;
use crate::shape::{FAR, Shape, Surface};
use crate::window::Window;

/// A part as it is looked at.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub shape: &'a dyn Shape,
    pub placement: &'a Placement,
    /// Samples a pixel in each direction along the outline, 1 or 2.
    pub samples: usize,
    /// From so many pixels away points may throw a shadow.
    pub reach: usize,
}

/// The points of a part in a window, a plane for each of their properties.
pub(crate) struct Layer {
    pub window: Window,
    /// The columns of each row outside of which there is nothing; what the planes hold there is of no meaning.
    pub spans: Vec<Range<usize>>,
    /// Red, green, blue, roughness, metal.
    pub paint: [Buffer; 5],
    pub alpha: Buffer,
    /// For those who look beyond the window, with so many pixels around it.
    pub heights: Buffer,
    border: usize,
    pub edges: Vec<Edge>,
}

/// A pixel that the part fills in part, as 2 × 2 points.
#[derive(Clone, Copy)]
pub(crate) struct Edge {
    pub x: usize,
    pub y: usize,
    pub points: [Texel; 4],
}

#[derive(Clone, Copy)]
pub(crate) struct Texel {
    pub paint: Paint,
    pub height: f32,
    pub alpha: f32,
}

/// How much of the ground the clearest glass lets through: less than half, so that it still counts as the part.
const CLEAREST: f32 = 0.45;

/// Within so many pixels of the outline a pixel is sampled more than once: as far as its corner is, times the shape's
/// steepness, and at most so many.
const NEAR_OUTLINE: f32 = 0.75;
const NEAR_AT_MOST: f32 = 1.6;

impl View<'_> {
    /// The surfaces seen at `points` of the part, whole or with a flaw; `step` as for [`Shape::surfaces`].
    fn look(&self, points: &[Point], step: f32, flaw: Option<&Flaw>, surfaces: &mut Vec<Surface>) {
        surfaces.clear();
        let grain = self.placement.grain;
        let Some(flaw) = flaw else {
            self.shape.surfaces(points, step, grain, surfaces);
            return;
        };
        let sources: Vec<Point> = points.iter().map(|&p| flaw.source(p)).collect();
        self.shape.surfaces(&sources, f32::INFINITY, grain, surfaces);
        for (surface, &p) in surfaces.iter_mut().zip(points) {
            if surface.distance <= FAR || flaw.adds() {
                flaw.alter(p, surface);
            }
        }
    }

    #[inline]
    fn texel(&self, surface: &Surface) -> Texel {
        if surface.distance > FAR {
            return Texel { paint: Paint::default(), height: 0.0, alpha: 0.0 };
        }
        let cover = (0.5 - surface.distance * (self.placement.radius * self.samples as f32)).clamp(0.0, 1.0);
        let alpha = cover * (1.0 - CLEAREST * surface.paint.clear);
        Texel { paint: surface.paint, height: surface.height, alpha }
    }
}

impl Texel {
    /// The mean of four; of the paint, as if the part filled all.
    fn mean(four: &[Self; 4]) -> Self {
        let mean = |of: fn(&Self) -> f32| (of(&four[0]) + of(&four[1]) + of(&four[2]) + of(&four[3])) * 0.25;
        let colour = [mean(|t| t.paint.colour[0]), mean(|t| t.paint.colour[1]), mean(|t| t.paint.colour[2])];
        let (roughness, metal) = (mean(|t| t.paint.roughness), mean(|t| t.paint.metal));
        Self {
            paint: Paint { colour, roughness, metal, ..Paint::default() },
            height: mean(|t| t.height),
            alpha: mean(|t| t.alpha),
        }
    }
}

/// From the pixels of a picture to the points of a part: the first pixel's, and what a step along x and y adds.
struct Plane {
    start: Point,
    along: Point,
    down: Point,
}

impl Plane {
    /// The point of a row's first pixel.
    fn row(&self, y: usize) -> Point {
        self.start.plus(self.down.times(y as f32))
    }

    /// The points of a pixel's four quarters.
    fn quarters(&self, x: usize, y: usize) -> [Point; 4] {
        let middle = self.row(y).plus(self.along.times(x as f32));
        let (a, b) = (self.along.times(0.25), self.down.times(0.25));
        let (left, right) = (middle.minus(a), middle.plus(a));
        [left.minus(b), right.minus(b), left.plus(b), right.plus(b)]
    }
}

impl Layer {
    fn new(window: Window, border: usize, buffer: fn(usize) -> Buffer) -> Self {
        Self {
            window,
            spans: vec![window.x0..window.x0; window.height()],
            paint: array::from_fn(|_| buffer(window.area())),
            alpha: buffer(window.area()),
            heights: buffer((window.width() + 2 * border) * (window.height() + 2 * border)),
            border,
            edges: Vec::new(),
        }
    }

    /// The whole part, as far as it lies in `picture`.
    pub fn whole(view: View<'_>, picture: Window) -> Self {
        let placement = view.placement;
        let bounds = view.shape.bounds();
        let extent = Point::new(placement.radius, placement.radius);
        let disc = picture.around(placement.centre.minus(extent), placement.centre.plus(extent));
        let window = placement.window(disc, bounds.times(-1.0), bounds);
        let mut layer = Self::new(window, view.reach, Buffer::unset);
        layer.fill(view, None, window);
        let beyond = layer.border * layer.stride();
        let end = layer.heights.len() - beyond;
        layer.heights[..beyond].fill(0.0);
        layer.heights[end..].fill(0.0);
        layer
    }

    /// The part in `window`, with a flaw that changes what is in `changed`.
    pub fn flawed(&self, view: View<'_>, flaw: &Flaw, changed: Window, window: Window) -> Self {
        let mut layer = Self::new(window, self.border, Buffer::zeros);
        let around = self.window.common(window.grown(self.border));
        for y in around.y0..around.y1 {
            let (to, from) = (layer.height_at(around.x0, y), self.height_at(around.x0, y));
            layer.heights[to..to + around.width()]
                .copy_from_slice(&self.heights[from..from + around.width()]);
        }
        let common = self.window.common(window);
        for y in common.y0..common.y1 {
            let span = &self.spans[y - self.window.y0];
            let span = span.start.max(common.x0)..span.end.min(common.x1);
            if span.is_empty() {
                continue;
            }
            let (to, from) = (layer.row(y, &span), self.row(y, &span));
            layer.alpha[to.clone()].copy_from_slice(&self.alpha[from.clone()]);
            for (plane, other) in layer.paint.iter_mut().zip(&self.paint) {
                plane[to.clone()].copy_from_slice(&other[from.clone()]);
            }
            layer.spans[y - window.y0] = span;
        }
        layer.edges = self.edges.iter().filter(|e| window.contains(e.x, e.y)).copied().collect();
        layer.fill(view, Some(flaw), changed);
        layer
    }

    /// How far apart the rows of the heights are.
    pub fn stride(&self) -> usize {
        self.window.width() + 2 * self.border
    }

    /// Where a pixel's height stands.
    pub fn height_at(&self, x: usize, y: usize) -> usize {
        (y + self.border - self.window.y0) * self.stride() + x + self.border - self.window.x0
    }

    /// Where some columns of a row stand in the planes.
    pub fn row(&self, y: usize, columns: &Range<usize>) -> Range<usize> {
        let start = self.window.index(columns.start, y);
        start..start + columns.len()
    }

    /// Looks at the pixels in `area`. Away from the outline one sample stands for all of a pixel.
    fn fill(&mut self, view: View<'_>, flaw: Option<&Flaw>, area: Window) {
        let placement = view.placement;
        let origin = Point::new(0.5, 0.5);
        let start = placement.local(origin);
        let step =
            |x: f32, y: f32| placement.local(origin.plus(Point::new(x, y))).minus(start).times(1.0 / 16.0);
        let plane = Plane { start, along: step(16.0, 0.0), down: step(0.0, 16.0) };
        let near = (NEAR_OUTLINE * view.shape.steepness()).min(NEAR_AT_MOST) / placement.radius;
        let near = if view.samples > 1 { near } else { 0.0 };
        let bounds = view.shape.bounds();
        let (mut points, mut surfaces) = (Vec::new(), Vec::new());
        let columns = |y: usize| {
            let (line, all) = (plane.row(y), area.x0..area.x1);
            if let Some(flaw) = flaw {
                let touched = |&x: &usize| flaw.touches(line.plus(plane.along.times(x as f32)));
                let first = all.clone().find(touched).unwrap_or(all.end);
                return first..(first..all.end).rev().find(touched).map_or(first, |last| last + 1);
            }
            let columns = Window::chord(all, line, plane.along);
            let columns = Window::span(columns, line.x, plane.along.x, bounds.x);
            Window::span(columns, line.y, plane.along.y, bounds.y)
        };
        let rows: Vec<Range<usize>> = (area.y0..area.y1).map(columns).collect();
        self.edges.retain(|e| !area.contains(e.x, e.y) || !rows[e.y - area.y0].contains(&e.x));
        for (columns, y) in rows.into_iter().zip(area.y0..) {
            let line = plane.row(y);
            points.clear();
            points.extend(columns.clone().map(|x| line.plus(plane.along.times(x as f32))));
            view.look(&points, plane.along.length(), flaw, &mut surfaces);
            self.store(view, y, &columns, &surfaces);
            let fine = columns.clone().zip(&surfaces).filter(|(_, surface)| surface.distance.abs() < near);
            let fine: Vec<usize> = fine.map(|(x, _)| x).collect();
            points.clear();
            points.extend(fine.iter().flat_map(|&x| plane.quarters(x, y)));
            view.look(&points, f32::INFINITY, flaw, &mut surfaces);
            self.refine(view, y, &fine, &surfaces);
            let filled = self.alpha[self.row(y, &columns)].iter();
            let first = filled.clone().position(|&alpha| alpha > 0.0).unwrap_or(0);
            let last = filled.rev().position(|&alpha| alpha > 0.0).unwrap_or(columns.len());
            let span = &mut self.spans[y - self.window.y0];
            if flaw.is_none() {
                *span = columns.start + first..columns.end - last;
                self.level(y, columns);
            } else if Range::is_empty(span) {
                *span = columns;
            } else if !columns.is_empty() {
                *span = span.start.min(columns.start)..span.end.max(columns.end);
            }
        }
    }

    /// Makes a row's heights zero, but for some columns.
    fn level(&mut self, y: usize, but: Range<usize>) {
        let stride = self.stride();
        let (start, end) = (self.height_at(but.start, y), self.height_at(but.end, y));
        let row = start / stride * stride;
        self.heights[row..start].fill(0.0);
        self.heights[end..row + stride].fill(0.0);
    }

    /// Writes a row's surfaces into the planes.
    fn store(&mut self, view: View<'_>, y: usize, columns: &Range<usize>, surfaces: &[Surface]) {
        let row = self.row(y, columns);
        let height = self.height_at(columns.start, y);
        let heights = self.heights[height..height + row.len()].iter_mut();
        let [red, green, blue, roughness, metal] = self.paint.each_mut().map(|p| p[row.clone()].iter_mut());
        let colours = red.zip(green).zip(blue);
        let rest = roughness.zip(metal).zip(&mut self.alpha[row]).zip(heights);
        for ((surface, ((red, green), blue)), (((roughness, metal), alpha), height)) in
            surfaces.iter().zip(colours).zip(rest)
        {
            let texel = view.texel(surface);
            [*red, *green, *blue] = texel.paint.colour;
            (*roughness, *metal) = (texel.paint.roughness, texel.paint.metal);
            (*alpha, *height) = (texel.alpha, texel.height);
        }
    }

    /// Writes some pixels of a row, of which four points each are known.
    fn refine(&mut self, view: View<'_>, y: usize, columns: &[usize], four_each: &[Surface]) {
        for (&x, [a, b, c, d]) in columns.iter().zip(four_each.as_chunks().0) {
            let four = [view.texel(a), view.texel(b), view.texel(c), view.texel(d)];
            let mean = Texel::mean(&four);
            let (at, height) = (self.window.index(x, y), self.height_at(x, y));
            let [red, green, blue] = mean.paint.colour;
            let values = [red, green, blue, mean.paint.roughness, mean.paint.metal];
            for (plane, value) in self.paint.iter_mut().zip(values) {
                plane[at] = value;
            }
            self.alpha[at] = mean.alpha;
            self.heights[height] = mean.height;
            if mean.alpha > 0.0 && mean.alpha < 1.0 {
                self.edges.push(Edge { x, y, points: four });
            }
        }
    }
}
