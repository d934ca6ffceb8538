//! Blurs.

/// Weighs each pixel of a picture of `height` rows of `row` values, three a pixel, with its neighbours, along x and along y;
/// beyond the border its pixels repeat. `weights` are as many as pixels are looked at in a direction, an odd number.
/// `source` gives a row; `sink` takes one.
pub(crate) fn blur<const N: usize>(
    (height, row): (usize, usize),
    weights: [f32; N],
    mut source: impl FnMut(usize, &mut [f32]),
    mut sink: impl FnMut(usize, &mut [f32]),
) {
    let radius = N / 2;
    let mut line = vec![0.0f32; row + 6 * radius];
    // The last rows, blurred along x.
    let mut recent: [Vec<f32>; N] = std::array::from_fn(|_| vec![0.0; row]);
    let mut blurred = vec![0.0; row];
    for y in 0..height + radius {
        if y < height {
            let middle = 3 * radius..3 * radius + row;
            source(y, &mut line[middle.clone()]);
            for side in 0..radius {
                line.copy_within(middle.start..middle.start + 3, 3 * side);
                line.copy_within(middle.end - 3..middle.end, middle.end + 3 * side);
            }
            sum(&mut recent[y % N], weights, |j| &line[3 * j..3 * j + row]);
        }
        if let Some(to) = y.checked_sub(radius) {
            let near = |j: usize| (to + j).saturating_sub(radius).min(height - 1);
            sum(&mut blurred, weights, |j| &recent[near(j) % N]);
            sink(to, &mut blurred);
        }
    }
}

/// The weighted sum of N rows.
fn sum<'a, const N: usize>(out: &mut [f32], weights: [f32; N], rows: impl Fn(usize) -> &'a [f32]) {
    for (j, weight) in weights.into_iter().enumerate() {
        let terms = out.iter_mut().zip(rows(j));
        if j == 0 {
            terms.for_each(|(out, v)| *out = weight * v);
        } else {
            terms.for_each(|(out, v)| *out += weight * v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pixel_is_the_weighted_sum_of_its_neighbours() {
        let (width, height) = (7, 4);
        let at = |x: usize, y: usize| [(x * x + 3 * y) as f32, (x * y) as f32, (y * y) as f32];
        let weights = [0.1, 0.2, 0.3, 0.25, 0.15];
        let mut levels = Vec::new();
        let source = |y: usize, row: &mut [f32]| {
            (0..width).for_each(|x| row[3 * x..3 * x + 3].copy_from_slice(&at(x, y)));
        };
        blur((height, 3 * width), weights, source, |_, row| levels.extend_from_slice(row));
        assert_eq!(levels.len(), 3 * width * height);
        for (i, level) in levels.iter().enumerate() {
            let (k, x0, y0) = (i % 3, i / 3 % width, i / 3 / width);
            let mut expected = 0.0;
            for (dy, wy) in weights.iter().enumerate() {
                for (dx, wx) in weights.iter().enumerate() {
                    let x = (x0 + dx).saturating_sub(2).min(width - 1);
                    let y = (y0 + dy).saturating_sub(2).min(height - 1);
                    expected += wx * wy * at(x, y)[k];
                }
            }
            assert!((level - expected).abs() < 1e-3, "{x0}, {y0}: {level} and not {expected}");
        }
    }
}
