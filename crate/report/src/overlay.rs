use std::borrow::Cow;

use image::{Rgb, RgbImage};
use spotcheck_imaging::{ColourMap, Map};

use crate::contours;
use crate::line::draw_lines;

/// How a map is drawn over its picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverlayStyle {
    pub colours: ColourMap,
    /// Of the whole heatmap, 0 (the picture alone) to 1.
    pub opacity: f32,
    /// The value around which contours are drawn, 0 to 1; none are where there is none.
    pub contour: Option<f32>,
}

impl Default for OverlayStyle {
    fn default() -> Self {
        Self { colours: ColourMap::default(), opacity: 1.0, contour: None }
    }
}

/// How opaque a value of the heatmap is, both 0 to 255: fully from two fifths on, so that what is hardly anything leaves
/// the picture as it is.
pub fn heat_opacity(value: u8) -> u8 {
    (u16::from(value) * 5 / 2).min(255) as u8
}

/// Lays a map over a picture, on the fixed scale of 0 to 1, with contours in white on a dark edge. Where the map is larger
/// than the picture a pixel has the highest of its values, so that a small find is not lost.
pub fn draw_overlay(picture: &RgbImage, map: &Map, style: &OverlayStyle) -> RgbImage {
    let mut out = picture.clone();
    let (width, height) = picture.dimensions();
    let map = fitted(map, width, height);
    let table = style.colours.table();
    let strength = style.opacity.clamp(0.0, 1.0);
    let opacities: [u8; 256] =
        std::array::from_fn(|value| (f32::from(heat_opacity(value as u8)) * strength + 0.5) as u8);
    for (pixel, &value) in out.pixels_mut().zip(map.data()) {
        // The cast clamps, and makes NaN 0.
        let value = usize::from((value * 255.0 + 0.5) as u8);
        if opacities[value] > 0 {
            blend(pixel, table[value], opacities[value]);
        }
    }
    if let Some(level) = style.contour {
        let lines = contours(&map, level);
        // A line is as thin at any size of the picture.
        let half = (width.max(height) as f32 / 800.0).max(0.75);
        draw_lines(&mut out, &lines, half + 1.0, Rgb([16, 18, 19]), 0.7);
        draw_lines(&mut out, &lines, half, Rgb([255, 255, 255]), 1.0);
    }
    out
}

/// `above` over `below`, rounded; exact at both ends.
pub(crate) fn blend(below: &mut Rgb<u8>, above: Rgb<u8>, opacity: u8) {
    for (below, above) in below.0.iter_mut().zip(above.0) {
        let sum = u32::from(above) * u32::from(opacity) + u32::from(*below) * (255 - u32::from(opacity));
        *below = ((sum + 127) / 255) as u8;
    }
}

/// A map at the picture's size: the highest value where it gets smaller, the nearest where it gets larger.
fn fitted(map: &Map, width: u32, height: u32) -> Cow<'_, Map> {
    if (map.width(), map.height()) == (width, height) {
        return Cow::Borrowed(map);
    }
    let span = |at: u32, cells: u32, values: u32| {
        let edge = |at: u32| (u64::from(at) * u64::from(values) / u64::from(cells)) as usize;
        edge(at)..edge(at + 1).max(edge(at) + 1).min(values as usize)
    };
    let columns = map.width() as usize;
    let mut out = Map::filled(width, height, 0.0);
    let cells = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    for (cell, (x, y)) in out.data_mut().iter_mut().zip(cells) {
        let (xs, ys) = (span(x, width, map.width()), span(y, height, map.height()));
        let rows = ys.map(|row| &map.data()[row * columns + xs.start..row * columns + xs.end]);
        *cell = rows.flatten().copied().fold(0.0, f32::max);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_value_of_a_cell_is_kept() {
        let map = Map::from_vec(4, 2, vec![0.1, 0.2, 0.0, 0.0, 0.3, 0.0, 0.0, 0.9]).unwrap();
        assert_eq!(fitted(&map, 2, 1).data(), [0.3, 0.9]);
        assert_eq!(*fitted(&map, 4, 2), map);
    }

    #[test]
    fn a_small_map_is_repeated() {
        let map = Map::from_vec(2, 1, vec![0.25, 0.5]).unwrap();
        assert_eq!(fitted(&map, 4, 2).data(), [0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.5, 0.5]);
        assert_eq!(fitted(&Map::filled(0, 0, 1.0), 2, 1).data(), [0.0, 0.0]);
    }
}
