//! CLIP against transformers' CLIPModel on random weights (`tests/parity/clip/make_fixtures.py`).

#[path = "support/fixtures.rs"]
mod fixtures;

use fixtures::{Expected, bytes, difference, engines, folder, picture, run, unit_rows};
use spotcheck_engine::Tensor;
use spotcheck_networks::{ClipConfig, Inline, Weights, clip_input};

/// Largest difference of a component of a unit embedding.
const TOLERANCE: f32 = 1e-4;
const CASES: [&str; 2] = ["clip/quick_gelu", "clip/gelu"];

#[test]
fn preprocesses_as_transformers_does() {
    for case in CASES {
        let folder = folder(case);
        let config = ClipConfig::from_json(&bytes(&folder, "config.json")).unwrap();
        let pixels = clip_input(&picture(&folder), config.vision_config.image_size).unwrap();
        let expected = Expected::read(&folder).get("pixels");
        assert_eq!(pixels.shape(), expected.shape());
        // One step of a pixel is 1 / 255 before it is divided by a deviation of 0.26 or more.
        let worst = difference(pixels.as_f32().unwrap(), expected.as_f32().unwrap());
        assert!(worst < 1e-5, "{case}: {worst}");
    }
}

#[test]
fn embeds_images_as_transformers_does() {
    for case in CASES {
        let folder = folder(case);
        let config = ClipConfig::from_json(&bytes(&folder, "config.json")).unwrap();
        let checkpoint = bytes(&folder, "model.safetensors");
        let expected = Expected::read(&folder);
        let graph =
            config.vision_graph(&Weights::from_safetensors(&checkpoint).unwrap(), &mut Inline).unwrap();
        for engine in engines() {
            let out = run(&engine, "clip_vision", &graph, &[("image", &expected.get("pixels"))]);
            assert_eq!(out[0].shape(), [1, config.projection_dim]);
            let worst = difference(&unit_rows(&out[0]), &unit_rows(&expected.get("image_embedding")));
            assert!(worst <= TOLERANCE, "{case} on {}: {worst}", engine.kind());
        }
    }
}

#[test]
fn embeds_texts_as_transformers_does() {
    for case in CASES {
        let folder = folder(case);
        let config = ClipConfig::from_json(&bytes(&folder, "config.json")).unwrap();
        let checkpoint = bytes(&folder, "model.safetensors");
        let expected = Expected::read(&folder);
        let ids = expected.get("ids");
        let &[batch, length] = ids.shape() else { panic!("{:?}", ids.shape()) };
        let spotcheck_engine::Data::I32(tokens) = ids.data() else { panic!("tokens are i32") };
        let eot = (tokens.chunks(length).enumerate())
            .map(|(row, text)| (row * length + config.text_config.pooled_position(text).unwrap()) as i32)
            .collect();
        let eot = Tensor::i32([batch], eot).unwrap();
        assert_eq!(eot, expected.get("eot"));
        let weights = Weights::from_safetensors(&checkpoint).unwrap();
        let graph = config.text_graph(&weights, &mut Inline, batch, length).unwrap();
        for engine in engines() {
            let out = run(&engine, "clip_text", &graph, &[("ids", &ids), ("eot", &eot)]);
            assert_eq!(out[0].shape(), [batch, config.projection_dim]);
            let worst = difference(&unit_rows(&out[0]), &unit_rows(&expected.get("text_embedding")));
            assert!(worst <= TOLERANCE, "{case} on {}: {worst}", engine.kind());
        }
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let folder = folder(CASES[0]);
    let checkpoint = bytes(&folder, "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let mut config = ClipConfig::from_json(&bytes(&folder, "config.json")).unwrap();
    let message = config.text_graph(&weights, &mut Inline, 1, 20).unwrap_err().to_string();
    assert!(message.contains("20 tokens") && message.contains("19"), "{message}");
    config.projection_dim += 1;
    let message = config.vision_graph(&weights, &mut Inline).unwrap_err().to_string();
    assert!(message.contains("visual_projection.weight"), "{message}");
    config.vision_config.num_attention_heads = 5;
    assert!(config.vision_graph(&weights, &mut Inline).is_err());
    config.vision_config.patch_size = 0;
    assert!(config.vision_graph(&weights, &mut Inline).is_err());
    let message =
        ClipConfig::from_json(br#"{"vision_config": {"hidden_act": "swish"}}"#).unwrap_err().to_string();
    assert!(message.contains("swish"), "{message}");
}
