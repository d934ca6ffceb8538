//! Holds the networks at full size, on every engine, against what transformers and PyTorch computed.
//!
//!     python tests/parity/full/make_checkpoints.py FOLDER
//!     cargo run --release -p spotcheck-networks --example full_parity -- FOLDER rten|wonnx|both [NETWORK…]
//!
//! `cargo xtask parity --full` does both. Prints a line a result; fails when one is too far, and when a tensor would not
//! fit the smallest binding that WebGPU promises. Runs on a stack as small as WebAssembly's.

#[path = "../tests/support/fixtures.rs"]
#[allow(dead_code)]
mod fixtures;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use fixtures::{Expected, bytes, difference, unit_rows};
use spotcheck_engine::onnx::ModelProto;
use spotcheck_engine::{Engine, Preference, Tensor};
use spotcheck_networks::{ClipSegConfig, Inline, IsNetConfig, SamConfig, Weights};

/// Largest difference of a map's pixel after the sigmoid.
const MAP: f32 = 1e-3;
/// Largest difference of a component of a unit embedding.
const UNIT: f32 = 1e-4;
/// Largest difference of a value that has no bounds; of its share where it is above 1.
const SHARE: f32 = 1e-3;
/// What every WebGPU device binds.
const BINDING: usize = 128 << 20;
/// The stack that rustc gives WebAssembly.
const STACK: usize = 1 << 20;
const NETWORKS: [&str; 4] = ["clip", "slimsam", "isnet", "sam-vit-b"];
/// Prompts that CLIPSeg's decoder takes at a time, and points that SAM's takes.
const PROMPTS: usize = 6;
const POINTS: usize = 3;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(engine)) = (arguments.next(), arguments.next()) else {
        eprintln!("which folder, and rten, wonnx or both?");
        return ExitCode::FAILURE;
    };
    let named: Vec<String> = arguments.collect();
    let wanted = move |name: &str| named.is_empty() || named.iter().any(|n| n == name);
    let check = move || {
        let mut report = Report { failed: 0 };
        for preference in [Preference::Rten, Preference::Wonnx] {
            if engine != "both" && engine != preference.to_string() {
                continue;
            }
            let engine = match pollster::block_on(Engine::choose(preference)) {
                Ok(engine) => engine,
                Err(e) => {
                    report.fail(format_args!("{preference} cannot be used: {e}"));
                    continue;
                }
            };
            println!("{preference} ({})", engine.reason());
            for network in NETWORKS.into_iter().filter(|network| wanted(network)) {
                let folder = PathBuf::from(&folder);
                match network {
                    "clip" => clip(&engine, &folder.join("clipseg"), &mut report),
                    "slimsam" => sam(network, &engine, &folder.join("sam"), &mut report),
                    "isnet" => isnet(&engine, &folder.join("isnet"), &mut report),
                    _ => sam(network, &engine, &folder.join("quality/sam"), &mut report),
                }
            }
        }
        report.failed
    };
    let failed =
        std::thread::Builder::new().stack_size(STACK).spawn(check).map(std::thread::JoinHandle::join);
    match failed {
        Ok(Ok(0)) => ExitCode::SUCCESS,
        Ok(Ok(failed)) => {
            eprintln!("{failed} results are too far, or are not there");
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

struct Report {
    failed: usize,
}

impl Report {
    fn line(&mut self, what: &str, worst: f32, tolerance: f32) {
        // A NaN is not within anything.
        let good = worst <= tolerance;
        self.failed += usize::from(!good);
        println!(
            "  {what:<28} max |Δ| {worst:.1e} of {tolerance:.0e}{}",
            if good { "" } else { "  TOO FAR" }
        );
    }

    fn fail(&mut self, message: std::fmt::Arguments<'_>) {
        println!("  {message}");
        self.failed += 1;
    }

    /// Loads a graph and runs it on each of the inputs, and says how long that took.
    fn run(
        &mut self,
        engine: &Engine,
        name: &str,
        graph: &[u8],
        runs: &[Vec<(&str, &Tensor)>],
    ) -> Vec<Vec<Tensor>> {
        let largest = largest_tensor(graph);
        if largest > BINDING {
            self.fail(format_args!("{name}: a tensor has {largest} bytes"));
        }
        let start = Instant::now();
        let session = match pollster::block_on(engine.load(name, graph)) {
            Ok(session) => session,
            Err(e) => {
                self.fail(format_args!("{e}"));
                return Vec::new();
            }
        };
        let loaded = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let mut outputs = Vec::new();
        for inputs in runs {
            match pollster::block_on(session.run(inputs)) {
                Ok(output) => outputs.push(output),
                Err(e) => {
                    self.fail(format_args!("{e}"));
                    return Vec::new();
                }
            }
        }
        let ran = start.elapsed().as_secs_f64() / runs.len().max(1) as f64;
        println!("  {name}: loaded in {loaded:.1} s, {ran:.2} s a run, largest tensor {} MiB", largest >> 20);
        outputs
    }
}

/// Bytes of the largest tensor of a graph.
fn largest_tensor(graph: &[u8]) -> usize {
    let model = ModelProto::read(graph.to_vec()).unwrap();
    let graph = model.graph.unwrap();
    let values = graph.value_info.iter().chain(&graph.input).chain(&graph.output);
    let made = values.map(|v| v.shape().unwrap().iter().product::<usize>() * 4);
    made.chain(graph.initializer.iter().map(|t| t.raw_data.len())).max().unwrap_or(0)
}

fn clip(engine: &Engine, folder: &Path, report: &mut Report) {
    let checkpoint = bytes(folder, "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let config = ClipSegConfig::from_json(&bytes(folder, "config.json")).unwrap();
    let expected = Expected::read(folder);

    let graph = config.clip.vision_graph(&weights, &mut Inline).unwrap();
    let found = report.run(engine, "clip_vision", &graph, &[vec![("image", &expected.get("clip_pixels"))]]);
    if let Some([embedding]) = found.first().map(Vec::as_slice) {
        let worst = difference(&unit_rows(embedding), &unit_rows(&expected.get("image_embedding")));
        report.line("CLIP image embedding", worst, UNIT);
    }
    drop(graph);

    let texts = texts(&expected.get("ids"));
    for length in [24, 77] {
        let mut ids = Vec::new();
        let mut eot = Vec::new();
        for text in &texts {
            let end = config.clip.text_config.pooled_position(text).unwrap();
            assert!(end < length);
            eot.push((ids.len() + end) as i32);
            ids.extend_from_slice(&text[..length]);
        }
        let (ids, eot) =
            Tensor::i32([texts.len(), length], ids).zip(Tensor::i32([texts.len()], eot)).unwrap();
        let graph = config.clip.text_graph(&weights, &mut Inline, texts.len(), length).unwrap();
        let found = report.run(engine, "clip_text", &graph, &[vec![("ids", &ids), ("eot", &eot)]]);
        if let Some([embeddings]) = found.first().map(Vec::as_slice) {
            let worst = difference(&unit_rows(embeddings), &unit_rows(&expected.get("text_embedding")));
            report.line(&format!("CLIP texts of {length} tokens"), worst, UNIT);
        }
    }

    let graph = config.vision_graph(&weights, &mut Inline, 352).unwrap();
    let found = report.run(engine, "clipseg_vision", &graph, &[vec![("image", &expected.get("pixels"))]]);
    drop(graph);
    let Some(reduced) = found.first() else { return };
    let logits = expected.get("logits");
    let width = expected.get("text_embedding").shape()[1];
    let prompts = expected.get("text_embedding").into_f32().unwrap();
    let prompts: Vec<Tensor> = prompts[..logits.shape()[0] * width]
        .chunks(PROMPTS * width)
        .map(|some| Tensor::f32([PROMPTS, width], some.to_vec()).unwrap())
        .collect();
    let names = ["r0", "r1", "r2"];
    let runs: Vec<Vec<_>> = prompts
        .iter()
        .map(|some| names.into_iter().zip(reduced).chain([("prompts", some)]).collect())
        .collect();
    let graph = config.decoder_graph(&weights, &mut Inline, 352, PROMPTS).unwrap();
    let found = report.run(engine, "clipseg_decoder", &graph, &runs);
    if found.len() == runs.len() {
        let found: Vec<f32> = found.iter().flat_map(|maps| maps[0].as_f32().unwrap()).copied().collect();
        let worst = difference(&sigmoid(&found), &sigmoid(logits.as_f32().unwrap()));
        report.line("CLIPSeg maps", worst, MAP);
    }
}

fn texts(ids: &Tensor) -> Vec<Vec<i32>> {
    let spotcheck_engine::Data::I32(values) = ids.data() else { return Vec::new() };
    values.chunks(ids.shape()[1]).map(<[i32]>::to_vec).collect()
}

fn sam(name: &str, engine: &Engine, folder: &Path, report: &mut Report) {
    let checkpoint = bytes(folder, "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let config = SamConfig::from_json(&bytes(folder, "config.json")).unwrap();
    let expected = Expected::read(folder);

    let graph = config.encoder_graph(&weights, &mut Inline).unwrap();
    let found = report.run(engine, "sam_encoder", &graph, &[vec![("image", &expected.get("pixels"))]]);
    drop(graph);
    if let Some([embedding]) = found.first().map(Vec::as_slice) {
        let worst = share(embedding, &expected.get("embedding"));
        report.line(&format!("{name} embedding"), worst, SHARE);
    }
    let graph = config.decoder_graph(&weights, &mut Inline, POINTS).unwrap();
    let (embedding, sparse) = (expected.get("embedding"), expected.get("sparse"));
    let inputs = vec![("embedding", &embedding), ("sparse", &sparse)];
    let found = report.run(engine, "sam_decoder", &graph, &[inputs]);
    if let Some([masks, iou]) = found.first().map(Vec::as_slice) {
        report.line(&format!("{name} mask logits"), share(masks, &expected.get("masks")), SHARE);
        report.line(&format!("{name} predicted IoU"), share(iou, &expected.get("iou")), UNIT);
    }
}

fn isnet(engine: &Engine, folder: &Path, report: &mut Report) {
    let checkpoint = bytes(folder, "model.safetensors");
    let weights = Weights::from_safetensors(&checkpoint).unwrap();
    let config = IsNetConfig::from_json(&bytes(folder, "config.json")).unwrap();
    let expected = Expected::read(folder);
    let graph = config.graph(&weights, &mut Inline).unwrap();
    let found = report.run(engine, "isnet", &graph, &[vec![("image", &expected.get("pixels"))]]);
    if let Some([saliency]) = found.first().map(Vec::as_slice) {
        let worst = difference(saliency.as_f32().unwrap(), expected.get("saliency").as_f32().unwrap());
        report.line("IS-Net saliency", worst, MAP);
    }
}

fn sigmoid(logits: &[f32]) -> Vec<f32> {
    logits.iter().map(|v| 1.0 / (1.0 + (-v).exp())).collect()
}

/// The largest difference; where a value is above 1, of its share.
fn share(found: &Tensor, expected: &Tensor) -> f32 {
    assert_eq!(found.shape(), expected.shape());
    let expected = expected.as_f32().unwrap();
    let scaled =
        |values: &[f32]| values.iter().zip(expected).map(|(v, e)| v / e.abs().max(1.0)).collect::<Vec<_>>();
    difference(&scaled(found.as_f32().unwrap()), &scaled(expected))
}
