use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use spotcheck_pack::{
    BuildOptions, Catalogue, CheckpointFolder, Error, Folder, Pack, PackFolder, networks_of, repair,
};

use super::fetch;

/// Makes damaged or missing files of a pack again, as they were, from the checkpoints that it was built from; only those of
/// the networks that the files belong to are needed.
#[derive(clap::Args)]
pub struct Arguments {
    /// The pack's folder.
    #[arg(value_name = "DIR")]
    pack: PathBuf,
    /// The folder with the checkpoints; or, for a pack of a preset, the address of a host that is laid out like
    /// https://huggingface.co, from which they are fetched into DIR.checkpoints and removed when the pack is whole.
    #[arg(long, value_name = "DIR|URL")]
    from: String,
}

pub async fn run(Arguments { pack: folder, from }: &Arguments) -> Result<()> {
    let pack = Pack::open(Folder::new(folder)).await;
    let pack = pack.with_context(|| {
        format!("the pack {} cannot be opened; build it anew with `spotcheck pack build`", folder.display())
    })?;
    let damage = pack.damage().await;
    for error in &damage {
        eprintln!("{error}");
    }
    let damaged: Vec<String> = damage.iter().filter_map(Error::file).map(str::to_owned).collect();
    if damaged.is_empty() {
        println!("{} is whole", folder.display());
        return Ok(());
    }
    let catalogue = Catalogue::embedded()?;
    let preset = catalogue.presets.contains_key(pack.name()).then(|| pack.name());
    let fetched = from.starts_with("https://") || from.starts_with("http://");
    let checkpoints = if fetched {
        let Some(preset) = preset else {
            bail!("the pack {} is of no preset: give the folder with its checkpoints", pack.name());
        };
        let to = fetch::folder_for(folder);
        fetch::checkpoints(&catalogue, preset, from, &networks_of(&damaged), &to).await?;
        to
    } else {
        PathBuf::from(from)
    };
    let options = match preset {
        Some(preset) => catalogue.options(preset)?,
        None => BuildOptions::default(),
    };
    let source = CheckpointFolder::new(&checkpoints);
    let options = options.overridden(&source)?;
    let mut files = PackFolder::create(folder)?;
    repair(&source, &mut files, &options, pack.manifest(), &damaged, &mut |_| ControlFlow::Continue(()))
        .with_context(|| format!("cannot repair {} from {}", folder.display(), checkpoints.display()))?;
    if fetched {
        fetch::clean(&checkpoints)?;
    }
    println!("{} is whole again: {} made anew", folder.display(), damaged.join(", "));
    Ok(())
}
