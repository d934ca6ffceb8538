//! Maps as the page keeps them: `f32` in the machine's byte order.

use js_sys::{Array, Float32Array};
use spotcheck_imaging::Map;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use crate::js::read_now;

/// A map's values.
pub fn blob(map: &Map) -> Result<Blob, JsValue> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Float32Array::from(map.data())))
}

/// Reads a map of this width and height.
pub fn read(blob: &Blob, (width, height): (u32, u32)) -> Result<Map, JsValue> {
    let mut bytes = vec![0; blob.size() as usize];
    read_now(blob, 0, &mut bytes)?;
    let values = bytes.as_chunks::<4>().0.iter().map(|four| f32::from_ne_bytes(*four));
    Map::from_vec(width, height, values.collect()).ok_or_else(|| "it was not kept whole".into())
}
