//! Pictures, maps and masks: everything Spotcheck does with pixels outside of a network.
//!
//! A *picture* is an [`image::RgbImage`], a *map* holds one `f32` a pixel, a *mask* one `bool`. All are row-major
//! from the top left corner. Nothing here knows about networks, graphs or files.

mod map;
mod mask;
mod rect;

pub use map::Map;
pub use mask::Mask;
pub use rect::Rect;
