//! A whole evaluation, from scores and maps to means, against scikit-learn: `tests/parity/evaluation`.

mod common;

use serde::Deserialize;
use spotcheck_datasets::Label;
use spotcheck_evaluation::{Evaluation, Folder, Mean, Value};
use spotcheck_imaging::{Map, Mask};

/// Both sides add up f64 in another order.
const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Fixture {
    width: u32,
    height: u32,
    classes: Vec<Class>,
    means: Metrics,
}

#[derive(Deserialize)]
struct Class {
    name: String,
    /// Whether no map has more digits than what is kept of it.
    exact: bool,
    #[serde(flatten)]
    metrics: Metrics,
    pictures: Vec<Picture>,
}

#[derive(Deserialize)]
struct Metrics {
    sample: Sample,
    pixel: Pixel,
}

#[derive(Deserialize)]
struct Sample {
    f1_max: Option<f64>,
    auroc: Option<f64>,
    average_precision: Option<f64>,
    constant_f1: Option<f64>,
}

#[derive(Deserialize)]
struct Pixel {
    f1_max: Option<f64>,
    auroc: Option<f64>,
    average_precision: Option<f64>,
    aupro: Option<f64>,
}

#[derive(Deserialize)]
struct Picture {
    label: String,
    score: f32,
    map: Vec<f32>,
    mask: Option<Vec<u8>>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../../tests/parity/evaluation/evaluation.json")).unwrap()
}

/// Everything of the fixture, stored and measured.
fn evaluated(fixture: &Fixture) -> Evaluation {
    let count = |class: &Class, label: &str| class.pictures.iter().filter(|p| p.label == label).count();
    let sizes: Vec<(&str, [usize; 3])> = fixture
        .classes
        .iter()
        .map(|class| {
            (class.name.as_str(), ["whole", "defective", "unknown"].map(|label| count(class, label)))
        })
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let mut folder = Folder::begin(dir.path(), common::run("folder", &sizes, None)).unwrap();
    let mut index = 0;
    for class in &fixture.classes {
        for picture in &class.pictures {
            let label = match picture.label.as_str() {
                "whole" => Label::Whole,
                "defective" => Label::Defective,
                _ => Label::Unknown,
            };
            let map = Map::from_vec(fixture.width, fixture.height, picture.map.clone()).unwrap();
            let mask = picture.mask.as_ref().map(|mask| {
                let set = mask.iter().map(|&value| value == 1).collect();
                Mask::from_vec(fixture.width, fixture.height, set).unwrap()
            });
            common::add(
                &mut folder,
                &common::task(index, &class.name, label),
                picture.score,
                &map,
                mask.as_ref(),
            );
            index += 1;
        }
    }
    // What was written is read, and not what is in memory.
    Evaluation::of(&Folder::read(dir.path()).unwrap()).unwrap()
}

/// Within the stated error, and within `most` where there is one.
fn compare(what: &str, found: Option<Value>, expected: Option<f64>, most: Option<f64>) {
    assert_eq!(found.is_some(), expected.is_some(), "{what}: {found:?} for {expected:?}");
    if let (Some(found), Some(expected)) = (found, expected) {
        let off = (found.value - expected).abs();
        assert!(off <= found.error + TOLERANCE, "{what}: {found:?} for {expected}");
        assert!(most.is_none_or(|most| off <= most), "{what}: {found:?} for {expected}");
    }
}

fn exactly(what: &str, found: Option<f64>, expected: Option<f64>) {
    compare(what, found.map(|value| Value { value, error: 0.0 }), expected, None);
}

#[test]
fn metrics_equal_scikit_learn() {
    let fixture = fixture();
    let found = evaluated(&fixture);
    assert_eq!(found.classes.len(), fixture.classes.len());
    for (found, expected) in found.classes.iter().zip(&fixture.classes) {
        let name = &expected.name;
        assert_eq!(&found.name, name);
        let (sample, metrics) = (&found.sample, &expected.metrics);
        exactly(&format!("{name}: F1-max"), sample.f1_max, metrics.sample.f1_max);
        exactly(&format!("{name}: AUROC"), sample.auroc, metrics.sample.auroc);
        exactly(&format!("{name}: AP"), sample.average_precision, metrics.sample.average_precision);
        exactly(&format!("{name}: constant F1"), sample.constant_f1, metrics.sample.constant_f1);
        // Maps of few digits lose nothing.
        let most = expected.exact.then_some(TOLERANCE);
        let (pixel, metrics) = (&found.pixel, &metrics.pixel);
        compare(&format!("{name}: pixel F1-max"), pixel.f1_max, metrics.f1_max, most);
        compare(&format!("{name}: pixel AUROC"), pixel.auroc, metrics.auroc, most);
        compare(&format!("{name}: pixel AP"), pixel.average_precision, metrics.average_precision, most);
        compare(&format!("{name}: AUPRO"), pixel.aupro, metrics.aupro, most);
    }
    let mean = |mean: Option<Mean>| mean.map(|mean| Value { value: mean.value, error: mean.error });
    let (means, expected) = (&found.means, &fixture.means);
    compare("mean F1-max", mean(means.sample_f1_max), expected.sample.f1_max, None);
    compare("mean AUROC", mean(means.sample_auroc), expected.sample.auroc, None);
    compare("mean AP", mean(means.sample_average_precision), expected.sample.average_precision, None);
    compare("mean constant F1", mean(means.sample_constant_f1), expected.sample.constant_f1, None);
    compare("mean pixel F1-max", mean(means.pixel_f1_max), expected.pixel.f1_max, None);
    compare("mean pixel AUROC", mean(means.pixel_auroc), expected.pixel.auroc, None);
    compare("mean pixel AP", mean(means.pixel_average_precision), expected.pixel.average_precision, None);
    compare("mean AUPRO", mean(means.pixel_aupro), expected.pixel.aupro, None);
}

#[test]
fn what_has_no_value_is_said_in_a_sentence() {
    let found = evaluated(&fixture());
    let notes = found.notes.join("\n");
    for part in [
        "all whole: no picture is defective: there is nothing to find, so there are no sample metrics.",
        "all whole: no pixel is defective: there are no pixel metrics.",
        "all defective: no picture is whole: F1-max would be 1 whatever the scores",
        "constant: all scores are equal",
        "some unlabelled: 3 pictures have no label: scored, but in no sample metric.",
        "some unlabelled: 4 pictures have no mask that says which pixels are defective: in no pixel metric.",
        "nothing known: no picture with a label has a result, so there are no sample metrics.",
        "nothing known: no picture's pixels count: there are no pixel metrics.",
        "The means at sample level are over the 5 of 8 classes that have values.",
        "The means at pixel level are over the 6 of 8 classes that have values.",
    ] {
        assert!(notes.contains(part), "{part}\nis not in\n{notes}");
    }
    assert!(!notes.contains("plain"), "{notes}");
}
