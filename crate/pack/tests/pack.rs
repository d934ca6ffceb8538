//! Packs of small random checkpoints: built, read back, damaged, and run against what transformers computed.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use image::RgbImage;
use pollster::block_on;
use spotcheck_engine::{Engine, Preference};
use spotcheck_method::Networks;
use spotcheck_networks::{Models, Weights};
use spotcheck_pack::{
    BuildOptions, CheckpointFolder, Error, Folder, Memory, Origin, Pack, PackFiles, PackFolder, Precision,
    Storage, assemble, build, networks_of, possible_files, repair,
};

/// A folder of its own for a test, taken away afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("spotcheck-pack-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary one does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn parity(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity").join(name)
}

/// Small checkpoints in the layout that `build` reads.
fn checkpoints(scratch: &Scratch) -> PathBuf {
    let from = scratch.join("from");
    let files = ["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"];
    for (network, source) in [("isnet", "isnet/even"), ("sam", "sam/padded"), ("clipseg", "clipseg/refined")]
    {
        let folder = from.join(network);
        std::fs::create_dir_all(&folder).unwrap();
        for file in files.iter().filter(|file| parity(source).join(file).exists()) {
            std::fs::copy(parity(source).join(file), folder.join(file)).unwrap();
        }
    }
    from
}

fn options() -> BuildOptions {
    let mut settings = serde_json::Map::new();
    settings.insert("verdict_threshold".into(), 0.25.into());
    let origin = Origin { licence: "CC0-1.0".into(), source: "random numbers".into(), ..Origin::default() };
    BuildOptions {
        name: "small".into(),
        settings,
        origins: [("sam".into(), origin)].into(),
        text_lengths: vec![9, 400],
        texts: 3,
        prompts: 3,
        points: 2,
        ..BuildOptions::default()
    }
}

fn built(scratch: &Scratch, options: &BuildOptions) -> PathBuf {
    let out = scratch.join("out");
    build(&checkpoints(scratch), &out, options).unwrap();
    out
}

fn open(folder: &Path) -> Pack {
    block_on(Pack::open(Folder::new(folder))).unwrap()
}

fn models(pack: &Pack) -> Result<Models, Error> {
    block_on(async {
        let engine = Engine::choose(Preference::Rten).await.unwrap();
        pack.models(&engine).await
    })
}

fn expected(name: &str) -> Vec<f32> {
    let bytes = std::fs::read(parity("clipseg/refined/expected.safetensors")).unwrap();
    let weights = Weights::from_safetensors(&bytes).unwrap();
    weights.take(name, &weights.shape(name).unwrap()).unwrap()
}

fn picture() -> RgbImage {
    image::load_from_memory(&std::fs::read(parity("clipseg/refined/picture.png")).unwrap())
        .unwrap()
        .into_rgb8()
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |m, d| if d > m || d.is_nan() { d } else { m })
}

/// The pack's networks give what transformers gave, through the method's own trait.
fn check_networks(pack: &Pack) {
    let models = models(pack).unwrap();
    assert_eq!(models.segmenter_input(), 80);
    let prompts = std::fs::read(parity("clipseg/refined/prompts.json")).unwrap();
    let prompts: Vec<String> = serde_json::from_slice(&prompts).unwrap();
    // Texts of several lengths, in no order of length, and more of them than a batch has.
    let embeddings = block_on(models.embed_texts(&prompts)).unwrap();
    assert!(difference(&embeddings.concat(), &expected("text_embedding")) < 1e-4);
    let again = block_on(models.embed_texts(&prompts[3..])).unwrap();
    assert!(difference(&again[0], &embeddings[3]) < 1e-5);

    let tile = picture();
    let embedding = block_on(models.embed_image(&tile)).unwrap();
    let reference = expected("image_embedding");
    let length = reference.iter().map(|v| v * v).sum::<f32>().sqrt();
    let reference: Vec<f32> = reference.iter().map(|v| v / length).collect();
    assert!(difference(&embedding, &reference) < 1e-4);

    let maps = block_on(models.localise(&tile, &embeddings)).unwrap();
    assert!(maps.iter().all(|map| (map.width(), map.height()) == (80, 80)));
    let logits: Vec<f32> = maps.iter().flat_map(|map| map.data().to_vec()).collect();
    assert!(difference(&logits, &expected("logits")) < 1e-3);

    let picture = RgbImage::from_fn(70, 50, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90]));
    let saliency = block_on(models.saliency(&picture, false)).unwrap();
    assert_eq!((saliency.width(), saliency.height()), (70, 50));
    let encoded = block_on(models.sam_encode(&picture)).unwrap();
    // Three points in batches of two.
    let masks =
        block_on(models.sam_masks(&encoded, &[[3.0, 4.0], [40.0, 20.0], [69.0, 49.0]], f32::NEG_INFINITY))
            .unwrap();
    assert_eq!(masks.len(), 9);
    let upsampled = models.sam_upsample(&encoded, masks[8].logits.as_ref().unwrap());
    assert_eq!((upsampled.width(), upsampled.height()), (70, 50));
    assert!(upsampled.data().iter().all(|v| v.is_finite()));
}

#[test]
fn builds_what_runs_as_the_checkpoints_do() {
    let scratch = Scratch::new("builds");
    let pack = open(&built(&scratch, &options()));
    block_on(pack.verify()).unwrap();
    assert_eq!(pack.name(), "small");
    assert_eq!(pack.settings().unwrap().verdict_threshold, 0.25);
    let networks = &pack.manifest().networks;
    assert_eq!(networks.sam.licence, "CC0-1.0");
    // The length that is longer than the context is left out; the context itself is always there.
    assert_eq!(networks.clip.text.iter().map(|t| t.tokens).collect::<Vec<_>>(), [9, 40]);
    assert!(networks.isnet.graph.flops > 1_000_000);
    check_networks(&pack);
}

/// Every file of a folder and of the folders in it, by its name with slashes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let inner = files(&entry.path());
            all.extend(inner.into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            all.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

#[test]
fn the_same_checkpoints_give_the_same_bytes() {
    let scratch = Scratch::new("same");
    let from = checkpoints(&scratch);
    for precision in [Precision::F32, Precision::F16, Precision::Int8] {
        let options = BuildOptions { largest_file: 30_000, precision, ..options() };
        let out = scratch.join(precision.name());
        build(&from, &out, &options).unwrap();
        let written = files(&out);
        // Once more over it, and once from memory into memory.
        build(&from, &out, &options).unwrap();
        assert!(files(&out) == written);
        let mut memory = BTreeMap::new();
        assemble(&files(&from), &mut memory, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&memory), names(&written));
        assert!(memory == written);
        assert!(written.iter().all(|(name, bytes)| !name.contains(".bin") || bytes.len() <= 30_000));
    }
}

/// Files in memory, and how far the build was when each was written.
struct Watched<'a> {
    files: BTreeMap<String, Vec<u8>>,
    done: &'a Cell<u64>,
    at: BTreeMap<String, u64>,
}

impl PackFiles for Watched<'_> {
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        self.at.insert(file.into(), self.done.get());
        PackFiles::write(&mut self.files, file, bytes)
    }

    fn read(&mut self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        PackFiles::read(&mut self.files, file)
    }

    fn remove(&mut self, file: &str) -> Result<(), Error> {
        PackFiles::remove(&mut self.files, file)
    }
}

#[test]
fn progress_grows_to_the_end_and_a_build_can_be_cancelled() {
    let scratch = Scratch::new("progress");
    let from = checkpoints(&scratch);
    let whole = built(&scratch, &options());
    let checkpoints = CheckpointFolder::new(&from);
    let size = |network: &str| from.join(network).join("model.safetensors").metadata().unwrap().len();
    let total = size("isnet") + size("sam") + size("clipseg");

    let mut steps = Vec::new();
    let done = Cell::new(0);
    let mut watched = Watched { files: BTreeMap::new(), done: &done, at: BTreeMap::new() };
    assemble(&checkpoints, &mut watched, &options(), &mut |progress| {
        steps.push(progress);
        done.set(progress.done);
        ControlFlow::Continue(())
    })
    .unwrap();
    // What is read twice counts once: no network reaches into the next one's share.
    assert!(watched.at["isnet.bin"] <= size("isnet"));
    let sam = size("isnet")..=size("isnet") + size("sam");
    assert!(sam.contains(&watched.at["sam_encoder.onnx"]) && sam.contains(&watched.at["sam.bin"]));
    assert!(steps.iter().all(|step| step.total == total));
    assert!(steps.is_sorted_by_key(|step| step.done));
    assert_eq!(steps.last().unwrap().done, total);
    assert!(steps.iter().any(|step| (total / 3..total / 3 * 2).contains(&step.done)));

    for stop in [0, steps.len() / 2, steps.len() - 1] {
        let mut asked = 0;
        let mut out = PackFolder::create(&whole).unwrap();
        let cancelled = assemble(&checkpoints, &mut out, &options(), &mut |_| {
            asked += 1;
            if asked > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(cancelled, Err(Error::Cancelled)), "{stop}: {cancelled:?}");
        // Neither half a pack nor the one that was there before.
        assert_eq!(files(&whole).keys().collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

/// Smaller packs give nearly what the checkpoints give: how near is printed.
///
/// Random networks are without mercy, since nothing in them was trained to be robust: the error is held against the spread
/// of what comes out, and the worst pixel is only printed. The decoder of this one makes ten of an error of one.
#[test]
fn smaller_precisions_stay_near() {
    let scratch = Scratch::new("precision");
    let from = checkpoints(&scratch);
    let mut before = usize::MAX;
    for (precision, limit) in [(Precision::F32, 1e-5), (Precision::F16, 1e-3), (Precision::Int8, 0.15)] {
        let out = scratch.join(precision.name());
        build(&from, &out, &BuildOptions { precision, ..options() }).unwrap();
        let pack = open(&out);
        block_on(pack.verify()).unwrap();
        assert_eq!(pack.manifest().precision, precision);
        let blobs = files(&out).into_iter().filter(|(name, _)| name.contains(".bin"));
        let weights: usize = blobs.map(|(_, bytes)| bytes.len()).sum();
        assert!(weights < before, "{weights} bytes after {before}");
        before = weights;

        let models = models(&pack).unwrap();
        let prompts = expected("text_embedding");
        let prompts: Vec<Vec<f32>> = prompts.chunks(prompts.len() / 4).map(<[f32]>::to_vec).collect();
        let maps = block_on(models.localise(&picture(), &prompts)).unwrap();
        let logits: Vec<f32> = maps.iter().flat_map(|map| map.data().to_vec()).collect();
        let map = relative_error(&logits, &expected("logits"));
        let embedding = block_on(models.embed_image(&picture())).unwrap();
        let reference = expected("image_embedding");
        let length = reference.iter().map(|v| v * v).sum::<f32>().sqrt();
        let embedding = relative_error(&embedding, &reference.iter().map(|v| v / length).collect::<Vec<_>>());
        let sigmoid = |logits: &[f32]| logits.iter().map(|v| 1.0 / (1.0 + (-v).exp())).collect::<Vec<_>>();
        let worst = difference(&sigmoid(&logits), &sigmoid(&expected("logits")));
        println!(
            "{precision}: {weights} bytes, embedding {embedding:.1e}, logits {map:.1e}, worst pixel {worst:.1e}"
        );
        assert!(embedding < limit && map < limit, "{precision}: {embedding} and {map}");
    }
}

/// The root mean square of the differences, as a share of the standard deviation of what is expected.
fn relative_error(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let mean = expected.iter().sum::<f32>() / expected.len() as f32;
    let spread: f32 = expected.iter().map(|e| (e - mean).powi(2)).sum();
    let error: f32 = found.iter().zip(expected).map(|(f, e)| (f - e).powi(2)).sum();
    (error / spread).sqrt()
}

#[test]
fn cuts_large_weights_into_parts() {
    let scratch = Scratch::new("cuts");
    let largest = 100_000;
    let out = built(&scratch, &BuildOptions { largest_file: largest, ..options() });
    let pack = open(&out);
    let parts = &pack.manifest().weights["clipseg.bin"];
    assert!(parts.len() > 2 && parts[1] == "clipseg.bin.001", "{parts:?}");
    assert!(parts.iter().all(|part| out.join(part).metadata().unwrap().len() <= largest as u64));
    block_on(pack.verify()).unwrap();
    check_networks(&pack);
}

#[test]
fn weights_are_stored_once() {
    let scratch = Scratch::new("once");
    let few = built(&scratch, &BuildOptions { text_lengths: vec![], ..options() });
    let blob = |out: &Path| out.join("clipseg.bin").metadata().unwrap().len();
    let before = blob(&few);
    let many = built(&scratch, &BuildOptions { text_lengths: vec![8, 12, 16, 24, 32], ..options() });
    // Another length adds its positions and its mask, and no matrix.
    let added = blob(&many) - before;
    assert!(added < 20_000, "{added} bytes more, after {before}");
}

#[test]
fn damage_is_found_and_named() {
    let scratch = Scratch::new("damage");
    let out = built(&scratch, &options());
    let whole: Vec<(String, Vec<u8>)> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    let verify = |files: Vec<(String, Vec<u8>)>| {
        block_on(async { Pack::open(Box::new(Memory::new(files)) as Box<dyn Storage>).await?.verify().await })
    };
    verify(whole.clone()).unwrap();
    for i in 0..whole.len() {
        let name = whole[i].0.clone();
        if name == "manifest.json" {
            continue;
        }
        let mut flipped = whole.clone();
        let middle = flipped[i].1.len() / 2;
        flipped[i].1[middle] ^= 1;
        assert!(matches!(verify(flipped), Err(Error::Hash { file, .. }) if file == name), "{name}");
        let mut short = whole.clone();
        short[i].1.pop();
        assert!(matches!(verify(short), Err(Error::Size { file, .. }) if file == name), "{name}");
        let mut missing = whole.clone();
        missing.remove(i);
        assert!(matches!(verify(missing), Err(Error::Missing { file }) if file == name), "{name}");
    }
    let with_manifest = |change: fn(&str) -> String| {
        let mut files = whole.clone();
        let manifest = files.iter_mut().find(|(name, _)| name == "manifest.json").unwrap();
        manifest.1 = change(std::str::from_utf8(&manifest.1).unwrap()).into_bytes();
        verify(files).unwrap_err().to_string()
    };
    let future = with_manifest(|json| json.replacen("\"format\": 1", "\"format\": 7", 1));
    assert!(future.contains("format 7") && future.contains("format 1"), "{future}");
    let outside = with_manifest(|json| json.replace("isnet.onnx", "../isnet.onnx"));
    assert!(outside.contains("../isnet.onnx"), "{outside}");
    assert!(with_manifest(|_| "[]".into()).starts_with("manifest.json"));
    assert!(matches!(verify(Vec::new()), Err(Error::Missing { file }) if file == "manifest.json"));
}

#[test]
fn a_damaged_graph_is_named_when_it_is_loaded() {
    let scratch = Scratch::new("loading");
    let out = built(&scratch, &options());
    let path = out.join("sam_points.onnx");
    let size = path.metadata().unwrap().len() as usize;
    std::fs::write(&path, vec![0xff; size]).unwrap();
    let message = models(&open(&out)).err().unwrap().to_string();
    assert!(message.contains("sam_points.onnx"), "{message}");
    let path = out.join("isnet.bin");
    std::fs::remove_file(&path).unwrap();
    let message = models(&open(&out)).err().unwrap().to_string();
    assert_eq!(message, "isnet.bin is missing");
}

#[test]
fn what_is_missing_in_a_checkpoint_is_named_and_leaves_no_pack() {
    let scratch = Scratch::new("missing");
    let out = built(&scratch, &options());
    let from = scratch.join("from");
    std::fs::remove_file(from.join("clipseg/tokenizer.json")).unwrap();
    let message = build(&from, &out, &options()).unwrap_err().to_string();
    assert_eq!(message, "clipseg/tokenizer.json is missing");
    // What was a pack before is none now: half of its files are new.
    assert!(matches!(block_on(Pack::open(Folder::new(&out))), Err(Error::Missing { .. })));

    let from = checkpoints(&scratch);
    std::fs::copy(from.join("isnet/model.safetensors"), from.join("sam/model.safetensors")).unwrap();
    let message = build(&from, &out, &options()).unwrap_err().to_string();
    assert!(message.starts_with("sam/model.safetensors: ") && message.contains("no tensor"), "{message}");
    std::fs::write(from.join("sam/config.json"), "{").unwrap();
    let message = build(&from, &out, &options()).unwrap_err().to_string();
    assert!(message.starts_with("sam/config.json: "), "{message}");
    std::fs::remove_dir_all(from.join("isnet")).unwrap();
    assert_eq!(build(&from, &out, &options()).unwrap_err().to_string(), "isnet/config.json is missing");
}

#[test]
fn options_are_read_beside_the_checkpoints() {
    let scratch = Scratch::new("options");
    assert_eq!(BuildOptions::read(&scratch.0).unwrap(), BuildOptions::default());
    std::fs::write(scratch.join("pack.json"), r#"{"name": "demo", "points": 16}"#).unwrap();
    let options = BuildOptions::read(&scratch.0).unwrap();
    assert_eq!((options.name.as_str(), options.points), ("demo", 16));
    std::fs::write(scratch.join("pack.json"), r#"{"nme": "demo"}"#).unwrap();
    assert!(BuildOptions::read(&scratch.0).unwrap_err().to_string().contains("nme"));
}

#[test]
fn damaged_files_are_made_again_from_their_own_checkpoint_alone() {
    let scratch = Scratch::new("repair");
    let options = BuildOptions { largest_file: 30_000, precision: Precision::F16, ..options() };
    let out = built(&scratch, &options);
    let whole = |file: &str| std::fs::read(out.join(file)).unwrap();
    let (shard, graph) = ("sam.bin.001", "sam_decoder.onnx");
    let (before, graph_before) = (whole(shard), whole(graph));
    let mut flipped = before.clone();
    flipped[100] ^= 1;
    std::fs::write(out.join(shard), &flipped).unwrap();
    std::fs::remove_file(out.join(graph)).unwrap();
    let pack = block_on(Pack::open(Folder::new(&out))).unwrap();
    let damaged: Vec<String> =
        block_on(pack.damage()).iter().filter_map(|e| e.file()).map(Into::into).collect();
    assert_eq!(damaged, [shard, graph]);
    assert_eq!(networks_of(&damaged), ["sam"]);

    // The others' checkpoints are not needed.
    for other in ["isnet", "clipseg"] {
        std::fs::remove_dir_all(scratch.join("from").join(other)).unwrap();
    }
    let from = CheckpointFolder::new(scratch.join("from"));
    let mend = |from: &CheckpointFolder| {
        let mut files = PackFolder::create(&out).unwrap();
        // The precision is the pack's own.
        let options = BuildOptions { precision: Precision::F32, ..options.clone() };
        let go_on = &mut |_| ControlFlow::Continue(());
        repair(from, &mut files, &options, pack.manifest(), &damaged, go_on)
    };
    mend(&from).unwrap();
    assert!(whole(shard) == before && whole(graph) == graph_before);
    assert!(block_on(pack.damage()).is_empty());

    // Another checkpoint mends nothing.
    std::fs::write(out.join(shard), &flipped).unwrap();
    let weights = scratch.join("from/sam/model.safetensors");
    let mut bytes = std::fs::read(&weights).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&weights, bytes).unwrap();
    let error = mend(&from).unwrap_err().to_string();
    assert!(error.contains("build the pack anew"), "{error}");
    assert!(whole(shard) == flipped);
}

#[test]
fn every_file_of_a_pack_is_foretold() {
    let scratch = Scratch::new("foretold");
    for largest_file in [30_000, 20 << 20] {
        let options = BuildOptions { largest_file, ..options() };
        let out = built(&scratch, &options);
        let possible = possible_files(&CheckpointFolder::new(scratch.join("from")), &options).unwrap();
        for entry in std::fs::read_dir(&out).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(possible.contains(&name), "{name}");
        }
    }
}

/// Writes another side of the input into the IS-Net checkpoint, whose weights take any.
fn with_isnet_input(scratch: &Scratch, side: usize) -> PathBuf {
    let from = checkpoints(scratch);
    let path = from.join("isnet/config.json");
    let mut config: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    config["input_size"] = side.into();
    std::fs::write(&path, config.to_string()).unwrap();
    let out = scratch.join(&format!("isnet-{side}"));
    build(&from, &out, &options()).unwrap();
    out
}

#[test]
fn isnet_reads_pictures_at_half_its_size() {
    let scratch = Scratch::new("half");
    let (whole, small) = (with_isnet_input(&scratch, 256), with_isnet_input(&scratch, 128));
    // A graph more, and no weight.
    assert!(
        std::fs::read(whole.join("isnet.bin")).unwrap() == std::fs::read(small.join("isnet.bin")).unwrap()
    );
    let network = open(&whole).manifest().networks.isnet.clone();
    assert!(network.half_graph.is_some_and(|half| half.flops * 4 == network.graph.flops));
    assert!(open(&small).manifest().networks.isnet.half_graph.is_none());

    let picture = RgbImage::from_fn(70, 50, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90]));
    let [whole_models, small_models] = [&whole, &small].map(|pack| models(&open(pack)).unwrap());
    let half = block_on(whole_models.saliency(&picture, true)).unwrap();
    assert_eq!(half, block_on(small_models.saliency(&picture, false)).unwrap());
    assert_eq!(half, block_on(whole_models.saliency(&picture, true)).unwrap());
    assert_ne!(half, block_on(whole_models.saliency(&picture, false)).unwrap());
    let error = block_on(small_models.saliency(&picture, true)).unwrap_err().to_string();
    assert!(error.contains("128 pixels"), "{error}");
}

#[test]
fn packs_from_before_the_newer_graphs_work() {
    let scratch = Scratch::new("older");
    let folder = with_isnet_input(&scratch, 256);
    let points = [[3.0, 4.0], [40.0, 20.0], [69.0, 49.0]];
    let picture = RgbImage::from_fn(70, 50, |x, y| image::Rgb([x as u8 * 3, y as u8 * 5, 90]));
    let masks = |models: &Models| {
        let encoded = block_on(models.sam_encode(&picture)).unwrap();
        block_on(models.sam_masks(&encoded, &points, f32::NEG_INFINITY)).unwrap()
    };
    let newer = masks(&models(&open(&folder)).unwrap());

    let path = folder.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for (network, graph) in [("isnet", "half_graph"), ("sam", "decoder_parts")] {
        manifest["networks"][network].as_object_mut().unwrap().remove(graph).unwrap();
    }
    for file in ["isnet_half.onnx", "sam_points.onnx", "sam_masks.onnx"] {
        manifest["files"].as_object_mut().unwrap().remove(file).unwrap();
        std::fs::remove_file(folder.join(file)).unwrap();
    }
    std::fs::write(&path, manifest.to_string()).unwrap();
    let models = models(&open(&folder)).unwrap();
    for (older, newer) in masks(&models).iter().zip(&newer) {
        assert!((older.predicted_iou - newer.predicted_iou).abs() < 1e-5);
        let logits = [older, newer].map(|mask| mask.logits.as_ref().unwrap().data());
        assert!(difference(logits[0], logits[1]) < 1e-4);
    }
    let error = block_on(models.saliency(&picture, true)).unwrap_err().to_string();
    assert!(error.contains("build the pack anew"), "{error}");
}
