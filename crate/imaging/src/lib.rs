//! Pictures, maps and masks: everything Spotcheck does with pixels outside of a network.
//!
//! A *picture* is an [`image::RgbImage`], a *map* holds one `f32` a pixel, a *mask* one `bool`. All are row-major
//! from the top left corner. Nothing here knows about networks, graphs or files.
//!
//! # Resizing
//! Networks are sensitive to how their input was resized, so each way is the one its network was trained with:
//! [`resize`] equals Pillow (CLIP, CLIPSeg, SAM), [`resize_plain_bilinear`] equals torch (IS-Net), and
//! [`Map::resize_bilinear`] brings a network's output to another size as torch does.
//!
//! # Reading pictures
//! [`decode`] takes the bytes of a file that nobody vouches for: no `unsafe` code runs here, sizes are checked before
//! memory is asked for, and what cannot be read is an error that says what was found and what to do.
#![forbid(unsafe_code)]

mod colour;
mod components;
mod crop;
mod decode;
mod encode;
mod interpolate;
mod map;
mod mask;
mod polygon;
mod rect;
mod region;
mod resize;
mod runs;

pub use colour::{ColourMap, Opacity, heatmap, overlay};
pub use components::{Component, Labels, components, label};
pub use crop::crop;
pub use decode::{DecodeError, Format, Limits, Picture, decode};
pub use encode::{EncodeError, encode_png_gray8, encode_png_gray16, encode_png_rgb, encode_png_rgba};
pub use interpolate::resize_plain_bilinear;
pub use map::Map;
pub use mask::Mask;
pub use rect::Rect;
pub use region::{Outline, OutlineError, Region};
pub use resize::{Filter, resize};
pub use runs::RunMask;
