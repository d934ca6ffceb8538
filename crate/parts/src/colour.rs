//! Colours in linear light, and the way back to the screen's values.

use std::sync::OnceLock;

use crate::math::{ROUNDER, lerp, power};

/// Linear red, green and blue; 1 is white paper in full light.
pub(crate) type Colour = [f32; 3];

fn decode(v: f32) -> f32 {
    if v <= 0.04045 { v / 12.92 } else { power((v + 0.055) / 1.055, 2.4) }
}

/// The linear colour of an sRGB one.
pub(crate) fn srgb(r: u8, g: u8, b: u8) -> Colour {
    static TABLE: OnceLock<[f32; 256]> = OnceLock::new();
    let table = TABLE.get_or_init(|| std::array::from_fn(|v| decode(v as f32 / 255.0)));
    [r, g, b].map(|v| table[usize::from(v)])
}

/// From hue (turns), saturation and value, all 0..1.
pub(crate) fn hsv(hue: f32, saturation: f32, value: f32) -> Colour {
    [5.0f32, 3.0, 1.0].map(|n| {
        let k = (n + hue * 6.0) % 6.0;
        decode(value - value * saturation * k.min(4.0 - k).clamp(0.0, 1.0))
    })
}

/// A colour by channel, without the calls an array's `map` leaves behind.
#[inline(always)]
pub(crate) fn each(f: impl Fn(usize) -> f32) -> Colour {
    [f(0), f(1), f(2)]
}

#[inline]
pub(crate) fn mixed(a: Colour, b: Colour, t: f32) -> Colour {
    [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)]
}

#[inline]
pub(crate) fn scaled(c: Colour, factor: f32) -> Colour {
    [c[0] * factor, c[1] * factor, c[2] * factor]
}

const STEPS: usize = 2048;

/// The screen's values of the squares of 0..=2 in [`STEPS`] steps; beyond, the last one's.
/// Spaced by the square root, steps are below a third of a level.
fn levels() -> &'static [f32; 2 * STEPS] {
    static TABLE: OnceLock<Box<[f32; 2 * STEPS]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        Box::new(std::array::from_fn(|i| {
            let t = 2.0 * i.min(STEPS) as f32 / STEPS as f32;
            let x = t * t;
            let x = if x > 0.7 { 0.7 + 0.3 * (x - 0.7) / (x - 0.7 + 0.3) } else { x };
            255.0 * if x <= 0.003_130_8 { x * 12.92 } else { 1.055 * power(x, 1.0 / 2.4) - 0.055 }
        }))
    })
}

/// Where linear light stands in [`levels`]: the number to look up is the sum's last bits.
#[inline(always)]
fn place(v: f32) -> u32 {
    (v.clamp(0.0, 4.0).sqrt() * (STEPS as f32 / 2.0) + ROUNDER).to_bits() & (2 * STEPS as u32 - 1)
}

/// The screen's value (0..=255, not rounded) of linear light, with a soft shoulder above 0.7 as cameras have.
#[inline]
pub(crate) fn encode(v: f32) -> f32 {
    levels()[place(v) as usize]
}

/// [`encode`] for each of `values`.
pub(crate) fn encode_all(values: &mut [f32]) {
    let levels = levels();
    // The places of some at once first, as the processor computes them side by side.
    let mut places = [0u32; 64];
    for values in values.chunks_mut(places.len()) {
        for (place_of, v) in places.iter_mut().zip(&*values) {
            *place_of = place(*v);
        }
        for (v, &place) in values.iter_mut().zip(&places) {
            *v = levels[place as usize & (2 * STEPS - 1)];
        }
    }
}
