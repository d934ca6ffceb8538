//! Colour maps against matplotlib's colours; blending and PNGs by hand.

mod common;

use common::json;
use image::{Rgb, RgbImage, Rgba};
use spotcheck_imaging::{
    ColourMap, Map, Mask, Opacity, encode_png_gray8, encode_png_gray16, encode_png_rgb, encode_png_rgba,
    heatmap, overlay,
};

#[test]
fn colours_are_matplotlibs() {
    let expected = json("colours.json");
    let values = expected["values"].as_array().unwrap();
    assert_eq!(expected["colours"].as_object().unwrap().len(), ColourMap::ALL.len());
    for map in ColourMap::ALL {
        let colours = expected["colours"][map.name()].as_array().unwrap();
        assert_eq!(colours.len(), values.len());
        for (value, colour) in values.iter().zip(colours) {
            let Rgb([r, g, b]) = map.colour(value.as_f64().unwrap() as f32);
            assert_eq!(format!("#{r:02x}{g:02x}{b:02x}"), colour.as_str().unwrap(), "{map:?} at {value}");
        }
    }
}

#[test]
fn names_are_read_back() {
    for map in ColourMap::ALL {
        assert_eq!(map.name().parse(), Ok(map));
        assert_eq!(serde_json::to_value(map).unwrap(), map.name());
    }
    let error = "jet".parse::<ColourMap>().unwrap_err().to_string();
    assert!(ColourMap::ALL.iter().all(|map| error.contains(map.name())), "{error}");
}

#[test]
fn lightness_rises_along_a_map() {
    for map in ColourMap::ALL {
        let luma =
            |Rgb([r, g, b]): Rgb<u8>| 0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b);
        let table = map.table();
        for pair in table.windows(9) {
            assert!(luma(pair[8]) > luma(pair[0]), "{map:?}: {pair:?}");
        }
    }
}

#[test]
fn the_scale_is_fixed() {
    let low = heatmap(&Map::filled(2, 2, 0.1), ColourMap::Inferno, Opacity::Constant(1.0));
    let Rgb([r, g, b]) = ColourMap::Inferno.colour((0.1f32 * 255.0).round() / 255.0);
    assert!(low.pixels().all(|p| p.0 == [r, g, b, 255]));
    let odd = Map::from_vec(4, 1, vec![f32::NAN, -3.0, 7.0, f32::INFINITY]).unwrap();
    let found = heatmap(&odd, ColourMap::Gray, Opacity::Value(0.5));
    let values: Vec<[u8; 4]> = found.pixels().map(|p| p.0).collect();
    assert_eq!(values, [[0, 0, 0, 0], [0, 0, 0, 0], [255, 255, 255, 255], [255, 255, 255, 255]]);
}

#[test]
fn overlays_blend_by_alpha() {
    let picture = RgbImage::from_pixel(3, 1, Rgb([100, 0, 255]));
    let mut heat = image::RgbaImage::from_pixel(2, 1, Rgba([200, 50, 0, 51]));
    heat.put_pixel(1, 0, Rgba([9, 8, 7, 255]));
    let out = overlay(&picture, &heat);
    assert_eq!(out.get_pixel(0, 0).0, [120, 10, 204]);
    assert_eq!(out.get_pixel(1, 0).0, [9, 8, 7]);
    assert_eq!(out.get_pixel(2, 0).0, [100, 0, 255]);
}

#[test]
fn pngs_hold_what_was_written() {
    let picture = RgbImage::from_fn(5, 3, |x, y| Rgb([x as u8 * 40, y as u8 * 70, 9]));
    assert_eq!(image::load_from_memory(&encode_png_rgb(&picture).unwrap()).unwrap().into_rgb8(), picture);
    let heat = heatmap(&Map::filled(2, 3, 0.4), ColourMap::Viridis, Opacity::Constant(0.3));
    assert_eq!(image::load_from_memory(&encode_png_rgba(&heat).unwrap()).unwrap().into_rgba8(), heat);
    let map = Map::from_vec(4, 1, vec![0.0, 0.25, 1.0, 2.0]).unwrap();
    let image::DynamicImage::ImageLuma16(found) =
        image::load_from_memory(&encode_png_gray16(&map).unwrap()).unwrap()
    else {
        panic!("not 16-bit gray");
    };
    assert_eq!(found.as_raw(), &vec![0, 16384, 65535, 65535]);
    let mask = Mask::from_vec(2, 1, vec![true, false]).unwrap();
    let found = image::load_from_memory(&encode_png_gray8(&mask).unwrap()).unwrap().into_luma8();
    assert_eq!(found.as_raw(), &vec![255, 0]);
    assert!(encode_png_gray8(&Mask::filled(0, 0, true)).is_err());
}
