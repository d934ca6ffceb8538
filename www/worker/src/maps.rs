//! Maps as the page keeps them.

use spotcheck_imaging::Map;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use crate::js::read_now;

/// Reads a map of this width and height: `f32` in the machine's byte order.
pub fn read(blob: &Blob, (width, height): (u32, u32)) -> Result<Map, JsValue> {
    let mut bytes = vec![0; blob.size() as usize];
    read_now(blob, 0, &mut bytes)?;
    let values = bytes.as_chunks::<4>().0.iter().map(|four| f32::from_ne_bytes(*four));
    Map::from_vec(width, height, values.collect()).ok_or_else(|| "it was not kept whole".into())
}
