//! Packs with APRIL-GAN's layers: built, loaded, damaged, and the whole way from a picture to score and map against
//! `tests/parity/april_gan/refined`.

#[path = "support/checkpoints.rs"]
mod support;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use image::RgbImage;
use pollster::block_on;
use spotcheck_baselines::{AprilGan, Baseline};
use spotcheck_engine::{Engine, Preference};
use spotcheck_method::{CancellationToken, Inspection, Settings};
use spotcheck_networks::Weights;
use spotcheck_pack::{
    BuildOptions, Error, Manifest, Memory, Origin, Pack, Precision, networks_of, possible_files, repair,
};
use support::{Files, edit, pack, small};

fn parity(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/april_gan/refined").join(name)
}

fn checkpoints() -> Files {
    let mut files = support::checkpoints("isnet", "sam", "clipseg");
    for name in ["config.json", "model.safetensors"] {
        let bytes = std::fs::read(parity("april_gan").join(name)).unwrap();
        files.insert(format!("april_gan/{name}"), bytes);
    }
    files
}

fn without_layers() -> Files {
    checkpoints().into_iter().filter(|(file, _)| !file.starts_with("april_gan/")).collect()
}

fn options() -> BuildOptions {
    let origin = Origin { licence: "MIT".into(), source: "random numbers".into(), ..Origin::default() };
    BuildOptions { origins: [("april_gan".into(), origin)].into(), texts: 16, ..small() }
}

fn open(files: &Files) -> Pack {
    block_on(Pack::open(Memory::new(files.clone()))).unwrap()
}

fn manifest(files: &Files) -> Manifest {
    Manifest::from_json(&files["manifest.json"]).unwrap()
}

fn engine(preference: Preference) -> Option<Engine> {
    match block_on(Engine::choose(preference)) {
        Ok(engine) => Some(engine),
        Err(e) if preference == Preference::Wonnx => {
            eprintln!("not tested on the GPU: {e}");
            None
        }
        Err(e) => panic!("{e}"),
    }
}

fn inspect(pack: &Pack, engine: &Engine, picture: &RgbImage, object: &str) -> Inspection {
    block_on(async {
        let (stages, texts) = pack.april_gan(engine).await.unwrap();
        let mut baseline =
            Baseline::new(AprilGan::new(stages), Box::new(texts), &Settings::default()).unwrap();
        let (mut quiet, never) = (|_| {}, CancellationToken::default());
        let found = baseline.inspect(picture, object, None, &mut quiet, &never).await.unwrap();
        let texts = baseline.text_features(object).unwrap();
        let both = [&texts.normal[..], &texts.anomalous].concat();
        let worst = difference(&both, &expected("texts"));
        assert!(worst < 1e-4, "texts on {}: {worst}", engine.kind());
        found
    })
}

fn expected(name: &str) -> Vec<f32> {
    let bytes = std::fs::read(parity("expected.safetensors")).unwrap();
    let weights = Weights::from_safetensors(&bytes).unwrap();
    weights.take(name, &weights.shape(name).unwrap()).unwrap()
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |m, d| if d > m || d.is_nan() { d } else { m })
}

#[test]
fn score_and_map_of_a_picture_are_the_references() {
    let pack = open(&pack(&checkpoints(), &options()).unwrap());
    let picture = image::open(parity("picture.png")).unwrap().into_rgb8();
    assert_ne!(picture.width(), picture.height());
    for engine in [Preference::Rten, Preference::Wonnx].into_iter().filter_map(engine) {
        let found = inspect(&pack, &engine, &picture, "hex nut");
        // Logits are 100 times a difference of cosines, so 1e-5 there is up to 2.5e-4 here.
        let worst = difference(&[found.score], &expected("score"));
        assert!(worst < 1e-3, "score on {}: {worst}", engine.kind());
        assert_eq!((found.map.width(), found.map.height()), (150, 90));
        let worst = difference(found.map.data(), &expected("map"));
        assert!(worst < 1e-3, "map on {}: {worst}", engine.kind());
    }
}

#[test]
fn a_pack_without_layers_says_what_to_do() {
    let files = pack(&without_layers(), &options()).unwrap();
    assert!(!String::from_utf8_lossy(&files["manifest.json"]).contains("april_gan"));
    let engine = engine(Preference::Rten).unwrap();
    let error = block_on(open(&files).april_gan(&engine)).map(drop).unwrap_err().to_string();
    assert!(error.starts_with("the pack has no layers for APRIL-GAN"), "{error}");
    assert!(error.contains("folder april_gan") && error.contains("build the pack anew"), "{error}");
}

#[test]
fn the_other_networks_files_are_the_same_with_it_and_without() {
    for largest_file in [20 << 20, 30_000] {
        let options = BuildOptions { largest_file, ..options() };
        let (with, without) =
            (pack(&checkpoints(), &options).unwrap(), pack(&without_layers(), &options).unwrap());
        for (name, bytes) in without.iter().filter(|(name, _)| *name != "manifest.json") {
            assert!(with[name] == *bytes, "{name}");
        }
        let own: Vec<&String> = with.keys().filter(|name| !without.contains_key(*name)).collect();
        assert!(own.iter().all(|name| name.starts_with("april_gan.")), "{own:?}");
        // CLIP's tensors are not in it again: four layers of 36 × 28, and positions for 49 patches.
        let bytes: usize =
            own.iter().filter(|name| name.contains(".bin")).map(|name| with[*name].len()).sum();
        let least = 4 * (4 * 36 * 28 + 49 * 36);
        assert!((least..least + 1024).contains(&bytes), "{bytes} for {least}");
    }
    let network = manifest(&pack(&checkpoints(), &options()).unwrap()).networks.april_gan.unwrap();
    assert_eq!((network.input, &network.licence[..], &network.source[..]), (112, "MIT", "random numbers"));
    assert!(network.graph.flops > 0);
}

#[test]
fn every_precision_stays_near() {
    let picture = image::open(parity("picture.png")).unwrap().into_rgb8();
    let engine = engine(Preference::Rten).unwrap();
    let load = |precision| {
        let pack = open(&pack(&checkpoints(), &BuildOptions { precision, ..options() }).unwrap());
        block_on(async { pack.april_gan(&engine).await.unwrap().0.encode(&picture).await.unwrap() })
    };
    let exact = load(Precision::F32);
    for (precision, most) in [(Precision::F16, 3e-3), (Precision::Int8, 8e-2)] {
        let near = load(precision);
        let worst = difference(&near.patches.layers().concat(), &exact.patches.layers().concat());
        assert!(worst < most && worst > 0.0, "{precision}: {worst}");
    }
}

#[test]
fn damaged_files_are_made_again_from_both_checkpoints() {
    let options = BuildOptions { largest_file: 30_000, ..options() };
    let whole = pack(&checkpoints(), &options).unwrap();
    let (graph, blob) = ("april_gan.onnx", "april_gan.bin");
    let mut damaged_pack = whole.clone();
    damaged_pack.remove(graph);
    *damaged_pack.get_mut(blob).unwrap().last_mut().unwrap() ^= 1;
    let damage = block_on(open(&damaged_pack).damage());
    let damaged: Vec<String> = damage.iter().filter_map(Error::file).map(str::to_owned).collect();
    assert_eq!(damaged, [blob, graph]);
    assert_eq!(networks_of(&damaged), ["clipseg", "april_gan"]);
    assert_eq!(networks_of(&["clipseg.bin.000".to_owned()]), ["clipseg"]);

    let mut from = checkpoints();
    from.retain(|file, _| file.starts_with("clipseg/") || file.starts_with("april_gan/"));
    let mut mended = damaged_pack.clone();
    let go_on = &mut |_| ControlFlow::Continue(());
    repair(&from, &mut mended, &options, &manifest(&whole), &damaged, go_on).unwrap();
    assert!(mended == whole);

    // CLIP's own files need CLIP's checkpoint alone.
    from.retain(|file, _| file.starts_with("clipseg/"));
    let mut clip_damaged = whole.clone();
    clip_damaged.remove("clipseg.bin.000");
    repair(&from, &mut clip_damaged, &options, &manifest(&whole), &["clipseg.bin.000".into()], go_on)
        .unwrap();
    assert!(clip_damaged == whole);
}

#[test]
fn its_files_are_foretold_and_its_faults_named() {
    for largest_file in [20 << 20, 3_000] {
        let options = BuildOptions { largest_file, ..options() };
        let possible = possible_files(&checkpoints(), &options).unwrap();
        let built = pack(&checkpoints(), &options).unwrap();
        assert!(built.keys().all(|name| possible.contains(name)));
    }
    let mut unlisted = pack(&checkpoints(), &options()).unwrap();
    edit(&mut unlisted, "manifest.json", |manifest| {
        manifest["files"].as_object_mut().unwrap().remove("april_gan.onnx");
    });
    let error = Manifest::from_json(&unlisted["manifest.json"]).unwrap_err().to_string();
    assert!(error.contains("april_gan.onnx is used"), "{error}");
    let mut no_weights = checkpoints();
    no_weights.remove("april_gan/model.safetensors");
    let error = pack(&no_weights, &options()).unwrap_err().to_string();
    assert_eq!(error, "april_gan/model.safetensors is missing");
    let mut deeper = checkpoints();
    edit(&mut deeper, "april_gan/config.json", |config| config["features_list"] = [6, 12, 18, 24].into());
    let error = pack(&deeper, &options()).unwrap_err().to_string();
    assert!(error.contains("april_gan/") && error.contains("1 to 4"), "{error}");
}
