use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use spotcheck_datasets::{Dataset, Layout, manifest_dataset, recognise, split_csv, walk};

/// A layout that is asked for.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Kind {
    /// VisA, as published, with split_csv/1cls.csv.
    Visa,
    /// MVTec AD, as published: the whole or one category.
    Mvtec,
    /// Folders named good, bad and masks, or the like.
    Folder,
    /// A CSV file, path,label[,mask][,class][,object][,defect]: label is normal or anomaly, paths count from the file's folder.
    Manifest,
}

impl Kind {
    fn of(layout: Layout) -> Option<Self> {
        match layout {
            Layout::Visa => Some(Self::Visa),
            Layout::MvtecAd => Some(Self::Mvtec),
            Layout::Folders => Some(Self::Folder),
            _ => None,
        }
    }
}

/// A data set, and where it is.
pub struct Source {
    pub dataset: Dataset,
    /// What its paths count from.
    pub dir: PathBuf,
    /// For people, and the class of what has no other.
    pub name: String,
}

impl Source {
    pub fn read(path: &Path, kind: Kind) -> Result<Self> {
        if kind != Kind::Manifest {
            let (dir, name) = (path.to_owned(), folder_name(path));
            return Ok(Self { dataset: read_folder(path, kind)?, dir, name });
        }
        let what = || format!("the manifest {} cannot be used", path.display());
        let text = std::fs::read_to_string(path).with_context(what)?;
        let dir = path.parent().unwrap_or(Path::new("")).to_owned();
        let dataset = manifest_dataset(&text, |path| dir.join(path).is_file()).with_context(what)?;
        Ok(Self { dataset, dir, name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned() })
    }
}

/// Lists a data set's files and recognises its layout, which must be the one that was asked for.
fn read_folder(dir: &Path, kind: Kind) -> Result<Dataset> {
    let paths = walk(dir)?;
    let table = split_csv(&paths).map(|path| {
        let path = dir.join(path);
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
    });
    let dataset = recognise(&paths, table.transpose()?.as_deref());
    match Kind::of(dataset.layout) {
        Some(found) if found == kind => {}
        Some(found) => {
            let found = found.to_possible_value();
            let name = found.as_ref().map_or("another", |found| found.get_name());
            bail!("{} is laid out for --dataset {name}", dir.display())
        }
        None => bail!(
            "{} has no pictures with labels: they are told by folders, as VisA and MVTec AD have them, or named good, bad \
             and masks",
            dir.display()
        ),
    }
    let leftovers = &dataset.leftovers;
    for leftover in leftovers.iter().take(LEFTOVERS) {
        eprintln!("{}: {}", leftover.path, leftover.reason);
    }
    if leftovers.len() > LEFTOVERS {
        eprintln!("and {} more files that are left out", leftovers.len() - LEFTOVERS);
    }
    Ok(dataset)
}

/// Files that are left out and told of, at most.
const LEFTOVERS: usize = 10;

/// What a folder is called, also when it is given as `.`.
fn folder_name(dir: &Path) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let real = || dir.canonicalize().ok().as_deref().and_then(name);
    name(dir).or_else(real).unwrap_or_else(|| "object".to_owned())
}
