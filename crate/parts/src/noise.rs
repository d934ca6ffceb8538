//! Smooth random textures, made once from a fixed seed and looked up with an offset: reading a table is an order of
//! magnitude faster than computing noise for each point.

use std::sync::OnceLock;

use crate::math::{Point, floor, fraction, smoothstep};
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
}

/// The shared textures.
pub(crate) fn textures() -> &'static Textures {
    static TEXTURES: OnceLock<Textures> = OnceLock::new();
    TEXTURES.get_or_init(|| {
        let mut random = Random::new(0x7E87_04E5);
        Textures {
            cloud: Texture::octaves(&mut random, &[(4, 0.9), (8, 0.55), (16, 0.35), (32, 0.22), (64, 0.14)]),
            blob: Texture::octaves(&mut random, &[(32, 1.0)]),
            grain: Texture::octaves(&mut random, &[(256, 1.0)]),
        }
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

    /// The value at (`x`, `y`), linear between texels.
    #[inline]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (fx, fy) = (x * SIZE as f32, y * SIZE as f32);
        let (wx, wy) = (floor(fx), floor(fy));
        let (tx, ty) = (fx - wx, fy - wy);
        let (x0, y0) = (wx as i32 as usize & (SIZE - 1), wy as i32 as usize & (SIZE - 1));
        let (x1, y1) = ((x0 + 1) & (SIZE - 1), (y0 + 1) & (SIZE - 1));
        let d = &self.0;
        let (a, b, c, e) = (d[y0 * SIZE + x0], d[y0 * SIZE + x1], d[y1 * SIZE + x0], d[y1 * SIZE + x1]);
        let above = a + (b - a) * tx;
        let below = c + (e - c) * tx;
        above + (below - above) * ty
    }
}

/// A cheap hash of two whole numbers to 0..1.
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
