use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;
use spotcheck_pack::{BuildOptions, Folder, Pack};

#[derive(Subcommand)]
pub enum Command {
    /// Builds a pack from checkpoints in Hugging Face layout: clipseg/, sam/ and isnet/, each with config.json,
    /// model.safetensors and preprocessor_config.json, and clipseg/tokenizer.json. An optional pack.json
    /// beside them gives the pack's name, each network's licence and source, and settings of the method.
    Build {
        /// The folder with the checkpoints.
        #[arg(long)]
        from: PathBuf,
        /// The pack's folder, made when it is not there.
        #[arg(long)]
        out: PathBuf,
        /// The pack's name, shown with each result.
        #[arg(long)]
        name: Option<String>,
    },
    /// Checks size and SHA-256 of every file of a pack.
    Verify {
        /// The pack's folder.
        pack: PathBuf,
    },
}

pub async fn run(command: &Command) -> Result<()> {
    match command {
        Command::Build { from, out, name } => {
            let mut options = BuildOptions::read(from)?;
            if let Some(name) = name {
                options.name = name.clone();
            }
            spotcheck_pack::build(from, out, &options)
                .with_context(|| format!("cannot build a pack from {}", from.display()))?;
            println!("The pack is in {}", out.display());
            Ok(())
        }
        Command::Verify { pack } => {
            let opened = Pack::open(Folder::new(pack)).await?;
            opened.verify().await.with_context(|| format!("the pack {} is damaged", pack.display()))?;
            println!("{} is whole", pack.display());
            Ok(())
        }
    }
}
