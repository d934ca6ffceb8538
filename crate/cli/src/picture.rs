use std::path::Path;

use anyhow::{Context, Result};
use image::RgbImage;
use spotcheck_imaging::{Limits, decode};

/// Reads a picture's file.
pub fn read(path: &Path) -> Result<RgbImage> {
    let bytes = std::fs::read(path).context("cannot be read")?;
    Ok(decode(&bytes, &Limits::default())?.pixels)
}
