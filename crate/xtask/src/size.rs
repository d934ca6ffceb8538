use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The largest file that common static hosts take.
const HOST_LIMIT: u64 = 20 << 20;

/// Prints each file of dist/ with its size, as it is and compressed with brotli as hosts send it.
pub fn print(root: &Path) -> Result<()> {
    let dist = root.join("dist");
    let mut files = Vec::new();
    collect(&dist, &mut files).context("there is no built site: run `cargo xtask build` first")?;
    files.sort();
    println!("{:>10}  {:>10}  file", "bytes", "brotli");
    let (mut total, mut total_compressed) = (0, 0);
    for file in files {
        let bytes = std::fs::read(&file)?;
        let name = file.strip_prefix(&dist).unwrap_or(&file).display().to_string();
        let mark = if bytes.len() as u64 > HOST_LIMIT { "  over 20 MiB" } else { "" };
        let compressed = compressed(&bytes)?;
        println!("{:>10}  {compressed:>10}  {name}{mark}", bytes.len());
        total += bytes.len();
        total_compressed += compressed;
    }
    println!("{total:>10}  {total_compressed:>10}  all of it, which a browser keeps for use offline");
    Ok(())
}

/// All files below a folder.
pub fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, 9, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(out.len())
}
