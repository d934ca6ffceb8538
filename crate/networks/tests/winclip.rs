//! WinCLIP against an independent script over transformers' CLIPModel on random weights
//! (`tests/parity/winclip/make_fixtures.py`): windows, maps of each scale, the whole.

#[path = "support/fixtures.rs"]
#[allow(dead_code)]
mod fixtures;

use std::path::Path;

use fixtures::{Expected, bytes, difference, engines, folder, picture};
use pollster::block_on;
use serde::Deserialize;
use spotcheck_baselines::winclip::{WINDOW_SIDES, ensemble, patch_scores};
use spotcheck_baselines::{Averaging, Baseline, TextFeatures, WinClip, WindowEncoder};
use spotcheck_engine::{Engine, Onnx};
use spotcheck_method::{CancellationToken, Course, NetworkError, Progress, Settings, Stage, TextEncoder};
use spotcheck_networks::{ClipConfig, ClipVision, ClipWindows, Inline, Weights, WindowOnnx};

/// Largest difference of a component of a unit embedding, and of a token.
const TOLERANCE: f32 = 1e-4;
/// Largest difference of a probability. A cosine that is 1e-6 off moves it by at most 14.3 / 4 times that.
const PROBABILITY: f32 = 2e-5;
const CASES: [&str; 3] = ["winclip/wide", "winclip/high", "winclip/tie"];
/// Windows at a time: a number that leaves a short batch in every case.
const BATCH: usize = 5;

#[derive(Deserialize)]
struct Texts {
    object: String,
    network: String,
    normal: Vec<String>,
    anomalous: Vec<String>,
}

impl Texts {
    fn read(folder: &Path) -> Self {
        serde_json::from_slice(&bytes(folder, "texts.json")).unwrap()
    }
}

fn config(texts: &Texts) -> ClipConfig {
    let network = folder("clip").join(&texts.network);
    ClipConfig::from_json(&bytes(&network, "config.json")).unwrap()
}

fn encoder(engine: &Engine, texts: &Texts) -> ClipWindows {
    let config = config(texts);
    let checkpoint = bytes(&folder("clip").join(&texts.network), "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let vision = config.vision_graph(&weights, &mut Inline).unwrap();
    let tokens = config.tokens_graph(&weights, &mut Inline).unwrap();
    let graphs = WINDOW_SIDES.map(|side| config.window_graph(&weights, &mut Inline, BATCH, side).unwrap());
    let windows = WINDOW_SIDES.iter().zip(&graphs);
    let windows =
        windows.map(|(&side, graph)| WindowOnnx { side, onnx: Onnx::from(graph.as_slice()) }).collect();
    block_on(async {
        let vision = ClipVision::load(engine, &config, vision.as_slice()).await?;
        ClipWindows::load(engine, &config, vision, tokens.as_slice(), windows).await
    })
    .unwrap()
}

/// Replays the embeddings of the fixture.
struct Replay {
    texts: Vec<String>,
    embeddings: Vec<Vec<f32>>,
}

#[async_trait::async_trait(?Send)]
impl TextEncoder for Replay {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        let place = |text: &String| self.texts.iter().position(|t| t == text).expect("a text of the script");
        Ok(texts.iter().map(|text| self.embeddings[place(text)].clone()).collect())
    }

    fn text_length(&self, text: &str) -> usize {
        text.len()
    }

    fn texts_done(&self) {}
}

fn replay(texts: &Texts, expected: &Expected) -> Replay {
    let embeddings = expected.get("text_embeddings");
    let rows = embeddings.as_f32().unwrap().chunks(embeddings.shape()[1]);
    let texts = [&texts.normal[..], &texts.anomalous].concat();
    Replay { texts, embeddings: rows.map(<[f32]>::to_vec).collect() }
}

fn features(texts: &Texts, expected: &Expected) -> TextFeatures {
    let (mut quiet, never) = (|_| {}, CancellationToken::default());
    let replay = replay(texts, expected);
    let mut course = Course::new(&mut quiet, &never);
    block_on(ensemble().encode(&replay, &texts.object, &mut course)).unwrap()
}

#[test]
fn the_texts_are_the_papers() {
    for case in CASES {
        let texts = Texts::read(&folder(case));
        let composed = ensemble().prompts(&texts.object);
        for (composed, expected) in composed.into_iter().zip([&texts.normal, &texts.anomalous]) {
            assert!(composed.weights.iter().all(|&weight| weight == 1));
            let [mut composed, mut expected] = [composed.texts, expected.clone()];
            composed.sort();
            expected.sort();
            assert_eq!(composed, expected, "{case}");
        }
    }
}

#[test]
fn text_features_are_raw_means_at_unit_length() {
    for case in CASES {
        let (folder, texts) = (folder(case), Texts::read(&folder(case)));
        let expected = Expected::read(&folder);
        let found = features(&texts, &expected);
        assert_eq!(ensemble().averaging, Averaging::Raw);
        let worst =
            difference(&[found.normal, found.anomalous].concat(), expected.get("features").as_f32().unwrap());
        assert!(worst < 1e-6, "{case}: {worst}");
    }
}

#[test]
fn windows_are_embedded_as_transformers_does() {
    for case in CASES {
        let (folder, texts) = (folder(case), Texts::read(&folder(case)));
        let (expected, picture) = (Expected::read(&folder), picture(&folder));
        let features = features(&texts, &expected);
        for engine in engines() {
            let encoder = encoder(&engine, &texts);
            let embedding = block_on(encoder.embed_image(&picture)).unwrap();
            let worst = difference(&embedding, expected.get("image_embedding").as_f32().unwrap());
            assert!(worst <= TOLERANCE, "{case} on {}: the picture: {worst}", engine.kind());

            let tokens = block_on(encoder.patch_tokens(&picture)).unwrap();
            let grid = config(&texts).grid().unwrap();
            assert_eq!(tokens.grid(), grid);
            for side in WINDOW_SIDES {
                assert_eq!(encoder.windows_at_a_time(side), BATCH);
                let corners = tokens.corners(side);
                let found = block_on(encoder.embed_windows(&tokens, side, &corners)).unwrap();
                let expected_windows = expected.get(&format!("windows_{side}"));
                let worst = difference(&found.concat(), expected_windows.as_f32().unwrap());
                assert!(worst <= TOLERANCE, "{case} on {}: windows of {side}: {worst}", engine.kind());

                let score = |window: &Vec<f32>| features.probability(features.cosines(window).unwrap());
                let scores: Vec<f64> = found.iter().map(score).collect();
                let map: Vec<f32> =
                    patch_scores(&scores, side, grid).into_iter().map(|score| score as f32).collect();
                let worst = difference(&map, expected.get(&format!("map_{side}")).as_f32().unwrap());
                assert!(worst <= PROBABILITY, "{case} on {}: map of {side}: {worst}", engine.kind());
            }
        }
    }
}

#[test]
fn the_whole_way_agrees() {
    for case in CASES {
        let (folder, texts) = (folder(case), Texts::read(&folder(case)));
        let (expected, picture) = (Expected::read(&folder), picture(&folder));
        for engine in engines() {
            let method = WinClip::new(encoder(&engine, &texts));
            let text_encoder = Box::new(replay(&texts, &expected));
            let mut baseline = Baseline::new(method, text_encoder, &Settings::default()).unwrap();
            let (mut steps, token) = (Vec::new(), CancellationToken::default());
            let mut report = |progress: Progress| steps.push(progress);
            let found =
                block_on(baseline.inspect(&picture, &texts.object, None, &mut report, &token)).unwrap();
            let score = expected.get("score").as_f32().unwrap()[0];
            let at = format!("{case} on {}", engine.kind());
            assert!((found.score - score).abs() <= PROBABILITY, "{at}: {}, not {score}", found.score);
            let map = expected.get("map");
            assert_eq!(map.shape(), [picture.height() as usize, picture.width() as usize]);
            let worst = difference(found.map.data(), map.as_f32().unwrap());
            assert!(worst <= PROBABILITY, "{at}: the map: {worst}");
            // As often as there are batches of windows, and both ends.
            let windows = |side: usize| (config(&texts).grid().unwrap() + 1 - side).pow(2).div_ceil(BATCH);
            let reported = steps.iter().filter(|step| step.stage == Stage::Segment).count();
            assert_eq!(reported, windows(2) + windows(3) + 2, "{at}");
            assert!(steps.windows(2).all(|two| two[0].stage <= two[1].stage), "{at}");
        }
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let texts = Texts::read(&folder(CASES[1]));
    let config = config(&texts);
    let checkpoint = bytes(&folder("clip").join(&texts.network), "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    for (batch, side) in [(1, 4), (0, 2), (3, 0)] {
        let message = config.window_graph(&weights, &mut Inline, batch, side).unwrap_err().to_string();
        assert!(message.contains(&format!("{side} × {side} patches among 3 × 3")), "{message}");
    }
    let engine = engines().next().unwrap();
    let encoder = encoder(&engine, &texts);
    let tokens = block_on(encoder.patch_tokens(&picture(&folder(CASES[1])))).unwrap();
    let message = block_on(encoder.embed_windows(&tokens, 2, &[[2, 0]])).unwrap_err().to_string();
    assert!(message.contains("no window of 2 × 2 patches at [2, 0]"), "{message}");
    let message = block_on(encoder.embed_windows(&tokens, 4, &[[0, 0]])).unwrap_err().to_string();
    assert!(message.contains("no graph for windows of 4 × 4"), "{message}");

    // A graph for windows of another side.
    let vision = config.vision_graph(&weights, &mut Inline).unwrap();
    let tokens = config.tokens_graph(&weights, &mut Inline).unwrap();
    let three = config.window_graph(&weights, &mut Inline, BATCH, 3).unwrap();
    let loaded = block_on(async {
        let vision = ClipVision::load(&engine, &config, vision.as_slice()).await?;
        let windows = vec![WindowOnnx { side: 2, onnx: Onnx::from(three.as_slice()) }];
        ClipWindows::load(&engine, &config, vision, tokens.as_slice(), windows).await
    });
    let message = loaded.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(message.contains("2 × 2 patches does not take them"), "{message}");
}
