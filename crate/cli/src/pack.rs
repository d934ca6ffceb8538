mod build;
mod fetch;
mod info;
mod repair;
mod verify;

use std::path::Path;

use anyhow::{Context, Result};
use clap::Subcommand;
use spotcheck_pack::{Folder, Pack};

use crate::demo;

#[derive(Subcommand)]
pub enum Command {
    Build(build::Arguments),
    Verify(verify::Arguments),
    Repair(repair::Arguments),
    Info(info::Arguments),
}

pub async fn run(command: &Command) -> Result<()> {
    match command {
        Command::Build(arguments) => build::run(arguments).await,
        Command::Verify(arguments) => verify::run(arguments).await,
        Command::Repair(arguments) => repair::run(arguments).await,
        Command::Info(arguments) => info::run(arguments).await,
    }
}

/// The pack in a folder; without one the demo pack that is part of this binary.
pub async fn open(folder: Option<&Path>) -> Result<Pack> {
    match folder {
        Some(folder) => Pack::open(Folder::new(folder))
            .await
            .with_context(|| format!("the pack {} cannot be opened", folder.display())),
        None => Pack::open(demo::pack()).await.context("the embedded demo pack cannot be opened"),
    }
}
