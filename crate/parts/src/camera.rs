//! The camera: exposure, white balance, vignetting, blur, noise.

use image::RgbImage;

use crate::colour::{Colour, each, encode};
use crate::math::lerp;
use crate::random::{Random, mix};

/// How much of the scene's light an ideal camera takes; real ones are about as open.
pub(crate) const EXPOSURE: f32 = 0.86;

pub(crate) struct Camera {
    width: usize,
    height: usize,
    gain: Colour,
    slope: (f32, f32),
    vignette: f32,
    /// Weight of the neighbours, 0..0.33.
    blur: f32,
    /// Standard deviation in levels, of dark and of bright pixels.
    noise: (f32, f32),
    seed: u64,
}

impl Camera {
    pub fn new(width: usize, height: usize, real: bool, mut random: Random) -> Self {
        let exposure = random.range(0.72, 1.0);
        let balance = (random.range(-0.07, 0.07), random.range(-0.07, 0.07));
        let mut camera = Self {
            width,
            height,
            gain: [exposure * (1.0 + balance.0), exposure, exposure * (1.0 + balance.1)],
            slope: (random.range(-0.12, 0.12), random.range(-0.12, 0.12)),
            vignette: random.range(0.0, 0.35),
            blur: random.range(0.0, 0.25),
            noise: (random.range(0.4, 2.0), random.range(0.6, 3.0)),
            seed: random.word(),
        };
        if !real {
            camera.blur = 0.0;
            camera.noise = (0.0, 0.0);
            camera.vignette = 0.0;
            camera.slope = (0.0, 0.0);
            camera.gain = [EXPOSURE; 3];
        }
        camera
    }

    pub fn photograph(&self, canvas: &[Colour]) -> RgbImage {
        let (w, h) = (self.width, self.height);
        let side = 1.0 / w.max(h) as f32;
        let mut levels: Vec<Colour> = Vec::with_capacity(w * h);
        for y in 0..h {
            let v = (y as f32 + 0.5 - h as f32 * 0.5) * side;
            for x in 0..w {
                let u = (x as f32 + 0.5 - w as f32 * 0.5) * side;
                let fall =
                    (1.0 - self.vignette * (u * u + v * v)) * (1.0 + self.slope.0 * u + self.slope.1 * v);
                let c = canvas[y * w + x];
                levels.push(each(|i| encode(c[i] * self.gain[i] * fall)));
            }
        }
        if self.blur > 0.01 {
            self.soften(&mut levels);
        }
        let mut bytes = Vec::with_capacity(w * h * 3);
        for (i, c) in levels.iter().enumerate() {
            let dice = if self.noise.1 > 0.0 { mix(self.seed ^ i as u64) } else { 0 };
            for (k, &v) in c.iter().enumerate() {
                let mut level = v;
                if self.noise.1 > 0.0 {
                    level += bell(dice >> (21 * k)) * lerp(self.noise.0, self.noise.1, v * (1.0 / 255.0));
                }
                bytes.push((level + 0.5).clamp(0.0, 255.0) as u8);
            }
        }
        RgbImage::from_raw(w as u32, h as u32, bytes).unwrap_or_else(|| RgbImage::new(w as u32, h as u32))
    }

    /// Three taps along x, then along y.
    fn soften(&self, levels: &mut [Colour]) {
        let (w, h) = (self.width, self.height);
        let (side, middle) = (self.blur, 1.0 - 2.0 * self.blur);
        let blend = |a: Colour, b: Colour, c: Colour| each(|k| side * (a[k] + c[k]) + middle * b[k]);
        for row in levels.chunks_mut(w) {
            let mut before = row[0];
            for x in 0..w {
                let here = row[x];
                row[x] = blend(before, here, row[(x + 1).min(w - 1)]);
                before = here;
            }
        }
        let mut above = levels[..w].to_vec();
        for y in 0..h {
            for x in 0..w {
                let here = levels[y * w + x];
                let below = levels[(y + 1).min(h - 1) * w + x];
                levels[y * w + x] = blend(above[x], here, below);
                above[x] = here;
            }
        }
    }
}

/// A number of mean 0 and deviation 1, bell-shaped, from 21 random bits: the sum of three numbers of seven.
#[inline]
fn bell(bits: u64) -> f32 {
    let sum = (bits & 127) + ((bits >> 7) & 127) + ((bits >> 14) & 127);
    (sum as f32 - 190.5) * (1.0 / 64.0)
}
