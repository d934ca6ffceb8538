//! Which pictures are whole, which are defective and where their masks are, told from the paths of their files.
//!
//! [`recognise`] takes relative paths as a dropped folder, a ZIP file's listing or [`walk`] gives them and never opens a
//! file. It knows four layouts, tried in this order:
//!
//! 1. **VisA** as published: `<object>/Data/Images/{Normal,Anomaly}/….JPG`, `<object>/Data/Masks/Anomaly/….png` and
//!    `split_csv/1cls.csv`, which says what is for training and what for testing. [`split_csv`] finds it, so that a caller
//!    can read it and hand over its text.
//! 2. **MVTec AD**, the whole or one category: `<category>/{train,test}/<good or defect>/000.png` and
//!    `<category>/ground_truth/<defect>/000_mask.png`.
//! 3. **Folders** named good, bad, masks, or a common synonym of these.
//! 4. None of these: all pictures are without a label.
//!
//! Folders above and the case of letters do not matter. What an operating system puts beside pictures (`__MACOSX`,
//! `.DS_Store`, `Thumbs.db` and the like) is passed over; every other file ends in a [`Sample`] or in a [`Leftover`] that
//! says why.
//!
//! Where folders say nothing, a manifest does: [`manifest_pictures`] reads a list of paths, [`manifest_dataset`] a CSV file with
//! labels.
//!
//! [`mask_from_gray`] turns a mask's pixels into a [`Mask`](spotcheck_imaging::Mask), as its layout means them.
#![forbid(unsafe_code)]

mod dataset;
mod folders;
mod manifest;
mod mask;
mod mvtec;
mod names;
mod pairs;
mod paths;
mod split_csv;
mod table;
mod visa;
#[cfg(not(target_arch = "wasm32"))]
mod walk;

pub use dataset::{Dataset, Label, Layout, Leftover, Reason, Sample, Split, recognise};
pub use manifest::{CellError, CellProblem, Listed, ManifestError, manifest_dataset, manifest_pictures};
pub use mask::{MaskValues, mask_from_gray, mask_from_rgb};
pub use names::object_name;
pub use split_csv::split_csv;
#[cfg(not(target_arch = "wasm32"))]
pub use walk::{WalkError, walk};
