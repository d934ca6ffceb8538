use std::io;
use std::path::{Path, PathBuf};

/// Why a folder cannot be listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WalkError {
    #[error("{} cannot be listed", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}: the name is not UTF-8", path.display())]
    NotUtf8 { path: PathBuf },
}

/// The paths of all files below `dir`, relative to it, with `/` between the folders, a folder's files and folders in the
/// order of their names. Links are followed, but not into a folder that they are in.
pub fn walk(dir: &Path) -> Result<Vec<String>, WalkError> {
    let mut paths = Vec::new();
    enter(dir, "", &mut Vec::new(), &mut paths)?;
    Ok(paths)
}

/// Adds the files below `dir`, whose own path relative to the start is `prefix` and ends in `/`. `above` are the folders
/// that lead here, without links.
fn enter(
    dir: &Path,
    prefix: &str,
    above: &mut Vec<PathBuf>,
    paths: &mut Vec<String>,
) -> Result<(), WalkError> {
    let failed = |source| WalkError::Unreadable { path: dir.into(), source };
    let real = dir.canonicalize().map_err(failed)?;
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    let mut entries = Vec::new();
    for entry in dir.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(WalkError::NotUtf8 { path });
        };
        entries.push((name.to_owned(), path));
    }
    entries.sort();
    for (name, path) in entries {
        // A link to nothing is listed as a file: whoever opens it learns why it cannot be.
        if path.is_dir() {
            enter(&path, &format!("{prefix}{name}/"), above, paths)?;
        } else {
            paths.push(format!("{prefix}{name}"));
        }
    }
    above.pop();
    Ok(())
}
