use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use spotcheck_pack::{
    BuildOptions, BuildProgress, Catalogue, CheckpointFolder, Error, PackFolder, Precision, assemble,
};

use super::fetch;

/// Builds a pack from checkpoints in Hugging Face layout: clipseg/, sam/ and isnet/, each with config.json,
/// model.safetensors and preprocessor_config.json, and clipseg/tokenizer.json (or vocab.json and merges.txt).
/// IS-Net may be an ONNX export, isnet/model.onnx, which needs no config.json. Where april_gan/ is there, with config.json and
/// model.safetensors, the pack serves the method aprilgan too. An optional pack.json beside them gives the pack's name, each network's licence and source, and settings of the method.
#[derive(clap::Args)]
pub struct Arguments {
    /// The pack to build, standard or quality: its checkpoints may also lie in folders with the names of their
    /// repositories, and what is missing is named with where to get it.
    #[arg(long)]
    preset: Option<String>,
    /// The folder with the checkpoints; or, with --preset, the address of a host that is laid out like
    /// https://huggingface.co, from which they are fetched into OUT.checkpoints and removed when the pack stands.
    /// What has arrived is kept: after a break the same command goes on.
    #[arg(long, value_name = "DIR|URL")]
    from: String,
    /// Fetches without asking.
    #[arg(long)]
    yes: bool,
    /// The pack's folder, made when it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The pack's name, shown with each result.
    #[arg(long)]
    name: Option<String>,
    /// How weights are stored: f32, f16 (half the size) or int8 (a quarter).
    #[arg(long, value_name = "P")]
    precision: Option<Precision>,
}

pub async fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { preset, from, yes, out, name, precision } = arguments;
    let catalogue = Catalogue::embedded()?;
    let fetched = from.starts_with("https://") || from.starts_with("http://");
    let from = if fetched {
        let preset =
            preset.as_deref().context("--from with an address needs --preset standard or quality")?;
        if !yes {
            fetch::ask(&catalogue, preset, from)?;
        }
        let folder = fetch::folder_for(out);
        fetch::checkpoints(&catalogue, preset, from, &[], &folder).await?;
        folder
    } else {
        PathBuf::from(from)
    };
    let defaults = match preset {
        Some(preset) => catalogue.options(preset)?,
        None => BuildOptions::default(),
    };
    let checkpoints = CheckpointFolder::new(&from);
    let mut options = defaults.overridden(&checkpoints)?;
    if let Some(name) = name {
        options.name = name.clone();
    }
    if let Some(precision) = precision {
        options.precision = *precision;
    }
    let mut files = PackFolder::create(out)?;
    let mut shown = Shown::default();
    let built = assemble(&checkpoints, &mut files, &options, &mut |progress| {
        shown.show(progress);
        ControlFlow::Continue(())
    });
    shown.end();
    let what_to_do = |e: Error| {
        let remedy = match (&e, preset) {
            (Error::Missing { file }, Some(preset)) => catalogue.remedy(preset, file),
            _ => None,
        };
        match remedy {
            Some(remedy) => anyhow!("{e}. {remedy}"),
            None => e.into(),
        }
    };
    built.map_err(what_to_do).with_context(|| format!("cannot build a pack from {}", from.display()))?;
    if fetched {
        fetch::clean(&from)?;
    }
    println!("The pack is in {}", out.display());
    Ok(())
}

/// How far it is, on a terminal.
#[derive(Default)]
struct Shown(Option<u64>);

impl Shown {
    fn show(&mut self, BuildProgress { done, total }: BuildProgress) {
        let mut terminal = std::io::stderr();
        let percent = done.saturating_mul(100) / total.max(1);
        if self.0 == Some(percent) || !terminal.is_terminal() {
            return;
        }
        self.0 = Some(percent);
        // That nobody can be told how far it is, is no reason to stop.
        let _ = write!(terminal, "\r{percent:3} % of {:.0} MB", total as f64 / 1e6);
    }

    fn end(&self) {
        if self.0.is_some() {
            eprintln!();
        }
    }
}
