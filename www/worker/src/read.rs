//! Pictures from files of whatever format: the formats that the imaging crate does not know are left to the browser, which may know them:
//! AVIF nearly everywhere, HEIC and JPEG XL here and there.

use image::RgbImage;
use js_sys::Promise;
use spotcheck_imaging::{DecodeError, Limits, decode};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use crate::js;

/// Reads a picture, upright, transparent pixels laid on white, 8 bits a channel. When the browser cannot read it either, the error is the
/// imaging crate's, which says what to do.
pub async fn read_picture(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let limits = Limits::default();
    match decode(bytes, &limits) {
        Ok(picture) => Ok(picture.pixels),
        Err(error @ (DecodeError::Unsupported(_) | DecodeError::Unknown | DecodeError::Variant { .. })) => {
            match by_browser(bytes, limits.max_pixels).await {
                Ok(read) => read,
                // What the browser says is "InvalidStateError" for whatever it does not know.
                Err(_) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// Reads a picture as the browser shows it. The outer error is that it does not.
async fn by_browser(bytes: &[u8], max_pixels: u64) -> Result<Result<RgbImage, DecodeError>, JsValue> {
    let bitmap: ImageBitmap = js::value(create_image_bitmap(&js::blob(bytes)?)?).await?;
    let (width, height) = (bitmap.width(), bitmap.height());
    if u64::from(width) * u64::from(height) > max_pixels {
        bitmap.close();
        return Ok(Err(DecodeError::TooManyPixels { width, height, max_pixels }));
    }
    let canvas = OffscreenCanvas::new(width, height)?;
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: OffscreenCanvasRenderingContext2d = context.dyn_into()?;
    context.set_fill_style_str("white");
    context.fill_rect(0.0, 0.0, f64::from(width), f64::from(height));
    context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)?;
    bitmap.close();
    let rgba = context.get_image_data(0.0, 0.0, f64::from(width), f64::from(height))?.data();
    let rgb = rgba.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied()).collect();
    let picture = RgbImage::from_raw(width, height, rgb).ok_or(JsValue::NULL)?;
    Ok(Ok(picture))
}

#[wasm_bindgen]
extern "C" {
    /// web-sys has it for windows and workers apart; here it is the worker's.
    #[wasm_bindgen(catch, js_name = createImageBitmap)]
    fn create_image_bitmap(source: &Blob) -> Result<Promise, JsValue>;
}
