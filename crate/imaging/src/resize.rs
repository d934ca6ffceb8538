use image::RgbImage;

/// The kernel of [`resize`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// A triangle; widened when shrinking. CLIPSeg's and SAM's pictures.
    Bilinear,
    /// Keys' cubic with a = −0.5; widened when shrinking. CLIP's pictures.
    Bicubic,
}

impl Filter {
    fn support(self) -> f64 {
        match self {
            Filter::Bilinear => 1.0,
            Filter::Bicubic => 2.0,
        }
    }

    fn weight(self, x: f64) -> f64 {
        let x = x.abs();
        match self {
            Filter::Bilinear if x < 1.0 => 1.0 - x,
            Filter::Bicubic if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
            Filter::Bicubic if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
            _ => 0.0,
        }
    }
}

const A: f64 = -0.5;
/// Pillow's: eight bits of the pixel, two of headroom for the cubic's overshoot, the rest for the weight.
const PRECISION_BITS: u32 = 32 - 8 - 2;

/// Resizes as Pillow's `Image.resize` does, to the last bit: antialiased, in two passes of fixed-point arithmetic,
/// rounded to `u8` in between. A size of zero gives an empty picture.
///
/// Pillow 13 is the reference. Before, rows always came first, which differs by 1/255 at some pixels where now
/// columns do.
pub fn resize(picture: &RgbImage, width: u32, height: u32, filter: Filter) -> RgbImage {
    if picture.width() == 0 || picture.height() == 0 || width == 0 || height == 0 {
        return RgbImage::new(width, height);
    }
    if columns_come_first(picture.dimensions(), (width, height)) {
        resize_rows(&resize_columns(picture, height, filter), width, filter)
    } else {
        resize_columns(&resize_rows(picture, width, filter), height, filter)
    }
}

/// Pillow 13's rule, found by trying: when so many rows fall away that filtering the columns first pays.
fn columns_come_first((width, height): (u32, u32), to: (u32, u32)) -> bool {
    let rows_less = i64::from(height) - i64::from(to.1);
    let columns_less = i64::from(width) - i64::from(to.0);
    rows_less > 0 && rows_less > 2 * columns_less
}

/// For each output pixel the first input pixel that counts, and the weights from there on.
struct Taps {
    starts: Vec<usize>,
    /// `stride` weights an output pixel, of which `counts` are used.
    weights: Vec<i32>,
    counts: Vec<usize>,
    stride: usize,
}

impl Taps {
    fn new(input: u32, output: u32, filter: Filter) -> Self {
        let scale = f64::from(input) / f64::from(output);
        let filter_scale = scale.max(1.0);
        let support = filter.support() * filter_scale;
        let stride = support.ceil() as usize * 2 + 1;
        let mut taps = Taps {
            starts: Vec::with_capacity(output as usize),
            weights: vec![0; output as usize * stride],
            counts: Vec::with_capacity(output as usize),
            stride,
        };
        let mut exact = vec![0.0f64; stride];
        for (at, fixed) in (0..output).zip(taps.weights.chunks_exact_mut(stride)) {
            let center = (f64::from(at) + 0.5) * scale;
            // The casts truncate, as C's do.
            let start = ((center - support + 0.5) as i64).max(0) as usize;
            let end = ((center + support + 0.5) as i64).clamp(0, i64::from(input)) as usize;
            let count = end.saturating_sub(start).min(stride);
            let mut sum = 0.0;
            for (i, w) in exact[..count].iter_mut().enumerate() {
                *w = filter.weight(((i + start) as f64 - center + 0.5) * (1.0 / filter_scale));
                sum += *w;
            }
            for (w, fixed) in exact[..count].iter().zip(fixed) {
                let w = if sum == 0.0 { *w } else { w / sum } * f64::from(1 << PRECISION_BITS);
                *fixed = if w < 0.0 { (w - 0.5) as i32 } else { (w + 0.5) as i32 };
            }
            taps.starts.push(start);
            taps.counts.push(count);
        }
        taps
    }

    fn iter(&self) -> impl Iterator<Item = (usize, &[i32])> {
        let weights = self.weights.chunks_exact(self.stride).zip(&self.counts).map(|(w, &n)| &w[..n]);
        self.starts.iter().copied().zip(weights)
    }
}

const HALF: i32 = 1 << (PRECISION_BITS - 1);

fn to_u8(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

/// As in Pillow, an axis that keeps its size is not filtered at all.
fn resize_rows(picture: &RgbImage, width: u32, filter: Filter) -> RgbImage {
    if width == picture.width() {
        return picture.clone();
    }
    let taps = Taps::new(picture.width(), width, filter);
    let mut out = RgbImage::new(width, picture.height());
    let row = picture.width() as usize * 3;
    let out_row = width as usize * 3;
    for (from, to) in picture.as_raw().chunks_exact(row).zip(out.chunks_exact_mut(out_row)) {
        for ((start, weights), to) in taps.iter().zip(to.chunks_exact_mut(3)) {
            let mut sums = [HALF; 3];
            for (from, &w) in from[start * 3..].chunks_exact(3).zip(weights) {
                for (sum, &v) in sums.iter_mut().zip(from) {
                    *sum += i32::from(v) * w;
                }
            }
            for (to, sum) in to.iter_mut().zip(sums) {
                *to = to_u8(sum);
            }
        }
    }
    out
}

fn resize_columns(picture: &RgbImage, height: u32, filter: Filter) -> RgbImage {
    if height == picture.height() {
        return picture.clone();
    }
    let taps = Taps::new(picture.height(), height, filter);
    let mut out = RgbImage::new(picture.width(), height);
    let row = picture.width() as usize * 3;
    let from = picture.as_raw();
    let mut sums = vec![HALF; row];
    for ((start, weights), to) in taps.iter().zip(out.chunks_exact_mut(row)) {
        sums.fill(HALF);
        for (from, &w) in from[start * row..].chunks_exact(row).zip(weights) {
            for (sum, &v) in sums.iter_mut().zip(from) {
                *sum += i32::from(v) * w;
            }
        }
        for (to, &sum) in to.iter_mut().zip(&sums) {
            *to = to_u8(sum);
        }
    }
    out
}
