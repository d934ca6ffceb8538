//! Colours in linear light, and the way back to the screen's values.

use std::sync::OnceLock;

use crate::math::{lerp, power};

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

/// The screen's value (0..=255, not rounded) of linear light, with a soft shoulder above 0.7 as cameras have.
/// The table is spaced by the square root, which keeps its steps below a third of a level.
#[inline]
pub(crate) fn encode(v: f32) -> f32 {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        (0..=STEPS)
            .map(|i| {
                let t = 2.0 * i as f32 / STEPS as f32;
                let x = t * t;
                let x = if x > 0.7 { 0.7 + 0.3 * (x - 0.7) / (x - 0.7 + 0.3) } else { x };
                255.0 * if x <= 0.003_130_8 { x * 12.92 } else { 1.055 * power(x, 1.0 / 2.4) - 0.055 }
            })
            .collect()
    });
    table[((v.clamp(0.0, 4.0).sqrt() * (STEPS as f32 / 2.0) + 0.5) as usize).min(STEPS)]
}
