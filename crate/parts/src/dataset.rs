//! Data sets on disk, in the folder layout of MVTec AD, of VisA, or in plain folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, ImageFormat, RgbImage};
use serde::Serialize;

use crate::draw::generate;
use crate::picture::{DefectChoice, Error, Label, Request, Split};
use crate::stream::series_seed;

/// What [`write_dataset`] has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Pictures of whole parts.
    pub good: u32,
    /// Pictures with a defective part; the same, or one less when an odd number was asked for.
    pub defective: u32,
    /// Further pictures of whole parts, for training.
    pub train: u32,
}

/// How the folders of a data set are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// MVTec AD's: `<kind>/test/good/000.png`, `<kind>/test/<defect>/000.png` and
    /// `<kind>/ground_truth/<defect>/000_mask.png`, 0 or 255.
    #[default]
    MvtecAd,
    /// VisA's: `<kind>/Data/Images/{Normal,Anomaly}/000.JPG`, `<kind>/Data/Masks/Anomaly/000.png`, whose values number the
    /// defects from 1 on in their order in the split, and `split_csv/1cls.csv`, which says what is for training.
    Visa,
    /// Plain folders: `<kind>/{good,bad}/000.png` and `<kind>/masks/000.png`, 0 or 255.
    Folders,
}

/// One picture in `labels.json`.
#[derive(Serialize)]
struct Entry {
    /// Relative to the data set's folder, with `/`.
    picture: String,
    /// `None` for whole parts.
    mask: Option<String>,
    /// `train` or `test`.
    split: &'static str,
    #[serde(flatten)]
    label: Label,
}

/// What a data set consists of.
#[derive(Clone, Copy, Debug)]
pub struct DatasetRequest {
    pub layout: Layout,
    pub split: Split,
    pub seed: u64,
    /// Pictures that are for testing: half of them whole and half defective, kinds and defects in turn.
    pub count: u32,
    /// Whole pictures of each kind beside these: for training, where the layout knows of it.
    pub train: u32,
    /// Whether all pictures of a kind show one product at one place ([`Request::series`]), as those of an inspector do.
    pub series: bool,
    /// Side of the square pictures, in pixels.
    pub size: u32,
}

/// Writes pictures below `dir`, and `labels.json`, a list with each one's label. Equal requests give equal files.
pub fn write_dataset(dir: &Path, dataset: &DatasetRequest) -> Result<Written, Error> {
    let layout = dataset.layout;
    let (kinds, defects) = (dataset.split.kinds(), dataset.split.defects());
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut entries = Vec::new();
    let mut written = Written::default();
    let train = kinds.len() as u32 * dataset.train;
    for index in 0..dataset.count + train {
        let for_training = index >= dataset.count;
        // Two pictures a kind, one whole and one defective; with each round over the kinds the next defect.
        let turn = if for_training { index - dataset.count } else { index / 2 } as usize;
        let place = turn % kinds.len();
        let kind = kinds[place];
        let is_defective = !for_training && index % 2 == 1;
        let defect = is_defective.then(|| (turn / kinds.len() + place) % defects.len());
        let class_id = defect.map_or(0, |at| at as u8 + 1);
        let defect = defect.map(|at| defects[at]);
        let mut request = Request::new(series_seed(dataset.seed, index.into()), dataset.size);
        request.split = dataset.split;
        request.kind = Some(kind);
        request.defect = defect.map_or(DefectChoice::Whole, DefectChoice::Only);
        // Another stream than the pictures' own.
        request.series = dataset.series.then(|| series_seed(!dataset.seed, place as u64));
        let mut picture = generate(&request)?;
        let name = defect.map(|defect| defect.folder());
        let place = layout.place(&kind.folder(), name.as_deref(), for_training);
        let number = numbers.entry(place.folder.clone()).or_insert(0);
        let path = format!("{}/{number:03}.{}", place.folder, place.ending);
        let mask = place.masks.map(|(folder, suffix)| format!("{folder}/{number:03}{suffix}.png"));
        *number += 1;
        save(dir, &path, |to| match place.ending {
            JPEG => fs::write(to, jpeg(&picture.rgb)?).map_err(ImageError::IoError),
            _ => picture.rgb.save_with_format(to, ImageFormat::Png),
        })?;
        if let Some(mask) = &mask {
            if layout == Layout::Visa {
                picture.defect.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|v| v.min(class_id)));
            }
            save(dir, mask, |to| picture.defect.save_with_format(to, ImageFormat::Png))?;
            written.defective += 1;
        } else if for_training {
            written.train += 1;
        } else {
            written.good += 1;
        }
        let split = if for_training { "train" } else { "test" };
        entries.push(Entry { picture: path, mask, split, label: picture.label });
    }
    let labels = serde_json::to_vec_pretty(&entries);
    write(dir, "labels.json", labels.map_err(std::io::Error::from))?;
    if layout == Layout::Visa {
        write(dir, SPLIT_CSV, Ok(split_csv(&entries)))?;
    }
    Ok(written)
}

const PNG: &str = "png";
const JPEG: &str = "JPG";
const JPEG_QUALITY: u8 = 95;
const SPLIT_CSV: &str = "split_csv/1cls.csv";

/// Where a picture and its mask go.
struct Place {
    folder: String,
    ending: &'static str,
    /// The masks' folder, and what stands behind the number there; `None` for whole parts.
    masks: Option<(String, &'static str)>,
}

impl Layout {
    /// Of a kind with a defect, both as folders are called.
    fn place(self, kind: &str, defect: Option<&str>, for_training: bool) -> Place {
        let (folder, ending, masks) = match (self, defect) {
            (Self::MvtecAd, _) => (
                format!("{}/{}", if for_training { "train" } else { "test" }, defect.unwrap_or("good")),
                PNG,
                defect.map(|defect| (format!("ground_truth/{defect}"), "_mask")),
            ),
            (Self::Visa, None) => ("Data/Images/Normal".to_owned(), JPEG, None),
            (Self::Visa, Some(_)) => {
                ("Data/Images/Anomaly".to_owned(), JPEG, Some(("Data/Masks/Anomaly".to_owned(), "")))
            }
            (Self::Folders, None) => ("good".to_owned(), PNG, None),
            (Self::Folders, Some(_)) => ("bad".to_owned(), PNG, Some(("masks".to_owned(), ""))),
        };
        Place {
            folder: format!("{kind}/{folder}"),
            ending,
            masks: masks.map(|(folder, suffix)| (format!("{kind}/{folder}"), suffix)),
        }
    }
}

/// VisA's table.
fn split_csv(entries: &[Entry]) -> Vec<u8> {
    let mut table = String::from("object,split,label,image,mask\n");
    for Entry { picture, mask, split, .. } in entries {
        let object = picture.split('/').next().unwrap_or_default();
        let label = if mask.is_some() { "anomaly" } else { "normal" };
        table += &format!("{object},{split},{label},{picture},{}\n", mask.as_deref().unwrap_or_default());
    }
    table.into_bytes()
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    Ok(bytes)
}

fn write(dir: &Path, path: &str, content: std::io::Result<Vec<u8>>) -> Result<(), Error> {
    let path = dir.join(path);
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and(content).and_then(|content| fs::write(&path, content));
    written.map_err(|source| Error::Write { path: path.display().to_string(), source })
}

fn save(dir: &Path, path: &str, write: impl FnOnce(&Path) -> image::ImageResult<()>) -> Result<(), Error> {
    let path = dir.join(path);
    let name = || path.display().to_string();
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|source| Error::Write { path: name(), source })?;
    }
    write(&path).map_err(|source| Error::Encode { path: name(), source })
}
