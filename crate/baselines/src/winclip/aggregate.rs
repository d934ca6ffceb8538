/// The harmonic mean, count / Σ 1/score. One score of 0 makes it 0, and so does there being none.
pub fn harmonic_mean(scores: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = scores.fold((0u32, 0.0), |(count, sum), score| (count + 1, sum + 1.0 / score));
    if count == 0 { 0.0 } else { f64::from(count) / sum }
}

/// Scores of a `grid` × `grid` of patches, row-major: for each the harmonic mean over the windows that it lies in. `windows` are
/// the scores of all windows of `side` × `side` patches in scan order, each one patch beside the one before.
///
/// A patch that lies in no window has the score 0.
pub fn patch_scores(windows: &[f64], side: usize, grid: usize) -> Vec<f64> {
    let row = (grid + 1).saturating_sub(side);
    // The windows over a patch begin at it or up to `side` − 1 before it, and end inside the grid.
    let over = move |place: usize| (place + 1).saturating_sub(side)..(place + 1).min(row);
    let patch = |y: usize, x: usize| {
        let places = over(y).flat_map(|y| over(x).map(move |x| y * row + x));
        harmonic_mean(places.filter_map(|place| windows.get(place)).copied())
    };
    (0..grid).flat_map(|y| (0..grid).map(move |x| patch(y, x))).collect()
}
