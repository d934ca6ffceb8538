//! Checkpoints in all the forms that they are published in give the same pack.

#[path = "support/checkpoints.rs"]
mod small_checkpoints;

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::{Value, json};
use small_checkpoints::{Files, checkpoints, edit, pack, small};
use spotcheck_pack::{BuildOptions, Catalogue, Manifest};

fn usual() -> (Files, Files) {
    let from = checkpoints("isnet", "sam", "clipseg");
    let expected = pack(&from, &small()).unwrap();
    (from, expected)
}

#[test]
fn the_catalogues_checkpoints_may_lie_in_folders_of_their_own_names() {
    let (from, expected) = usual();
    let options = |files: &Files, preset: &str| {
        let options = Catalogue::embedded().unwrap().options(preset).unwrap();
        let small = BuildOptions { name: options.name, origins: options.origins, ..small() };
        let out = pack(files, &small).unwrap();
        let manifest = Manifest::from_json(&out["manifest.json"]).unwrap();
        assert_eq!(manifest.name, preset);
        // But for the manifest, which says where they are from, the packs are the same.
        let rest =
            |files: &Files| files.iter().filter(|f| f.0 != "manifest.json").map(|f| f.1.clone()).collect();
        let (found, expected): (Vec<_>, Vec<_>) = (rest(&out), rest(&expected));
        assert!(found == expected);
        manifest.networks
    };
    let named = options(&from, "quality");
    assert!(named.sam.source.contains("huggingface.co/facebook/sam-vit-base"), "{}", named.sam.source);
    assert_eq!(named.clip.licence, "Apache-2.0");
    assert!(named.isnet.source.contains("xuebinqin/DIS"), "{}", named.isnet.source);
    let by_repository =
        checkpoints("Ko033/isnet-general-use-onnx", "SlimSAM-uniform-77", "CIDAS/clipseg-rd64-refined");
    let named = options(&by_repository, "standard");
    assert!(named.isnet.source.contains("huggingface.co/Ko033/"), "{}", named.isnet.source);
    assert!(named.sam.source.contains("huggingface.co/Zigeng/"), "{}", named.sam.source);
}

#[test]
fn a_vocabulary_and_merges_are_a_tokenizer_too() {
    let (mut from, expected) = usual();
    let tokenizer: Value = serde_json::from_slice(&from.remove("clipseg/tokenizer.json").unwrap()).unwrap();
    let missing = pack(&from, &small()).unwrap_err().to_string();
    assert_eq!(missing, "clipseg/tokenizer.json is missing");
    from.insert("clipseg/vocab.json".into(), serde_json::to_vec(&tokenizer["model"]["vocab"]).unwrap());
    assert!(pack(&from, &small()).is_err());
    let pairs = tokenizer["model"]["merges"].as_array().unwrap().iter();
    let pairs = pairs.map(|pair| format!("{} {}\r\n", pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
    let merges = format!("#version: 0.2\r\n{}", pairs.collect::<String>());
    from.insert("clipseg/merges.txt".into(), merges.into_bytes());
    let found = pack(&from, &small()).unwrap();
    let tokens = |pack: &Files, text: &str| {
        let tokenizer = spotcheck_networks::Tokenizer::from_json(&pack["tokenizer.json"], 40).unwrap();
        tokenizer.encode(text).unwrap()
    };
    for text in ["a photo of a thing.", "2 Dents, it's 10% WORN", "naïve ☕", ""] {
        assert_eq!(tokens(&found, text), tokens(&expected, text), "{text}");
    }
}

#[test]
fn prefixes_and_buffers_of_old_checkpoints_change_nothing() {
    let (mut from, expected) = usual();
    for (network, prefix) in [("isnet", "module."), ("sam", "model."), ("clipseg", "clipseg.")] {
        let file = from.get_mut(&format!("{network}/model.safetensors")).unwrap();
        let ids: Vec<u8> = (0i64..40).flat_map(|i| i.to_le_bytes()).collect();
        let tensors = SafeTensors::deserialize(file).unwrap();
        let mut all: HashMap<String, TensorView<'_>> =
            tensors.tensors().into_iter().map(|(name, view)| (format!("{prefix}{name}"), view)).collect();
        let buffer = TensorView::new(Dtype::I64, vec![1, 40], &ids).unwrap();
        all.insert(format!("{prefix}clip.text_model.embeddings.position_ids"), buffer);
        *file = serialize(all, None).unwrap();
    }
    assert!(pack(&from, &small()).unwrap() == expected);
}

#[test]
fn old_and_new_configurations_say_the_same() {
    let (from, expected) = usual();
    for size in [json!(80), json!([80, 80]), json!({"shortest_edge": 80}), json!({"longest_edge": 80})] {
        let mut other = from.clone();
        edit(&mut other, "clipseg/preprocessor_config.json", |json| json["size"] = size.clone());
        assert!(pack(&other, &small()).unwrap() == expected, "{size}");
    }
    let mut other = from.clone();
    edit(&mut other, "clipseg/preprocessor_config.json", |json| {
        json["size"] = json!({"height": 80, "width": 64})
    });
    let refused = pack(&other, &small()).unwrap_err().to_string();
    assert!(refused.starts_with("clipseg/preprocessor_config.json: size is"), "{refused}");

    // transformers wrote every field of its base class once, and whole copies of the parts.
    let mut other = from.clone();
    edit(&mut other, "clipseg/config.json", |json| {
        json["text_config_dict"] = Value::Null;
        json["torch_dtype"] = json!("float32");
        json["text_config"]["torchscript"] = json!(false);
        json["text_config"]["sep_token_id"] = Value::Null;
        json["vision_config"]["id2label"] = json!({"0": "LABEL_0"});
    });
    assert!(pack(&other, &small()).unwrap() == expected);
    // The legacy end token pools at the highest id, which is where the right one pools.
    let manifest = Manifest::from_json(&expected["manifest.json"]).unwrap();
    let text = &manifest.networks.clipseg.config.clip.text_config;
    assert_eq!((text.eos_token_id, text.pooled_position(&[562, 7, 563, 563])), (2, Some(2)));
}

#[test]
fn isnet_may_be_an_onnx_export() {
    let odd = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/isnet/odd");
    let read = |name: &str| std::fs::read(odd.join(name)).unwrap();
    let mut onnx = Vec::new();
    flate2::read::GzDecoder::new(&read("unfolded.onnx.gz")[..]).read_to_end(&mut onnx).unwrap();
    let (mut from, _) = usual();
    from.retain(|file, _| !file.starts_with("isnet/"));
    let mut tensors = from.clone();
    tensors.insert("isnet/model.safetensors".into(), read("model.safetensors"));
    tensors.insert("isnet/config.json".into(), read("config.json"));
    let expected = pack(&tensors, &small()).unwrap();

    for (weights, folder) in [
        ("isnet/model.onnx", "isnet"),
        ("isnet/isnet-general-use.onnx", "isnet"),
        ("onnx-community/ISNet-ONNX/onnx/model.onnx", "onnx-community/ISNet-ONNX"),
    ] {
        let mut from = from.clone();
        from.insert(weights.into(), onnx.clone());
        from.insert(format!("{folder}/config.json"), read("config.json"));
        let origins = Catalogue::embedded().unwrap().options("standard").unwrap().origins;
        let found = pack(&from, &BuildOptions { origins, ..small() }).unwrap();
        for file in ["isnet.onnx", "isnet.bin"] {
            assert!(found[file] == expected[file], "{weights}: {file}");
        }
        // Without a configuration it is held against the official network's, and this one is smaller.
        from.remove(&format!("{folder}/config.json"));
        let origins = Catalogue::embedded().unwrap().options("standard").unwrap().origins;
        let refused = pack(&from, &BuildOptions { origins, ..small() }).unwrap_err().to_string();
        assert!(refused.starts_with(weights), "{refused}");
        assert!(refused.contains("[5, 3, 3, 3], not [64, 3, 3, 3]"), "{refused}");
    }
    from.insert("isnet/a.onnx".into(), onnx.clone());
    from.insert("isnet/b.onnx".into(), onnx);
    let refused = pack(&from, &small()).unwrap_err().to_string();
    assert_eq!(refused, "isnet: one ONNX export is wanted, and there are a.onnx, b.onnx");
}
