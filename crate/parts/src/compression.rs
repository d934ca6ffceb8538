//! What JPEG takes from a picture: its blocks' fine cosines, and half the colours' resolution. Written out here, as
//! decoders may differ in the last bit from machine to machine.

use std::sync::OnceLock;

use crate::colour::Colour;
use crate::math::{cos_turns, floor};

const SIDE: usize = 8;

/// JPEG's example tables (ITU-T T.81, annex K), for quality 50.
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17,
    22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78,
    87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/// The cosines of the transform, a row a frequency.
fn cosines() -> &'static [[f32; SIDE]; SIDE] {
    static TABLE: OnceLock<[[f32; SIDE]; SIDE]> = OnceLock::new();
    TABLE.get_or_init(|| {
        std::array::from_fn(|k| {
            let scale = if k == 0 { 0.125f32 } else { 0.25 }.sqrt();
            std::array::from_fn(|n| scale * cos_turns((2 * n + 1) as f32 * k as f32 / 32.0))
        })
    })
}

/// Rows times the cosines, written as columns: twice is the whole transform of a block, or back.
fn pass(block: &[f32; 64], back: bool) -> [f32; 64] {
    let table = cosines();
    let mut out = [0.0; 64];
    for (row, values) in block.chunks_exact(SIDE).enumerate() {
        for k in 0..SIDE {
            let factor = |n: usize| if back { table[n][k] } else { table[k][n] };
            let mut sum = 0.0;
            for (n, value) in values.iter().enumerate() {
                sum += value * factor(n);
            }
            out[k * SIDE + row] = sum;
        }
    }
    out
}

/// Puts one channel through the quantisation; levels 0..255 in and out.
fn quantise(plane: &mut [f32], width: usize, height: usize, table: &[u8; 64], scale: f32) {
    for y0 in (0..height).step_by(SIDE) {
        for x0 in (0..width).step_by(SIDE) {
            // A block that is cut off repeats the last pixels.
            let at = |i: usize| (y0 + i / SIDE).min(height - 1) * width + (x0 + i % SIDE).min(width - 1);
            let block = std::array::from_fn(|i| plane[at(i)] - 128.0);
            let mut frequencies = pass(&pass(&block, false), false);
            for (value, &step) in frequencies.iter_mut().zip(table) {
                let step = (f32::from(step) * scale).max(1.0);
                *value = floor(*value / step + 0.5) * step;
            }
            let block = pass(&pass(&frequencies, true), true);
            for (i, value) in block.into_iter().enumerate() {
                if y0 + i / SIDE < height && x0 + i % SIDE < width {
                    plane[at(i)] = value + 128.0;
                }
            }
        }
    }
}

/// Compresses levels (0..255) as JPEG of this quality (10..95) would, colours at half the size.
pub(crate) fn compress(levels: &mut [Colour], width: usize, height: usize, quality: f32) {
    let scale = if quality < 50.0 { 50.0 / quality } else { 2.0 - quality / 50.0 };
    let mut luma: Vec<f32> = levels.iter().map(|c| 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]).collect();
    let (w, h) = (width.div_ceil(2), height.div_ceil(2));
    let mut halves = [vec![0.0f32; w * h], vec![0.0f32; w * h]];
    for y in 0..h {
        for x in 0..w {
            let mut sum = [0.0; 2];
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let i = (2 * y + dy).min(height - 1) * width + (2 * x + dx).min(width - 1);
                sum[0] += levels[i][2] - luma[i];
                sum[1] += levels[i][0] - luma[i];
            }
            halves[0][y * w + x] = 128.0 + 0.25 * sum[0] * 0.564;
            halves[1][y * w + x] = 128.0 + 0.25 * sum[1] * 0.713;
        }
    }
    quantise(&mut luma, width, height, &LUMA, scale);
    for half in &mut halves {
        quantise(half, w, h, &CHROMA, scale);
    }
    for (i, level) in levels.iter_mut().enumerate() {
        let half = i / width / 2 * w + i % width / 2;
        let (blue, red) = (halves[0][half] - 128.0, halves[1][half] - 128.0);
        *level = [luma[i] + 1.402 * red, luma[i] - 0.344 * blue - 0.714 * red, luma[i] + 1.772 * blue];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_its_own_way_back() {
        let block: [f32; 64] = std::array::from_fn(|i| ((i * 37) % 101) as f32 - 50.0);
        let there = pass(&pass(&block, false), false);
        // The first is eight times the mean, as T.81 defines it.
        assert!((there[0] - block.iter().sum::<f32>() / 8.0).abs() < 1e-3);
        let back = pass(&pass(&there, true), true);
        assert!(block.iter().zip(back).all(|(a, b)| (a - b).abs() < 1e-3));
    }

    #[test]
    fn a_better_quality_loses_less_and_an_even_picture_loses_nothing() {
        let (width, height) = (37, 21);
        let picture: Vec<Colour> = (0..width * height)
            .map(|i| [((i * 7) % 256) as f32, ((i * 3) % 200) as f32, ((i * 11) % 256) as f32])
            .collect();
        let loss = |quality: f32| {
            let mut copy = picture.clone();
            compress(&mut copy, width, height, quality);
            copy.iter().zip(&picture).map(|(a, b)| (a[1] - b[1]).abs()).sum::<f32>()
        };
        assert!(loss(90.0) < loss(60.0) && loss(60.0) < loss(20.0));
        let mut even = vec![[90.0, 140.0, 60.0]; width * height];
        compress(&mut even, width, height, 75.0);
        assert!(even.iter().all(|c| (c[0] - 90.0).abs() < 3.0 && (c[1] - 140.0).abs() < 3.0));
    }
}
