//! `spotcheck pack` as a person runs it, on small random checkpoints.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn spotcheck(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spotcheck")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Small checkpoints in a folder.
fn checkpoints(dir: &Path) -> PathBuf {
    let from = dir.join("from");
    for (network, source) in [("isnet", "isnet/even"), ("sam", "sam/padded"), ("clipseg", "clipseg/refined")]
    {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity").join(source);
        std::fs::create_dir_all(from.join(network)).unwrap();
        for file in ["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"] {
            if source.join(file).exists() {
                std::fs::copy(source.join(file), from.join(network).join(file)).unwrap();
            }
        }
    }
    from
}

fn build(from: &Path, out: &Path, more: &[&str]) -> Output {
    let arguments = ["pack", "build", "--from", from.to_str().unwrap(), "--out", out.to_str().unwrap()];
    spotcheck(&[&arguments[..], more].concat())
}

#[test]
fn presets_name_the_pack_and_what_is_missing() {
    let dir = TempDir::new().unwrap();
    let (from, out) = (checkpoints(dir.path()), dir.path().join("out"));
    let done = build(&from, &out, &["--preset", "standard", "--precision", "f16"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let info = spotcheck(&["pack", "info", "--json", out.to_str().unwrap()]);
    let info: Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!((info["name"].as_str(), info["precision"].as_str()), (Some("standard"), Some("f16")));
    assert_eq!(info["networks"][1]["licence"], "Apache-2.0");
    let source = info["networks"][1]["source"].as_str().unwrap();
    assert!(source.contains("Zigeng/SlimSAM-uniform-77"), "{source}");

    std::fs::remove_file(from.join("sam/model.safetensors")).unwrap();
    let done = build(&from, &out, &["--preset", "quality"]);
    assert!(!done.status.success());
    let said = text(&done.stderr);
    assert!(said.contains("sam/model.safetensors is missing"), "{said}");
    assert!(said.contains("https://huggingface.co/facebook/sam-vit-base"), "{said}");
    let said = text(&build(&from, &out, &["--preset", "huge"]).stderr);
    assert!(said.contains("quality, standard"), "{said}");
    let said = text(&build(&from, &out, &["--precision", "int4"]).stderr);
    assert!(said.contains("f32, f16 and int8"), "{said}");
}

#[test]
fn verify_names_every_damaged_file_and_what_to_do() {
    let dir = TempDir::new().unwrap();
    let (from, out) = (checkpoints(dir.path()), dir.path().join("out"));
    assert!(build(&from, &out, &[]).status.success());
    let verify = || spotcheck(&["pack", "verify", out.to_str().unwrap()]);
    assert!(verify().status.success());

    let flip = |file: &str| {
        let mut bytes = std::fs::read(out.join(file)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(out.join(file), bytes).unwrap();
    };
    flip("isnet.bin");
    flip("tokenizer.json");
    std::fs::remove_file(out.join("sam_decoder.onnx")).unwrap();
    let done = verify();
    assert!(!done.status.success());
    let said = text(&done.stderr);
    for file in ["isnet.bin is damaged", "tokenizer.json is damaged", "sam_decoder.onnx is missing"] {
        assert!(said.contains(file), "{said}");
    }
    assert!(
        !said.contains("sam.bin") && said.contains("3 of ") && said.contains("spotcheck pack build"),
        "{said}"
    );
}

#[test]
fn repair_makes_a_damaged_file_again() {
    let scratch = TempDir::new().unwrap();
    let from = checkpoints(scratch.path());
    let out = scratch.path().join("pack");
    let built = build(&from, &out, &[]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    let weights = out.join("isnet.bin");
    let whole = std::fs::read(&weights).unwrap();
    let mut damaged = whole.clone();
    damaged[1000] ^= 4;
    std::fs::write(&weights, damaged).unwrap();
    let repair = || spotcheck(&["pack", "repair", out.to_str().unwrap(), "--from", from.to_str().unwrap()]);
    let repaired = repair();
    assert!(repaired.status.success(), "{}", text(&repaired.stderr));
    assert!(text(&repaired.stderr).contains("isnet.bin is damaged"));
    assert!(std::fs::read(&weights).unwrap() == whole);
    assert!(text(&repair().stdout).contains("is whole"));
}

#[test]
fn a_pack_with_its_layers_is_evaluated_by_april_gan() {
    let dir = TempDir::new().unwrap();
    let (from, pack, data) = (checkpoints(dir.path()), dir.path().join("pack"), dir.path().join("data"));
    let (pack, data) = (pack.to_str().unwrap(), data.to_str().unwrap());
    let drawn = spotcheck(&[
        "parts", "--layout", "visa", "--split", "unseen", "--seed", "3", "--count", "12", "--size", "96",
        "--out", data,
    ]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    let evaluate = |out: &Path| {
        let out = out.to_str().unwrap();
        spotcheck(&[
            "evaluate",
            "--dataset",
            "visa",
            data,
            "--method",
            "aprilgan",
            "--engine",
            "rten",
            "--pack",
            pack,
            "--classes",
            "cashew",
            "--out",
            out,
        ])
    };
    assert!(build(&from, Path::new(pack), &[]).status.success());
    let said = text(&evaluate(&dir.path().join("none")).stderr);
    assert!(said.contains("no layers for APRIL-GAN") && said.contains("build the pack anew"), "{said}");

    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/april_gan/refined/april_gan");
    std::fs::create_dir_all(from.join("april_gan")).unwrap();
    for file in ["config.json", "model.safetensors"] {
        std::fs::copy(source.join(file), from.join("april_gan").join(file)).unwrap();
    }
    let built = build(&from, Path::new(pack), &[]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    let info = text(&spotcheck(&["pack", "info", pack]).stdout);
    assert!(info.contains("APRIL-GAN, 112 × 112 pixels") && info.contains("april_gan.onnx"), "{info}");
    assert!(spotcheck(&["pack", "verify", pack]).status.success());

    let results = dir.path().join("results");
    let done = evaluate(&results);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let run: Value = serde_json::from_slice(&std::fs::read(results.join("run.json")).unwrap()).unwrap();
    let scores = std::fs::read_to_string(results.join("results.csv")).unwrap();
    assert_eq!(run["method"], "aprilgan");
    assert_eq!(run["settings"]["templates"].as_array().unwrap().len(), 35);
    assert_eq!(scores.lines().count(), 3, "{scores}");
}

/// The sums of the estimate, from the demo pack's own counts.
#[test]
fn info_tells_of_the_demo_pack_without_a_folder() {
    let printed = text(&spotcheck(&["pack", "info"]).stdout);
    for part in ["demo: f32", "IS-Net, 256 × 256", "licence MIT OR Apache-2.0", "clip_text_77.onnx", "naive"]
    {
        assert!(printed.contains(part), "{part} is not in {printed}");
    }
    let info: Value = serde_json::from_slice(&spotcheck(&["pack", "info", "--json"]).stdout).unwrap();
    let flops = |file: &str| {
        let graphs =
            info["networks"].as_array().unwrap().iter().flat_map(|n| n["graphs"].as_array().unwrap());
        let graph = graphs.into_iter().find(|graph| graph["file"] == file).unwrap();
        graph["flops"].as_u64().unwrap()
    };
    let stage = |name: &str, key: &str| {
        let stages = info["one_object"]["stages"].as_array().unwrap();
        stages.iter().find(|stage| stage["name"] == name).unwrap()[key].as_u64().unwrap()
    };
    // 12 × 12 points: nine batches of 16; a quarter of them, 36, are three; 18 different prompts of 19, six at a time.
    assert_eq!(stage("SAM decoder", "flops"), 3 * flops("sam_decoder.onnx"));
    assert_eq!(stage("SAM decoder", "naive_flops"), 9 * flops("sam_decoder.onnx"));
    assert_eq!(stage("CLIPSeg decoder", "flops"), 3 * flops("clipseg_decoder.onnx"));
    assert_eq!(stage("CLIPSeg decoder", "naive_flops"), flops("clipseg_decoder.onnx") / 6 * 19);
    assert_eq!(stage("CLIP text", "naive_flops"), flops("clip_text_77.onnx") / 32 * (42 * 22 + 19));
    assert_eq!(stage("CLIPSeg vision", "flops"), flops("clipseg_vision.onnx"));
    assert!(stage("CLIPSeg vision", "naive_flops") >= 19 * flops("clipseg_vision.onnx"));
    let once = ["isnet.onnx", "sam_encoder.onnx", "clip_vision.onnx", "clipseg_vision.onnx"];
    let decoders = 3 * flops("sam_decoder.onnx") + 3 * flops("clipseg_decoder.onnx");
    let sum = once.map(flops).iter().sum::<u64>() + decoders;
    assert_eq!(info["one_object"]["flops"].as_u64().unwrap(), sum);
}

#[test]
fn winclip_is_evaluated_with_a_pack_that_has_its_graphs() {
    let dir = TempDir::new().unwrap();
    let (from, out) = (checkpoints(dir.path()), dir.path().join("out"));
    let done = build(&from, &out, &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let info = spotcheck(&["pack", "info", "--json", out.to_str().unwrap()]);
    let info: Value = serde_json::from_slice(&info.stdout).unwrap();
    let graphs = info["networks"][2]["graphs"].as_array().unwrap();
    let flops = |file: &str| graphs.iter().find(|g| g["file"] == file).unwrap()["flops"].as_u64().unwrap();
    // Of 3 × 3 patches: all windows of a kind are one run.
    let runs = ["clip_vision.onnx", "clip_tokens.onnx", "clip_windows_2.onnx", "clip_windows_3.onnx"];
    assert_eq!(info["winclip_flops"].as_u64(), Some(runs.map(flops).iter().sum()));
    let shown = text(&spotcheck(&["pack", "info", out.to_str().unwrap()]).stdout);
    assert!(
        shown.contains("4 windows of 2 × 2 patches") && shown.contains("A picture by WinCLIP"),
        "{shown}"
    );

    let data = dir.path().join("data");
    let drawn = spotcheck(&[
        "parts",
        "--layout",
        "folder",
        "--split",
        "unseen",
        "--seed",
        "3",
        "--count",
        "6",
        "--size",
        "64",
        "--out",
        data.to_str().unwrap(),
    ]);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    let results = dir.path().join("results");
    let evaluate = || {
        let (data, results) = (data.to_str().unwrap(), results.to_str().unwrap());
        spotcheck(&[
            "evaluate",
            "--dataset",
            "folder",
            data,
            "--method",
            "winclip",
            "--engine",
            "rten",
            "--pack",
            out.to_str().unwrap(),
            "--out",
            results,
        ])
    };
    let done = evaluate();
    assert!(done.status.success(), "{}", text(&done.stderr));
    let run: Value = serde_json::from_slice(&std::fs::read(results.join("run.json")).unwrap()).unwrap();
    assert_eq!(run["method"], "winclip");
    let settings = &run["settings"];
    let counts =
        ["normal_states", "anomalous_states", "templates"].map(|key| settings[key].as_array().unwrap().len());
    assert_eq!((counts, &settings["window_sides"]), ([7, 4, 22], &serde_json::json!([2, 3])));
    assert!(text(&done.stdout).contains("winclip"), "{}", text(&done.stdout));
    let rows = std::fs::read_to_string(results.join("results.csv")).unwrap();
    assert_eq!(rows.lines().count(), 7, "{rows}");

    // A pack of an older version.
    let path = out.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    manifest["networks"]["clip"].as_object_mut().unwrap().remove("windows").unwrap();
    std::fs::write(&path, manifest.to_string()).unwrap();
    std::fs::remove_dir_all(&results).unwrap();
    let failed = evaluate();
    let said = text(&failed.stderr);
    assert!(
        !failed.status.success() && said.contains("no graphs for WinCLIP: build the pack anew"),
        "{said}"
    );
}
