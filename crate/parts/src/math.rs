//! The few functions of the drawing, written with the operations IEEE 754 fixes to the last bit (+ − × ÷ √ and
//! rounding). The platform's own `sin` or `powf` may differ in the last digit from machine to machine, and with it
//! the picture.

/// 1.5 · 2²³: so large a number has no bits for a fraction, so that adding it rounds to the nearest whole number.
pub(crate) const ROUNDER: f32 = 12_582_912.0;

/// The whole number nearest to `x`, for |`x`| below 2²²; without a call where the processor has no such instruction.
#[inline(always)]
pub(crate) fn round(x: f32) -> f32 {
    (x + ROUNDER) - ROUNDER
}

/// The largest whole number not above `x`, for |`x`| below 2²².
#[inline(always)]
pub(crate) fn floor(x: f32) -> f32 {
    let t = round(x);
    if t > x { t - 1.0 } else { t }
}

/// `x` less its floor, 0..1.
#[inline(always)]
pub(crate) fn fraction(x: f32) -> f32 {
    x - floor(x)
}

/// Sine of `turns` whole turns; error below 1e-5.
pub(crate) fn sin_turns(turns: f32) -> f32 {
    let mut t = turns - round(turns);
    if t > 0.25 {
        t = 0.5 - t;
    } else if t < -0.25 {
        t = -0.5 - t;
    }
    let x = t * std::f32::consts::TAU;
    let s = x * x;
    x * (1.0 + s * (-1.0 / 6.0 + s * (1.0 / 120.0 + s * (-1.0 / 5040.0 + s * (1.0 / 362_880.0)))))
}

/// Cosine of `turns` whole turns.
pub(crate) fn cos_turns(turns: f32) -> f32 {
    sin_turns(turns + 0.25)
}

/// The angle of (`x`, `y`) in turns, −0.5..=0.5; 0 at the origin; error below 1e-4.
pub(crate) fn angle_turns(y: f32, x: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let (low, high) = if ax > ay { (ay, ax) } else { (ax, ay) };
    if high == 0.0 {
        return 0.0;
    }
    let a = low / high;
    let s = a * a;
    let mut r = a * (0.999_866 + s * (-0.330_299_5 + s * (0.180_141 + s * (-0.085_133 + s * 0.020_835_1))));
    r *= std::f32::consts::FRAC_1_PI * 0.5;
    if ay > ax {
        r = 0.25 - r;
    }
    if x < 0.0 {
        r = 0.5 - r;
    }
    if y < 0.0 { -r } else { r }
}

/// Base 2 logarithm of a positive normal number; error below 1e-4.
fn log2(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = ((bits >> 23) as i32 - 127) as f32;
    let m = f32::from_bits((bits & 0x007F_FFFF) | 0x3F80_0000);
    // ln m = 2 artanh((m − 1)/(m + 1)), the argument at most 1/3.
    let z = (m - 1.0) / (m + 1.0);
    let s = z * z;
    let ln = 2.0 * z * (1.0 + s * (1.0 / 3.0 + s * (0.2 + s * (1.0 / 7.0 + s * (1.0 / 9.0)))));
    exponent + ln * std::f32::consts::LOG2_E
}

/// 2 to the power of `x`, `x` in −126..127; relative error below 1e-5.
fn exp2(x: f32) -> f32 {
    let x = x.clamp(-126.0, 126.0);
    let whole = floor(x);
    let f = (x - whole) * std::f32::consts::LN_2;
    let fraction =
        1.0 + f * (1.0 + f * (0.5 + f * (1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0 + f / 720.0)))));
    fraction * f32::from_bits(((whole as i32 + 127) as u32) << 23)
}

/// `x` to the power of `y`; 0 for `x` ≤ 0.
pub(crate) fn power(x: f32, y: f32) -> f32 {
    if x < f32::MIN_POSITIVE { 0.0 } else { exp2(y * log2(x)) }
}

/// 0 below `low`, 1 above `high`, smooth between.
#[inline(always)]
pub(crate) fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    // The division is by what is often constant: the compiler does it once.
    let t = ((x - low) * (1.0 / (high - low))).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[inline(always)]
pub(crate) fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// A point or vector in the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub x: f32,
    pub y: f32,
}

impl Point {
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point at `radius` in the direction of `turns`.
    pub fn polar(radius: f32, turns: f32) -> Self {
        Self::new(radius * cos_turns(turns), radius * sin_turns(turns))
    }

    pub fn length(self) -> f32 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    pub fn turns(self) -> f32 {
        angle_turns(self.y, self.x)
    }

    pub fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    pub fn plus(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    pub fn times(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// Turned by the angle whose direction is the unit vector `by`.
    pub fn rotated(self, by: Self) -> Self {
        Self::new(self.x * by.x - self.y * by.y, self.x * by.y + self.y * by.x)
    }

    /// Turned back by the angle whose direction is the unit vector `by`.
    pub fn unrotated(self, by: Self) -> Self {
        Self::new(self.x * by.x + self.y * by.y, self.y * by.x - self.x * by.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_agree_with_the_platforms() {
        for i in -2000..2000 {
            let x = i as f32 * 0.0017;
            assert!((sin_turns(x) - (x * std::f32::consts::TAU).sin()).abs() < 2e-5, "sin {x}");
            let (sin, cos) = (x * 7.0).sin_cos();
            let expected = sin.atan2(cos) / std::f32::consts::TAU;
            assert!((angle_turns(sin, cos) - expected).abs() < 1e-4, "angle {x}");
        }
        for i in 1..2000 {
            let x = i as f32 * 0.002;
            for y in [0.4166, 1.0, 2.4, -1.5] {
                let expected = x.powf(y);
                assert!((power(x, y) - expected).abs() < 1e-3 * expected, "{x}^{y}");
            }
        }
        assert_eq!(power(0.0, 2.0), 0.0);
    }

    #[test]
    fn whole_numbers_are_exact() {
        for x in [-4096.0, -3.0, -2.5, -0.25, -0.0, 0.0, 0.5, 0.999_999_94, 1.0, 1.5, 2.5, 3.0, 1_000_001.5] {
            assert_eq!(floor(x), x.floor(), "{x}");
            assert_eq!(round(x), x.round_ties_even(), "{x}");
        }
    }
}
