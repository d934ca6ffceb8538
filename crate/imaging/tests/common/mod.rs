#![allow(dead_code)] // Each test binary uses a part.

use std::path::PathBuf;

use image::RgbImage;

pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/imaging").join(name)
}

pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap()
}

pub fn json(name: &str) -> serde_json::Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

/// By the image crate alone, not by what is tested here.
pub fn picture(name: &str) -> RgbImage {
    image::open(path(name)).unwrap().into_rgb8()
}
