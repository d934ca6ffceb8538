use std::collections::BTreeMap;

use serde::Serialize;
use spotcheck_datasets::Label;
use spotcheck_metrics::{
    Bounded, Error as MetricsError, PixelHistogram, PrecisionRecallPoint, Ranking, thinned,
};

use crate::{ClassSize, Error, Folder, Pixels, Record, Run, VISA_CLASSES, published};

/// The false-positive rate up to which AUPRO is taken.
pub(crate) const AUPRO_LIMIT: f64 = 0.3;
/// Points of a curve that are drawn.
const CURVE_POINTS: usize = 300;

/// The metrics of a run. A metric that has no value is `None`, and a note says why.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    pub run: Run,
    /// VisA's in the order of the paper's tables, others in the order of their names.
    pub classes: Vec<ClassResult>,
    pub means: Means,
    /// What is to be known of the values, in sentences.
    pub notes: Vec<String>,
}

/// A class's metrics.
#[derive(Clone, Debug, Serialize)]
pub struct ClassResult {
    pub name: String,
    /// What it is called in prompts.
    pub object: String,
    /// Results of whole pictures.
    pub whole: usize,
    pub defective: usize,
    pub unlabelled: usize,
    /// Pictures without a result.
    pub missing: usize,
    pub sample: SampleMetrics,
    pub pixel: PixelMetrics,
    #[serde(skip)]
    pub sample_curve: Curve,
    #[serde(skip)]
    pub pixel_curve: Curve,
}

/// A precision–recall curve, to be drawn; without points where there is none.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// As many as show.
    pub points: Vec<PrecisionRecallPoint>,
    /// The point of F1-max.
    pub best: Option<PrecisionRecallPoint>,
}

/// How samples' scores tell defective from whole; 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct SampleMetrics {
    pub f1_max: Option<f64>,
    /// Scores of at least this reach F1-max.
    pub threshold: Option<f32>,
    pub auroc: Option<f64>,
    pub average_precision: Option<f64>,
    /// The F1 of calling everything defective: no F1-max is lower.
    pub constant_f1: Option<f64>,
}

/// How maps tell defective pixels from others; 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PixelMetrics {
    /// Pictures whose pixels count.
    pub pictures: usize,
    /// Defective regions, 8-connected.
    pub regions: usize,
    pub f1_max: Option<Value>,
    /// Pixels of at least this reach F1-max.
    pub threshold: Option<f32>,
    pub auroc: Option<Value>,
    pub average_precision: Option<Value>,
    /// Up to a false-positive rate of 0.3.
    pub aupro: Option<Value>,
}

/// A value, and the most that the exact one may differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Value {
    pub value: f64,
    pub error: f64,
}

/// A mean over classes that have the metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mean {
    pub value: f64,
    /// The mean of the classes' errors; 0 at sample level.
    pub error: f64,
    /// How many classes have it.
    pub classes: usize,
}

/// Means over classes; `None` when no class has the metric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Means {
    pub sample_f1_max: Option<Mean>,
    pub sample_auroc: Option<Mean>,
    pub sample_average_precision: Option<Mean>,
    pub sample_constant_f1: Option<Mean>,
    pub pixel_f1_max: Option<Mean>,
    pub pixel_auroc: Option<Mean>,
    pub pixel_average_precision: Option<Mean>,
    pub pixel_aupro: Option<Mean>,
}

impl From<Bounded> for Value {
    fn from(bounded: Bounded) -> Self {
        Self { value: bounded.value, error: bounded.error }
    }
}

impl Evaluation {
    /// Measures what is in a folder, a class at a time.
    pub fn of(folder: &Folder) -> Result<Self, Error> {
        let mut by_class: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for record in folder.records() {
            by_class.entry(&record.class).or_default().push(record);
        }
        let (mut classes, mut notes) = (Vec::new(), Vec::new());
        for size in in_order(folder.run()) {
            let records = by_class.remove(size.name.as_str()).unwrap_or_default();
            let mut pixels = PixelHistogram::default();
            for record in &records {
                if let Some(counts) = folder.pixels(record)? {
                    pixels.add_encoded(&counts)?;
                }
            }
            let class = ClassResult::measure(size, &records, &pixels);
            notes.extend(class.notes(&records).into_iter().map(|note| format!("{}: {note}", class.name)));
            classes.push(class);
        }
        let means = Means::of(&classes);
        notes.extend(means.notes(classes.len()));
        let mut run = folder.run().clone();
        // One and the same, however the work was parted; that pictures are missing is told above.
        run.shard = None;
        Ok(Self { run, classes, means, notes })
    }

    /// Whether there are published results to compare with.
    pub fn is_visa(&self) -> bool {
        self.run.dataset.layout == "visa"
            && self.classes.iter().any(|class| VISA_CLASSES.contains(&class.name.as_str()))
    }
}

fn in_order(run: &Run) -> Vec<&ClassSize> {
    let mut classes: Vec<&ClassSize> = run.dataset.classes.iter().collect();
    if run.dataset.layout == "visa" {
        classes.sort_by_key(|class| published::place(&class.name).unwrap_or(VISA_CLASSES.len()));
    }
    classes
}

impl ClassResult {
    fn measure(size: &ClassSize, records: &[&Record], pixels: &PixelHistogram) -> Self {
        let count = |label| records.iter().filter(|record| record.label == label).count();
        let mut result = Self {
            name: size.name.clone(),
            object: size.object.clone(),
            whole: count(Label::Whole),
            defective: count(Label::Defective),
            unlabelled: count(Label::Unknown),
            missing: (size.whole + size.defective + size.unlabelled).saturating_sub(records.len()),
            sample: SampleMetrics::default(),
            pixel: PixelMetrics::default(),
            sample_curve: Curve::default(),
            pixel_curve: Curve::default(),
        };
        // With one side alone, F1-max and average precision would be 1 whatever the scores, or nothing at all.
        if result.whole > 0 && result.defective > 0 {
            let labelled = records.iter().filter_map(|r| Some((r.score, r.label.defective()?)));
            let (scores, labels): (Vec<f32>, Vec<bool>) = labelled.unzip();
            if let Ok(ranking) = Ranking::new(&scores, &labels) {
                result.sample = SampleMetrics::of(&ranking);
                let curve = ranking.precision_recall_curve().unwrap_or_default();
                result.sample_curve = Curve::of(&curve);
            }
        }
        result.pixel = PixelMetrics::of(pixels);
        if result.pixel.f1_max.is_some() {
            let curve = pixels.precision_recall_curve().unwrap_or_default();
            result.pixel_curve = Curve::of(&curve);
        }
        result
    }

    /// What is to be said of this class.
    fn notes(&self, records: &[&Record]) -> Vec<String> {
        let mut notes = Vec::new();
        let pictures = |count: usize| match count {
            1 => "1 picture".to_owned(),
            _ => format!("{count} pictures"),
        };
        let has = |count: usize| if count == 1 { "has" } else { "have" };
        if self.missing > 0 {
            notes.push(format!(
                "{} {} no result, and counts are without them.",
                pictures(self.missing),
                has(self.missing)
            ));
        }
        match (self.whole, self.defective) {
            (0, 0) => {
                notes.push("no picture with a label has a result, so there are no sample metrics.".to_owned())
            }
            (_, 0) => notes.push(
                "no picture is defective: there is nothing to find, so there are no sample metrics."
                    .to_owned(),
            ),
            (0, _) => notes.push(
                "no picture is whole: F1-max would be 1 whatever the scores, so there are no sample metrics."
                    .to_owned(),
            ),
            _ => {
                let mut scores = records.iter().filter(|r| r.label != Label::Unknown).map(|r| r.score);
                let first = scores.next();
                if scores.all(|score| Some(score) == first) {
                    notes.push(
                        "all scores are equal: F1-max is that of calling everything defective.".to_owned(),
                    );
                }
            }
        }
        if self.unlabelled > 0 {
            notes.push(format!(
                "{} {} no label: scored, but in no sample metric.",
                pictures(self.unlabelled),
                has(self.unlabelled)
            ));
        }
        let unmasked = records.iter().filter(|record| record.pixels == Pixels::NoMask).count();
        if unmasked > 0 {
            notes.push(format!(
                "{} {} no mask that says which pixels are defective: in no pixel metric.",
                pictures(unmasked),
                has(unmasked)
            ));
        }
        let misfits =
            records.iter().filter(|record| matches!(record.pixels, Pixels::MaskSize { .. })).count();
        if misfits > 0 {
            notes.push(format!(
                "{} {} a mask of another size: in no pixel metric.",
                pictures(misfits),
                has(misfits)
            ));
        }
        if self.pixel.pictures > 0 && self.pixel.regions == 0 {
            notes.push("no pixel is defective: there are no pixel metrics.".to_owned());
        } else if self.pixel.pictures > 0 && self.pixel.auroc.is_none() {
            notes.push("every pixel is defective: there are no pixel metrics.".to_owned());
        } else if self.pixel.pictures == 0 && !records.is_empty() {
            notes.push("no picture's pixels count: there are no pixel metrics.".to_owned());
        }
        notes
    }
}

impl Curve {
    fn of(points: &[PrecisionRecallPoint]) -> Self {
        let f1 = |point: &PrecisionRecallPoint| {
            let sum = point.precision + point.recall;
            if sum > 0.0 { 2.0 * point.precision * point.recall / sum } else { 0.0 }
        };
        let best = points.iter().copied().max_by(|a, b| f1(a).total_cmp(&f1(b)));
        Self { points: thinned(points, CURVE_POINTS), best }
    }
}

impl SampleMetrics {
    /// Of scores with both sides.
    fn of(ranking: &Ranking) -> Self {
        let best = ranking.best_f1().ok();
        Self {
            f1_max: best.map(|best| best.f1),
            threshold: best.map(|best| best.threshold),
            auroc: ranking.auroc().ok(),
            average_precision: ranking.average_precision().ok(),
            constant_f1: ranking.constant_f1().ok(),
        }
    }
}

impl PixelMetrics {
    fn of(pixels: &PixelHistogram) -> Self {
        let (pictures, regions) = (pixels.pictures(), pixels.regions());
        let nothing = Self { pictures, regions, ..Self::default() };
        let values = || -> Result<Self, MetricsError> {
            // Asked first: it needs both sides, and without them the others would be 1 or nothing, too.
            let auroc = pixels.auroc()?;
            let best = pixels.best_f1()?;
            Ok(Self {
                f1_max: Some(best.f1.into()),
                threshold: Some(best.threshold),
                auroc: Some(auroc.into()),
                average_precision: Some(pixels.average_precision()?.into()),
                aupro: Some(pixels.aupro(AUPRO_LIMIT)?.into()),
                ..nothing
            })
        };
        values().unwrap_or(nothing)
    }
}

impl Means {
    fn of(classes: &[ClassResult]) -> Self {
        let sample = |metric: fn(&SampleMetrics) -> Option<f64>| {
            mean(
                classes
                    .iter()
                    .filter_map(|class| metric(&class.sample))
                    .map(|value| Value { value, error: 0.0 }),
            )
        };
        let pixel = |metric: fn(&PixelMetrics) -> Option<Value>| {
            mean(classes.iter().filter_map(|class| metric(&class.pixel)))
        };
        Self {
            sample_f1_max: sample(|metrics| metrics.f1_max),
            sample_auroc: sample(|metrics| metrics.auroc),
            sample_average_precision: sample(|metrics| metrics.average_precision),
            sample_constant_f1: sample(|metrics| metrics.constant_f1),
            pixel_f1_max: pixel(|metrics| metrics.f1_max),
            pixel_auroc: pixel(|metrics| metrics.auroc),
            pixel_average_precision: pixel(|metrics| metrics.average_precision),
            pixel_aupro: pixel(|metrics| metrics.aupro),
        }
    }

    fn notes(&self, classes: usize) -> Vec<String> {
        let levels = [("sample", self.sample_f1_max), ("pixel", self.pixel_f1_max)];
        let fewer = levels.into_iter().filter_map(|(level, mean)| {
            let have = mean.map_or(0, |mean| mean.classes);
            (0 < have && have < classes).then(|| {
                format!(
                    "The means at {level} level are over the {have} of {classes} classes that have values."
                )
            })
        });
        fewer.collect()
    }
}

fn mean(values: impl Iterator<Item = Value>) -> Option<Mean> {
    let values: Vec<Value> = values.collect();
    let count = values.len();
    let mean = |part: fn(&Value) -> f64| values.iter().map(part).sum::<f64>() / count as f64;
    (count > 0).then(|| Mean { value: mean(|v| v.value), error: mean(|v| v.error), classes: count })
}
