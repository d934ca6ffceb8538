use spotcheck_imaging::Map;

/// Where a picture stands in the encoder's square input: resized to its long side, at the top left, padding behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    /// Width and height of the picture.
    pub picture: [u32; 2],
    /// Width and height of the picture resized.
    pub resized: [u32; 2],
    /// Side of the encoder's input.
    pub side: u32,
}

impl Placement {
    /// segment-anything's `ResizeLongestSide`. `None` for a picture without pixels.
    pub fn new(width: u32, height: u32, side: u32) -> Option<Self> {
        if width == 0 || height == 0 {
            return None;
        }
        let scale = f64::from(side) / f64::from(width.max(height));
        let resized = [width, height].map(|n| ((f64::from(n) * scale + 0.5) as u32).clamp(1, side));
        Some(Self { picture: [width, height], resized, side })
    }

    /// A point of the picture in the pixels of the encoder's input.
    pub fn point(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let along = |v: f32, axis: usize| {
            (f64::from(v) * (f64::from(self.resized[axis]) / f64::from(self.picture[axis]))) as f32
        };
        [along(x, 0), along(y, 1)]
    }

    /// Brings the decoder's logits to the picture's size, as segment-anything does it in two steps: bilinearly to the
    /// encoder's input, of which the padding is cut off, and bilinearly to the picture.
    ///
    /// Both steps are linear and treat rows and columns apart, so they run as one, without the large map in between.
    pub fn upsample(&self, logits: &Map) -> Map {
        let [width, height] = self.picture;
        let mut out = Map::filled(width, height, 0.0);
        let row = logits.width() as usize;
        if row == 0 || logits.height() == 0 {
            return out;
        }
        let columns = taps(logits.width(), self.side, self.resized[0], width);
        let rows = taps(logits.height(), self.side, self.resized[1], height);
        let widened: Vec<f32> = logits
            .data()
            .chunks_exact(row)
            .flat_map(|from| columns.iter().map(|taps| taps.iter().map(|&(i, w)| w * from[i]).sum::<f32>()))
            .collect();
        let row = width as usize;
        for (to, [a, b, c, d]) in out.data_mut().chunks_exact_mut(row).zip(rows) {
            let line = |(i, _): (usize, f32)| &widened[i * row..][..row];
            let (la, lb, lc, ld) = (line(a), line(b), line(c), line(d));
            for (x, to) in to.iter_mut().enumerate() {
                *to = a.1 * la[x] + b.1 * lb[x] + c.1 * lc[x] + d.1 * ld[x];
            }
        }
        out
    }
}

/// The four pixels of `from` that each pixel of `to` is made of, with their weights: `from` is resized to `side`, of
/// which the first `kept` pixels are resized to `to`.
fn taps(from: u32, side: u32, kept: u32, to: u32) -> Vec<[(usize, f32); 4]> {
    let first = neighbours(from, side);
    let second = neighbours(kept, to);
    second
        .into_iter()
        .map(|[(i, p), (j, q)]| {
            let ([a, b], [c, d]) = (first[i], first[j]);
            [(a.0, p * a.1), (b.0, p * b.1), (c.0, q * c.1), (d.0, q * d.1)]
        })
        .collect()
}

/// The two pixels of `from` between whose centres each pixel of `to` lies, with their weights, in torch's arithmetic.
fn neighbours(from: u32, to: u32) -> Vec<[(usize, f32); 2]> {
    let scale = from as f32 / to as f32;
    (0..to)
        .map(|i| {
            let at = (scale * (i as f32 + 0.5) - 0.5).max(0.0);
            let low = (at as u32).min(from - 1);
            let high = (low + 1).min(from - 1);
            let weight = at - low as f32;
            [(low as usize, 1.0 - weight), (high as usize, weight)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_side_fills_the_input() {
        let placement = |w, h| Placement::new(w, h, 1024).unwrap().resized;
        assert_eq!(placement(640, 480), [1024, 768]);
        assert_eq!(placement(3, 4000), [1, 1024]);
        // 1024 / 2047 · 1001 = 500.73…
        assert_eq!(placement(1001, 2047), [501, 1024]);
        assert_eq!(placement(10000, 1), [1024, 1]);
        assert!(Placement::new(0, 5, 1024).is_none());
    }

    #[test]
    fn one_step_equals_two() {
        for (width, height, side, logits) in
            [(75, 52, 112, 56), (200, 31, 64, 32), (9, 13, 40, 20), (5, 5, 8, 32)]
        {
            let placement = Placement::new(width, height, side).unwrap();
            let values = (0..logits * logits).map(|i| ((i * i * 7 + i) % 97) as f32 / 9.0 - 5.0).collect();
            let logits = Map::from_vec(logits, logits, values).unwrap();
            let full = logits.resize_bilinear(side, side);
            let [w, h] = placement.resized;
            let rows = full.data().chunks(side as usize).take(h as usize);
            let cut = Map::from_vec(w, h, rows.flat_map(|r| &r[..w as usize]).copied().collect()).unwrap();
            let expected = cut.resize_bilinear(width, height);
            let actual = placement.upsample(&logits);
            for (a, e) in actual.data().iter().zip(expected.data()) {
                assert!((a - e).abs() < 1e-5, "{a} instead of {e}");
            }
        }
    }
}
