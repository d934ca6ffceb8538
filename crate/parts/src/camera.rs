//! The camera: exposure, white balance, vignetting, blur, depth of field, noise, compression.

use image::RgbImage;

use crate::colour::{Colour, each, encode, mixed};
use crate::compression::compress;
use crate::math::{Point, lerp};
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
    /// Where the picture is sharp (a line's distance from the middle along a direction, in picture widths) and how fast it
    /// blurs away from there, in pixels a picture width.
    focus: Option<(Point, f32, f32)>,
    /// JPEG's.
    quality: Option<f32>,
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
            focus: None,
            quality: None,
            seed: random.word(),
        };
        if random.chance(0.15) {
            let direction = Point::polar(1.0, random.unit());
            camera.focus = Some((direction, random.range(-0.2, 0.2), random.range(2.0, 7.0)));
        }
        if random.chance(0.35) {
            camera.quality = Some(random.range(35.0, 92.0));
        }
        if !real {
            camera.blur = 0.0;
            camera.noise = (0.0, 0.0);
            camera.vignette = 0.0;
            camera.slope = (0.0, 0.0);
            camera.gain = [EXPOSURE; 3];
            camera.focus = None;
            camera.quality = None;
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
        if let Some(focus) = self.focus {
            self.defocus(&mut levels, focus);
        }
        if self.noise.1 > 0.0 {
            for (i, level) in levels.iter_mut().enumerate() {
                let dice = mix(self.seed ^ i as u64);
                *level = each(|k| {
                    let deviation = lerp(self.noise.0, self.noise.1, level[k] * (1.0 / 255.0));
                    level[k] + bell(dice >> (21 * k)) * deviation
                });
            }
        }
        if let Some(quality) = self.quality {
            compress(&mut levels, w, h, quality);
        }
        let mut bytes = Vec::with_capacity(w * h * 3);
        for c in &levels {
            bytes.extend(c.map(|level| (level + 0.5).clamp(0.0, 255.0) as u8));
        }
        RgbImage::from_raw(w as u32, h as u32, bytes).unwrap_or_else(|| RgbImage::new(w as u32, h as u32))
    }

    /// Blurs what lies out of focus: between the picture, and the picture blurred once and thrice as strongly.
    fn defocus(&self, levels: &mut [Colour], (direction, sharp, rate): (Point, f32, f32)) {
        let (w, h) = (self.width, self.height);
        let side = 1.0 / w.max(h) as f32;
        let mut soft = levels.to_vec();
        blur(&mut soft, w, h, 1);
        let mut softer = soft.clone();
        blur(&mut softer, w, h, 2);
        for (i, level) in levels.iter_mut().enumerate() {
            let p = Point::new(
                ((i % w) as f32 + 0.5 - w as f32 * 0.5) * side,
                ((i / w) as f32 + 0.5 - h as f32 * 0.5) * side,
            );
            let out = ((p.dot(direction) - sharp).abs() * rate).min(2.0);
            *level =
                if out < 1.0 { mixed(*level, soft[i], out) } else { mixed(soft[i], softer[i], out - 1.0) };
        }
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

/// A box of `radius` along x, then along y; the border repeats.
fn blur(levels: &mut [Colour], w: usize, h: usize, radius: usize) {
    let share = 1.0 / (2 * radius + 1) as f32;
    let mut pass = |across: usize, along: usize, count: usize, length: usize| {
        let before = levels.to_vec();
        for c in 0..count {
            for i in 0..length {
                let mut sum = [0.0; 3];
                for j in 0..=2 * radius {
                    let from = (i + j).saturating_sub(radius).min(length - 1);
                    let there = before[c * across + from * along];
                    sum = each(|k| sum[k] + there[k]);
                }
                levels[c * across + i * along] = each(|k| sum[k] * share);
            }
        }
    };
    pass(w, 1, h, w);
    pass(1, w, w, h);
}
