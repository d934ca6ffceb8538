use spotcheck_imaging::{Map, Mask};

/// Where a map crosses `level`, as polylines of (x, y) in pixels from the picture's upper left corner: a pixel's value
/// stands at its middle, half a pixel in. A closed line ends with its first point; lines that reach the picture's edge
/// are open. Higher values lie to the right of a line, as it is seen, and pixels that touch at a corner lie in one line
/// (as [`label`](spotcheck_imaging::label) joins them). Values that are not finite have no line around them.
///
/// Marching squares with linear interpolation: `skimage.measure.find_contours(map, level, fully_connected="high")`, whose
/// points are (row, column) and half a pixel less.
pub fn contours(map: &Map, level: f32) -> Vec<Vec<[f32; 2]>> {
    trace(map.width(), map.height(), level, |at| map.data()[at])
}

/// The outlines of a mask, half way between set and unset pixels; as [`contours`] otherwise.
pub fn mask_contours(mask: &Mask) -> Vec<Vec<[f32; 2]>> {
    trace(mask.width(), mask.height(), 0.5, |at| f32::from(u8::from(mask.data()[at])))
}

/// The lines of [`contours`] that pass left of some pixels, each line once and with what came with the first of its pixels.
/// The pixels (column, row) are above `level`; there are others on all sides, and the one on the left is not above.
pub(crate) fn contours_left_of<T>(
    map: &Map,
    level: f32,
    pixels: impl Iterator<Item = ([usize; 2], T)>,
) -> Vec<(T, Vec<[f32; 2]>)> {
    let value = |at: usize| map.data()[at];
    let squares =
        Squares { width: map.width() as usize, height: map.height() as usize, level, value: &value };
    let mut used = Bits::new(squares.width * squares.height * 2);
    let mut lines = Vec::new();
    for ([x, y], tag) in pixels {
        // Higher values lie to the right: a line goes up there, from the pixel's row into the one above.
        let (Some(x), Some(y)) = (x.checked_sub(1), y.checked_sub(1)) else { continue };
        if !used.get(squares.crossing(x, y, Bottom)) {
            let line = squares.line([x, y], Bottom, &mut used);
            lines.extend(Some((tag, line)).filter(|(_, line)| line.len() > 1));
        }
    }
    lines
}

/// A side of a square of four pixels' middles.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Top,
    Left,
    Bottom,
    Right,
}
use Side::{Bottom, Left, Right, Top};

/// All squares of a picture, each known by its upper left pixel.
struct Squares<'a, F> {
    width: usize,
    height: usize,
    level: f32,
    value: &'a F,
}

fn trace(width: u32, height: u32, level: f32, value: impl Fn(usize) -> f32) -> Vec<Vec<[f32; 2]>> {
    let squares = Squares { width: width as usize, height: height as usize, level, value: &value };
    // A side is crossed once, so at most one piece begins at it.
    let mut used = Bits::new(squares.width * squares.height * 2);
    let mut lines = Vec::new();
    // The open lines first, from their ends; what is left then is closed and may begin anywhere.
    for open in [true, false] {
        for y in 0..squares.height.saturating_sub(1) {
            for x in 0..squares.width.saturating_sub(1) {
                for &(from, _) in squares.pieces(x, y) {
                    let begins = !open || squares.across(x, y, from).is_none();
                    if begins && !used.get(squares.crossing(x, y, from)) {
                        let line = squares.line([x, y], from, &mut used);
                        // A level that is met at a single pixel is a line of one point.
                        lines.extend(Some(line).filter(|line| line.len() > 1));
                    }
                }
            }
        }
    }
    lines
}

impl<F: Fn(usize) -> f32> Squares<'_, F> {
    /// Follows a line from where it enters a square, until it ends or comes round.
    fn line(&self, start: [usize; 2], from: Side, used: &mut Bits) -> Vec<[f32; 2]> {
        let mut line: Vec<[f32; 2]> = Vec::new();
        let mut add = |point| {
            // A level that is met exactly at a pixel crosses several sides at one point.
            if line.last() != Some(&point) {
                line.push(point);
            }
        };
        add(self.point(start[0], start[1], from));
        let mut next = Some((start, from));
        while let Some(([x, y], from)) = next {
            let crossing = self.crossing(x, y, from);
            let piece = self.pieces(x, y).iter().find(|piece| piece.0 == from);
            let Some(&(_, to)) = piece.filter(|_| !used.get(crossing)) else { break };
            used.set(crossing);
            add(self.point(x, y, to));
            next = self.across(x, y, to);
        }
        line
    }

    /// The pieces of lines in a square, each from side to side. There is none where a corner is no number.
    fn pieces(&self, x: usize, y: usize) -> &'static [(Side, Side)] {
        let at = y * self.width + x;
        let corners = [at, at + 1, at + self.width, at + self.width + 1].map(self.value);
        if !corners.iter().all(|corner| corner.is_finite()) {
            return &[];
        }
        // Upper left, upper right, lower left, lower right.
        match corners.map(|corner| corner > self.level) {
            [false, false, false, false] | [true, true, true, true] => &[],
            [true, false, false, false] => &[(Top, Left)],
            [false, true, false, false] => &[(Right, Top)],
            [true, true, false, false] => &[(Right, Left)],
            [false, false, true, false] => &[(Left, Bottom)],
            [true, false, true, false] => &[(Top, Bottom)],
            [false, true, true, false] => &[(Left, Top), (Right, Bottom)],
            [true, true, true, false] => &[(Right, Bottom)],
            [false, false, false, true] => &[(Bottom, Right)],
            [true, false, false, true] => &[(Top, Right), (Bottom, Left)],
            [false, true, false, true] => &[(Bottom, Top)],
            [true, true, false, true] => &[(Bottom, Left)],
            [false, false, true, true] => &[(Left, Right)],
            [true, false, true, true] => &[(Top, Right)],
            [false, true, true, true] => &[(Left, Top)],
        }
    }

    /// The square beyond a side with the side by which it is entered, where a line goes on there.
    fn across(&self, x: usize, y: usize, side: Side) -> Option<([usize; 2], Side)> {
        let ([x, y], entered) = match side {
            Top => ([x, y.checked_sub(1)?], Bottom),
            Left => ([x.checked_sub(1)?, y], Right),
            Bottom => ([x, y + 1], Top),
            Right => ([x + 1, y], Left),
        };
        let inside = x + 1 < self.width && y + 1 < self.height;
        // Sides between numbers are crossed on both sides or on none.
        (inside && !self.pieces(x, y).is_empty()).then_some(([x, y], entered))
    }

    /// The pixels at both ends of a side; the first is left of the other or above.
    fn ends(&self, x: usize, y: usize, side: Side) -> [usize; 2] {
        let at = y * self.width + x;
        match side {
            Top => [at, at + 1],
            Left => [at, at + self.width],
            Bottom => [at + self.width, at + self.width + 1],
            Right => [at + 1, at + self.width + 1],
        }
    }

    /// A number for each side of all squares, the same from both sides.
    fn crossing(&self, x: usize, y: usize, side: Side) -> usize {
        self.ends(x, y, side)[0] * 2 + usize::from(matches!(side, Left | Right))
    }

    /// Where a side is crossed.
    fn point(&self, x: usize, y: usize, side: Side) -> [f32; 2] {
        let ends = self.ends(x, y, side);
        let [from, to] = ends.map(|at| f64::from((self.value)(at)));
        let part = if from == to { 0.0 } else { (f64::from(self.level) - from) / (to - from) };
        let (x, y) = ((ends[0] % self.width) as f64 + 0.5, (ends[0] / self.width) as f64 + 0.5);
        match side {
            Top | Bottom => [(x + part) as f32, y as f32],
            Left | Right => [x as f32, (y + part) as f32],
        }
    }
}

/// A set of numbers.
struct Bits(Vec<u64>);

impl Bits {
    fn new(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    fn get(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }

    fn set(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }
}
