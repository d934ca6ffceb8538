//! Pictures as the browser shows them: decoded by the browser itself where it can, by the worker where it cannot.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use spotcheck_protocol::Picture;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement,
    HtmlVideoElement, ImageBitmap, ImageData, Url,
};

use crate::item::{Item, Shown};
use crate::link::said;
use crate::overlay;
use crate::text;

/// The longer side of a thumbnail, in pixels: sharp at 48 on fine screens.
const THUMBNAIL: f64 = 96.0;

/// Lets the browser decode a picture, unless it has been tried.
pub async fn show(item: &Item) {
    show_from(item, &item.file).await;
}

/// Shows a picture as it is in this file or blob, unless it is shown already.
pub async fn show_from(item: &Item, source: &Blob) {
    if item.picture.get_untracked() != Shown::Unknown {
        return;
    }
    let shown = async {
        let bitmap = decode(source).await?;
        let thumbnail = thumbnail(&bitmap).await;
        bitmap.close();
        Ok::<_, JsValue>(Shown::Yes {
            thumbnail: thumbnail?,
            full: Url::create_object_url_with_blob(source)?,
        })
    };
    let shown = shown.await.unwrap_or(Shown::No);
    // Somebody else may have been quicker.
    if item.picture.get_untracked() == Shown::Unknown {
        item.picture.set(shown);
    } else {
        revoke(&shown);
    }
}

/// Shows the pixels that the worker sent for a picture that the browser cannot decode; `keep` gets them as a file that it can.
pub fn show_pixels(item: &Item, picture: &Picture, keep: impl FnOnce(Blob) + 'static) {
    let (item, rgba) = (item.clone(), picture.rgba.to_vec());
    let (width, height) = (picture.width, picture.height);
    leptos::task::spawn_local(async move {
        let shown = async {
            let canvas = canvas(width, height)?;
            paint(&canvas, &rgba, width, height)?;
            let file = encoded(&canvas, "image/png").await?;
            let full = Url::create_object_url_with_blob(&file)?;
            keep(file);
            let bitmap = decode(&canvas).await?;
            let thumbnail = thumbnail(&bitmap).await;
            bitmap.close();
            Ok::<_, JsValue>(Shown::Yes { thumbnail: thumbnail?, full })
        };
        if let Ok(shown) = shown.await {
            item.picture.set(shown);
        }
    });
}

/// Frees what the browser keeps for a picture.
pub fn forget(item: &Item) {
    revoke(&item.picture.get_untracked());
}

fn revoke(shown: &Shown) {
    if let Shown::Yes { thumbnail, full } = shown {
        for address in [thumbnail, full] {
            // An address that is not known any more is as good as revoked.
            let _ = Url::revoke_object_url(address);
        }
    }
}

/// What a video shows, as a JPEG file.
pub async fn frame(video: &HtmlVideoElement, name: &str) -> Result<File, JsValue> {
    let canvas = canvas(video.video_width().max(1), video.video_height().max(1))?;
    context(&canvas)?.draw_image_with_html_video_element(video, 0.0, 0.0)?;
    let blob = encoded(&canvas, "image/jpeg").await?;
    let options = FilePropertyBag::new();
    options.set_type(&blob.type_());
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options)
}

/// The address of a picture that marks what is not black in a mask, whatever the value: VisA's are class numbers.
pub async fn marking(mask: &Blob) -> Result<String, JsValue> {
    let bitmap = decode(mask).await?;
    let (width, height) = (bitmap.width(), bitmap.height());
    let canvas = canvas(width, height)?;
    let context = context(&canvas)?;
    context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)?;
    bitmap.close();
    let pixels = context.get_image_data(0.0, 0.0, f64::from(width), f64::from(height))?.data();
    let inside: Vec<u8> =
        pixels.chunks_exact(4).map(|pixel| u8::from(pixel.iter().take(3).any(|&v| v > 0))).collect();
    paint(&canvas, &overlay::truth(&inside, width as usize), width, height)?;
    address(&canvas).await
}

/// Forgets an address that this page made.
pub fn revoke_address(address: &str) {
    // One that is not known any more is as good as revoked.
    let _ = Url::revoke_object_url(address);
}

/// Fills a canvas with `rgba`, four bytes a pixel.
pub fn paint(canvas: &HtmlCanvasElement, rgba: &[u8], width: u32, height: u32) -> Result<(), JsValue> {
    canvas.set_width(width);
    canvas.set_height(height);
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(rgba), width, height)?;
    context(canvas)?.put_image_data(&data, 0.0, 0.0)
}

/// A typed array's bytes as a blob.
pub fn blob(array: &JsValue, media_type: &str) -> Result<Blob, String> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(array), &options).map_err(said)
}

/// A blob's bytes.
pub async fn bytes(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    Ok(Uint8Array::new(&JsFuture::from(blob.array_buffer()).await?).to_vec())
}

async fn decode(source: &JsValue) -> Result<ImageBitmap, JsValue> {
    JsFuture::from(create_image_bitmap(source)?).await?.dyn_into()
}

async fn thumbnail(bitmap: &ImageBitmap) -> Result<String, JsValue> {
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (THUMBNAIL / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let canvas = canvas(width as u32, height as u32)?;
    let context = context(&canvas)?;
    context.set_image_smoothing_enabled(true);
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
    address(&canvas).await
}

fn canvas(width: u32, height: u32) -> Result<HtmlCanvasElement, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
    canvas.set_width(width);
    canvas.set_height(height);
    Ok(canvas)
}

fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    Ok(canvas.get_context("2d")?.ok_or_else(text::canvas_not_drawn)?.dyn_into()?)
}

/// The address of what a canvas shows.
async fn address(canvas: &HtmlCanvasElement) -> Result<String, JsValue> {
    Url::create_object_url_with_blob(&encoded(canvas, "image/png").await?)
}

/// What a canvas shows, as a file of this type.
async fn encoded(canvas: &HtmlCanvasElement, media_type: &str) -> Result<Blob, JsValue> {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // A canvas that cannot be written calls back without a blob.
        let _ = canvas.to_blob_with_type(&resolve, media_type);
    });
    let blob = JsFuture::from(promise).await?;
    if blob.is_null() { Err(text::canvas_empty().into()) } else { Ok(blob.unchecked_into()) }
}

#[wasm_bindgen]
extern "C" {
    /// web-sys has one for each kind of source; the kind is of no matter here.
    #[wasm_bindgen(catch, js_name = createImageBitmap)]
    fn create_image_bitmap(source: &JsValue) -> Result<js_sys::Promise, JsValue>;
}
