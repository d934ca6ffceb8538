//! Measures a pack on kinds of part that the demo pack's training never saw, whole and with each stage taken out in turn, and
//! writes the tables into the pack's card. `cargo xtask demo-eval` runs it.
//!
//! ```text
//! cargo run -p spotcheck --example demo_eval -- [--pack DIR] [--card FILE] [--count N] [--seed N]
//! ```
//!
//! The pictures are `crate/parts`' of the split "unseen", 512×512, every second one defective, each kind as often as any
//! other. Metrics are taken kind by kind, then averaged (WinCLIP, section 4): F1-max and AUROC of the samples' scores, and
//! F1-max, AUROC and AUPRO (false-positive rate up to 0.3) of all pixels.

#[path = "shared/kinds.rs"]
mod kinds;
#[path = "shared/page.rs"]
mod page;
#[path = "shared/table.rs"]
mod table;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use spotcheck_engine::{Engine, Preference};
use spotcheck_imaging::{Map, Mask};
use spotcheck_method::{CancellationToken, ForegroundSource, Inspection, Inspector, Options, Settings};
use spotcheck_metrics::{self as metrics, Ranking, aupro, pixel_ranking};
use spotcheck_networks::Models;
use spotcheck_pack::{Folder, Pack};
use spotcheck_parts::{Defect, DefectChoice, Picture, Request, Split, UNSEEN_KINDS, generate};
use table::{head, mean, row};

#[derive(Parser)]
struct Arguments {
    /// The pack's folder.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/demo/pack"))]
    pack: PathBuf,
    /// Writes the tables between the marks of this file.
    #[arg(long)]
    card: Option<PathBuf>,
    /// Writes a line a picture to this CSV file: what it shows and how the whole method scores it.
    #[arg(long)]
    details: Option<PathBuf>,
    /// Pictures; a multiple of 12 gives each kind as many whole as defective ones.
    #[arg(long, default_value_t = 300)]
    count: usize,
    #[arg(long, default_value_t = 7001)]
    seed: u64,
    /// The pictures' side, in pixels.
    #[arg(long, default_value_t = 512)]
    size: u32,
}

/// Where the tables go.
const MARKS: [&str; 2] = ["<!-- scores: begin -->", "<!-- scores: end -->"];

/// False-positive rate up to which AUPRO is taken.
const LIMIT: f64 = 0.3;

/// What is done to the method.
#[derive(Clone, Copy, PartialEq)]
enum Variant {
    Whole,
    TrueForeground,
    NoForeground,
    NoTiles,
    NoTileScore,
    OnePrompt,
}

const VARIANTS: [(Variant, &str); 6] = [
    (Variant::Whole, "the whole method"),
    (Variant::NoForeground, "no foreground: the picture is the object"),
    (Variant::NoTiles, "no tiles: one over the whole picture, cut to the foreground"),
    (Variant::NoTileScore, "no tile score: the map alone, its maximum for the sample"),
    (Variant::OnePrompt, "one localising prompt, “a defect”, instead of 19"),
    (Variant::TrueForeground, "the true foreground instead of IS-Net's and SAM's"),
];

/// One picture's outcome.
struct Outcome {
    seed: u64,
    defect: Option<String>,
    /// Parts, the longer side of the largest one's box, and the defect's area, in pixels.
    parts: usize,
    side: u32,
    area: usize,
    truth: Mask,
    /// For each of [`VARIANTS`].
    found: Vec<(f32, Map)>,
    iou: f64,
    counted: bool,
    source: ForegroundSource,
}

impl Outcome {
    fn score(&self) -> f32 {
        self.found.first().map_or(0.0, |(score, _)| *score)
    }

    /// The map's highest value without the tiles' scores.
    fn highest(&self) -> f32 {
        let even = VARIANTS.iter().position(|(variant, _)| *variant == Variant::NoTileScore);
        even.and_then(|even| self.found.get(even)).map_or(0.0, |(score, _)| *score)
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let kinds = UNSEEN_KINDS.len();
    ensure!(arguments.count >= 2 * kinds, "each of the {kinds} kinds needs a whole and a defective picture");
    let open = || pollster::block_on(Bench::open(&arguments.pack));
    let kinds = kinds::each(kinds, open, |bench, kind| Kind::measure(kind, &bench.kind(kind, &arguments)?))?;
    let tables = tables(&arguments, &kinds)?;
    println!("{tables}");
    if let Some(file) = &arguments.details {
        let rows: String = kinds.iter().map(|kind| kind.details.as_str()).collect();
        std::fs::write(file, format!("{DETAILS}{rows}"))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if let Some(card) = &arguments.card {
        page::fill(card, MARKS, &tables)?;
    }
    Ok(())
}

/// The networks, with the prompts of the whole method and with one.
struct Bench {
    whole: Inspector<Models>,
    one_prompt: Inspector<Models>,
    no_tile_score: Inspector<Models>,
}

impl Bench {
    async fn open(folder: &PathBuf) -> Result<Self> {
        // The same on every machine: the CPU.
        let engine = Engine::choose(Preference::Rten).await?;
        let pack = Pack::open(Folder::new(folder)).await?;
        let settings = pack.settings()?;
        let one = Settings { localising_prompts: vec!["a defect".into()], ..settings.clone() };
        // All tiles alike: what is left is the map.
        let even = Settings { logit_scale: 1e-9, ..settings.clone() };
        let inspector =
            async |settings: Settings| anyhow::Ok(Inspector::new(pack.models(&engine).await?, settings)?);
        Ok(Self {
            whole: inspector(settings).await?,
            one_prompt: inspector(one).await?,
            no_tile_score: inspector(even).await?,
        })
    }

    fn kind(&mut self, kind: usize, arguments: &Arguments) -> Result<Vec<Outcome>> {
        let kinds = UNSEEN_KINDS.len();
        let of_kind = (0..arguments.count).filter(|index| index / 2 % kinds == kind);
        of_kind
            .map(|index| {
                let request = Request {
                    kind: UNSEEN_KINDS.get(kind).copied(),
                    split: Split::Unseen,
                    defect: if index % 2 == 1 { DefectChoice::Any } else { DefectChoice::Whole },
                    max_instances: 40,
                    // Seeds of their own for each series.
                    ..Request::new(arguments.seed * 1_000_000 + index as u64, arguments.size)
                };
                let picture = generate(&request)?;
                pollster::block_on(self.inspect(&picture))
            })
            .collect()
    }

    async fn inspect(&mut self, picture: &Picture) -> Result<Outcome> {
        let object = &picture.label.name;
        let rgb = &picture.rgb;
        let mask = |image: &image::GrayImage| {
            let values = image.pixels().map(|pixel| pixel.0[0] > 0).collect();
            Mask::from_vec(image.width(), image.height(), values).context("a picture without pixels")
        };
        let (parts, truth) = (mask(&picture.instances)?, mask(&picture.defect)?);
        let everything = Mask::filled(rgb.width(), rgb.height(), true);

        let whole = run(&mut self.whole, rgb, object, None).await?;
        let foreground = whole.foreground.clone();
        let given = run(&mut self.whole, rgb, object, Some(parts.clone())).await?;
        let flat = run(&mut self.whole, rgb, object, Some(everything)).await?;
        let even = run(&mut self.no_tile_score, rgb, object, Some(foreground.clone())).await?;
        let one = run(&mut self.one_prompt, rgb, object, Some(foreground.clone())).await?;

        let found = VARIANTS
            .iter()
            .map(|(variant, _)| match variant {
                Variant::Whole => (whole.score, whole.map.clone()),
                Variant::TrueForeground => (given.score, given.map.clone()),
                Variant::NoForeground => (flat.score, flat.map.clone()),
                Variant::NoTiles => (flat.score, cut(&flat.map, &foreground)),
                Variant::NoTileScore => (even.map.range().map_or(0.0, |(_, most)| most), even.map.clone()),
                Variant::OnePrompt => (one.score, one.map.clone()),
            })
            .collect();
        let both = foreground.intersection_area(&parts).unwrap_or(0);
        let either = foreground.area() + parts.area() - both;
        let seen = || picture.label.instances.iter().filter(|instance| instance.w > 0);
        Ok(Outcome {
            seed: picture.label.seed,
            parts: seen().count(),
            side: seen().map(|instance| instance.w.max(instance.h)).max().unwrap_or(0),
            area: truth.area(),
            defect: picture.label.defect.clone(),
            truth,
            found,
            iou: both as f64 / either.max(1) as f64,
            counted: whole.components.len() == seen().count(),
            source: whole.foreground_source,
        })
    }
}

async fn run(
    inspector: &mut Inspector<Models>,
    picture: &image::RgbImage,
    object: &str,
    foreground: Option<Mask>,
) -> Result<Inspection> {
    let options = Options { foreground, ..Options::default() };
    let (mut quiet, never) = (|_| {}, CancellationToken::default());
    Ok(inspector.inspect(picture, object, &options, &mut quiet, &never, None).await?)
}

/// The part of a map that lies on the foreground.
fn cut(map: &Map, foreground: &Mask) -> Map {
    let mut cut = map.clone();
    for (value, &inside) in cut.data_mut().iter_mut().zip(foreground.data()) {
        *value = if inside { *value } else { 0.0 };
    }
    cut
}

/// The metrics of a list of pictures, in the order of [`METRICS`].
type Metrics = [f64; 5];

const METRICS: [&str; 5] = ["sample AUROC", "sample F1-max", "pixel AUROC", "pixel F1-max", "AUPRO"];

/// What is known of a kind after all its pictures.
struct Kind {
    /// For each of [`VARIANTS`].
    metrics: Vec<Metrics>,
    constant: Metrics,
    /// The whole method's scores, by defect; `None` for whole parts.
    scores: Vec<(Option<String>, f32)>,
    ious: Vec<f64>,
    counted: usize,
    sources: Vec<ForegroundSource>,
    details: String,
}

impl Kind {
    fn measure(index: usize, outcomes: &[Outcome]) -> Result<Self> {
        let labels: Vec<bool> = outcomes.iter().map(|outcome| outcome.defect.is_some()).collect();
        let mut metrics = Vec::new();
        let mut constant = [0.0; METRICS.len()];
        for variant in 0..VARIANTS.len() {
            let found: Vec<&(f32, Map)> =
                outcomes.iter().filter_map(|outcome| outcome.found.get(variant)).collect();
            let scores: Vec<f32> = found.iter().map(|(score, _)| *score).collect();
            let samples = Ranking::new(&scores, &labels)?;
            let maps: Vec<metrics::Picture<'_>> = found
                .iter()
                .zip(outcomes)
                .map(|((_, map), outcome)| metrics::Picture::new(map, &outcome.truth))
                .collect();
            let pixels = pixel_ranking(&maps)?;
            metrics.push([
                samples.auroc()?,
                samples.best_f1()?.f1,
                pixels.auroc()?,
                pixels.best_f1()?.f1,
                aupro(&maps, LIMIT)?,
            ]);
            // One score for all is on the diagonal: its area up to the limit is half of that.
            constant = [0.5, samples.constant_f1()?, 0.5, pixels.constant_f1()?, LIMIT / 2.0];
        }
        Ok(Self {
            metrics,
            constant,
            scores: outcomes.iter().map(|outcome| (outcome.defect.clone(), outcome.score())).collect(),
            ious: outcomes.iter().map(|outcome| outcome.iou).collect(),
            counted: outcomes.iter().filter(|outcome| outcome.counted).count(),
            sources: outcomes.iter().map(|outcome| outcome.source).collect(),
            details: outcomes.iter().map(|outcome| details(index, outcome)).collect(),
        })
    }
}

const DETAILS: &str = "seed,kind,defect,parts,side,area,score,highest,iou,counted\n";

fn details(kind: usize, outcome: &Outcome) -> String {
    let kind = UNSEEN_KINDS.get(kind).map_or("", |kind| kind.name());
    let Outcome { seed, parts, side, area, iou, counted, .. } = outcome;
    let defect = outcome.defect.as_deref().unwrap_or("");
    let (score, highest) = (outcome.score(), outcome.highest());
    format!("{seed},{kind},{defect},{parts},{side},{area},{score:.4},{highest:.4},{iou:.4},{counted}\n")
}

fn tables(arguments: &Arguments, kinds: &[Kind]) -> Result<String> {
    let pictures: usize = kinds.iter().map(|kind| kind.ious.len()).sum();
    let Arguments { seed, size, .. } = arguments;
    let mut text = format!("{pictures} pictures of {size}×{size}, half of them defective, seed {seed}.\n\n");

    let names: Vec<&str> = UNSEEN_KINDS.iter().map(|kind| kind.name()).collect();
    text += &head("", &[&names[..], &["mean", "a constant score gets"]].concat());
    for (number, metric) in METRICS.iter().enumerate() {
        let of = |metrics: &Metrics| metrics.get(number).copied().unwrap_or(f64::NAN);
        let whole = |kind: &Kind| kind.metrics.first().map_or(f64::NAN, of);
        let values = kinds.iter().map(whole);
        let ends = [mean(kinds.iter().map(whole)), mean(kinds.iter().map(|kind| of(&kind.constant)))];
        text += &row(metric, values.chain(ends));
    }

    text += &format!("\n{}", head("means of the kinds", &METRICS));
    for (number, (_, name)) in VARIANTS.iter().enumerate() {
        let metric = |metric: usize| {
            mean(kinds.iter().filter_map(|kind| kind.metrics.get(number)?.get(metric).copied()))
        };
        text += &row(name, (0..METRICS.len()).map(metric));
    }

    text += &format!("\n{}", head("defect", &["pictures", "sample AUROC against all whole ones"]));
    let scores = || kinds.iter().flat_map(|kind| &kind.scores);
    for defect in Defect::ALL {
        let of = |name: &Option<String>| name.as_deref() == Some(defect.name());
        let some: Vec<&(Option<String>, f32)> =
            scores().filter(|(name, _)| name.is_none() || of(name)).collect();
        let values: Vec<f32> = some.iter().map(|(_, score)| *score).collect();
        let labels: Vec<bool> = some.iter().map(|(name, _)| name.is_some()).collect();
        let count = labels.iter().filter(|&&label| label).count();
        if count > 0 {
            text += &format!(
                "| {} | {count} | {:.3} |\n",
                defect.name(),
                Ranking::new(&values, &labels)?.auroc()?
            );
        }
    }

    let iou = mean(kinds.iter().flat_map(|kind| kind.ious.iter().copied()));
    let counted = kinds.iter().map(|kind| kind.counted).sum::<usize>() as f64 / pictures.max(1) as f64;
    let from = |source| kinds.iter().flat_map(|kind| &kind.sources).filter(|&&found| found == source).count();
    text += &format!(
        "\nForeground: mean IoU {iou:.3}; all parts told apart in {:.1} % of the pictures; found by SAM in {}, by IS-Net alone \
         in {}, not at all in {}.\n",
        100.0 * counted,
        from(ForegroundSource::Sam),
        from(ForegroundSource::Dichotomous),
        from(ForegroundSource::WholeImage),
    );
    Ok(text)
}
