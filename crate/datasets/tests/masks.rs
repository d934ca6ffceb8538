//! What the values of masks mean.

use image::{GrayImage, Luma, Rgb, RgbImage};
use spotcheck_datasets::{MaskValues, mask_from_gray, mask_from_rgb};
use spotcheck_imaging::Mask;

fn gray(values: [u8; 6]) -> GrayImage {
    GrayImage::from_raw(3, 2, values.to_vec()).unwrap()
}

fn read(values: [u8; 6], meaning: MaskValues) -> Vec<bool> {
    let mask = mask_from_gray(&gray(values), meaning);
    assert_eq!((mask.width(), mask.height()), (3, 2));
    mask.data().to_vec()
}

#[test]
fn class_ids_are_defective_whatever_the_class() {
    let found = read([0, 1, 2, 9, 255, 0], MaskValues::ClassIds);
    assert_eq!(found, [false, true, true, true, true, false]);
}

#[test]
fn binary_masks_are_cut_in_the_middle() {
    let found = read([0, 1, 127, 128, 255, 0], MaskValues::Binary);
    assert_eq!(found, [false, false, false, true, true, false]);
    // No pixel is bright: these are numbers.
    assert_eq!(read([0, 1, 127, 9, 0, 0], MaskValues::Binary), [false, true, true, true, false, false]);
    assert_eq!(read([0; 6], MaskValues::Binary), [false; 6]);
}

#[test]
fn colours_of_a_palette_are_not_black() {
    let mut pixels = RgbImage::new(2, 1);
    pixels.put_pixel(1, 0, Rgb([0, 0, 1]));
    let mask = mask_from_rgb(&pixels, MaskValues::ClassIds);
    assert_eq!(Some(mask), Mask::from_vec(2, 1, vec![false, true]));
    pixels.put_pixel(1, 0, Rgb([0, 200, 0]));
    pixels.put_pixel(0, 0, Rgb([90, 90, 90]));
    let mask = mask_from_rgb(&pixels, MaskValues::Binary);
    assert_eq!(Some(mask), Mask::from_vec(2, 1, vec![false, true]));
    // Of gray pictures both say the same.
    let gray = GrayImage::from_fn(16, 16, |x, y| Luma([(16 * y + x) as u8]));
    let rgb = RgbImage::from_fn(16, 16, |x, y| Rgb([(16 * y + x) as u8; 3]));
    for values in [MaskValues::Binary, MaskValues::ClassIds] {
        assert_eq!(mask_from_gray(&gray, values), mask_from_rgb(&rgb, values));
    }
}
