mod comparing;
mod detector;
mod progress;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use spotcheck_datasets::{Label, Layout, mask_from_rgb};
use spotcheck_evaluation::{
    Choice, Evaluation, Folder, PackInfo, Pixels, Plan, Record, Run, Shard, Task, tables, write_results,
};
use spotcheck_imaging::Mask;
use spotcheck_metrics::{Picture, PixelHistogram};

use crate::picture;
use crate::setup::{self, Setup};
use comparing::Ways;
use detector::{Class, Detection, Detector, Method};
use progress::Progress;
use source::{Kind, Source};

#[derive(clap::Args)]
pub struct Arguments {
    /// How the data set is laid out.
    #[arg(long, value_enum, required_unless_present = "merge")]
    dataset: Option<Kind>,
    /// The data set's folder, or the manifest's file.
    #[arg(value_name = "PATH", required_unless_present = "merge")]
    path: Option<PathBuf>,
    /// What is evaluated.
    #[arg(long, value_enum, default_value_t = Method::Vvv)]
    method: Method,
    /// Compares the pictures of each class with each other, without their labels, and joins that to vvv's maps and scores.
    #[arg(long)]
    consensus: bool,
    /// Compares pictures with N whole ones of their class, 1 to 10, and joins that to vvv's maps and scores. These are the first of
    /// those for training, where the data set has some, or else the first of all, which are then not scored.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=10))]
    references: Option<u8>,
    #[command(flatten)]
    models: setup::ModelArguments,
    /// Only these classes, as the data set spells them, parted by commas.
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    classes: Vec<String>,
    /// What a class is called in the prompts; by default as the data set spells it, which is what the paper does.
    #[arg(long, value_name = "CLASS=NAME", value_parser = named)]
    name: Vec<(String, String)>,
    /// At most so many pictures of each class, defective and whole ones in turn.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Part I of N of the pictures, as 2/5: each part goes into a folder of its own, --merge joins them.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Goes on where the results in --out end.
    #[arg(long)]
    resume: bool,
    /// Encodes all texts anew, and stores nothing of it for the next time.
    #[arg(long)]
    no_cache: bool,
    /// Writes each picture's map as 32-bit .npy into this folder, named as the picture is numbered in results.csv: 4 bytes a pixel.
    #[arg(long, value_name = "DIR")]
    maps: Option<PathBuf>,
    /// Joins the results in these folders in --out, and computes the metrics of all; nothing is inspected.
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with_all = [
        "dataset", "path", "method", "consensus", "references", "pack", "engine", "settings", "no_sam", "classes", "name", "limit", "shard", "resume",
        "no_cache", "maps",
    ])]
    merge: Vec<PathBuf>,
    /// The folder of the results: results.csv and .parquet, metrics.csv, .json and .md, report.html, curves.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

fn named(text: &str) -> Result<(String, String), String> {
    let (class, name) = text.split_once('=').ok_or("it must be CLASS=NAME")?;
    Ok((class.to_owned(), name.to_owned()))
}

pub async fn run(arguments: &Arguments) -> Result<()> {
    if !arguments.merge.is_empty() {
        let folders = arguments.merge.iter().map(|dir| Folder::read(dir)).collect::<Result<Vec<_>, _>>()?;
        return report(&Folder::merge(&folders, &arguments.out)?);
    }
    let (Some(kind), Some(path)) = (arguments.dataset, &arguments.path) else {
        bail!("--dataset and the data set's path are missing");
    };
    let ways =
        Ways { consensus: arguments.consensus, references: arguments.references.map_or(0, usize::from) };
    ensure!(
        !ways.any() || arguments.method == Method::Vvv,
        "--consensus and --references go with --method vvv alone: other methods have no tiles to compare"
    );
    let Source { dataset, dir, name } = Source::read(path, kind)?;
    let choice = Choice {
        classes: arguments.classes.clone(),
        limit: arguments.limit,
        names: BTreeMap::from_iter(arguments.name.iter().cloned()),
        only_class: name.clone(),
        good: ways.references,
    };
    let plan =
        Plan::new(&dataset, &choice).with_context(|| format!("{} cannot be evaluated", path.display()))?;
    let size_of = |path: &str| {
        let path = dir.join(path);
        std::fs::metadata(&path)
            .map(|file| file.len())
            .with_context(|| format!("{} cannot be read", path.display()))
    };
    let info = plan.info(&name, size_of)?;

    let setup = Setup::open_models(&arguments.models).await?;
    let pack =
        PackInfo { name: setup.pack.name().to_owned(), fingerprint: setup.pack.fingerprint().to_owned() };
    let (method, engine) = (arguments.method, setup.engine.kind().to_string());
    let mut settings = method.settings(&setup)?;
    ways.describe(&mut settings)?;
    let name = method.name().to_owned() + &ways.name();
    let run = Run::new(&name, pack, &engine, settings, info, arguments.shard);
    let mut folder = match arguments.resume {
        true => Folder::resume(&arguments.out, run),
        false => Folder::begin(&arguments.out, run),
    }?;
    let tasks: Vec<&Task> = plan.shard(arguments.shard).filter(|task| !folder.holds(task.index)).collect();
    eprintln!("{} · {}", setup.pack.name(), setup.engine.reason());
    let mut failed = 0;
    if !tasks.is_empty() {
        if let Some(maps) = &arguments.maps {
            std::fs::create_dir_all(maps).with_context(|| format!("cannot make {}", maps.display()))?;
        }
        let mut detector = method.load(setup, ways, !arguments.no_cache).await?;
        let read = |path: &Path| picture::read(&dir.join(path));
        let mut begun = None;
        let mut lost = BTreeSet::new();
        let mut progress = Progress::new(tasks.len());
        for task in &tasks {
            let class = task.class.as_str();
            if begun != Some(class) {
                begun = Some(class);
                let whole = Class {
                    name: class,
                    tasks: plan.class(class).collect(),
                    good: plan.good(class),
                    read: &read,
                };
                if let Err(error) = detector.begin(&whole).await {
                    progress.clear();
                    eprintln!("{class}: {error:#}");
                    lost.insert(class);
                }
            }
            if lost.contains(class) {
                failed += 1;
                progress.done(class);
                continue;
            }
            match one(detector.as_mut(), &dir, dataset.layout, task).await {
                Ok((record, pixels, detection)) => {
                    if let Some(maps) = &arguments.maps {
                        write_map(maps, task, &detection)?;
                    }
                    folder.add(record, pixels.as_ref())?;
                }
                Err(error) => {
                    // Said at once and counted: the other pictures go on.
                    progress.clear();
                    eprintln!("{}: {error:#}", task.path);
                    failed += 1;
                }
            }
            progress.done(&task.class);
        }
        progress.end();
    }
    report(&folder)?;
    if failed > 0 {
        bail!("{failed} of {} pictures could not be scored: --resume tries them again", tasks.len());
    }
    Ok(())
}

/// Scores a picture and counts its pixels.
async fn one(
    detector: &mut dyn Detector,
    dir: &Path,
    layout: Layout,
    task: &Task,
) -> Result<(Record, Option<PixelHistogram>, Detection)> {
    let start = Instant::now();
    let picture = picture::read(&dir.join(&task.path))?;
    let (width, height) = picture.dimensions();
    let detection = detector.detect(task, &picture).await?;
    ensure!(detection.score.is_finite(), "the score is {}", detection.score);
    ensure!(
        (detection.map.width(), detection.map.height()) == (width, height),
        "the map is {} × {}, and not of the picture's size",
        detection.map.width(),
        detection.map.height()
    );
    let seconds = start.elapsed().as_secs_f64() + detection.before;
    let mask = match (&task.mask, task.label) {
        (Some(mask), _) => {
            let pixels = picture::read(&dir.join(mask)).with_context(|| format!("its mask {mask}"))?;
            Some(mask_from_rgb(&pixels, layout.mask_values()))
        }
        (None, Label::Whole) => Some(Mask::filled(width, height, false)),
        (None, _) => None,
    };
    let mut counts = None;
    let pixels = match mask {
        None => Pixels::NoMask,
        Some(mask) if (mask.width(), mask.height()) != (width, height) => {
            Pixels::MaskSize { width: mask.width(), height: mask.height() }
        }
        Some(mask) => {
            let mut histogram = PixelHistogram::default();
            histogram.add(Picture::new(&detection.map, &mask))?;
            counts = Some(histogram);
            Pixels::Counted
        }
    };
    Ok((Record::new(task, (width, height), detection.score, pixels, seconds), counts, detection))
}

/// Computes and writes the metrics of a folder, and prints the tables.
fn report(folder: &Folder) -> Result<()> {
    let evaluation = Evaluation::of(folder)?;
    let tables = tables(&evaluation);
    write_results(folder, &evaluation, &tables)?;
    let run = folder.run();
    println!("{} on {}, pack {}, engine {}\n", run.method, run.dataset, run.pack, run.engine);
    for table in &tables {
        println!("{}", table.text());
    }
    if let Some(first) = tables.first().filter(|_| evaluation.is_visa()) {
        println!("{}", first.caption);
    }
    for note in &evaluation.notes {
        println!("{note}");
    }
    eprintln!("report.html and the other files are in {}", folder.path().display());
    Ok(())
}

fn write_map(dir: &Path, task: &Task, detection: &Detection) -> Result<()> {
    let map = &detection.map;
    let shape = [map.height() as usize, map.width() as usize];
    crate::dump::write(&dir.join(format!("{:06}.npy", task.index)), &shape, map.data())
}
