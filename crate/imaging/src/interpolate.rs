use image::RgbImage;

use crate::Map;

/// Resizes as torch's `interpolate(mode="bilinear", align_corners=False)` on floats, cast back to `u8`: half-pixel
/// centres, no antialias, truncated. DIS's `Inference.py` prepares IS-Net's picture this way.
pub fn resize_plain_bilinear(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let mut out = RgbImage::new(width, height);
    if picture.width() == 0 || picture.height() == 0 || width == 0 || height == 0 {
        return out;
    }
    let columns = taps(picture.width(), width);
    let row = picture.width() as usize * 3;
    let across = |y: usize| -> Vec<f32> {
        let from = &picture.as_raw()[y * row..][..row];
        let mix = |x: &Tap, c: usize| x.mix(f32::from(from[x.low * 3 + c]), f32::from(from[x.high * 3 + c]));
        columns.iter().flat_map(|x| [mix(x, 0), mix(x, 1), mix(x, 2)]).collect()
    };
    let to = out.chunks_exact_mut(width as usize * 3);
    down(&taps(picture.height(), height), across, to, |v| v as u8);
    out
}

impl Map {
    /// Bilinear with half-pixel centres and no antialias, as torch's `interpolate(align_corners=False)`. A map or a
    /// size of zero gives zeros.
    pub fn resize_bilinear(&self, width: u32, height: u32) -> Map {
        self.resize_by(taps, width, height)
    }

    /// Bilinear between the centres of the outermost pixels, which stay where they are: torch's
    /// `interpolate(align_corners=True)`. A map or a size of zero gives zeros.
    pub fn resize_bilinear_aligned(&self, width: u32, height: u32) -> Map {
        self.resize_by(aligned_taps, width, height)
    }

    fn resize_by(&self, taps: fn(u32, u32) -> Vec<Tap>, width: u32, height: u32) -> Map {
        if (width, height) == (self.width(), self.height()) {
            return self.clone();
        }
        let mut out = Map::filled(width, height, 0.0);
        if self.data().is_empty() || width == 0 || height == 0 {
            return out;
        }
        let columns = taps(self.width(), width);
        let row = self.width() as usize;
        let across = |y: usize| -> Vec<f32> {
            let from = &self.data()[y * row..][..row];
            columns.iter().map(|x| x.mix(from[x.low], from[x.high])).collect()
        };
        let to = out.data_mut().chunks_exact_mut(width as usize);
        down(&taps(self.height(), height), across, to, |v| v);
        out
    }
}

/// Mixes rows that `across` has brought to the new width. Neighbouring output rows share input rows: the last two
/// are kept.
fn down<'a, T: 'a>(
    rows: &[Tap],
    across: impl Fn(usize) -> Vec<f32>,
    to: impl Iterator<Item = &'a mut [T]>,
    cast: impl Fn(f32) -> T,
) {
    let (mut upper, mut lower) = ((0, across(0)), (0, across(0)));
    for (y, to) in rows.iter().zip(to) {
        if lower.0 == y.low {
            std::mem::swap(&mut upper, &mut lower);
        }
        if upper.0 != y.low {
            upper = (y.low, across(y.low));
        }
        if lower.0 != y.high {
            lower = (y.high, across(y.high));
        }
        for ((to, &u), &l) in to.iter_mut().zip(&upper.1).zip(&lower.1) {
            *to = cast(y.mix(u, l));
        }
    }
}

/// Two neighbours of an output pixel and their weights, in `f32` as torch computes them.
struct Tap {
    low: usize,
    high: usize,
    low_weight: f32,
    high_weight: f32,
}

impl Tap {
    /// For a place among `input` pixels, from the first one's centre.
    fn at(center: f32, input: u32) -> Self {
        let last = input as usize - 1;
        let low = (center as usize).min(last);
        let high_weight = (center - low as f32).clamp(0.0, 1.0);
        Self { low, high: (low + 1).min(last), low_weight: 1.0 - high_weight, high_weight }
    }

    /// Truncation to `u8` shows the last bit of the sum, so it is rounded where torch rounds on a processor with
    /// fused multiply-add: the second product once, the sum once. In `f64`, because wasm has no such instruction.
    fn mix(&self, low: f32, high: f32) -> f32 {
        let second = self.high_weight * high;
        (f64::from(self.low_weight) * f64::from(low) + f64::from(second)) as f32
    }
}

fn taps(input: u32, output: u32) -> Vec<Tap> {
    let scale = input as f32 / output as f32;
    (0..output).map(|at| Tap::at((scale * (at as f32 + 0.5) - 0.5).max(0.0), input)).collect()
}

/// [`taps`] between the outermost pixels' centres.
fn aligned_taps(input: u32, output: u32) -> Vec<Tap> {
    let scale = if output > 1 { (input - 1) as f32 / (output - 1) as f32 } else { 0.0 };
    (0..output).map(|at| Tap::at(scale * at as f32, input)).collect()
}
