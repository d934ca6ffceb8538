//! Measures what a batch and a few good pictures add to the zero-shot method, on kinds of part that the demo pack's training never
//! saw.
//!
//! ```text
//! cargo run --release -p spotcheck --example batch_eval -- [--pack DIR] [--count N] [--good N] [--seed N] [--varied]
//! ```
//!
//! For each kind a batch of pictures of 512×512 by `crate/parts`, every second one defective, and some good ones beside it. All are of
//! one series (one product at one place), as an inspector's are; with `--varied` each shows another product of the kind in another
//! light. Every way gets the same pictures, and each picture is inspected once. Metrics as in `demo_eval`, kind by kind, then
//! averaged; "pooled" takes all kinds' samples as one list.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use spotcheck_consensus::{
    Calibration, Compared, Consensus, LEAST_SCORES, Memory, Picture, Settings, combine, patch_calibration,
    rescore,
};
use spotcheck_engine::{Engine, Preference};
use spotcheck_imaging::{Map, Mask};
use spotcheck_method::{CancellationToken, Inspector, Options};
use spotcheck_metrics::{self as metrics, Ranking, aupro, pixel_ranking};
use spotcheck_networks::Models;
use spotcheck_pack::{Folder, Pack};
use spotcheck_parts::{DefectChoice, Request, Split, UNSEEN_KINDS, generate};

#[derive(Parser)]
struct Arguments {
    /// The pack's folder.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/demo/pack"))]
    pack: PathBuf,
    /// Pictures of each kind.
    #[arg(long, default_value_t = 24)]
    count: usize,
    /// Good pictures of each kind.
    #[arg(long, default_value_t = 4)]
    good: usize,
    #[arg(long, default_value_t = 8001)]
    seed: u64,
    /// The pictures' side, in pixels.
    #[arg(long, default_value_t = 512)]
    size: u32,
    /// Draws another product for each picture.
    #[arg(long)]
    varied: bool,
    /// Pictures of a batch that the others are compared with; all, unless given.
    #[arg(long)]
    references: Option<usize>,
}

/// False-positive rate up to which AUPRO is taken.
const LIMIT: f64 = 0.3;

/// How samples and places are scored.
const WAYS: [&str; 6] = [
    "zero-shot",
    "consensus",
    "zero-shot and consensus",
    "good pictures",
    "zero-shot and good pictures",
    "zero-shot, consensus and good pictures",
];

const METRICS: [&str; 4] = ["sample AUROC", "sample F1-max", "pixel F1-max", "AUPRO"];

/// A kind's batch, each way's scores and metrics.
struct Kind {
    index: usize,
    labels: Vec<bool>,
    /// For each of [`WAYS`].
    scores: Vec<Vec<f32>>,
    metrics: Vec<[f64; METRICS.len()]>,
    /// The samples' AUROC when like pictures share their scores: of the consensus, and of it with the zero-shot method.
    shared: [f64; 2],
    times: Times,
}

/// Seconds, and what they were spent on.
#[derive(Clone, Copy, Default)]
struct Times {
    pictures: usize,
    inspecting: f64,
    comparing: f64,
    remembering: f64,
}

/// What is kept of a picture.
struct Seen {
    score: f32,
    map: Map,
    truth: Mask,
    defective: bool,
    picture: Picture,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    ensure!(arguments.count >= LEAST_SCORES, "a batch of less than {LEAST_SCORES} pictures has no scale");
    ensure!(arguments.good > 0, "at least one good picture is needed");
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).min(UNSEEN_KINDS.len());
    std::thread::scope(|scope| {
        let work = || -> Result<()> {
            let mut inspector = pollster::block_on(open(&arguments.pack))?;
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= UNSEEN_KINDS.len() {
                    return Ok(());
                }
                let measured = measure(&mut inspector, index, &arguments)?;
                done.lock().map_err(|_| anyhow::anyhow!("a thread has panicked"))?.push(measured);
            }
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread has panicked"))?)
    })?;
    let mut kinds = done.into_inner()?;
    kinds.sort_by_key(|kind| kind.index);
    print!("{}", tables(&arguments, &kinds)?);
    Ok(())
}

async fn open(folder: &PathBuf) -> Result<Inspector<Models>> {
    // The same on every machine: the CPU.
    let engine = Engine::choose(Preference::Rten).await?;
    let pack = Pack::open(Folder::new(folder)).await?;
    Ok(Inspector::new(pack.models(&engine).await?, pack.settings()?)?)
}

/// Draws the pictures of a kind and inspects them: those of the batch, then the good ones.
fn inspect(inspector: &mut Inspector<Models>, kind: usize, arguments: &Arguments) -> Result<Vec<Seen>> {
    let options = Options { tile_features: true, ..Options::default() };
    let one = |index: usize| {
        let of_batch = index < arguments.count;
        let request = Request {
            kind: UNSEEN_KINDS.get(kind).copied(),
            split: Split::Unseen,
            defect: if of_batch && index % 2 == 1 { DefectChoice::Any } else { DefectChoice::Whole },
            max_instances: 40,
            series: (!arguments.varied).then_some(arguments.seed + kind as u64),
            ..Request::new(arguments.seed * 1_000_000 + (kind * 10_000 + index) as u64, arguments.size)
        };
        let drawn = generate(&request)?;
        let (mut quiet, never) = (|_| {}, CancellationToken::default());
        let inspecting = inspector.inspect(&drawn.rgb, &drawn.label.name, &options, &mut quiet, &never, None);
        let mut found = pollster::block_on(inspecting)?;
        let truth = drawn.defect.pixels().map(|pixel| pixel.0[0] > 0).collect();
        Ok(Seen {
            score: found.score,
            truth: Mask::from_vec(arguments.size, arguments.size, truth)
                .context("a picture without pixels")?,
            defective: drawn.label.defect.is_some(),
            picture: Picture::take(&mut found)?,
            map: found.map,
        })
    };
    (0..arguments.count + arguments.good).map(one).collect()
}

fn measure(inspector: &mut Inspector<Models>, index: usize, arguments: &Arguments) -> Result<Kind> {
    let start = Instant::now();
    let mut batch = inspect(inspector, index, arguments)?;
    let good = batch.split_off(arguments.count);
    let mut times =
        Times { pictures: batch.len(), inspecting: start.elapsed().as_secs_f64(), ..Times::default() };
    times.inspecting *= batch.len() as f64 / (batch.len() + good.len()) as f64;
    let settings = Settings { references: arguments.references, ..Settings::default() };

    let start = Instant::now();
    let mut consensus = Consensus::new(settings.clone())?;
    for (number, seen) in (0..).zip(&batch) {
        consensus.insert(number, seen.picture.clone())?;
    }
    let compared: Option<Vec<_>> = (0..).take(batch.len()).map(|number| consensus.compare(number)).collect();
    let compared = compared.context("a batch of one")?;
    times.comparing = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let memory = Memory::new(&good.iter().map(|seen| &seen.picture).collect::<Vec<_>>(), &settings)?;
    let remembered = batch.iter().map(|seen| memory.compare(&seen.picture)).collect::<Result<Vec<_>, _>>()?;
    times.remembering = start.elapsed().as_secs_f64();

    let labels: Vec<bool> = batch.iter().map(|seen| seen.defective).collect();
    let zero_shot = Found::new(batch.iter().map(|seen| (seen.score, seen.map.clone())));
    let others = Found::new(compared.iter().map(|one| (one.score, one.map.clone())));
    let known = Found::new(remembered.iter().map(|one| (one.score, one.map.clone())));
    let scale = |compared: &[Compared]| patch_calibration(compared).context("a batch of few patches");
    let scales = [scale(&compared)?, scale(&remembered)?];
    let with = |consensus: bool, good: bool| {
        let of_picture = |((seen, compared), remembered): ((&Seen, _), _)| {
            let both = [(consensus, compared), (good, remembered)].into_iter().zip(scales);
            let others: Vec<_> =
                both.filter(|((wanted, _), _)| *wanted).map(|((_, one), scale)| (one, scale)).collect();
            combine(&seen.map, &others).map(|found| (found.score, found.map))
        };
        let found: Option<Vec<_>> = batch.iter().zip(&compared).zip(&remembered).map(of_picture).collect();
        Ok::<_, anyhow::Error>(Found::new(found.context("maps of several sizes")?.into_iter()))
    };
    let (with_others, with_known, all) = (with(true, false)?, with(false, true)?, with(true, true)?);

    let embeddings: Vec<Vec<f32>> = batch.iter().map(|seen| seen.picture.embedding()).collect();
    let shared = |found: &Found| -> Result<f64> {
        Ok(Ranking::new(&rescore(&found.scores, &embeddings, &settings.neighbours), &labels)?.auroc()?)
    };
    let shared = [shared(&others)?, shared(&with_others)?];
    let truths: Vec<&Mask> = batch.iter().map(|seen| &seen.truth).collect();
    let found = [zero_shot, others, with_others, known, with_known, all];
    Ok(Kind {
        index,
        shared,
        metrics: found.iter().map(|found| found.metrics(&labels, &truths)).collect::<Result<_>>()?,
        scores: found.into_iter().map(|found| found.scores).collect(),
        labels,
        times,
    })
}

/// What a way says about each picture of a batch.
struct Found {
    scores: Vec<f32>,
    maps: Vec<Map>,
}

impl Found {
    fn new(found: impl Iterator<Item = (f32, Map)>) -> Self {
        let (scores, maps) = found.unzip();
        Self { scores, maps }
    }

    fn metrics(&self, labels: &[bool], truths: &[&Mask]) -> Result<[f64; METRICS.len()]> {
        let samples = Ranking::new(&self.scores, labels)?;
        let pictures: Vec<metrics::Picture<'_>> = self
            .maps
            .iter()
            .zip(truths.iter().copied())
            .map(|(map, truth)| metrics::Picture::new(map, truth))
            .collect();
        let pixels = pixel_ranking(&pictures)?;
        Ok([samples.auroc()?, samples.best_f1()?.f1, pixels.best_f1()?.f1, aupro(&pictures, LIMIT)?])
    }
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values.into_iter().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / f64::max(count, 1.0)
}

fn row(first: &str, values: impl IntoIterator<Item = f64>) -> String {
    let cells: String = values.into_iter().map(|value| format!(" {value:.3} |")).collect();
    format!("| {first} |{cells}\n")
}

fn head(first: &str, names: &[&str]) -> String {
    format!("| {first} | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()))
}

fn tables(arguments: &Arguments, kinds: &[Kind]) -> Result<String> {
    let Arguments { count, good, seed, size, .. } = arguments;
    let series = if arguments.varied { "each of another product" } else { "of one series each" };
    let mut text = format!(
        "{count} pictures of {size}×{size} of each kind, {series}, half of them defective, and {good} good ones; seed {seed}.\n\n"
    );
    text += &head("means of the kinds", &[&METRICS[..], &["pooled AUROC", "pooled, calibrated"]].concat());
    for (way, name) in WAYS.iter().enumerate() {
        let metric =
            |metric: usize| mean(kinds.iter().filter_map(|kind| kind.metrics.get(way)?.get(metric).copied()));
        let ends = [pooled(kinds, way, false)?, pooled(kinds, way, true)?];
        text += &row(name, (0..METRICS.len()).map(metric).chain(ends));
    }
    let names: Vec<&str> = UNSEEN_KINDS.iter().map(|kind| kind.name()).collect();
    for (number, metric) in METRICS.iter().enumerate().filter(|(number, _)| number % 2 == 0) {
        text += &format!("\n{}", head(metric, &names));
        for (way, name) in WAYS.iter().enumerate() {
            text += &row(name, kinds.iter().filter_map(|kind| kind.metrics.get(way)?.get(number).copied()));
        }
    }
    let [shared, with_zero_shot] =
        [0, 1].map(|way: usize| mean(kinds.iter().filter_map(|kind| kind.shared.get(way).copied())));
    let sum = |of: fn(&Times) -> f64| kinds.iter().map(|kind| of(&kind.times)).sum::<f64>();
    let pictures = sum(|times| times.pictures as f64);
    text += &format!(
        "\nWith scores shared among like pictures, the sample AUROC of the consensus is {shared:.3}, with the zero-shot \
         method {with_zero_shot:.3}. A picture takes {:.3} s to inspect, {:.3} s to \
         compare with the batch, {:.3} s with the good ones.\n",
        sum(|times| times.inspecting) / pictures,
        sum(|times| times.comparing) / pictures,
        sum(|times| times.remembering) / pictures,
    );
    Ok(text)
}

/// The AUROC of all kinds' samples together, their scores as they are or calibrated by kind.
fn pooled(kinds: &[Kind], way: usize, calibrated: bool) -> Result<f64> {
    let (mut scores, mut labels) = (Vec::new(), Vec::new());
    for kind in kinds {
        let own = kind.scores.get(way).context("a way without scores")?;
        let scale = calibrated.then(|| Calibration::fit(own)).flatten();
        scores.extend(own.iter().map(|&score| scale.map_or(score, |scale| scale.z(score) as f32)));
        labels.extend(&kind.labels);
    }
    Ok(Ranking::new(&scores, &labels)?.auroc()?)
}
