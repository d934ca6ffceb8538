//! How good a method is on a labelled data set: results picture by picture that survive a stop, and the tables of the field
//! made from them.
//!
//! 1. [`Plan`] says which pictures of a [data set](spotcheck_datasets) are scored, under which name, and by which shard.
//! 2. [`Folder`] keeps a [`Record`] a picture, and what pixel metrics need of its map. It refuses to go on with another
//!    [`Run`] than the one that it was begun with, and [`Folder::merge`] joins those of shards.
//! 3. [`Evaluation`] is the metrics, class by class, and their mean. Its means are over classes, as WinCLIP's.
//! 4. [`write_results`] writes all of it: Parquet, CSV, JSON, Markdown, precision–recall curves as SVG, and one HTML file.
//!
//! Nothing here knows a method: who has scores and maps can be evaluated.
//!
//! # The folder
//! | file | what |
//! | --- | --- |
//! | `run.json` | method, pack, engine, settings and data set: the [`Run`] |
//! | `results.csv` | a line a picture, appended as results come |
//! | `pixels/000012.bin` | a picture's map as counts of pixels by score, compressed |
//! | `results.parquet` | the same as `results.csv`, for readers of columns |
//! | `metrics.{csv,json,md}`, `report.html`, `curves/*.svg` | what is computed from these |
//!
//! `results.csv` is the log. A line is written when its counts of pixels are on the disk, and is on the disk itself before the
//! next picture begins. A stop can only tear the last line, which is then cut off, and its picture scored again. Whatever is
//! computed is computed from the whole folder in the order of the data set, so that neither stops nor shards change a digit.
//!
//! # Pixels
//! VisA's 2,162 test pictures have 3·10⁹ pixels: 13 GB of maps in `f32`. What is kept instead are a
//! [`PixelHistogram`](spotcheck_metrics::PixelHistogram)'s counts, 20 to 40 kB a picture, which add up: a class takes 6 MB of
//! memory, whatever its size. Each pixel metric comes with the most that the exact one may differ: for F1-max, AUROC and AUPRO
//! a few hundredths of a percent, for average precision up to some tenths where a class has few pictures. They are taken at the pictures' own size (Baugh et al. put tiles back "into the original image space";
//! other authors resize pictures and masks, to 240 or 518 pixels).
#![forbid(unsafe_code)]

mod chart;
mod error;
mod evaluation;
mod folder;
mod html;
mod log;
mod parquet;
mod plan;
mod published;
mod record;
mod run;
mod table;
mod tables;
mod write;

pub use error::Error;
pub use evaluation::{ClassResult, Curve, Evaluation, Mean, Means, PixelMetrics, SampleMetrics, Value};
pub use folder::Folder;
pub use plan::{Choice, Plan, Task};
pub use published::{Published, VISA_CLASSES, published};
pub use record::{Pixels, Record};
pub use run::{ClassSize, DatasetInfo, PackInfo, Run, Shard};
pub use table::Table;
pub use tables::tables;
pub use write::write_results;
