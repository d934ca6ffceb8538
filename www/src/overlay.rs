//! What is laid over the picture: bytes of the worker's layers turned into pixels.

use std::ops::Range;

/// Pixels of the heatmap: the scale's colours, the more opaque the higher; where nothing was found the picture shows.
/// `colours` are 256 colours of three bytes each.
pub fn heat(values: &[u8], colours: &[u8]) -> Vec<u8> {
    let table: Vec<[u8; 4]> = (0..=255u8)
        .map(|value| {
            let at = usize::from(value) * 3;
            let [r, g, b] = colours.get(at..at + 3).and_then(|c| c.try_into().ok()).unwrap_or([255, 0, 0]);
            [r, g, b, opacity(value)]
        })
        .collect();
    values.iter().flat_map(|&value| table[usize::from(value)]).collect()
}

/// The part of `length` that falls to the cell `at` of `cells`.
pub fn share(at: u32, cells: u32, length: u32) -> Range<usize> {
    let edge = |at: u32| (u64::from(at) * u64::from(length) / u64::from(cells.max(1))) as usize;
    edge(at)..edge(at + 1)
}

/// The highest value of every one of `cells` columns in some rows of `width` values each.
pub fn highest(rows: &[f32], width: u32, cells: u32) -> Vec<f32> {
    let mut found = vec![0.0; cells as usize];
    for row in rows.chunks_exact(width.max(1) as usize) {
        for (cell, at) in found.iter_mut().zip(0..) {
            let some = row.get(share(at, cells, width)).unwrap_or_default();
            *cell = some.iter().copied().fold(*cell, f32::max);
        }
    }
    found
}

/// How opaque a value of the heatmap is, 0 to 255: fully from two fifths on.
pub fn opacity(value: u8) -> u8 {
    (u16::from(value) * 5 / 2).min(255) as u8
}

/// Pixels that veil what is not in the foreground, and draw its edge.
pub fn foreground(inside: &[u8], width: usize) -> Vec<u8> {
    let veil = [20, 22, 23, 150];
    let edge = [255, 255, 255, 230];
    let height = inside.len().checked_div(width).unwrap_or(0);
    let reach = (width.max(height) / 500).max(1);
    inside
        .iter()
        .enumerate()
        .flat_map(|(at, &here)| match here {
            0 => veil,
            _ if on_edge(inside, width, height, at, reach) => edge,
            _ => [0; 4],
        })
        .collect()
}

/// Pixels that give each part a colour of its own, and draw its edge.
pub fn parts(labels: &[u8], width: usize) -> Vec<u8> {
    let height = labels.len().checked_div(width).unwrap_or(0);
    let reach = (width.max(height) / 700).max(1);
    labels
        .iter()
        .enumerate()
        .flat_map(|(at, &label)| match label {
            0 => [0; 4],
            _ => {
                let [r, g, b] = hue(label);
                [r, g, b, if on_edge(labels, width, height, at, reach) { 255 } else { 110 }]
            }
        })
        .collect()
}

/// Pixels that mark what is wrong, where the mask is not 0.
pub fn truth(inside: &[u8], width: usize) -> Vec<u8> {
    marked(inside, width, [255, 0, 200])
}

/// Pixels that mark D, where the mask is not 0.
pub fn dichotomous(inside: &[u8], width: usize) -> Vec<u8> {
    marked(inside, width, [255, 214, 0])
}

/// Pixels that mark what is not 0: its outline, and faintly its inside.
fn marked(inside: &[u8], width: usize, [r, g, b]: [u8; 3]) -> Vec<u8> {
    let height = inside.len().checked_div(width).unwrap_or(0);
    let reach = (width.max(height) / 250).max(1);
    let alpha = |(at, &here): (usize, &u8)| match here {
        0 => 0,
        _ if on_edge(inside, width, height, at, reach) => 255,
        _ => 50,
    };
    inside.iter().enumerate().flat_map(|pixel| [r, g, b, alpha(pixel)]).collect()
}

/// Whether another label, or the picture's edge, is `reach` pixels away.
fn on_edge(labels: &[u8], width: usize, height: usize, at: usize, reach: usize) -> bool {
    let (x, y) = (at % width, at / width);
    x < reach
        || y < reach
        || x + reach >= width
        || y + reach >= height
        || [at - reach, at + reach, at - reach * width, at + reach * width]
            .into_iter()
            .any(|other| labels[other] != labels[at])
}

/// A bright colour; successive numbers are far apart on the colour circle (golden ratio).
fn hue(label: u8) -> [u8; 3] {
    let turn = (f32::from(label) * 0.618_034).fract() * 6.0;
    let channel = |shift: f32| {
        let at = (turn + shift) % 6.0;
        let value = (2.0 - (at - 3.0).abs()).clamp(0.0, 1.0);
        (70.0 + 185.0 * (1.0 - value)) as u8
    };
    [channel(0.0), channel(2.0), channel(4.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_takes_the_scales_colours() {
        let colours: Vec<u8> = (0..=255u8).flat_map(|i| [i, 255 - i, 7]).collect();
        assert_eq!(heat(&[0, 40, 255], &colours), [0, 255, 7, 0, 40, 215, 7, 100, 255, 0, 7, 255]);
    }

    #[test]
    fn cells_have_the_highest_of_their_values() {
        assert_eq!([0, 1, 2].map(|at| share(at, 3, 7)), [0..2, 2..4, 4..7]);
        let rows = [0.1, 0.2, 0.0, 0.9, 0.3, 0.0, 0.0, 0.7, -1.0, 0.0];
        assert_eq!(highest(&rows, 5, 2), [0.2, 0.9]);
        assert_eq!(highest(&rows, 5, 5), [0.1, 0.2, 0.7, 0.9, 0.3]);
        assert_eq!(highest(&[], 5, 2), [0.0, 0.0]);
    }

    #[test]
    fn heat_without_colours_is_still_seen() {
        assert_eq!(heat(&[255], &[]), [255, 0, 0, 255]);
    }

    #[test]
    fn the_foreground_is_clear_and_edged() {
        #[rustfmt::skip]
        let inside = [
            0, 0, 0, 0, 0,
            0, 1, 1, 1, 0,
            0, 1, 1, 1, 0,
            0, 1, 1, 1, 0,
            0, 0, 0, 0, 0,
        ];
        let pixels = foreground(&inside, 5);
        let alpha: Vec<u8> = pixels.chunks(4).map(|pixel| pixel[3]).collect();
        assert_eq!(alpha[12], 0, "the middle shows the picture");
        assert_eq!((alpha[0], alpha[6], alpha[7]), (150, 230, 230));
    }

    #[test]
    fn truth_is_outlined() {
        #[rustfmt::skip]
        let inside = [
            0, 0, 0, 0, 0,
            0, 1, 1, 1, 0,
            0, 1, 1, 1, 0,
            0, 1, 1, 1, 0,
            0, 0, 0, 0, 0,
        ];
        let alpha: Vec<u8> = truth(&inside, 5).chunks(4).map(|pixel| pixel[3]).collect();
        assert_eq!((alpha[0], alpha[6], alpha[12]), (0, 255, 50));
    }

    #[test]
    fn parts_differ_in_colour() {
        let pixels = parts(&[0, 1, 2, 3], 4);
        assert_eq!(pixels[3], 0);
        assert_ne!(pixels[4..7], pixels[8..11]);
        assert_ne!(pixels[8..11], pixels[12..15]);
    }

    #[test]
    fn no_pixels_are_no_pixels() {
        assert!(foreground(&[], 0).is_empty());
        assert!(parts(&[], 0).is_empty());
    }
}
