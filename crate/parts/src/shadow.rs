//! The soft shadow that parts cast on the ground.

use crate::light::Light;
use crate::math::ROUNDER;
use crate::scene::Sprite;
use crate::window::Window;

/// How dark the ground is, at half the picture's size.
pub(crate) struct Shadow {
    dark: Vec<f32>,
    width: usize,
    height: usize,
}

/// Coverage as a whole number, so that sums are exact.
const FULL: f32 = 65536.0;

impl Shadow {
    /// The parts' outlines, moved away from the lamp and blurred, together with the dark line where they touch the
    /// ground. Drawn at half the size, which a blur hides.
    pub fn cast(sprites: &[Sprite], defective: bool, light: &Light, width: usize, height: usize) -> Self {
        let (w, h) = (width.div_ceil(2), height.div_ceil(2));
        let mut near = Plane::new(w, h);
        let mut far = Plane::new(w, h);
        let mut soft = 1;
        let mut contact = 1;
        for sprite in sprites {
            let lean = light.towards.length() / light.up * sprite.thickness * sprite.radius;
            let shift = light.towards.times(-lean / light.towards.length().max(0.1));
            soft = soft.max((light.softness * sprite.radius * 0.5).round() as usize);
            contact = contact.max((0.03 * sprite.radius * 0.5).round() as usize);
            let window = sprite.window();
            let foot = Window {
                x0: window.x0 / 2,
                y0: window.y0 / 2,
                x1: window.x1.div_ceil(2),
                y1: window.y1.div_ceil(2),
            };
            for y in foot.y0..foot.y1 {
                let row = near.row_mut(y);
                sprite.stretches(defective, 2 * y, 0..width, |x, _, cover| {
                    let pairs = cover[(x % 2).min(cover.len())..].chunks(2);
                    for (there, pair) in row[x.div_ceil(2)..].iter_mut().zip(pairs) {
                        *there = (*there).max((pair[0] * FULL) as i32);
                    }
                });
            }
            // Between the foot and the moved outline lies the shadow of the sides.
            for part in 0..=3 {
                let moved = shift.times(part as f32 / 6.0);
                far.lay(&near, foot, (moved.x.round() as isize, moved.y.round() as isize));
            }
        }
        let mut spare = vec![0; w * h];
        for _ in 0..2 {
            far.blur(soft, &mut spare);
            near.blur(contact, &mut spare);
        }
        let (strength, foot) = (light.shadow / FULL, 0.3 / FULL);
        let dark = |(f, n): (&i32, &i32)| 1.0 - (1.0 - strength * *f as f32) * (1.0 - foot * *n as f32);
        Self { dark: far.values.iter().zip(&near.values).map(dark).collect(), width: w, height: h }
    }

    /// The share of the light that is taken from each pixel of the row `y`; `line` is room to work in.
    pub fn row(&self, y: usize, line: &mut Vec<f32>, out: &mut [f32]) {
        let w = self.width;
        // A pixel's middle lies a quarter of the way from the nearest middle at half the size to the next one.
        let near = y / 2;
        let next = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(self.height - 1) };
        let rows = self.dark[near * w..(near + 1) * w].iter().zip(&self.dark[next * w..(next + 1) * w]);
        line.clear();
        line.push(0.0);
        line.extend(rows.map(|(a, b)| 0.75 * a + 0.25 * b));
        line.push(line[w]);
        line[0] = line[1];
        let (pairs, last) = out.as_chunks_mut();
        let thirds = line.iter().zip(&line[1..]).zip(&line[2..]);
        for ([first, second], ((before, here), after)) in pairs.iter_mut().zip(thirds) {
            *first = 0.75 * here + 0.25 * before;
            *second = 0.75 * here + 0.25 * after;
        }
        if let [last] = last {
            *last = 0.75 * line[w] + 0.25 * line[w - 1];
        }
    }
}

/// Whether a shadow that takes this share of the light is seen.
pub(crate) fn is_seen(dark: f32) -> bool {
    dark > 0.2
}

/// A row-major plane of coverage.
struct Plane {
    values: Vec<i32>,
    width: usize,
    height: usize,
}

impl Plane {
    fn new(width: usize, height: usize) -> Self {
        Self { values: vec![0; width * height], width, height }
    }

    fn row_mut(&mut self, y: usize) -> &mut [i32] {
        &mut self.values[y * self.width..(y + 1) * self.width]
    }

    /// Lays what `other` has in `window` over this, moved by some pixels.
    fn lay(&mut self, other: &Self, window: Window, (dx, dy): (isize, isize)) {
        let w = self.width as isize;
        let from = (window.x0 as isize).max(-dx);
        let to = (window.x1 as isize).min(w - dx);
        if from >= to {
            return;
        }
        for y in window.y0..window.y1 {
            let Some(there) = y.checked_add_signed(dy).filter(|&y| y < self.height) else { continue };
            let start = y * other.width;
            let source = &other.values[start + from as usize..start + to as usize];
            let target = &mut self.row_mut(there)[(from + dx) as usize..(to + dx) as usize];
            for (there, v) in target.iter_mut().zip(source) {
                *there = (*there).max(*v);
            }
        }
    }

    /// The mean of a square of `radius` about each pixel; nothing lies outside. `spare` is as much room to work in.
    fn blur(&mut self, radius: usize, spare: &mut Vec<i32>) {
        let (w, h) = (self.width, self.height);
        let share = 1.0 / (2 * radius + 1) as f32;
        // Whole numbers up to 65536: the sum's last bits are the nearest one.
        let mean = |sum: i32| ((sum as f32 * share + ROUNDER).to_bits() & 0x003F_FFFF) as i32;
        // Along x: the sums from the row's start, of which two give that between them.
        let mut sums = vec![0i32; w + 2 * radius + 1];
        for row in self.values.chunks_mut(w) {
            let mut sum = 0;
            for (sum_to, v) in sums[radius + 1..].iter_mut().zip(&*row) {
                sum += v;
                *sum_to = sum;
            }
            sums[w + radius + 1..].fill(sum);
            for ((out, before), after) in row.iter_mut().zip(&sums).zip(&sums[2 * radius + 1..]) {
                *out = mean(after - before);
            }
        }
        // Along y: a sum a column, to which a row comes as another leaves.
        std::mem::swap(&mut self.values, spare);
        let row = |y: usize| &spare[y * w..(y + 1) * w];
        let mut sums = vec![0i32; w];
        for y in 0..radius.min(h) {
            sums.iter_mut().zip(row(y)).for_each(|(sum, v)| *sum += v);
        }
        for (y, out) in self.values.chunks_mut(w).enumerate() {
            if y + radius < h {
                sums.iter_mut().zip(row(y + radius)).for_each(|(sum, v)| *sum += v);
            }
            if y > radius {
                sums.iter_mut().zip(row(y - radius - 1)).for_each(|(sum, v)| *sum -= v);
            }
            out.iter_mut().zip(&sums).for_each(|(out, &sum)| *out = mean(sum));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_is_the_mean_of_a_square() {
        let (w, h) = (13, 9);
        for radius in [1, 3, 20] {
            let mut plane = Plane::new(w, h);
            for (i, v) in plane.values.iter_mut().enumerate() {
                *v = (i * 7919 % 65537) as i32;
            }
            let before = plane.values.clone();
            plane.blur(radius, &mut vec![0; w * h]);
            let side = (2 * radius + 1) as f32;
            for (i, v) in plane.values.iter().enumerate() {
                let near = |a: usize, b: usize| a.abs_diff(b) <= radius;
                let inside = |j: &usize| near(i % w, j % w) && near(i / w, j / w);
                let sum: i64 = (0..w * h).filter(inside).map(|j| i64::from(before[j])).sum();
                assert!((*v as f32 - sum as f32 / (side * side)).abs() < 2.0, "radius {radius}, {i}");
            }
        }
    }
}
