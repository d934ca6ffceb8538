use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use image::RgbImage;
use spotcheck_engine::{Engine, Preference};
use spotcheck_imaging::{Limits, Mask, decode};
use spotcheck_method::{CancellationToken, Dump, Inspection, Inspector, Options, Report, Settings};
use spotcheck_networks::Models;
use spotcheck_pack::Pack;

use crate::cache::TextCache;
use crate::{dump, pack, results, settings};

#[derive(clap::Args)]
pub struct Arguments {
    /// What the thing in the pictures is; goes into the prompts as typed.
    #[arg(long, value_name = "NAME")]
    object: String,
    /// A pack's folder; without it the demo pack that is part of this binary.
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
    /// auto, wonnx (GPU) or rten (CPU).
    #[arg(long, default_value = "auto")]
    engine: Preference,
    /// Numbers and lists of the method as JSON (see `spotcheck settings`); unknown keys are refused.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Writes heatmap, raw map (16-bit PNG), foreground and JSON of each picture into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Prints one JSON object a line.
    #[arg(long)]
    json: bool,
    /// Writes every stage's arrays as .npy into a folder for each picture.
    #[arg(long, value_name = "DIR")]
    dump: Option<PathBuf>,
    /// Uses this foreground (light is object, dark is not) instead of finding one.
    #[arg(long, value_name = "MASK")]
    foreground: Option<PathBuf>,
    /// Stops at IS-Net's mask: SAM is left out.
    #[arg(long)]
    no_sam: bool,
    /// Encodes all texts anew, and stores nothing of it for the next time.
    #[arg(long)]
    no_cache: bool,
    /// The pictures.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

pub async fn run(arguments: &Arguments) -> Result<()> {
    let pack = pack::open(arguments.pack.as_deref()).await?;
    let mut chosen = pack.settings().context("the pack's own settings are not usable")?;
    if let Some(path) = &arguments.settings {
        chosen = settings::read(path, chosen)?;
    }
    let foreground = arguments.foreground.as_deref().map(read_mask).transpose()?;
    for folder in [&arguments.out, &arguments.dump].into_iter().flatten() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }

    let engine = Engine::choose(arguments.engine).await.context("the engine cannot be used")?;
    eprintln!("{} · {}", pack.name(), engine.reason());
    let engine_name = engine.kind().to_string();
    let mut inspector = inspector(&pack, &engine, chosen).await?;
    let cache = match arguments.no_cache {
        true => None,
        false => TextCache::for_user(pack.fingerprint(), &engine_name),
    };
    if let Some(cache) = &cache {
        cache.restore(&mut inspector, &arguments.object);
    }
    let mut inspections = Inspections {
        arguments,
        engine_name,
        pack_name: pack.name().to_owned(),
        inspector,
        cache,
        options: Options { foreground, no_sam: arguments.no_sam },
        stems: HashSet::new(),
    };

    let mut failed = 0;
    for path in &arguments.images {
        if let Err(error) = inspections.one(path).await {
            // Said at once and counted: the other pictures go on.
            eprintln!("{}: {error:#}", path.display());
            failed += 1;
        }
    }
    if failed > 0 {
        bail!("{failed} of {} pictures could not be inspected", arguments.images.len());
    }
    Ok(())
}

async fn inspector(pack: &Pack, engine: &Engine, settings: Settings) -> Result<Inspector<Models>> {
    let models = pack.models(engine).await.context("the pack's models cannot be loaded")?;
    Ok(Inspector::new(models, settings)?)
}

/// What all pictures of a call share.
struct Inspections<'a> {
    arguments: &'a Arguments,
    engine_name: String,
    pack_name: String,
    inspector: Inspector<Models>,
    /// Where texts' vectors are to be kept; nowhere once they have been.
    cache: Option<TextCache>,
    options: Options,
    /// Names of results already given, so that `a/1.png` and `b/1.png` do not overwrite each other.
    stems: HashSet<String>,
}

impl Inspections<'_> {
    async fn one(&mut self, path: &Path) -> Result<()> {
        let start = Instant::now();
        let bytes = std::fs::read(path).context("cannot be read")?;
        let picture = decode(&bytes, &Limits::default())?.pixels;
        let stem = self.stem(path);
        let mut files =
            self.arguments.dump.as_deref().map(|dir| dump::Files::create(dir, &stem)).transpose()?;
        let inspection = self
            .inspector
            .inspect(
                &picture,
                &self.arguments.object,
                &self.options,
                &mut |_| {},
                &CancellationToken::default(),
                files.as_mut().map(|files| files as &mut dyn Dump),
            )
            .await?;
        if let Some(cache) = self.cache.take()
            && let Err(error) = cache.keep(&self.inspector, &self.arguments.object)
        {
            // The next call is slower; this one's result is as good.
            eprintln!("the texts' vectors are not stored: {error}");
        }
        if let Some(files) = files {
            files.finish()?;
        }
        self.report(path, &stem, &picture, &inspection, start.elapsed().as_secs_f64())
    }

    fn report(
        &self,
        path: &Path,
        stem: &str,
        picture: &RgbImage,
        inspection: &Inspection,
        total: f64,
    ) -> Result<()> {
        let path = path.display().to_string();
        let report = Report::new(inspection, &path, &self.engine_name, &self.pack_name, total);
        if let Some(dir) = &self.arguments.out {
            results::write(dir, stem, picture, inspection, &report)?;
        }
        if self.arguments.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            println!("{}\t{:.4}\t{}\t{total:.2}", report.path, report.score, report.verdict);
        }
        Ok(())
    }

    /// The file's name without its ending, with a number behind it when another picture has that name already.
    fn stem(&mut self, path: &Path) -> String {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let free = std::iter::once(name.clone())
            .chain((2u64..).map(|number| format!("{name}-{number}")))
            .find(|stem| !self.stems.contains(stem))
            .unwrap_or(name);
        self.stems.insert(free.clone());
        free
    }
}

/// Reads a foreground: a pixel is object when any of its channels is above half.
pub fn read_mask(path: &Path) -> Result<Mask> {
    let read = || -> Result<Mask> {
        let picture = decode(&std::fs::read(path)?, &Limits::default())?.pixels;
        let inside = picture.pixels().map(|pixel| pixel.0.iter().any(|&value| value > 127)).collect();
        Mask::from_vec(picture.width(), picture.height(), inside).context("the mask has no pixels")
    };
    read().with_context(|| format!("the foreground {} cannot be read", path.display()))
}
