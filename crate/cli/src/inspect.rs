mod batches;
mod frames;
mod pictures;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use image::RgbImage;
use serde::Serialize;
use spotcheck_method::{Dump, Inspection, Report};

use crate::comparing::Comparer;
use crate::setup::{self, Setup};
use crate::warm::Warm;
use crate::{dump, picture, report, results};
pub use batches::Beside;
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
    #[command(flatten)]
    batches: batches::Arguments,
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
    let mut pictures = match arguments.frames {
        true => Vec::new(),
        false => pictures::of(arguments)?,
    };
    if arguments.batches.any() {
        arguments.batches.in_batches(&mut pictures)?;
    }
    let setup = Setup::open(&arguments.setup).await?;
    for folder in [&arguments.out, &arguments.dump].into_iter().flatten() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }

    eprintln!("{} · {}", setup.pack.name(), setup.engine.reason());
    let cached = !arguments.no_cache;
    if arguments.frames {
        let warm = Warm::load(setup, cached).await?;
        return frames::serve(warm, arguments.object.as_deref(), std::io::stdin().lock()).await;
    }
    let inspector = match arguments.batches.any() {
        true => Inspector::Beside(Box::new(Comparer::load(setup, cached).await?)),
        false => Inspector::Alone(Box::new(Warm::load(setup, cached).await?)),
    };
    let objects = pictures::objects(&pictures);
    let warm = inspector.warm();
    let report =
        report::Report::begin(&arguments.report, &objects, warm.engine(), warm.pack(), warm.settings())?;
    let mut inspections = Inspections { arguments, inspector, report, stems: HashSet::new() };

    let (mut failed, mut begun) = (0, None);
    for (number, picture) in (0..).zip(&pictures) {
        if let Inspector::Beside(comparer) = &mut inspections.inspector
            && begun != Some(&picture.object)
        {
            begun = Some(&picture.object);
            if let Err(error) = arguments.batches.begin(comparer, &pictures, &picture.object).await {
                eprintln!("{}: {error:#}", picture.object);
            }
        }
        if let Err(error) = inspections.one(number, picture).await {
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

/// What inspects.
enum Inspector {
    /// Each picture by itself.
    Alone(Box<Warm>),
    /// Each beside others.
    Beside(Box<Comparer>),
}

impl Inspector {
    fn warm(&self) -> &Warm {
        match self {
            Self::Alone(warm) => warm,
            Self::Beside(comparer) => comparer.warm(),
        }
    }
}

/// What is found in a picture.
struct Found {
    /// With the joined map and score, where others took part.
    inspection: Inspection,
    beside: Option<Beside>,
    /// Seconds that were spent on the picture before its turn came.
    before: f64,
}

/// What is told of a picture.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    report: Report<'a>,
    #[serde(flatten)]
    beside: Option<Beside>,
}

/// What all pictures of a call share.
struct Inspections<'a> {
    arguments: &'a Arguments,
    inspector: Inspector,
    report: Option<report::Report>,
    /// Names of results already given, so that `a/1.png` and `b/1.png` do not overwrite each other.
    stems: HashSet<String>,
}

impl Inspections<'_> {
    async fn one(&mut self, number: u64, Picture { path, object }: &Picture) -> Result<()> {
        let start = Instant::now();
        let picture = picture::read(path)?;
        let stem = self.stem(path);
        let mut files =
            self.arguments.dump.as_deref().map(|dir| dump::Files::create(dir, &stem)).transpose()?;
        let dump = files.as_mut().map(|files| files as &mut dyn Dump);
        let found = match &mut self.inspector {
            Inspector::Alone(warm) => {
                Found { inspection: warm.inspect(&picture, object, dump).await?, beside: None, before: 0.0 }
            }
            Inspector::Beside(comparer) => batches::inspect(comparer, number, &picture, object).await?,
        };
        if let Some(files) = files {
            files.finish()?;
        }
        let total = found.before + start.elapsed().as_secs_f64();
        if let Some(report) = &mut self.report {
            report.found(path, &picture, &found.inspection, found.beside, total)?;
        }
        self.print(path, &stem, &picture, &found, total)
    }

    fn print(&self, path: &Path, stem: &str, picture: &RgbImage, found: &Found, total: f64) -> Result<()> {
        let path = path.display().to_string();
        let report = self.inspector.warm().report(&found.inspection, &path, total);
        let line = format!("{path}\t{:.4}\t{}\t{total:.2}", report.score, report.verdict);
        let told = Told { report, beside: found.beside };
        if let Some(dir) = &self.arguments.out {
            results::write(dir, stem, picture, &found.inspection, &told)?;
        }
        if self.arguments.json {
            println!("{}", serde_json::to_string(&told)?);
        } else {
            println!("{line}");
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
