//! Photograph-like pictures of parts, whole and defective, with exact masks: the data that Spotcheck's demo networks
//! are trained on and its tests measure with. Nothing here is a photograph and nothing is downloaded, so the data may
//! be used for anything.
//!
//! # How a picture comes about
//!
//! A part is a signed distance to its outline, a height and a paint for every point (`shape`, `shapes`): metal, plastic,
//! rubber, wood, cloth, glass, glaze, dough, wax. A defect changes these three before any light falls on them (`flaw`): a
//! crack is a dark groove, a bend moves the surface, a missing piece cuts the outline. Its size is drawn from subtle to
//! obvious. The scene is then sampled (along outlines twice in each direction), lit by a hard or soft lamp and a room
//! (`light`), laid on its ground, which may be plain, patterned or cluttered, with a cast shadow (`background`, `shadow`)
//! and photographed with blur, depth of field, noise, vignetting, white balance and compression (`camera`,
//! `compression`).
//!
//! A picture shows one part, some, or up to 40 of a kind, which now and then touch.
//!
//! # Masks
//!
//! The same scene is drawn whole and defective. A pixel belongs to the defect's mask when the part is seen there in
//! one of the two (a missing piece's place counts, and where a bent edge now is), and the two differ by more than 3 of
//! 255 levels before noise and blur. The shadow on the ground changes too when the outline does; that is no part of
//! the mask.
//!
//! # Determinism
//!
//! Equal [`Request`]s give equal bytes, on every machine and with any number of threads: the random numbers are the
//! crate's own, and only operations that IEEE 754 fixes to the last bit are used.
//!
//! # Speed
//!
//! A picture of 512 × 512 takes about 11 ms of one core: `examples/speed.rs` measures it. Rows of numbers are computed side
//! by side (`shading`, `floor`, `filter`), what changes slowly is computed for few pixels (`grid`, `shadow`), points that
//! are surely outside of a part are skipped (`shape`), a defect is drawn into a cut-out (`layer`), and a thread keeps its
//! memory for the next picture (`buffer`).
//!
//! # Splits
//!
//! Six kinds ([`UNSEEN_KINDS`]) and three defects ([`UNSEEN_DEFECTS`]) are never drawn in [`Split::Seen`]: networks
//! trained on it are measured on [`Split::Unseen`].
//!
//! ```
//! use spotcheck_parts::{DefectChoice, Request, Split, generate};
//!
//! let mut request = Request::new(7, 64);
//! request.split = Split::Unseen;
//! request.defect = DefectChoice::Any;
//! let picture = generate(&request)?;
//! assert!(picture.label.defect.is_some());
//! assert!(picture.defect.pixels().any(|p| p.0[0] == 255));
//! # Ok::<(), spotcheck_parts::Error>(())
//! ```

#![forbid(unsafe_code)]

mod background;
mod buffer;
mod camera;
mod colour;
mod compression;
mod dataset;
mod defect;
mod draw;
mod filter;
mod flaw;
mod floor;
mod grid;
mod kind;
mod layer;
mod light;
mod material;
mod math;
mod noise;
mod picture;
mod placement;
mod random;
mod scene;
mod shading;
mod shadow;
mod shape;
mod shapes;
mod stage;
mod stream;
mod window;

pub use dataset::{DatasetRequest, Layout, Written, write_dataset};
pub use defect::{Defect, UNSEEN_DEFECTS};
pub use draw::{generate, generate_pair};
pub use kind::{Kind, UNSEEN_KINDS};
pub use picture::{DefectChoice, Error, Instance, Label, Picture, Request, Split};
pub use stream::Stream;
