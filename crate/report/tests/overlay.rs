//! Overlays by hand-worked pixels.

use image::{Rgb, RgbImage};
use spotcheck_imaging::{ColourMap, Map};
use spotcheck_report::{OverlayStyle, card_jpeg, draw_overlay, heat_opacity};

#[test]
fn opacity_is_full_from_two_fifths_on() {
    // The page's rule, by its own values.
    assert_eq!([0, 40, 101, 102, 103, 255].map(heat_opacity), [0, 100, 252, 255, 255, 255]);
}

#[test]
fn heat_is_mixed_by_its_opacity() {
    let picture = RgbImage::from_pixel(4, 1, Rgb([100, 100, 100]));
    let map = Map::from_vec(4, 1, vec![0.0, 0.2, 1.0, f32::NAN]).unwrap();
    let style = OverlayStyle { colours: ColourMap::Gray, ..OverlayStyle::default() };
    let pixel = |x: u32, style: &OverlayStyle| draw_overlay(&picture, &map, style).get_pixel(x, 0).0[0];
    // 0.2 is 51 of 255, of opacity 127 of 255: 100 · 128/255 + 51 · 127/255 = 75.6.
    assert_eq!([0, 1, 2, 3].map(|x| pixel(x, &style)), [100, 76, 255, 100]);
    let half = OverlayStyle { opacity: 0.5, ..style };
    assert_eq!([0, 1, 2, 3].map(|x| pixel(x, &half)), [100, 88, 178, 100]);
    let none = OverlayStyle { opacity: 0.0, ..style };
    assert_eq!(draw_overlay(&picture, &map, &none), picture);
}

#[test]
fn contours_are_white_on_a_dark_edge() {
    let picture = RgbImage::from_pixel(40, 40, Rgb([100, 150, 200]));
    let mut map = Map::filled(40, 40, 0.0);
    for (index, value) in map.data_mut().iter_mut().enumerate() {
        *value = if index % 40 < 20 { 0.9 } else { 0.0 };
    }
    let style = OverlayStyle { opacity: 0.0, contour: Some(0.45), ..OverlayStyle::default() };
    let drawn = draw_overlay(&picture, &map, &style);
    // The level is met on the border of columns 19 and 20, which the line covers by three quarters of a pixel each way.
    assert!(drawn.get_pixel(19, 20).0.iter().all(|&v| v > 180), "{:?}", drawn.get_pixel(19, 20));
    assert_eq!(drawn.get_pixel(19, 20), drawn.get_pixel(20, 20));
    assert!(drawn.get_pixel(21, 20).0.iter().all(|&v| v < 150), "{:?}", drawn.get_pixel(21, 20));
    assert_eq!(drawn.get_pixel(30, 20), picture.get_pixel(30, 20));
}

#[test]
fn a_small_hot_spot_of_a_large_map_is_seen() {
    let picture = RgbImage::new(10, 10);
    let mut map = Map::filled(1000, 1000, 0.0);
    map.data_mut()[555 * 1000 + 555] = 1.0;
    let style = OverlayStyle { colours: ColourMap::Gray, ..OverlayStyle::default() };
    let drawn = draw_overlay(&picture, &map, &style);
    assert_eq!(drawn.get_pixel(5, 5).0, [255; 3]);
    assert_eq!(drawn.pixels().filter(|pixel| pixel.0 != [0; 3]).count(), 1);
}

#[test]
fn cards_have_small_pictures() {
    let map = Map::filled(1000, 500, 0.5);
    let jpeg = card_jpeg(&RgbImage::new(2000, 1000), &map, &OverlayStyle::default()).unwrap();
    let read = spotcheck_imaging::decode(&jpeg, &Default::default()).unwrap();
    assert_eq!(read.pixels.dimensions(), (560, 280));
    assert!(card_jpeg(&RgbImage::new(3, 1), &map, &OverlayStyle::default()).is_ok());
    assert!(card_jpeg(&RgbImage::new(0, 0), &map, &OverlayStyle::default()).is_err());
}
