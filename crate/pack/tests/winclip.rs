//! The graphs that WinCLIP needs: what they add to a pack, what is loaded of it, and packs without them.

#[path = "support/checkpoints.rs"]
mod small_checkpoints;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use image::RgbImage;
use pollster::block_on;
use prost::Message;
use safetensors::SafeTensors;
use safetensors::tensor::{TensorView, serialize};
use serde_json::Value;
use small_checkpoints::{Files, checkpoints, edit, pack, small};
use spotcheck_baselines::WindowEncoder;
use spotcheck_engine::onnx::ModelProto;
use spotcheck_engine::{Engine, Preference};
use spotcheck_networks::{ClipText, ClipWindows, Weights};
use spotcheck_pack::{BuildOptions, Error, Estimate, Manifest, Memory, Pack, Precision, Storage, repair};

const GRAPHS: [&str; 3] = ["clip_tokens.onnx", "clip_windows_2.onnx", "clip_windows_3.onnx"];

fn usual(options: &BuildOptions) -> Files {
    pack(&checkpoints("isnet", "sam", "clipseg"), options).unwrap()
}

fn manifest(files: &Files) -> Manifest {
    Manifest::from_json(&files["manifest.json"]).unwrap()
}

/// A pack as it was built before there were such graphs.
fn older(mut files: Files) -> Files {
    edit(&mut files, "manifest.json", |manifest| {
        manifest["networks"]["clip"].as_object_mut().unwrap().remove("windows").unwrap();
        for file in GRAPHS {
            manifest["files"].as_object_mut().unwrap().remove(file).unwrap();
        }
    });
    files.retain(|file, _| !GRAPHS.contains(&file.as_str()));
    files
}

/// Files in memory that tells which were read.
#[derive(Clone)]
struct Watched(Memory, Rc<RefCell<BTreeSet<String>>>);

#[async_trait::async_trait(?Send)]
impl Storage for Watched {
    async fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        self.1.borrow_mut().insert(file.to_owned());
        self.0.read(file).await
    }
}

fn load(storage: impl Storage + 'static) -> Result<(ClipWindows, ClipText), Error> {
    block_on(async {
        let engine = Engine::choose(Preference::Rten).await.unwrap();
        Pack::open(storage).await?.winclip(&engine).await
    })
}

/// The place of each of a graph's outer weights.
fn places(files: &Files, graph: &str) -> BTreeSet<Vec<(String, String)>> {
    let model = ModelProto::decode(files[graph].as_slice()).unwrap();
    let weights =
        model.graph.unwrap().initializer.into_iter().filter(|weight| !weight.external_data.is_empty());
    weights
        .map(|weight| weight.external_data.into_iter().map(|entry| (entry.key, entry.value)).collect())
        .collect()
}

#[test]
fn windows_share_all_weights_with_the_image_tower() {
    for precision in [Precision::F32, Precision::F16, Precision::Int8] {
        let files = usual(&BuildOptions { precision, ..small() });
        let tower = places(&files, "clip_vision.onnx");
        assert!(tower.len() > 20);
        for graph in GRAPHS {
            let own = places(&files, graph);
            assert!(!own.is_empty() && own.is_subset(&tower), "{graph} in {precision}");
        }
    }
}

/// Equal batches, the last one too: four windows of 2 × 2 patches, one of 3 × 3.
#[test]
fn windows_come_in_equal_batches() {
    let cases = [(32, [4, 1], 1), (4, [4, 1], 1), (3, [2, 1], 2), (1, [1, 1], 4), (0, [1, 1], 4)];
    for (most, at_a_time, runs) in cases {
        let files = usual(&BuildOptions { windows: most, ..small() });
        let manifest = manifest(&files);
        let windows = manifest.networks.clip.windows.clone().unwrap();
        let found: Vec<_> = windows.windows.iter().map(|graph| (graph.side, graph.windows)).collect();
        assert_eq!(found, [(2, at_a_time[0]), (3, at_a_time[1])], "at most {most}");
        let [two, three] = [0, 1].map(|i| windows.windows[i].graph.flops);
        let picture = manifest.networks.clip.vision.flops + windows.tokens.flops;
        assert_eq!(Estimate::winclip(&manifest), Some(picture + runs * two + three));
    }
}

#[test]
fn winclip_is_loaded_without_the_other_networks() {
    let files = usual(&small());
    let read = Rc::new(RefCell::new(BTreeSet::new()));
    let (windows, texts) = load(Watched(Memory::new(files), Rc::clone(&read))).unwrap();
    let [tokens, two, three] = GRAPHS;
    let wanted = ["manifest.json", "tokenizer.json", "clip_vision.onnx", "clipseg.bin", tokens, two, three];
    assert_eq!(*read.borrow(), wanted.map(str::to_owned).into());

    // What transformers computed for the whole picture, and so for the window that holds all of its patches.
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/clipseg/refined");
    let read = |name: &str| std::fs::read(fixture.join(name)).unwrap();
    let picture = image::load_from_memory(&read("picture.png")).unwrap().into_rgb8();
    let bytes = read("expected.safetensors");
    let expected = Weights::from_safetensors(&bytes).unwrap();
    let expected = |name: &str| expected.take(name, &expected.shape(name).unwrap()).unwrap();
    let near = |found: &[f32], expected: &[f32]| {
        let length = expected.iter().map(|v| v * v).sum::<f32>().sqrt();
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(found, v)| (found - v / length).abs() < 1e-4));
    };
    let embedding = expected("image_embedding");
    near(&block_on(windows.embed_image(&picture)).unwrap(), &embedding);
    let tokens = block_on(windows.patch_tokens(&picture)).unwrap();
    near(&block_on(windows.embed_windows(&tokens, 3, &[[0, 0]])).unwrap()[0], &embedding);
    let two = block_on(windows.embed_windows(&tokens, 2, &tokens.corners(2))).unwrap();
    assert_eq!(two.len(), 4);

    let prompts: Vec<String> = serde_json::from_slice(&read("prompts.json")).unwrap();
    let found = block_on(texts.embed(&prompts)).unwrap().concat();
    let worst = found.iter().zip(expected("text_embedding")).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-4, "{worst}");
}

#[test]
fn older_packs_work_but_for_winclip() {
    let files = older(usual(&small()));
    let error = load(Memory::new(files.clone())).err().unwrap();
    assert!(matches!(error, Error::Without { .. }));
    assert_eq!(error.to_string(), "the pack has no graphs for WinCLIP: build the pack anew");
    assert_eq!(Estimate::winclip(&manifest(&files)), None);
    block_on(async {
        let engine = Engine::choose(Preference::Rten).await.unwrap();
        let pack = Pack::open(Memory::new(files)).await.unwrap();
        assert!(pack.damage().await.is_empty());
        let models = pack.models(&engine).await.unwrap();
        models.clip_vision.embed(&RgbImage::new(9, 9)).await.unwrap();
    });
}

#[test]
fn older_packs_are_mended_without_being_extended() {
    let from = checkpoints("isnet", "sam", "clipseg");
    let older = older(usual(&small()));
    let mut files = older.clone();
    files.get_mut("clip_vision.onnx").unwrap()[100] ^= 1;
    let damaged = ["clip_vision.onnx".to_owned()];
    let go_on = &mut |_| ControlFlow::Continue(());
    repair(&from, &mut files, &small(), &manifest(&older), &damaged, go_on).unwrap();
    assert!(files == older);
}

#[test]
fn a_graph_that_is_not_listed_is_named() {
    for graph in GRAPHS {
        let mut files = usual(&small());
        edit(&mut files, "manifest.json", |manifest| {
            manifest["files"].as_object_mut().unwrap().remove(graph).unwrap();
        });
        let error = Manifest::from_json(&files["manifest.json"]).unwrap_err().to_string();
        assert!(error.contains(&format!("{graph} is used, but not among the files")), "{error}");
    }
}

/// A network of 2 × 2 patches: the first of the positions of one of 3 × 3.
#[test]
fn too_few_patches_make_a_pack_without_windows() {
    let mut from = checkpoints("isnet", "sam", "clipseg");
    edit(&mut from, "clipseg/config.json", |config: &mut Value| {
        config["vision_config"]["image_size"] = 32.into()
    });
    let bytes = from["clipseg/model.safetensors"].clone();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let cut = tensors.iter().map(|(name, tensor)| {
        let (mut shape, mut data) = (tensor.shape().to_vec(), tensor.data());
        if name.ends_with("vision_model.embeddings.position_embedding.weight") {
            data = &data[..data.len() / shape[0] * 5];
            shape[0] = 5;
        }
        (name.to_owned(), TensorView::new(tensor.dtype(), shape, data).unwrap())
    });
    let cut: Vec<_> = cut.collect();
    from.insert("clipseg/model.safetensors".into(), serialize(cut, None).unwrap());
    let files = pack(&from, &small()).unwrap();
    assert!(manifest(&files).networks.clip.windows.is_none());
    assert!(GRAPHS.iter().all(|graph| !files.contains_key(*graph)));
}
