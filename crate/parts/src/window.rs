//! Rectangles of pixels.

use std::ops::Range;

use crate::math::Point;

/// From `x0`, `y0` up to, not including, `x1`, `y1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub x0: usize,
    pub y0: usize,
    pub x1: usize,
    pub y1: usize,
}

impl Window {
    pub fn of_size(width: usize, height: usize) -> Self {
        Self { x0: 0, y0: 0, x1: width, y1: height }
    }

    pub fn width(self) -> usize {
        self.x1 - self.x0
    }

    pub fn height(self) -> usize {
        self.y1 - self.y0
    }

    pub fn area(self) -> usize {
        self.width() * self.height()
    }

    /// Where a pixel's row begins in a buffer of the window, and the pixel in it.
    pub fn index(self, x: usize, y: usize) -> usize {
        (y - self.y0) * self.width() + x - self.x0
    }

    pub fn contains(self, x: usize, y: usize) -> bool {
        (self.x0..self.x1).contains(&x) && self.has_row(y)
    }

    pub fn has_row(self, y: usize) -> bool {
        (self.y0..self.y1).contains(&y)
    }

    /// The pixels between two points, as far as they lie within `self`.
    pub fn around(self, low: Point, high: Point) -> Self {
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

    /// What lies in both; of no pixels where nothing does.
    pub fn common(self, other: Self) -> Self {
        let (x0, y0) = (self.x0.max(other.x0), self.y0.max(other.y0));
        Self { x0, y0, x1: self.x1.min(other.x1).max(x0), y1: self.y1.min(other.y1).max(y0) }
    }

    /// With so many pixels more on each side, but for those with no numbers.
    pub fn grown(self, by: usize) -> Self {
        Self {
            x0: self.x0.saturating_sub(by),
            y0: self.y0.saturating_sub(by),
            x1: self.x1 + by,
            y1: self.y1 + by,
        }
    }

    /// The smallest one that holds both.
    pub fn hull(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The whole numbers `x` of `among` for which the point `at` + x · `step` may lie in the unit circle.
    pub fn chord(among: Range<usize>, at: Point, step: Point) -> Range<usize> {
        let length = step.dot(step).max(1e-12);
        let middle = -at.dot(step) / length;
        let half = (middle * middle - (at.dot(at) - 1.0) / length).max(0.0).sqrt();
        Self::span(among, -middle, 1.0, half)
    }

    /// The whole numbers `x` of `among` for which |`at` + `step` · x| may be at most `limit`.
    pub fn span(among: Range<usize>, at: f32, step: f32, limit: f32) -> Range<usize> {
        if step.abs() < 1e-9 {
            return if at.abs() <= limit + 1e-6 { among } else { among.start..among.start };
        }
        let (a, b) = ((-limit - at) / step, (limit - at) / step);
        let clip = |v: f32| (v.max(0.0) as usize).clamp(among.start, among.end);
        let start = clip(a.min(b).floor());
        start..clip(a.max(b).ceil() + 1.0).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_leaves_nothing_out() {
        for i in 0..200 {
            let at = Point::new(i as f32 * 0.013 - 1.3, 0.9 - i as f32 * 0.011);
            let step = Point::polar(0.07, i as f32 * 0.037);
            let (span, chord) = (Window::span(0..60, at.x, step.x, 0.5), Window::chord(0..60, at, step));
            assert!(span.len() < 60 || chord.len() < 60);
            for x in 0..60 {
                let p = at.plus(step.times(x as f32));
                assert!(p.x.abs() > 0.5 || span.contains(&x), "{i}, {x}");
                assert!(p.length() > 1.0 || chord.contains(&x), "{i}, {x}");
            }
        }
    }
}
