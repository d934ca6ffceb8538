//! The camera: exposure, white balance, vignetting, blur, depth of field, noise, compression.

use std::sync::OnceLock;

use image::RgbImage;

use crate::buffer::Buffer;
use crate::colour::{Colour, each, encode_all};
use crate::compression::compress;
use crate::filter::blur;
use crate::math::{Point, ROUNDER};
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

    /// What the camera makes of a picture; `light` gives a row's.
    pub fn photograph(&self, mut light: impl FnMut(usize, &mut [Colour])) -> RgbImage {
        let (w, h) = (self.width, self.height);
        let exposure = Exposure::new(self);
        let exposed = |y: usize, row: &mut [f32]| {
            light(y, row.as_chunks_mut().0);
            exposure.expose(y, row);
        };
        let mut bytes = vec![0u8; 3 * w * h];
        if self.focus.is_none() && self.quality.is_none() {
            self.soften(exposed, |y, row| {
                self.add_noise(y, row);
                store(row, &mut bytes[3 * y * w..]);
            });
        } else {
            // These look at more than a row at a time.
            let mut levels = Buffer::unset(3 * w * h);
            self.soften(exposed, |y, row| levels[3 * y * w..3 * (y + 1) * w].copy_from_slice(row));
            if let Some(focus) = self.focus {
                self.defocus(&mut levels, focus);
            }
            for (y, row) in levels.chunks_mut(3 * w).enumerate() {
                self.add_noise(y, row);
            }
            if let Some(quality) = self.quality {
                compress(levels.colours_mut(), w, h, quality);
            }
            store(&levels, &mut bytes);
        }
        RgbImage::from_raw(w as u32, h as u32, bytes).unwrap_or_else(|| RgbImage::new(w as u32, h as u32))
    }

    /// The lens's blur of the rows that `source` gives.
    fn soften(&self, mut source: impl FnMut(usize, &mut [f32]), mut sink: impl FnMut(usize, &mut [f32])) {
        let (height, row) = (self.height, 3 * self.width);
        if self.blur > 0.01 {
            blur((height, row), [self.blur, 1.0 - 2.0 * self.blur, self.blur], source, sink);
            return;
        }
        let mut line = vec![0.0; row];
        for y in 0..height {
            source(y, &mut line);
            sink(y, &mut line);
        }
    }

    /// Adds to each level of a row a random number, whose deviation lies between that of dark and of bright ones.
    fn add_noise(&self, y: usize, row: &mut [f32]) {
        if self.noise.1 == 0.0 {
            return;
        }
        let bells = bells();
        let (dark, rise) = (self.noise.0, (self.noise.1 - self.noise.0) * (1.0 / 255.0));
        for (levels, i) in row.chunks_mut(STRETCH).zip((y as u64) << 32..) {
            let dice = mix(self.seed ^ i) as usize;
            let (a, b) = (dice % BELLS, (dice >> 32) % BELLS);
            let stretches = bells[a..a + STRETCH].iter().zip(&bells[b..b + STRETCH]);
            for (level, (a, b)) in levels.iter_mut().zip(stretches) {
                *level += (a + b) * (dark + rise * *level);
            }
        }
    }

    /// Blurs what lies out of focus: between the picture, and the picture blurred once and thrice as strongly.
    fn defocus(&self, levels: &mut Buffer, (direction, sharp, rate): (Point, f32, f32)) {
        let (w, h) = (self.width, self.height);
        let side = 1.0 / w.max(h) as f32;
        let size = (h, 3 * w);
        let blurred = |from: &Buffer, to: &mut Buffer, radius: usize| {
            let source = |y: usize, row: &mut [f32]| row.copy_from_slice(&from[3 * y * w..3 * (y + 1) * w]);
            let sink = |y: usize, row: &mut [f32]| to[3 * y * w..3 * (y + 1) * w].copy_from_slice(row);
            match radius {
                1 => blur(size, [1.0 / 3.0; 3], source, sink),
                _ => blur(size, [0.2; 5], source, sink),
            }
        };
        let (mut soft, mut softer) = (Buffer::unset(3 * w * h), Buffer::unset(3 * w * h));
        blurred(levels, &mut soft, 1);
        blurred(&soft, &mut softer, 2);
        for (y, row) in levels.colours_mut().chunks_mut(w).enumerate() {
            let from = y * w;
            let blurred = soft.colours()[from..].iter().zip(&softer.colours()[from..]);
            for (x, (level, (soft, softer))) in row.iter_mut().zip(blurred).enumerate() {
                let p = Point::new(
                    (x as f32 + 0.5 - w as f32 * 0.5) * side,
                    (y as f32 + 0.5 - h as f32 * 0.5) * side,
                );
                let out = ((p.dot(direction) - sharp).abs() * rate).min(2.0);
                let (first, last) = ((1.0 - out).max(0.0), (out - 1.0).max(0.0));
                let middle = 1.0 - first - last;
                *level = each(|k| first * level[k] + middle * soft[k] + last * softer[k]);
            }
        }
    }
}

/// From light to levels, 0..=255.
struct Exposure {
    /// What the falling-off of light along a row is made of, for each of its values.
    gains: Vec<f32>,
    dark: Vec<f32>,
    tilt: Vec<f32>,
    /// The same along a column.
    rows: Vec<(f32, f32)>,
}

impl Exposure {
    fn new(camera: &Camera) -> Self {
        let (w, h) = (camera.width, camera.height);
        let side = 1.0 / w.max(h) as f32;
        let place = |i: usize, length: usize| (i as f32 + 0.5 - length as f32 * 0.5) * side;
        let row = |v: f32| (1.0 - camera.vignette * v * v, 1.0 + camera.slope.1 * v);
        Self {
            gains: (0..3 * w).map(|i| camera.gain[i % 3]).collect(),
            dark: (0..3 * w).map(|i| camera.vignette * place(i / 3, w) * place(i / 3, w)).collect(),
            tilt: (0..3 * w).map(|i| camera.slope.0 * place(i / 3, w)).collect(),
            rows: (0..h).map(|y| row(place(y, h))).collect(),
        }
    }

    fn expose(&self, y: usize, row: &mut [f32]) {
        let (bright, level) = self.rows[y];
        for (((value, gain), dark), tilt) in row.iter_mut().zip(&self.gains).zip(&self.dark).zip(&self.tilt) {
            *value *= gain * (bright - dark) * (level + tilt);
        }
        encode_all(row);
    }
}

/// Rounds levels to bytes: the sum's last one is the nearest whole number.
fn store(levels: &[f32], bytes: &mut [u8]) {
    for (byte, level) in bytes.iter_mut().zip(levels) {
        *byte = (level.clamp(0.0, 255.0) + ROUNDER).to_bits() as u8;
    }
}

/// How many random numbers are kept, and how many are taken at a time.
const BELLS: usize = 1 << 14;
const STRETCH: usize = 512;

/// Numbers of mean 0 and deviation √½, bell-shaped: the sum of two, each from a place of its own, has deviation 1, and
/// repeats no pattern that could be found.
fn bells() -> &'static [f32] {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut random = Random::new(0x0B31_1057);
        // The variance of a sum of six numbers of 0..1 is a half.
        (0..BELLS + STRETCH).map(|_| (0..6).map(|_| random.unit()).sum::<f32>() - 3.0).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_deviation_that_it_is_given() {
        let mut camera = Camera::new(1000, 100, true, Random::new(3));
        camera.noise = (1.0, 3.0);
        for (level, deviation) in [(0.0, 1.0), (127.5, 2.0), (255.0, 3.0)] {
            let mut differences = Vec::new();
            for y in 0..100 {
                let mut row = vec![level; 3000];
                camera.add_noise(y, &mut row);
                differences.extend(row.into_iter().map(|v| v - level));
            }
            let n = differences.len() as f32;
            let mean = differences.iter().sum::<f32>() / n;
            let variance = differences.iter().map(|d| (d - mean) * (d - mean)).sum::<f32>() / n;
            assert!(mean.abs() < 0.02 * deviation, "mean {mean}");
            assert!((variance.sqrt() - deviation).abs() < 0.02 * deviation, "{} at {level}", variance.sqrt());
        }
    }
}
