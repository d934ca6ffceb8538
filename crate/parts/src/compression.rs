//! What JPEG takes from a picture: its blocks' fine cosines, and half the colours' resolution. Written out here, as
//! decoders may differ in the last bit from machine to machine.

use std::sync::OnceLock;

use crate::buffer::Buffer;
use crate::colour::Colour;
use crate::math::{cos_turns, round};

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

type Block = [[f32; SIDE]; SIDE];

/// The cosines of the transform, a row a frequency, and the same with a column a frequency.
fn cosines() -> &'static (Block, Block) {
    static TABLE: OnceLock<(Block, Block)> = OnceLock::new();
    TABLE.get_or_init(|| {
        let cosine = |k: usize, n: usize| {
            let scale = if k == 0 { 0.125f32 } else { 0.25 }.sqrt();
            scale * cos_turns((2 * n + 1) as f32 * k as f32 / 32.0)
        };
        let table = std::array::from_fn(|k| std::array::from_fn(|n| cosine(k, n)));
        (table, std::array::from_fn(|n| std::array::from_fn(|k| cosine(k, n))))
    })
}

/// The product of two matrices.
#[inline(always)]
fn multiply(a: &Block, b: &Block, out: &mut Block) {
    for (sum, factors) in out.iter_mut().zip(a) {
        *sum = [0.0; SIDE];
        for (factor, row) in factors.iter().zip(b) {
            for (sum, v) in sum.iter_mut().zip(row) {
                *sum += factor * v;
            }
        }
    }
}

/// Turns a block into its frequencies, a row a frequency along y.
fn transform(block: &mut Block) {
    let (rows, columns) = cosines();
    let mut half = [[0.0; SIDE]; SIDE];
    multiply(rows, block, &mut half);
    multiply(&half, columns, block);
}

/// Turns frequencies into the block that has them.
fn transform_back(block: &mut Block) {
    let (rows, columns) = cosines();
    let mut half = [[0.0; SIDE]; SIDE];
    multiply(columns, block, &mut half);
    multiply(&half, rows, block);
}

/// Puts one channel through the quantisation; levels 0..255 in and out.
fn quantise(plane: &mut [f32], width: usize, height: usize, table: &[u8; 64], scale: f32) {
    let steps = table.map(|step| (f32::from(step) * scale).max(1.0));
    let shares = steps.map(|step| 1.0 / step);
    for y0 in (0..height).step_by(SIDE) {
        for x0 in (0..width).step_by(SIDE) {
            let seen = SIDE.min(width - x0);
            // A block that is cut off repeats the last pixels.
            let row = |y: usize| (y0 + y).min(height - 1) * width + x0;
            let mut block = [[0.0; SIDE]; SIDE];
            for (y, line) in block.iter_mut().enumerate() {
                let from = &plane[row(y)..row(y) + seen];
                match from.first_chunk() {
                    Some(from) => *line = *from,
                    None => {
                        line[..seen].copy_from_slice(from);
                        line[seen..].fill(from[seen - 1]);
                    }
                }
                line.iter_mut().for_each(|v| *v -= 128.0);
            }
            transform(&mut block);
            let each = block.as_flattened_mut().iter_mut().zip(&steps).zip(&shares);
            each.for_each(|((value, step), share)| *value = round(*value * share) * step);
            transform_back(&mut block);
            for (y, line) in block.iter().enumerate().take(height - y0) {
                let to = row(y);
                plane[to..to + seen].iter_mut().zip(line).for_each(|(out, v)| *out = v + 128.0);
            }
        }
    }
}

/// Compresses levels (0..255) as JPEG of this quality (10..95) would, colours at half the size.
pub(crate) fn compress(levels: &mut [Colour], width: usize, height: usize, quality: f32) {
    let scale = if quality < 50.0 { 50.0 / quality } else { 2.0 - quality / 50.0 };
    let mut luma = Buffer::unset(width * height);
    for (luma, c) in luma.iter_mut().zip(&*levels) {
        *luma = 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2];
    }
    let (w, h) = (width.div_ceil(2), height.div_ceil(2));
    let [mut blue, mut red] = [Buffer::unset(w * h), Buffer::unset(w * h)];
    for y in 0..h {
        let rows = [2 * y, (2 * y + 1).min(height - 1)].map(|y| y * width..(y + 1) * width);
        let [first, second] = rows.clone().map(|row| &levels[row]);
        let [luma, below] = rows.map(|row| &luma[row]);
        let halves = blue[y * w..(y + 1) * w].iter_mut().zip(&mut red[y * w..(y + 1) * w]);
        for (x, (blue, red)) in halves.enumerate() {
            let (x0, x1) = (2 * x, (2 * x + 1).min(width - 1));
            let luma = luma[x0] + luma[x1] + below[x0] + below[x1];
            let sum = |k: usize| first[x0][k] + first[x1][k] + second[x0][k] + second[x1][k];
            *blue = 128.0 + 0.25 * (sum(2) - luma) * 0.564;
            *red = 128.0 + 0.25 * (sum(0) - luma) * 0.713;
        }
    }
    quantise(&mut luma, width, height, &LUMA, scale);
    quantise(&mut blue, w, h, &CHROMA, scale);
    quantise(&mut red, w, h, &CHROMA, scale);
    for (y, row) in levels.chunks_mut(width).enumerate() {
        let half = y / 2 * w;
        let colours = blue[half..half + w].iter().zip(&red[half..half + w]);
        let pixels = row.chunks_mut(2).zip(luma[y * width..].chunks(2));
        for ((pair, luma), (blue, red)) in pixels.zip(colours) {
            let (blue, red) = (blue - 128.0, red - 128.0);
            for (level, luma) in pair.iter_mut().zip(luma) {
                *level = [luma + 1.402 * red, luma - 0.344 * blue - 0.714 * red, luma + 1.772 * blue];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_its_own_way_back() {
        let value = |y: usize, x: usize| (((8 * y + x) * 37) % 101) as f32 - 50.0;
        let block: Block = std::array::from_fn(|y| std::array::from_fn(|x| value(y, x)));
        let mut there = block;
        transform(&mut there);
        // The first is eight times the mean, as T.81 defines it; the second of a row lies along x.
        assert!((there[0][0] - block.as_flattened().iter().sum::<f32>() / 8.0).abs() < 1e-3);
        let mut ramp: Block = std::array::from_fn(|_| std::array::from_fn(|x| x as f32));
        transform(&mut ramp);
        assert!(ramp[0][1].abs() > 10.0 && ramp[1][0].abs() < 1e-4);
        transform_back(&mut there);
        assert!(block.as_flattened().iter().zip(there.as_flattened()).all(|(a, b)| (a - b).abs() < 1e-3));
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
