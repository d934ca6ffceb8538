//! Against Pillow (antialiased) and torch (plain): `tests/parity/imaging/make_fixtures.py`.

mod common;

use common::{json, picture};
use image::RgbImage;
use spotcheck_imaging::{Filter, Map, Rect, crop, resize, resize_plain_bilinear};

fn differing(a: &RgbImage, b: &RgbImage) -> usize {
    assert_eq!(a.dimensions(), b.dimensions());
    a.as_raw().iter().zip(b.as_raw()).filter(|(a, b)| a != b).count()
}

#[test]
fn pictures_equal_pillow_and_torch_to_the_last_bit() {
    let cases = json("resize.json");
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 36);
    for case in cases {
        let (from, to) = (case["from"].as_str().unwrap(), case["to"].as_str().unwrap());
        let (from, expected) = (picture(from), picture(to));
        let (w, h) = expected.dimensions();
        let resized = match case["filter"].as_str().unwrap() {
            "bilinear" => resize(&from, w, h, Filter::Bilinear),
            "bicubic" => resize(&from, w, h, Filter::Bicubic),
            _ => resize_plain_bilinear(&from, w, h),
        };
        assert_eq!(differing(&resized, &expected), 0, "{to}");
    }
}

#[test]
fn maps_equal_torch() {
    for case in json("maps.json").as_array().unwrap() {
        let numbers = |key: &str| -> Vec<f32> {
            case[key].as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect()
        };
        let (size, to) = (numbers("size"), numbers("to"));
        let map = Map::from_vec(size[0] as u32, size[1] as u32, numbers("values")).unwrap();
        let (width, height) = (to[0] as u32, to[1] as u32);
        let both = [
            ("resized", map.resize_bilinear(width, height)),
            ("aligned", map.resize_bilinear_aligned(width, height)),
        ];
        for (key, resized) in both {
            let expected = numbers(key);
            assert_eq!(resized.data().len(), expected.len());
            // Values are around ±10; the order of the additions may differ in the last bits.
            let furthest =
                resized.data().iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(furthest <= 4e-6, "{key} {to:?}: {furthest}");
        }
    }
}

#[test]
fn a_flat_picture_stays_flat() {
    for value in [0u8, 1, 77, 100, 254, 255] {
        let flat = RgbImage::from_pixel(37, 23, image::Rgb([value; 3]));
        for (w, h) in [(11, 90), (352, 224), (37, 7)] {
            for resized in [resize(&flat, w, h, Filter::Bilinear), resize(&flat, w, h, Filter::Bicubic)] {
                assert!(resized.as_raw().iter().all(|&v| v == value), "{value} at {w} × {h}");
            }
        }
    }
}

#[test]
fn empty_sizes_give_empty_or_black_pictures() {
    let some = RgbImage::from_pixel(3, 2, image::Rgb([9; 3]));
    assert_eq!(resize(&some, 0, 5, Filter::Bicubic).dimensions(), (0, 5));
    assert_eq!(resize_plain_bilinear(&some, 4, 0).dimensions(), (4, 0));
    assert_eq!(resize(&RgbImage::new(0, 0), 2, 2, Filter::Bilinear).as_raw(), &vec![0; 12]);
    assert_eq!(Map::filled(0, 3, 1.0).resize_bilinear(2, 1).data(), [0.0, 0.0]);
}

#[test]
fn crops_repeat_the_edge() {
    let picture = RgbImage::from_fn(3, 2, |x, y| image::Rgb([x as u8, y as u8, 7]));
    let cut = crop(&picture, Rect::new(-2, -1, 6, 5));
    let columns = [0, 0, 0, 1, 2, 2];
    let rows = [0, 0, 1, 1, 1];
    for (x, y, pixel) in cut.enumerate_pixels() {
        assert_eq!(pixel.0, [columns[x as usize], rows[y as usize], 7]);
    }
    let inner = crop(&picture, Rect::new(1, 0, 2, 2));
    assert_eq!(inner.get_pixel(1, 1).0, [2, 1, 7]);
    assert_eq!(crop(&picture, Rect::new(100, 100, 1, 1)).get_pixel(0, 0).0, [2, 1, 7]);
    assert_eq!(crop(&RgbImage::new(0, 0), Rect::new(0, 0, 2, 1)).as_raw(), &vec![0; 6]);
}
