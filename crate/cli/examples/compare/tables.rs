//! The page's tables.

use anyhow::{Context, Result};
use spotcheck_consensus::Calibration;
use spotcheck_evaluation::published as published_rows;
use spotcheck_metrics::Ranking;
use spotcheck_parts::UNSEEN_KINDS;

use crate::bench::{Kind, Rows};
use crate::drawn::{GOOD, Set};
use crate::measured::{METRICS, Measured};
use crate::table::{head, mean, row};

/// A set's tables.
pub fn of_set(set: &Set, kinds: &[Kind]) -> Result<String> {
    let Set { series, count, seed, size } = set;
    let title = if *series { "One product a batch" } else { "Another product in each picture" };
    let what = match series {
        true => "all of a kind of one product at one place, as an inspector's are",
        false => "each of another product of its kind, in another light",
    };
    let mut text = format!(
        "### {title}\n\n{count} pictures of {size}×{size} of each of {} kinds, {what}; half of them defective; up to {GOOD} good ones \
         beside them; seed {seed}. Means of the kinds.\n\n",
        kinds.len()
    );
    text += &head("method", &[&METRICS[..], &["seconds a picture"]].concat());
    let methods = |kind: &Kind| names(&kind.methods);
    for (index, name) in kinds.first().map(methods).unwrap_or_default().into_iter().enumerate() {
        let rows: Vec<&Measured> =
            kinds.iter().filter_map(|kind| Some(&kind.methods.get(index)?.1)).collect();
        text += &row(name, means(&rows).into_iter().chain([mean(rows.iter().map(|one| one.seconds))]));
    }
    text += &format!("\n{}", head("without or with another part", &METRICS));
    for (index, name) in
        kinds.first().map(|kind| names(&kind.parts)).unwrap_or_default().into_iter().enumerate()
    {
        let rows: Vec<&Measured> = kinds.iter().filter_map(|kind| Some(&kind.parts.get(index)?.1)).collect();
        text += &row(name, means(&rows));
    }
    let kind_names: Vec<&str> = UNSEEN_KINDS.iter().map(|kind| kind.name()).collect();
    for (number, metric) in METRICS.iter().enumerate().filter(|(number, _)| number % 2 == 0) {
        text += &format!("\n{}", head(metric, &kind_names));
        for (index, name) in kinds.first().map(methods).unwrap_or_default().into_iter().enumerate() {
            let of = |kind: &Kind| kind.methods.get(index)?.1.metrics.get(number).copied();
            text += &row(name, kinds.iter().filter_map(of));
        }
    }
    text += &format!(
        "\nOne threshold for all kinds: the samples' AUROC with all kinds in one list, by their scores as they are, and by how many spreads \
         each is above the middle of its batch.\n\n{}",
        head("method", &["as they are", "calibrated on the batch"])
    );
    for (index, name) in kinds.first().map(methods).unwrap_or_default().into_iter().enumerate() {
        let rows: Vec<&Measured> =
            kinds.iter().filter_map(|kind| Some(&kind.methods.get(index)?.1)).collect();
        text += &row(name, [pooled(&rows, false)?, pooled(&rows, true)?]);
    }
    Ok(text + "\n")
}

fn names(rows: &Rows) -> Vec<&'static str> {
    rows.iter().map(|(name, _)| *name).collect()
}

fn means(rows: &[&Measured]) -> [f64; METRICS.len()] {
    let mut means = [0.0; METRICS.len()];
    for (number, value) in means.iter_mut().enumerate() {
        *value = mean(rows.iter().filter_map(|one| one.metrics.get(number).copied()));
    }
    means
}

/// The AUROC of all kinds' samples together, their scores as they are or calibrated by kind.
fn pooled(rows: &[&Measured], calibrated: bool) -> Result<f64> {
    let (mut scores, mut labels) = (Vec::new(), Vec::new());
    for row in rows {
        let scale = Calibration::fit(&row.scores).context("a batch of few pictures")?;
        let score = |&score: &f32| if calibrated { scale.z(score) as f32 } else { score };
        scores.extend(row.scores.iter().map(score));
        labels.extend(&row.labels);
    }
    Ok(Ranking::new(&scores, &labels)?.auroc()?)
}

/// What the paper's authors measured, on other pictures.
pub fn published() -> String {
    let mut text = format!(
        "### Published: VisA\n\nCopied from Baugh et al. (2023), tables 1 and 2: the authors' own means over VisA's twelve classes, with \
         their full-size networks, in percent. Nothing of this was measured here, and it is not to be compared with the tables \
         above: other pictures, other networks.\n\n{}",
        head("method", &["sample F1-max", "pixel F1-max"])
    );
    for row in published_rows() {
        text += &format!("| {} | {:.1} | {:.1} |\n", row.method, row.sample_mean, row.pixel_mean);
    }
    text
}
