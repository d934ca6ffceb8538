//! The soft shadow that parts cast on the ground.

use crate::light::Light;
use crate::scene::Sprite;

/// How dark the ground is, for each pixel.
pub(crate) struct Shadow(Vec<f32>);

impl Shadow {
    /// The parts' outlines, moved away from the lamp and blurred, together with the dark line where they touch the
    /// ground. Drawn at half the size, which a blur hides.
    pub fn cast(sprites: &[Sprite], defective: bool, light: &Light, width: usize, height: usize) -> Self {
        let (w, h) = (width.div_ceil(2), height.div_ceil(2));
        let mut far = vec![0.0f32; w * h];
        let mut near = vec![0.0f32; w * h];
        let mut soft = 1;
        let mut contact = 1;
        for sprite in sprites {
            let lean = light.towards.length() / light.up * sprite.thickness * sprite.radius;
            let shift = light.towards.times(-lean / light.towards.length().max(0.1));
            let (dx, dy) = (shift.x.round() as isize, shift.y.round() as isize);
            soft = soft.max((light.softness * sprite.radius * 0.5).round() as usize);
            contact = contact.max((0.03 * sprite.radius * 0.5).round() as usize);
            let window = sprite.window;
            let pixels = sprite.pixels(defective);
            // Between the foot and the moved outline lies the shadow of the sides.
            for part in 0..=3isize {
                let (ox, oy) = (dx * part / 3, dy * part / 3);
                for y in (0..window.height()).step_by(2) {
                    let to_y = (y + window.y0) as isize + oy;
                    if to_y < 0 || to_y >= height as isize {
                        continue;
                    }
                    let row = to_y as usize / 2 * w;
                    for x in (0..window.width()).step_by(2) {
                        let alpha = pixels[y * window.width() + x][3];
                        let to_x = (x + window.x0) as isize + ox;
                        if alpha == 0.0 || to_x < 0 || to_x >= width as isize {
                            continue;
                        }
                        let i = row + to_x as usize / 2;
                        far[i] = far[i].max(alpha);
                        if part == 0 {
                            near[i] = near[i].max(alpha);
                        }
                    }
                }
            }
        }
        for _ in 0..2 {
            blur(&mut far, w, h, soft);
            blur(&mut near, w, h, contact);
        }
        let strength = light.shadow;
        let dark: Vec<f32> =
            far.iter().zip(&near).map(|(f, n)| 1.0 - (1.0 - strength * f) * (1.0 - 0.3 * n)).collect();
        let mut full = Vec::with_capacity(width * height);
        for y in 0..height {
            let fy = (y as f32 * 0.5 - 0.25).max(0.0);
            let (y0, ty) = (fy as usize, fy.fract());
            let y1 = (y0 + 1).min(h - 1);
            for x in 0..width {
                let fx = (x as f32 * 0.5 - 0.25).max(0.0);
                let (x0, tx) = (fx as usize, fx.fract());
                let x1 = (x0 + 1).min(w - 1);
                let a = dark[y0 * w + x0] + (dark[y0 * w + x1] - dark[y0 * w + x0]) * tx;
                let b = dark[y1 * w + x0] + (dark[y1 * w + x1] - dark[y1 * w + x0]) * tx;
                full.push(a + (b - a) * ty);
            }
        }
        Self(full)
    }

    /// What remains of the light, for each pixel.
    pub fn factors(&self) -> impl Iterator<Item = f32> {
        self.0.iter().map(|d| 1.0 - d)
    }

    /// Whether the shadow takes a fifth of the light or more at the pixel `i`.
    pub fn visible(&self, i: usize) -> bool {
        self.0[i] > 0.2
    }
}

/// A box blur of `radius` in both directions; nothing lies outside.
fn blur(data: &mut [f32], w: usize, h: usize, radius: usize) {
    if radius == 0 {
        return;
    }
    let mut line = vec![0.0f32; w.max(h)];
    let share = 1.0 / (2 * radius + 1) as f32;
    let mut pass = |count: usize, length: usize, across: usize, along: usize| {
        for c in 0..count {
            let start = c * across;
            // Sums of thousandths, as whole numbers: no rounding that grows along the line.
            let value = |i: usize, data: &[f32]| (data[start + i * along] * 65536.0) as i64;
            let mut sum: i64 = (0..radius.min(length)).map(|i| value(i, data)).sum();
            for (i, out) in line[..length].iter_mut().enumerate() {
                if i + radius < length {
                    sum += value(i + radius, data);
                }
                if i > radius {
                    sum -= value(i - radius - 1, data);
                }
                *out = sum as f32 * (share / 65536.0);
            }
            for (i, v) in line[..length].iter().enumerate() {
                data[start + i * along] = *v;
            }
        }
    };
    pass(h, w, w, 1);
    pass(w, h, 1, w);
}
