//! APRIL-GAN's image side against transformers' and open_clip's parts put together as the reference's description says
//! (`tests/parity/april_gan/make_fixtures.py`).

#[path = "support/fixtures.rs"]
mod fixtures;

use std::path::Path;

use fixtures::{Expected, bytes, difference, engines, folder, picture, run, unit_rows};
use spotcheck_networks::{AprilGan, AprilGanConfig, ClipConfig, Error, Inline, Weights, clip_input};

/// Largest difference of a component of a unit vector.
const TOLERANCE: f32 = 1e-4;
/// ViT-L/14-336 in small, and a tower that reads less than its own size and whose last block is not read.
const CASES: [(&str, usize); 2] = [("april_gan/vit_l", 4), ("april_gan/shallow", 2)];

fn config(folder: &Path) -> AprilGanConfig {
    AprilGanConfig::from_json(&bytes(folder, "april_gan/config.json")).unwrap()
}

fn clip(folder: &Path) -> ClipConfig {
    ClipConfig::from_json(&bytes(folder, "clip/config.json")).unwrap()
}

fn graph(folder: &Path, config: &AprilGanConfig, clip: &ClipConfig) -> Result<Vec<u8>, Error> {
    let (tower, layers) =
        (bytes(folder, "clip/model.safetensors"), bytes(folder, "april_gan/model.safetensors"));
    let (tower, layers) = (Weights::from_safetensors(&tower)?, Weights::from_safetensors(&layers)?);
    config.graph(clip, &tower, &layers, &mut Inline)
}

#[test]
fn squeezes_pictures_as_transformers_does() {
    for (case, _) in CASES {
        let folder = folder(case);
        let picture = picture(&folder);
        assert_ne!(picture.width(), picture.height());
        let pixels = clip_input(&picture, config(&folder).image_size).unwrap();
        let worst =
            difference(pixels.as_f32().unwrap(), Expected::read(&folder).get("pixels").as_f32().unwrap());
        assert!(worst < 1e-5, "{case}: {worst}");
    }
}

#[test]
fn stages_and_embedding_are_the_references() {
    for (case, stages) in CASES {
        let folder = folder(case);
        let expected = Expected::read(&folder);
        let graph = graph(&folder, &config(&folder), &clip(&folder)).unwrap();
        for engine in engines() {
            let out = run(&engine, "april_gan", &graph, &[("image", &expected.get("pixels"))]);
            assert_eq!(out.len(), 1 + stages);
            let near = |found, name: &str| {
                let expected = expected.get(name);
                let worst = difference(&unit_rows(found), &unit_rows(&expected));
                assert!(worst <= TOLERANCE, "{case} on {}, {name}: {worst}", engine.kind());
            };
            near(&out[0], "embedding");
            for (i, stage) in out[1..].iter().enumerate() {
                let name = format!("stage{i}");
                assert_eq!(stage.shape(), expected.get(&name).shape());
                near(stage, &name);
            }
        }
    }
}

#[test]
fn a_pictures_vectors_are_of_unit_length() {
    for (case, stages) in CASES {
        let folder = folder(case);
        let (config, clip, expected) = (config(&folder), clip(&folder), Expected::read(&folder));
        let graph = graph(&folder, &config, &clip).unwrap();
        for engine in engines() {
            let features = pollster::block_on(async {
                AprilGan::load(&engine, &config, &graph[..]).await?.encode(&picture(&folder)).await
            })
            .unwrap();
            let grid = config.image_size / clip.vision_config.patch_size;
            let patches = &features.patches;
            assert_eq!((patches.side(), patches.channels()), (grid, clip.projection_dim));
            assert_eq!(patches.layers().len(), stages);
            let near = |found: &[f32], name: &str| {
                let worst = difference(found, &unit_rows(&expected.get(name)));
                assert!(worst <= TOLERANCE, "{case} on {}, {name}: {worst}", engine.kind());
            };
            near(&features.embedding, "embedding");
            for (i, layer) in patches.layers().iter().enumerate() {
                near(layer, &format!("stage{i}"));
            }
        }
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let folder = folder(CASES[0].0);
    let (whole, clip) = (config(&folder), clip(&folder));
    let refused = |config: &AprilGanConfig, clip: &ClipConfig| {
        graph(&folder, config, clip).err().map(|e| e.to_string()).unwrap()
    };
    for blocks in [vec![], vec![0, 4], vec![4, 2], vec![2, 2], vec![2, 4, 6, 9]] {
        let message = refused(&AprilGanConfig { features_list: blocks, ..whole.clone() }, &clip);
        assert!(message.contains("features_list") && message.contains("1 to 8"), "{message}");
    }
    for side in [0, 83, 1 << 13] {
        let message = refused(&AprilGanConfig { image_size: side, ..whole.clone() }, &clip);
        assert!(message.contains("image_size") && message.contains(&side.to_string()), "{message}");
    }
    let fewer = AprilGanConfig { features_list: vec![2, 4, 5, 6, 8], ..whole };
    assert_eq!(refused(&fewer, &clip), "the checkpoint has no tensor `fc.4.weight`");
    let json = AprilGanConfig::from_json(br#"{"features_list": [1]}"#).unwrap_err().to_string();
    assert!(json.starts_with("APRIL-GAN") && json.contains("image_size"), "{json}");
}

#[test]
fn layers_of_another_clip_are_refused_with_both_shapes() {
    let (ours, theirs) = (folder(CASES[0].0), folder(CASES[1].0));
    let (tower, layers) =
        (bytes(&ours, "clip/model.safetensors"), bytes(&theirs, "april_gan/model.safetensors"));
    let tower = Weights::from_safetensors(&tower).unwrap();
    let layers = Weights::from_safetensors(&layers).unwrap();
    let message = config(&ours).graph(&clip(&ours), &tower, &layers, &mut Inline).unwrap_err().to_string();
    assert!(message.contains("`fc.0.weight` has the shape [17, 30]"), "{message}");
    assert!(message.contains("asks for [24, 32]"), "{message}");
}
