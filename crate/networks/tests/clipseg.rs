//! CLIPSeg against transformers' CLIPSegForImageSegmentation on random weights
//! (`tests/parity/clipseg/make_fixtures.py`).

#[path = "support/fixtures.rs"]
mod fixtures;

use std::path::Path;

use fixtures::{Expected, bytes, difference, engines, folder, picture, run, unit_rows};
use spotcheck_engine::{Engine, Tensor};
use spotcheck_networks::{ClipSeg, ClipSegConfig, Inline, Normalisation, Weights, clip_input, clipseg_input};

/// Largest difference of a map's pixel after the sigmoid.
const MAP_TOLERANCE: f32 = 1e-3;
/// Largest difference of a component of a unit embedding.
const EMBEDDING_TOLERANCE: f32 = 1e-4;
const CASES: [(&str, usize); 2] = [("clipseg/refined", 80), ("clipseg/simple", 30)];

fn config(folder: &Path) -> ClipSegConfig {
    ClipSegConfig::from_json(&bytes(folder, "config.json")).unwrap()
}

#[test]
fn preprocesses_as_transformers_does() {
    for (case, side) in CASES {
        let folder = folder(case);
        let expected = Expected::read(&folder);
        let near = |found: Tensor, name: &str| {
            let worst = difference(found.as_f32().unwrap(), expected.get(name).as_f32().unwrap());
            assert!(worst < 1e-5, "{case}, {name}: {worst}");
        };
        let picture = picture(&folder);
        near(clipseg_input(&picture, side, Normalisation::IMAGENET).unwrap(), "pixels");
        near(clip_input(&picture, config(&folder).clip.vision_config.image_size).unwrap(), "clip_pixels");
    }
}

/// The maps of all prompts, `batch` at a time.
fn maps(engine: &Engine, folder: &Path, side: usize, batch: usize) -> Vec<f32> {
    let config = config(folder);
    let checkpoint = bytes(folder, "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let expected = Expected::read(folder);
    let vision = config.vision_graph(&weights, &mut Inline, side).unwrap();
    let reduced = run(engine, "clipseg_vision", &vision, &[("image", &expected.get("pixels"))]);
    let decoder = config.decoder_graph(&weights, &mut Inline, side, batch).unwrap();
    let names: Vec<_> = (0..reduced.len()).map(|i| format!("r{i}")).collect();
    let prompts = expected.get("text_embedding");
    let width = prompts.shape()[1];
    let mut maps = Vec::new();
    for prompts in prompts.as_f32().unwrap().chunks(batch * width) {
        let prompts = Tensor::f32([batch, width], prompts.to_vec()).unwrap();
        let mut inputs: Vec<_> = names.iter().map(String::as_str).zip(&reduced).collect();
        inputs.push(("prompts", &prompts));
        let logits = run(engine, "clipseg_decoder", &decoder, &inputs).remove(0);
        let side = config.map_side(side).unwrap();
        assert_eq!(logits.shape(), [batch, side, side]);
        maps.extend(logits.into_f32().unwrap());
    }
    maps
}

#[test]
fn localises_as_transformers_does() {
    let sigmoid = |logits: &[f32]| logits.iter().map(|v| 1.0 / (1.0 + (-v).exp())).collect::<Vec<_>>();
    for (case, side) in CASES {
        let folder = folder(case);
        let expected = Expected::read(&folder).get("logits");
        for engine in engines() {
            for batch in [1, expected.shape()[0]] {
                let found = maps(&engine, &folder, side, batch);
                let worst = difference(&sigmoid(&found), &sigmoid(expected.as_f32().unwrap()));
                assert!(worst <= MAP_TOLERANCE, "{case} on {}, {batch} at a time: {worst}", engine.kind());
            }
        }
    }
}

#[test]
fn patch_features_are_what_the_decoder_reads_of_the_patches() {
    for (case, side) in CASES {
        let folder = folder(case);
        let (config, expected) = (config(&folder), Expected::read(&folder));
        let checkpoint = bytes(&folder, "model.safetensors");
        let weights = Weights::from_safetensors(&checkpoint).unwrap();
        let vision = config.vision_graph(&weights, &mut Inline, side).unwrap();
        let decoder = config.decoder_graph(&weights, &mut Inline, side, 1).unwrap();
        for engine in engines() {
            let features = pollster::block_on(async {
                let loaded =
                    ClipSeg::load(&engine, &config, side, Normalisation::IMAGENET, &vision[..], &decoder[..]);
                loaded.await?.encode(&picture(&folder)).await?.into_patch_features()
            })
            .unwrap();
            let grid = side / config.clip.vision_config.patch_size;
            assert_eq!((features.side(), features.channels()), (grid, config.reduce_dim));
            assert_eq!(features.layers().len(), config.depth());
            for (i, layer) in features.layers().iter().enumerate() {
                // transformers', of which the class token comes first.
                let reduced = expected.get(&format!("r{i}"));
                let patches = &reduced.as_f32().unwrap()[config.reduce_dim..];
                let worst = difference(layer, patches);
                assert!(worst < 1e-3, "{case} on {}, layer {i}: {worst}", engine.kind());
            }
        }
    }
}

#[test]
fn holds_clip_whole() {
    for (case, _) in CASES {
        let folder = folder(case);
        let expected = Expected::read(&folder);
        let checkpoint = bytes(&folder, "model.safetensors");
        let weights = Weights::from_safetensors(&checkpoint).unwrap();
        let graph = config(&folder).clip.vision_graph(&weights, &mut Inline).unwrap();
        for engine in engines() {
            let out = run(&engine, "clip_vision", &graph, &[("image", &expected.get("clip_pixels"))]);
            let worst = difference(&unit_rows(&out[0]), &unit_rows(&expected.get("image_embedding")));
            assert!(worst <= EMBEDDING_TOLERANCE, "{case} on {}: {worst}", engine.kind());
        }
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let folder = folder("clipseg/refined");
    let message = |json: &str| ClipSegConfig::from_json(json.as_bytes()).unwrap_err().to_string();
    assert!(message(r#"{"extract_layers": [3, 12]}"#).contains("block 12 of 12"));
    assert!(message(r#"{"conditional_layer": 3}"#).contains("block 3 of 3"));
    assert!(message("[").starts_with("CLIPSeg"));
    let checkpoint = bytes(&folder, "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let mut config = config(&folder);
    let message = config.vision_graph(&weights, &mut Inline, 81).unwrap_err().to_string();
    assert!(message.contains("81") && message.contains("16"), "{message}");
    config.use_complex_transposed_convolution = false;
    let message = config.decoder_graph(&weights, &mut Inline, 80, 1).unwrap_err().to_string();
    assert!(message.contains("decoder.transposed_convolution.weight"), "{message}");
}
