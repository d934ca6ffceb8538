use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use spotcheck_engine::{Engine, Preference};
use spotcheck_imaging::Mask;
use spotcheck_method::{Options, Settings};
use spotcheck_pack::Pack;

use crate::{pack, picture, settings};

/// The pack, what runs it, and how.
#[derive(clap::Args)]
#[group(skip)]
pub struct ModelArguments {
    /// A pack's folder; without it the demo pack that is part of this binary.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
    /// auto, wonnx (GPU) or rten (CPU).
    #[arg(long, default_value = "auto")]
    engine: Preference,
    /// Numbers and lists of the method as JSON (see `spotcheck settings`); unknown keys are refused.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Stops at IS-Net's mask: SAM is left out.
    #[arg(long)]
    no_sam: bool,
}

/// With what pictures are inspected.
#[derive(clap::Args)]
// A group would have the same name as that of the command that these are part of.
#[group(skip)]
pub struct Arguments {
    #[command(flatten)]
    models: ModelArguments,
    /// Uses this foreground (light is object, dark is not) instead of finding one.
    #[arg(long, value_name = "MASK")]
    foreground: Option<PathBuf>,
    /// Looks at this part of the pictures only (light is looked at, dark is not).
    #[arg(long, value_name = "MASK")]
    region: Option<PathBuf>,
}

/// All that [`Arguments`] name, read.
pub struct Setup {
    pub pack: Pack,
    pub engine: Engine,
    pub settings: Settings,
    pub options: Options,
}

impl Setup {
    /// Reads the files first: what is wrong with them is told before a GPU is looked for.
    pub async fn open(arguments: &Arguments) -> Result<Self> {
        let mask =
            |what, path: &Option<PathBuf>| path.as_deref().map(|path| read_mask(what, path)).transpose();
        let foreground = mask("foreground", &arguments.foreground)?;
        let region = mask("region", &arguments.region)?;
        let mut setup = Self::open_models(&arguments.models).await?;
        (setup.options.foreground, setup.options.region) = (foreground, region);
        Ok(setup)
    }

    /// The same without masks.
    pub async fn open_models(arguments: &ModelArguments) -> Result<Self> {
        let pack = pack::open(arguments.pack.as_deref()).await?;
        let mut settings = pack.settings().context("the pack's own settings are not usable")?;
        if let Some(path) = &arguments.settings {
            settings = settings::read(path, settings)?;
        }
        let options = Options { no_sam: arguments.no_sam, ..Options::default() };
        let engine = Engine::choose(arguments.engine).await.context("the engine cannot be used")?;
        Ok(Self { pack, engine, settings, options })
    }
}

/// Reads a foreground or a region: a pixel is inside when any of its channels is above half.
fn read_mask(what: &str, path: &Path) -> Result<Mask> {
    let read = || -> Result<Mask> {
        let picture = picture::read(path)?;
        let inside = picture.pixels().map(|pixel| pixel.0.iter().any(|&value| value > 127)).collect();
        Mask::from_vec(picture.width(), picture.height(), inside).context("the mask has no pixels")
    };
    read().with_context(|| format!("the {what} {} cannot be read", path.display()))
}
