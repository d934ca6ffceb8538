use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use spotcheck_datasets::{Listed, manifest_pictures};

use super::Arguments;

/// A picture that is to be inspected.
pub struct Picture {
    pub path: PathBuf,
    /// What the thing in it is.
    pub object: String,
}

/// The pictures on the command line, and those that a manifest lists.
pub fn of(arguments: &Arguments) -> Result<Vec<Picture>> {
    let given = arguments.object.as_deref();
    let nameless = "--object says what the thing in the pictures is: it is missing";
    let named =
        |path: &PathBuf| Ok(Picture { path: path.clone(), object: given.context(nameless)?.to_owned() });
    let mut pictures = arguments.images.iter().map(named).collect::<Result<Vec<_>>>()?;
    if let Some(manifest) = &arguments.manifest {
        let (listed, folder) = read(manifest)?;
        for Listed { path, object, line } in listed {
            let object = object.or_else(|| given.map(str::to_owned)).with_context(|| {
                format!(
                    "line {line} of {} does not say what the thing in {path} is: give --object, or fill a column `object`",
                    manifest.display()
                )
            })?;
            pictures.push(Picture { path: folder.join(path), object });
        }
    }
    Ok(pictures)
}

/// What the things in all pictures are, for a report's head.
pub fn objects(pictures: &[Picture]) -> String {
    let objects: BTreeSet<&str> = pictures.iter().map(|picture| picture.object.as_str()).collect();
    objects.into_iter().collect::<Vec<_>>().join(", ")
}

/// A manifest's pictures, and the folder that its relative paths count from.
fn read(manifest: &Path) -> Result<(Vec<Listed>, PathBuf)> {
    let (text, folder) = if manifest.as_os_str() == "-" {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        (read.map(|_| text), PathBuf::new())
    } else {
        let folder = manifest.parent().unwrap_or(Path::new("")).to_owned();
        (std::fs::read_to_string(manifest), folder)
    };
    let what = || format!("the manifest {} cannot be used", manifest.display());
    let csv = manifest.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let listed = manifest_pictures(&text.with_context(what)?, csv).with_context(what)?;
    Ok((listed, folder))
}
