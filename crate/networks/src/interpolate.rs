use std::array;

/// torch's constant of the cubic convolution.
const A: f64 = -0.75;

/// A square grid of vectors [from², width] at another size [to², width], as torch's `interpolate(mode="bicubic",
/// align_corners=False)` does: pixel centres, no antialiasing, the edge repeated.
pub(crate) fn bicubic(grid: &[f32], from: usize, width: usize, to: usize) -> Vec<f32> {
    let taps: Vec<_> = (0..to).map(|i| taps(i, from, to)).collect();
    let mut out = Vec::with_capacity(to * to * width);
    for (rows, row_weights) in &taps {
        for (columns, column_weights) in &taps {
            out.extend((0..width).map(|c| {
                let at = |row: usize, column: usize| f64::from(grid[(row * from + column) * width + c]);
                let along =
                    |row: usize| -> f64 { (0..4).map(|j| column_weights[j] * at(row, columns[j])).sum() };
                (0..4).map(|i| row_weights[i] * along(rows[i])).sum::<f64>() as f32
            }));
        }
    }
    out
}

/// The four places that make place `i` of `to`, and their weights.
fn taps(i: usize, from: usize, to: usize) -> ([usize; 4], [f64; 4]) {
    let centre = (i as f64 + 0.5) * from as f64 / to as f64 - 0.5;
    let left = centre.floor();
    let t = centre - left;
    let near = |x: f64| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
    let far = |x: f64| ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A;
    let place = |k: usize| (left + k as f64 - 1.0).clamp(0.0, (from - 1) as f64) as usize;
    (array::from_fn(place), [far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)])
}
