//! A page in the repository whose tables a program writes.

use std::path::Path;

use anyhow::{Context, Result};

/// Puts a text between two marks of a file.
pub fn fill(file: &Path, [begin, end]: [&str; 2], text: &str) -> Result<()> {
    let old = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let parts = old.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) =
        parts.with_context(|| format!("{} lacks the lines {begin} and {end}", file.display()))?;
    std::fs::write(file, format!("{before}{begin}\n{text}{end}{after}"))
        .with_context(|| format!("{} cannot be written", file.display()))
}
