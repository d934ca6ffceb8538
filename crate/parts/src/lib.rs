//! Spotcheck: procedural pictures of parts, whole and defective, with exact masks.

#![forbid(unsafe_code)]

mod background;
mod camera;
mod colour;
mod dataset;
mod defect;
mod draw;
mod flaw;
mod kind;
mod light;
mod material;
mod math;
mod noise;
mod picture;
mod random;
mod scene;
mod shadow;
mod shape;
mod shapes;
mod stream;

pub use dataset::{Written, write_dataset};
pub use defect::{Defect, UNSEEN_DEFECT};
pub use draw::{generate, generate_pair};
pub use kind::{Kind, UNSEEN_KINDS};
pub use picture::{DefectChoice, Error, Instance, Label, Picture, Request, Split};
pub use stream::Stream;
