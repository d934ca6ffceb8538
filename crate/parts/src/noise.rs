//! Smooth random textures, made once from a fixed seed and looked up with an offset: reading a table is an order of
//! magnitude faster than computing noise for each point.

use std::sync::OnceLock;

use crate::math::{Point, ROUNDER, floor, fraction, smoothstep};
use crate::random::{Random, mix};

const SIZE: usize = 256;

/// A square of random values about 0, mostly within −1..1, that repeats every unit in both directions.
pub(crate) struct Texture(Box<[f32; SIZE * SIZE]>);

/// The textures every part and background is painted with.
pub(crate) struct Textures {
    /// Clouds: five octaves, the coarsest with 4 cells a unit.
    pub cloud: Texture,
    /// One octave of 32 cells a unit.
    pub blob: Texture,
    /// An independent value a texel (256 a unit).
    pub grain: Texture,
    /// The same for rows.
    pub grains: Quads,
    /// Grain and clouds at the same place.
    pub surface: Pair,
}

/// The shared textures.
pub(crate) fn textures() -> &'static Textures {
    static TEXTURES: OnceLock<Textures> = OnceLock::new();
    TEXTURES.get_or_init(|| {
        let mut random = Random::new(0x7E87_04E5);
        let cloud = Texture::octaves(&mut random, &[(4, 0.9), (8, 0.55), (16, 0.35), (32, 0.22), (64, 0.14)]);
        let blob = Texture::octaves(&mut random, &[(32, 1.0)]);
        let grain = Texture::octaves(&mut random, &[(256, 1.0)]);
        Textures { grains: Quads::new(&grain), surface: Pair::new(&grain, &cloud), cloud, blob, grain }
    })
}

impl Texture {
    fn octaves(random: &mut Random, octaves: &[(usize, f32)]) -> Self {
        let mut data = Box::new([0.0f32; SIZE * SIZE]);
        for &(cells, weight) in octaves {
            let lattice: Vec<f32> = (0..cells * cells).map(|_| random.range(-weight, weight)).collect();
            let step = cells as f32 / SIZE as f32;
            for y in 0..SIZE {
                let fy = y as f32 * step;
                let (y0, ty) = (fy as usize, smooth(fraction(fy)));
                for x in 0..SIZE {
                    let fx = x as f32 * step;
                    let (x0, tx) = (fx as usize, smooth(fraction(fx)));
                    let cell = |i: usize, j: usize| lattice[(j % cells) * cells + i % cells];
                    let above = cell(x0, y0) + (cell(x0 + 1, y0) - cell(x0, y0)) * tx;
                    let below = cell(x0, y0 + 1) + (cell(x0 + 1, y0 + 1) - cell(x0, y0 + 1)) * tx;
                    data[y * SIZE + x] += above + (below - above) * ty;
                }
            }
        }
        Self(data)
    }

    /// The value at (`x`, `y`), linear between texels; both below 64 in size.
    #[inline(always)]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let ([a, b, c, d], (tx, ty)) = around(x, y);
        let above = self.0[a] + (self.0[b] - self.0[a]) * tx;
        let below = self.0[c] + (self.0[d] - self.0[c]) * tx;
        above + (below - above) * ty
    }

    /// The value of one texel.
    #[inline(always)]
    pub fn texel(&self, x: i32, y: i32) -> f32 {
        self.0[(y as usize & (SIZE - 1)) * SIZE + (x as usize & (SIZE - 1))]
    }
}

/// The four texels about a place — that before it, to its right, the two below — and how far between them it lies.
#[inline(always)]
fn around(x: f32, y: f32) -> ([usize; 4], (f32, f32)) {
    // A number of fixed point, with 8 bits for the texel and 8 for the place between two, at the end of the sum's bits.
    let fixed = |v: f32| (v * (SIZE * 256) as f32 + ROUNDER).to_bits() as usize;
    let (fx, fy) = (fixed(x), fixed(y));
    let part = |v: usize| (v & 255) as u8 as f32 * (1.0 / 256.0);
    let (x0, y0) = ((fx >> 8) & (SIZE - 1), (fy >> 8) & (SIZE - 1));
    let (x1, y1) = ((x0 + 1) & (SIZE - 1), (y0 + 1) & (SIZE - 1));
    let texels = [y0 * SIZE + x0, y0 * SIZE + x1, y1 * SIZE + x0, y1 * SIZE + x1];
    (texels, (part(fx), part(fy)))
}

/// Two textures that are looked up together.
pub(crate) struct Pair(Box<[[f32; 2]; SIZE * SIZE]>);

impl Pair {
    fn new(first: &Texture, second: &Texture) -> Self {
        let mut texels = Box::new([[0.0; 2]; SIZE * SIZE]);
        for ((texel, a), b) in texels.iter_mut().zip(first.0.iter()).zip(second.0.iter()) {
            *texel = [*a, *b];
        }
        Self(texels)
    }

    /// Both values at (`x`, `y`), as [`Texture::at`] has them.
    #[inline(always)]
    pub fn at(&self, x: f32, y: f32) -> [f32; 2] {
        let (texels, (tx, ty)) = around(x, y);
        let [a, b, c, d] = texels.map(|texel| self.0[texel]);
        let value = |k: usize| {
            let above = a[k] + (b[k] - a[k]) * tx;
            let below = c[k] + (d[k] - c[k]) * tx;
            above + (below - above) * ty
        };
        [value(0), value(1)]
    }
}

/// A texture of 8 bits a texel, for long rows of values.
pub(crate) struct Quads(Vec<u32>);

impl Quads {
    /// For each texel: that, the one to its right, the two below, from the lowest byte up.
    fn new(texture: &Texture) -> Self {
        let byte = |x: i32, y: i32| (texture.texel(x, y).clamp(-1.0, 1.0) * 127.0 + ROUNDER).to_bits() & 255;
        let quad = |x: i32, y: i32| {
            byte(x, y) | byte(x + 1, y) << 8 | byte(x, y + 1) << 16 | byte(x + 1, y + 1) << 24
        };
        Self((0..(SIZE * SIZE) as i32).map(|i| quad(i % SIZE as i32, i / SIZE as i32)).collect())
    }

    /// The values at equal steps from `from` on, linear between texels.
    pub fn line(&self, from: Point, step: Point, out: &mut [f32]) {
        const LENGTH: usize = 64;
        // The texture repeats as the whole of 32 bits does: 8 for the texel, the rest for the place between two.
        let fixed = |v: f32| (f64::from(v) * 4_294_967_296.0) as i64 as u32;
        let (mut x, mut y) = (fixed(from.x), fixed(from.y));
        let (dx, dy) = (fixed(step.x), fixed(step.y));
        let part = |v: u32| ((v >> 8) & 0xFFFF) as i32 as f32 * (1.0 / 65536.0);
        // Look-ups come one by one, but what goes before and after them the processor does side by side.
        let (mut places, mut quads) = ([0u32; LENGTH], [0u32; LENGTH]);
        let (mut right, mut down) = ([0.0f32; LENGTH], [0.0f32; LENGTH]);
        for out in out.chunks_mut(LENGTH) {
            for ((place, right), down) in places.iter_mut().zip(&mut right).zip(&mut down) {
                *place = (y >> 24) << 8 | x >> 24;
                (*right, *down) = (part(x), part(y));
                (x, y) = (x.wrapping_add(dx), y.wrapping_add(dy));
            }
            for (quad, &place) in quads.iter_mut().zip(&places) {
                *quad = self.0[place as usize & (SIZE * SIZE - 1)];
            }
            for (((out, &quad), tx), ty) in out.iter_mut().zip(&quads).zip(&right).zip(&down) {
                let value = |shift: u32| ((quad << (24 - shift)) as i32 >> 24) as f32;
                let above = value(0) + (value(8) - value(0)) * tx;
                let below = value(16) + (value(24) - value(16)) * tx;
                *out = (above + (below - above) * ty) * (1.0 / 127.0);
            }
        }
    }
}

/// A cheap hash of two whole numbers to 0..1.
#[inline]
pub(crate) fn hashed(a: f32, b: f32) -> f32 {
    let word = (a as i64 as u64).wrapping_mul(0x9E37_79B9) ^ (b as i64 as u64).wrapping_mul(0x85EB_CA77_C2B2);
    (mix(word) >> 40) as f32 / 16_777_216.0
}

/// How much ink there is at `p` of writing that nobody can read: cells of the size `cell`, 0 or 1 with soft edges; `seed`
/// chooses the signs.
pub(crate) fn lettering(p: Point, cell: Point, seed: f32) -> f32 {
    let (u, v) = (p.x / cell.x, p.y / cell.y);
    let (i, j) = (floor(u), floor(v));
    let sign = (hashed(i, j + 57.0 * seed) * 4096.0) as u32;
    // One cell in eight is a space.
    if sign & 7 == 0 {
        return 0.0;
    }
    // Seven bars, like a calculator's; middle of the sign is the origin, its height 2.
    let q = Point::new((u - i - 0.5) * 3.2, (v - j - 0.5) * 2.9);
    let upright = |x: f32, y: f32| Point::new(q.x - x, (q.y - y).abs() - 0.5);
    let level = |y: f32| Point::new(q.x.abs() - 0.8, q.y - y);
    let bars = [
        upright(-0.8, -0.5),
        upright(-0.8, 0.5),
        upright(0.8, -0.5),
        upright(0.8, 0.5),
        level(-1.0),
        level(0.0),
        level(1.0),
    ];
    let mut nearest = f32::MAX;
    for (k, bar) in bars.into_iter().enumerate() {
        if sign >> (3 + k) & 1 == 1 {
            let along =
                if k < 4 { Point::new(bar.x, bar.y.max(0.0)) } else { Point::new(bar.x.max(0.0), bar.y) };
            nearest = nearest.min(along.length());
        }
    }
    smoothstep(0.34, 0.2, nearest)
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_grain_has_the_texture_s_values() {
        let (from, step) = (Point::new(3.1, 0.97), Point::new(-0.0031, 0.0017));
        let mut row = [0.0; 200];
        textures().grains.line(from, step, &mut row);
        for (i, value) in row.into_iter().enumerate() {
            let p = from.plus(step.times(i as f32));
            // The texture's place is rounded to 1/256 of a texel, from one to the next of which it may change by 2.
            assert!((value - textures().grain.at(p.x, p.y)).abs() < 0.02, "{i}");
        }
    }
}
