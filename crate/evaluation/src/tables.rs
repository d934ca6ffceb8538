use crate::evaluation::{ClassResult, Evaluation, Mean, PixelMetrics, Value};
use crate::published::{Published, VISA_CLASSES, place, published};
use crate::table::Table;

/// What stands where there is no value.
const NONE: &str = "–";

/// The tables of an evaluation: the paper's two, with its published columns, when the data set is VisA, and then all metrics at
/// sample and at pixel level.
pub fn tables(evaluation: &Evaluation) -> Vec<Table> {
    let mut tables = Vec::new();
    if evaluation.is_visa() {
        tables.push(beside(
            evaluation,
            "Sample F1-max in percent, beside table 1 of Baugh et al.",
            |class| class.sample.f1_max,
            evaluation.means.sample_f1_max,
            |row| (row.sample, row.sample_mean),
        ));
        tables.push(beside(
            evaluation,
            "Pixel F1-max in percent, beside table 2 of Baugh et al.",
            |class| class.pixel.f1_max.map(|value| value.value),
            evaluation.means.pixel_f1_max,
            |row| (row.pixel, row.pixel_mean),
        ));
    }
    tables.push(sample(evaluation));
    tables.push(pixel(evaluation));
    tables
}

/// What the published columns are.
pub const OF_PUBLISHED: &str = "Columns marked “published” are copied from Baugh et al. (2023), tables 1 and 2: the authors' own \
                               figures, on their full models and all of VisA's test pictures. Nothing of them was measured here.";

fn beside(
    evaluation: &Evaluation,
    title: &str,
    metric: fn(&ClassResult) -> Option<f64>,
    mean: Option<Mean>,
    of: fn(&Published) -> ([f64; 12], f64),
) -> Table {
    let run = &evaluation.run;
    let ours = format!("{}, {} pack (this run)", run.method, run.pack.name);
    let names = published().iter().map(|row| format!("{} (published)", row.method));
    let columns = ["class".to_owned(), ours].into_iter().chain(names).collect();
    let row = |class: &ClassResult| {
        let known = published()
            .iter()
            .map(|row| place(&class.name).and_then(|at| of(row).0.get(at).copied()).map_or(NONE.into(), one));
        [class.name.clone(), percent(metric(class))].into_iter().chain(known).collect()
    };
    // A published mean is one of all twelve classes.
    let all = VISA_CLASSES.iter().all(|name| evaluation.classes.iter().any(|class| class.name == *name));
    let published_means = published().iter().map(|row| if all { one(of(row).1) } else { NONE.to_owned() });
    let means = ["mean".to_owned(), percent(mean.map(|mean| mean.value))].into_iter().chain(published_means);
    let mut caption = OF_PUBLISHED.to_owned();
    if !all {
        caption += " Their means are over all twelve classes, and left out here.";
    }
    Table {
        title: title.to_owned(),
        caption,
        columns,
        rows: evaluation.classes.iter().map(row).collect(),
        mean: means.collect(),
    }
}

fn sample(evaluation: &Evaluation) -> Table {
    let row = |class: &ClassResult| {
        vec![
            class.name.clone(),
            class.whole.to_string(),
            class.defective.to_string(),
            percent(class.sample.f1_max),
            percent(class.sample.auroc),
            percent(class.sample.average_precision),
            percent(class.sample.constant_f1),
        ]
    };
    let means = &evaluation.means;
    let mean = |mean: Option<Mean>| percent(mean.map(|mean| mean.value));
    Table {
        title: "Sample level, in percent".to_owned(),
        caption: "F1-max is F1 at the best threshold. “All defective” is the F1 of calling every picture defective, below \
                  which no F1-max falls. Equal scores share a threshold, as in scikit-learn."
            .to_owned(),
        columns: texts(["class", "whole", "defective", "F1-max", "AUROC", "AP", "all defective"]),
        rows: evaluation.classes.iter().map(row).collect(),
        mean: vec![
            "mean".to_owned(),
            String::new(),
            String::new(),
            mean(means.sample_f1_max),
            mean(means.sample_auroc),
            mean(means.sample_average_precision),
            mean(means.sample_constant_f1),
        ],
    }
}

fn pixel(evaluation: &Evaluation) -> Table {
    let row = |class: &ClassResult| {
        let PixelMetrics { pictures, regions, f1_max, auroc, average_precision, aupro, .. } = class.pixel;
        let values = [f1_max, auroc, average_precision, aupro];
        let mut row = vec![class.name.clone(), pictures.to_string(), regions.to_string()];
        row.extend(values.map(|value| percent(value.map(|value| value.value))));
        row.push(bound(values.into_iter().flatten().map(|value: Value| value.error)));
        row
    };
    let means = &evaluation.means;
    let values = [means.pixel_f1_max, means.pixel_auroc, means.pixel_average_precision, means.pixel_aupro];
    let mut mean = vec!["mean".to_owned(), String::new(), String::new()];
    mean.extend(values.map(|mean| percent(mean.map(|mean| mean.value))));
    mean.push(bound(values.into_iter().flatten().map(|mean| mean.error)));
    Table {
        title: "Pixel level, in percent".to_owned(),
        caption: "Over all pixels of a class's pictures, whole ones included, at the pictures' own size. AUPRO is taken up to a \
                  false-positive rate of 0.3, over 8-connected regions. Pixels are counted by score with 11 bits of mantissa: \
                  the exact values are off by no more than the last column says."
            .to_owned(),
        columns: texts(["class", "pictures", "regions", "F1-max", "AUROC", "AP", "AUPRO", "at most off by"]),
        rows: evaluation.classes.iter().map(row).collect(),
        mean,
    }
}

fn texts<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn percent(share: Option<f64>) -> String {
    share.map_or(NONE.to_owned(), |share| one(share * 100.0))
}

fn one(value: f64) -> String {
    format!("{value:.1}")
}

/// The largest of some errors, rounded up.
fn bound(errors: impl Iterator<Item = f64>) -> String {
    let most = errors.fold(None, |most: Option<f64>, error| Some(most.map_or(error, |most| most.max(error))));
    most.map_or(NONE.to_owned(), |most| format!("{:.3}", (most * 100_000.0).ceil() / 1000.0))
}
