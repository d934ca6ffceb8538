use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use image::RgbImage;
use spotcheck_imaging::{Limits, decode};
use spotcheck_method::{CancellationToken, Dump, Inspection, Inspector, Options, Report};
use spotcheck_networks::Models;

use crate::cache::TextCache;
use crate::setup::{self, Setup};
use crate::{dump, report, results};

#[derive(clap::Args)]
pub struct Arguments {
    /// What the thing in the pictures is; goes into the prompts as typed.
    #[arg(long, value_name = "NAME")]
    object: String,
    #[command(flatten)]
    setup: setup::Arguments,
    /// Writes heatmap, raw map (16-bit PNG), foreground and JSON of each picture into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    report: report::Arguments,
    /// Prints one JSON object a line.
    #[arg(long)]
    json: bool,
    /// Writes every stage's arrays as .npy into a folder for each picture.
    #[arg(long, value_name = "DIR")]
    dump: Option<PathBuf>,
    /// Encodes all texts anew, and stores nothing of it for the next time.
    #[arg(long)]
    no_cache: bool,
    /// The pictures.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

pub async fn run(arguments: &Arguments) -> Result<()> {
    let Setup { pack, engine, settings, options } = Setup::open(&arguments.setup).await?;
    for folder in [&arguments.out, &arguments.dump].into_iter().flatten() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }

    eprintln!("{} · {}", pack.name(), engine.reason());
    let engine_name = engine.kind().to_string();
    let models = pack.models(&engine).await.context("the pack's models cannot be loaded")?;
    let mut inspector = Inspector::new(models, settings)?;
    let cache = match arguments.no_cache {
        true => None,
        false => TextCache::for_user(pack.fingerprint(), &engine_name),
    };
    if let Some(cache) = &cache {
        cache.restore(&mut inspector, &arguments.object);
    }
    let written = &arguments.report;
    let report =
        report::Report::begin(written, &arguments.object, &engine_name, pack.name(), inspector.settings())?;
    let mut inspections = Inspections {
        arguments,
        engine_name,
        pack_name: pack.name().to_owned(),
        inspector,
        cache,
        options,
        report,
        stems: HashSet::new(),
    };

    let mut failed = 0;
    for path in &arguments.images {
        if let Err(error) = inspections.one(path).await {
            // Said at once and counted: the other pictures go on.
            eprintln!("{}: {error:#}", path.display());
            failed += 1;
            if let Some(report) = &mut inspections.report {
                report.failed(path, &error);
            }
        }
    }
    if let Some(report) = inspections.report {
        report.end()?;
    }
    if failed > 0 {
        bail!("{failed} of {} pictures could not be inspected", arguments.images.len());
    }
    Ok(())
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
    report: Option<report::Report>,
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
        let total = start.elapsed().as_secs_f64();
        if let Some(report) = &mut self.report {
            report.found(path, &picture, &inspection, total)?;
        }
        self.print(path, &stem, &picture, &inspection, total)
    }

    fn print(
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
