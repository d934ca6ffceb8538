//! APRIL-GAN's texts and maps against `tests/parity/april_gan/refined`, and by hand.

use std::path::{Path, PathBuf};

use image::RgbImage;
use pollster::block_on;
use spotcheck_baselines::april_gan::{ensemble, stage_logits, stage_map};
use spotcheck_baselines::{AprilGan, Baseline, StageEncoder, StageFeatures, TextFeatures};
use spotcheck_imaging::Map;
use spotcheck_method::{CancellationToken, Error, NetworkError, PatchFeatures, Settings, Stage, TextEncoder};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/april_gan/refined").join(name)
}

#[test]
fn the_prompts_are_the_references_in_its_order() {
    let json = std::fs::read(fixture("prompts.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let [normal, anomalous] = ensemble().prompts(json["object"].as_str().unwrap());
    let expected = |side: &str| -> Vec<String> { serde_json::from_value(json[side].clone()).unwrap() };
    assert_eq!((expected("normal").len(), expected("anomalous").len()), (245, 175));
    assert_eq!(normal.texts, expected("normal"));
    assert_eq!(anomalous.texts, expected("anomalous"));
}

/// Texts along two axes, with a gentler scale than 100.
fn texts() -> TextFeatures {
    TextFeatures { object: "nut".into(), normal: vec![1.0, 0.0], anomalous: vec![0.0, 1.0], logit_scale: 4.0 }
}

#[test]
fn logits_are_interpolated_between_corners_before_the_softmax() {
    // Unit vectors at 0, 30, 60 and 90 degrees.
    let degrees = |d: f32| [d.to_radians().cos(), d.to_radians().sin()];
    let patches = [0.0, 30.0, 60.0, 90.0].map(degrees).concat();
    let logits = stage_logits(&patches, 2, &texts()).unwrap();
    let (h, l) = (2.0 * 3f32.sqrt() - 2.0, 4.0);
    let expected = [-l, -h, h, l];
    assert!(logits.data().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{:?}", logits.data());

    // Three by three: corners stay, edges and the middle are means, of logits and not of probabilities.
    let map = stage_map(&logits, 3);
    let grid = [-l, -(l + h) / 2.0, -h, (h - l) / 2.0, 0.0, (l - h) / 2.0, h, (h + l) / 2.0, l];
    for (found, logit) in map.data().iter().zip(grid) {
        let expected = 1.0 / (1.0 + (-logit).exp());
        assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
    }
}

#[test]
fn patches_that_are_no_square_are_refused() {
    let error = stage_logits(&[1.0, 0.0, 1.0, 0.0], 2, &texts()).unwrap_err().to_string();
    assert!(error.contains("APRIL-GAN") && error.contains("2 patches for 2 × 2"), "{error}");
    assert!(stage_logits(&[1.0, 0.0, 1.0], 1, &texts()).is_err());
}

/// Gives normal prompts one vector and anomalous ones another.
struct Texts;

#[async_trait::async_trait(?Send)]
impl TextEncoder for Texts {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        let damaged = |text: &String| {
            let words = ["damaged", "broken", "with flaw", "with defect", "with damage"];
            words.iter().any(|word| text.contains(word))
        };
        // Of different lengths, which must not count.
        let vector = |text: &String| match damaged(text) {
            true => vec![0.0, text.len() as f32],
            false => vec![text.len() as f32, 0.0],
        };
        Ok(texts.iter().map(vector).collect())
    }

    fn text_length(&self, text: &str) -> usize {
        text.len()
    }

    fn texts_done(&self) {}
}

/// Two stages of 2 × 2 patches.
struct Tower(StageFeatures);

#[async_trait::async_trait(?Send)]
impl StageEncoder for Tower {
    fn side(&self) -> u32 {
        6
    }

    async fn encode(&self, _: &RgbImage) -> Result<StageFeatures, NetworkError> {
        Ok(self.0.clone())
    }
}

fn tower(first: [f32; 2]) -> Tower {
    let (normal, anomalous) = ([1.0, 0.0], [0.0, 1.0]);
    let stages = vec![[first, normal, normal, normal].concat(), [anomalous; 4].concat()];
    let patches = PatchFeatures::new(2, 2, stages).unwrap();
    Tower(StageFeatures { embedding: vec![0.8, 0.6], patches })
}

#[test]
fn the_map_is_the_mean_of_the_stages_and_the_score_the_whole_pictures() {
    let picture = RgbImage::new(9, 6);
    let mut baseline =
        Baseline::new(AprilGan::new(tower([0.0, 1.0])), Box::new(Texts), &Settings::default()).unwrap();
    let (mut stages, mut fractions) = (Vec::new(), Vec::new());
    let mut report = |progress: spotcheck_method::Progress| {
        if stages.last() != Some(&progress.stage) {
            stages.push(progress.stage);
        }
        if progress.stage == Stage::Segment {
            fractions.push(progress.fraction);
        }
    };
    let never = CancellationToken::default();
    let found = block_on(baseline.inspect(&picture, "nut", None, &mut report, &never)).unwrap();
    assert_eq!(stages, [Stage::Prompts, Stage::Score, Stage::Segment, Stage::Aggregate]);
    // One of two stages' maps is ready.
    assert!(fractions.contains(&0.5), "{fractions:?}");
    assert_eq!((found.map.width(), found.map.height()), (9, 6));
    // 100 · (0.6 − 0.8).
    assert!((found.score - 1.0 / (1.0 + 20f32.exp())).abs() < 1e-12, "{}", found.score);
    let tile = &found.tiles[0];
    assert!((tile.normal - 0.8).abs() < 1e-6 && (tile.anomalous - 0.6).abs() < 1e-6);
    // The second stage fires everywhere, the first in one corner.
    let at = |map: &Map, x: u32, y: u32| map.data()[(y * map.width() + x) as usize];
    assert!(at(&found.map, 0, 0) > 0.999, "{}", at(&found.map, 0, 0));
    assert!((at(&found.map, 8, 5) - 0.5).abs() < 1e-3, "{}", at(&found.map, 8, 5));
    assert!((found.settings.logit_scale, found.settings.templates.len()) == (100.0, 35));
}

#[test]
fn answers_that_are_no_numbers_are_errors() {
    let mut baseline =
        Baseline::new(AprilGan::new(tower([f32::NAN, 0.0])), Box::new(Texts), &Settings::default()).unwrap();
    let (mut quiet, never) = (|_| {}, CancellationToken::default());
    let picture = RgbImage::new(4, 4);
    let error = block_on(baseline.inspect(&picture, "nut", None, &mut quiet, &never)).unwrap_err();
    assert!(matches!(error, Error::Answer { network: "APRIL-GAN", .. }), "{error}");
}
