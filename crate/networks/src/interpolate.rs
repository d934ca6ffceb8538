/// A place that a sample is made of, and its weight.
type Tap = (usize, f64);

/// A square grid of vectors [from², width] at another size [to², width], as torch's `interpolate(mode="bicubic",
/// align_corners=False)` does: pixel centres, no antialiasing, the edge repeated.
pub(crate) fn bicubic(grid: &[f32], from: usize, width: usize, to: usize) -> Vec<f32> {
    resample(grid, from, width, (0..to).map(|i| repeating(i, from, to)))
}

/// [`bicubic`] as torch has it with `antialias=True`, which is Pillow's: another cubic, wider where the grid shrinks, and the
/// weights of what lies outside given to the rest.
pub(crate) fn bicubic_antialiased(grid: &[f32], from: usize, width: usize, to: usize) -> Vec<f32> {
    resample(grid, from, width, (0..to).map(|i| antialiasing(i, from, to)))
}

/// The same taps along both axes.
fn resample(grid: &[f32], from: usize, width: usize, taps: impl Iterator<Item = Vec<Tap>>) -> Vec<f32> {
    let taps: Vec<_> = taps.collect();
    let mut out = Vec::with_capacity(taps.len() * taps.len() * width);
    for rows in &taps {
        for columns in &taps {
            out.extend((0..width).map(|c| {
                let at = |row: usize, column: usize| f64::from(grid[(row * from + column) * width + c]);
                let along = |row: usize| -> f64 { columns.iter().map(|&(i, w)| w * at(row, i)).sum() };
                rows.iter().map(|&(i, w)| w * along(i)).sum::<f64>() as f32
            }));
        }
    }
    out
}

/// The cubic convolution with the constant `a` (Keys 1981), at a distance.
fn cubic(a: f64, distance: f64) -> f64 {
    match distance.abs() {
        x if x <= 1.0 => ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0,
        x if x < 2.0 => ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a,
        _ => 0.0,
    }
}

/// What makes place `i` of `to`.
fn repeating(i: usize, from: usize, to: usize) -> Vec<Tap> {
    let centre = (i as f64 + 0.5) * from as f64 / to as f64 - 0.5;
    let left = centre.floor();
    let t = centre - left;
    let place = |k: usize| (left + k as f64 - 1.0).clamp(0.0, (from - 1) as f64) as usize;
    [t + 1.0, t, 1.0 - t, 2.0 - t].into_iter().enumerate().map(|(k, d)| (place(k), cubic(-0.75, d))).collect()
}

/// What makes place `i` of `to`.
fn antialiasing(i: usize, from: usize, to: usize) -> Vec<Tap> {
    let scale = from as f64 / to as f64;
    let stretch = scale.max(1.0);
    let (centre, support) = ((i as f64 + 0.5) * scale, 2.0 * stretch);
    let first = (centre - support + 0.5).max(0.0) as usize;
    let end = ((centre + support + 0.5) as usize).min(from);
    let weight = |place: usize| cubic(-0.5, (place as f64 + 0.5 - centre) / stretch);
    let total: f64 = (first..end).map(weight).sum();
    (first..end).map(|place| (place, weight(place) / total)).collect()
}
