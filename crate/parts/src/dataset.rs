//! Data sets on disk, in the folder layout of MVTec AD.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::ImageFormat;
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
}

/// One picture in `labels.json`.
#[derive(Serialize)]
struct Entry {
    /// Relative to the data set's folder, with `/`.
    picture: String,
    /// `None` for whole parts.
    mask: Option<String>,
    #[serde(flatten)]
    label: Label,
}

/// Writes `count` square pictures of `size` pixels below `dir`, half of them whole and half defective, kinds and
/// defects in turn: `<kind>/test/good/000.png`, `<kind>/test/<defect>/000.png`,
/// `<kind>/ground_truth/<defect>/000_mask.png` (0 or 255) and `labels.json`, a list with each picture's label.
/// Equal arguments give equal files.
pub fn write_dataset(dir: &Path, split: Split, seed: u64, count: u32, size: u32) -> Result<Written, Error> {
    let (kinds, defects) = (split.kinds(), split.defects());
    let mut numbers: BTreeMap<PathBuf, u32> = BTreeMap::new();
    let mut entries = Vec::new();
    let mut written = Written::default();
    for index in 0..count {
        // Two pictures a kind, one whole and one defective; with each round over the kinds the next defect.
        let turn = (index / 2) as usize;
        let kind = kinds[turn % kinds.len()];
        let defect =
            (index % 2 == 1).then(|| defects[(turn / kinds.len() + turn % kinds.len()) % defects.len()]);
        let mut request = Request::new(series_seed(seed, index.into()), size);
        request.split = split;
        request.kind = Some(kind);
        request.defect = defect.map_or(DefectChoice::Whole, DefectChoice::Only);
        let picture = generate(&request)?;
        let name = defect.map_or_else(|| "good".to_owned(), |d| d.folder());
        let folder = format!("{}/test/{name}", kind.folder());
        let number = numbers.entry(PathBuf::from(&folder)).or_insert(0);
        let path = format!("{folder}/{number:03}.png");
        let mask = defect.map(|_| format!("{}/ground_truth/{name}/{number:03}_mask.png", kind.folder()));
        *number += 1;
        save(dir, &path, |to| picture.rgb.save_with_format(to, ImageFormat::Png))?;
        if let Some(mask) = &mask {
            save(dir, mask, |to| picture.defect.save_with_format(to, ImageFormat::Png))?;
            written.defective += 1;
        } else {
            written.good += 1;
        }
        entries.push(Entry { picture: path, mask, label: picture.label });
    }
    let path = dir.join("labels.json");
    let failed = |source: std::io::Error| Error::Write { path: path.display().to_string(), source };
    fs::create_dir_all(dir).map_err(failed)?;
    let json = serde_json::to_vec_pretty(&entries).map_err(|e| failed(e.into()))?;
    fs::write(&path, json).map_err(failed)?;
    Ok(written)
}

fn save(dir: &Path, path: &str, write: impl FnOnce(&Path) -> image::ImageResult<()>) -> Result<(), Error> {
    let path = dir.join(path);
    let name = || path.display().to_string();
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|source| Error::Write { path: name(), source })?;
    }
    write(&path).map_err(|source| Error::Encode { path: name(), source })
}
