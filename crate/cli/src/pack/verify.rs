use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use spotcheck_pack::{Folder, Pack};

/// Checks size and SHA-256 of every file of a pack, and names each that is damaged.
#[derive(clap::Args)]
pub struct Arguments {
    /// The pack's folder.
    #[arg(value_name = "DIR")]
    pack: PathBuf,
}

pub async fn run(Arguments { pack: folder }: &Arguments) -> Result<()> {
    let remedy = "copy them anew from where the pack is from, or build it again with `spotcheck pack build`";
    let pack = Pack::open(Folder::new(folder)).await;
    let pack = pack.with_context(|| {
        format!("the pack {} cannot be opened; if its files are damaged, {remedy}", folder.display())
    })?;
    let damage = pack.damage().await;
    for error in &damage {
        eprintln!("{error}");
    }
    let files = pack.manifest().files.len();
    if !damage.is_empty() {
        let n = damage.len();
        bail!("{n} of {files} files of the pack {} are damaged or missing: {remedy}", folder.display());
    }
    println!("{} is whole: {files} files, {:.1} MB", folder.display(), pack.manifest().size() as f64 / 1e6);
    Ok(())
}
