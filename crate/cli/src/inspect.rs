mod frames;
mod pictures;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use image::RgbImage;
use spotcheck_imaging::{Limits, decode};
use spotcheck_method::{Dump, Inspection};

use crate::setup::{self, Setup};
use crate::warm::Warm;
use crate::{dump, report, results};
use pictures::Picture;

#[derive(clap::Args)]
pub struct Arguments {
    /// What the thing in the pictures is; goes into the prompts as typed. Not needed where a manifest's or a frame's `object` says it.
    #[arg(long, value_name = "NAME", required_unless_present_any = ["manifest", "frames"])]
    object: Option<String>,
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
    /// Inspects the pictures that a file lists, too; - is the standard input. A path a line, or CSV with the columns
    /// path[,object]. Relative paths count from the file's folder, those of the standard input from the working directory.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Takes pictures from the standard input until it ends, for another program to drive. A picture is a line of JSON,
    /// {"id": 7, "bytes": 48213, "object": "gear", "path": "7.png"}, and right behind it as many bytes, those of its file. `id`
    /// is a number or a text; `object` and `path` are not needed. The answer is a line: the `id` with what --json prints, or with
    /// an `error`. A picture that cannot be read does not end it; a line that is no such JSON does.
    #[arg(long, conflicts_with_all = ["images", "manifest", "out", "dump", "report"])]
    frames: bool,
    /// The pictures.
    #[arg(required_unless_present_any = ["manifest", "frames"], value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

pub async fn run(arguments: &Arguments) -> Result<()> {
    let pictures = match arguments.frames {
        true => Vec::new(),
        false => pictures::of(arguments)?,
    };
    let setup = Setup::open(&arguments.setup).await?;
    for folder in [&arguments.out, &arguments.dump].into_iter().flatten() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }

    eprintln!("{} · {}", setup.pack.name(), setup.engine.reason());
    let warm = Warm::load(setup, !arguments.no_cache).await?;
    if arguments.frames {
        return frames::serve(warm, arguments.object.as_deref(), std::io::stdin().lock()).await;
    }
    let objects = pictures::objects(&pictures);
    let report =
        report::Report::begin(&arguments.report, &objects, warm.engine(), warm.pack(), warm.settings())?;
    let mut inspections = Inspections { arguments, warm, report, stems: HashSet::new() };

    let mut failed = 0;
    for picture in &pictures {
        if let Err(error) = inspections.one(picture).await {
            // Said at once and counted: the other pictures go on.
            eprintln!("{}: {error:#}", picture.path.display());
            failed += 1;
            if let Some(report) = &mut inspections.report {
                report.failed(&picture.path, &error);
            }
        }
    }
    if let Some(report) = inspections.report {
        report.end()?;
    }
    if failed > 0 {
        bail!("{failed} of {} pictures could not be inspected", pictures.len());
    }
    Ok(())
}

/// What all pictures of a call share.
struct Inspections<'a> {
    arguments: &'a Arguments,
    warm: Warm,
    report: Option<report::Report>,
    /// Names of results already given, so that `a/1.png` and `b/1.png` do not overwrite each other.
    stems: HashSet<String>,
}

impl Inspections<'_> {
    async fn one(&mut self, Picture { path, object }: &Picture) -> Result<()> {
        let start = Instant::now();
        let bytes = std::fs::read(path).context("cannot be read")?;
        let picture = decode(&bytes, &Limits::default())?.pixels;
        let stem = self.stem(path);
        let mut files =
            self.arguments.dump.as_deref().map(|dir| dump::Files::create(dir, &stem)).transpose()?;
        let dump = files.as_mut().map(|files| files as &mut dyn Dump);
        let inspection = self.warm.inspect(&picture, object, dump).await?;
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
        let report = self.warm.report(inspection, &path, total);
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
