use image::{Rgb, RgbImage};

use crate::overlay::blend;

/// Draws polylines of (x, y), smooth-edged, `half` pixels to each side, with `opacity` from 0 to 1. A pixel that several
/// pieces cover is painted once.
pub(crate) fn draw_lines(
    picture: &mut RgbImage,
    lines: &[Vec<[f32; 2]>],
    half: f32,
    colour: Rgb<u8>,
    opacity: f32,
) {
    let width = picture.width() as usize;
    let mut coverage = vec![0f32; width * picture.height() as usize];
    for line in lines {
        for (&from, &to) in line.iter().zip(line.iter().skip(1)) {
            let span = |a: f32, b: f32, limit: u32| {
                // What is beyond the picture saturates in the cast.
                let start = (a.min(b) - half - 1.0).floor() as u32;
                start..((a.max(b) + half + 1.0).ceil() as u32).min(limit)
            };
            for y in span(from[1], to[1], picture.height()) {
                for x in span(from[0], to[0], picture.width()) {
                    let away = distance([x as f32 + 0.5, y as f32 + 0.5], from, to);
                    let covered = (half + 0.5 - away).clamp(0.0, 1.0);
                    let pixel = &mut coverage[y as usize * width + x as usize];
                    *pixel = pixel.max(covered);
                }
            }
        }
    }
    for (pixel, covered) in picture.pixels_mut().zip(coverage) {
        if covered > 0.0 {
            blend(pixel, colour, (covered * opacity * 255.0 + 0.5) as u8);
        }
    }
}

/// From a point to the nearest one between two others.
fn distance(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    let [px, py] = [point[0] - from[0], point[1] - from[1]];
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - along * dx).hypot(py - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_covers_its_pixels_and_no_others() {
        let mut picture = RgbImage::new(6, 5);
        // Half a pixel to each side of the middle of the third row: that row, from its second pixel to its fourth.
        let line = vec![[1.5, 2.5], [3.5, 2.5], [3.5, 2.5]];
        draw_lines(&mut picture, &[line], 0.5, Rgb([200, 100, 50]), 0.5);
        for (x, y, pixel) in picture.enumerate_pixels() {
            let expected = if y == 2 && (1..=3).contains(&x) { [100, 50, 25] } else { [0; 3] };
            assert_eq!(pixel.0, expected, "{x}, {y}");
        }
    }

    #[test]
    fn a_line_may_leave_the_picture() {
        let mut picture = RgbImage::new(3, 3);
        draw_lines(&mut picture, &[vec![[-9.0, 1.5], [90.0, 1.5]]], 0.5, Rgb([255; 3]), 1.0);
        let lit: Vec<bool> = picture.pixels().map(|pixel| pixel.0 == [255; 3]).collect();
        assert_eq!(lit, [false, false, false, true, true, true, false, false, false]);
    }
}
