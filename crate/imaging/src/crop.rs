use image::{GenericImageView, Rgb, RgbImage};

use crate::Rect;

/// Cuts `rect` out of a picture. Where it leaves the picture the nearest edge pixel is repeated; an empty picture
/// gives a black crop.
pub fn crop(picture: &RgbImage, rect: Rect) -> RgbImage {
    let (width, height) = picture.dimensions();
    if width == 0 || height == 0 {
        return RgbImage::new(rect.width, rect.height);
    }
    let inside =
        rect.x >= 0 && rect.y >= 0 && rect.right() <= i64::from(width) && rect.bottom() <= i64::from(height);
    if inside {
        return picture.view(rect.x as u32, rect.y as u32, rect.width, rect.height).to_image();
    }
    let nearest = |at: i64, size: u32| at.clamp(0, i64::from(size) - 1) as u32;
    RgbImage::from_fn(rect.width, rect.height, |x, y| -> Rgb<u8> {
        let x = nearest(i64::from(rect.x) + i64::from(x), width);
        let y = nearest(i64::from(rect.y) + i64::from(y), height);
        *picture.get_pixel(x, y)
    })
}
