use std::collections::BTreeMap;
use std::path::Path;

use prost::Message;
use serde::{Deserialize, Serialize};
use spotcheck_engine::onnx::ModelProto;
use spotcheck_networks::{
    ClipSegConfig, Error as NetworkError, IsNetConfig, Normalisation, SamConfig, SamPromptEncoder, Tokenizer,
    Weights,
};

use crate::manifest::FORMAT;
use crate::pack::sha256;
use crate::weights::Blob;
use crate::{
    ClipNetwork, ClipSegNetwork, Error, FileInfo, Graph, IsNetNetwork, Manifest, NetworkSet, SamNetwork,
    TextGraph, flops,
};

/// The most bytes of a file: static hosts refuse larger ones.
const LARGEST: usize = 20 << 20;
const MANIFEST: &str = "manifest.json";

/// How a pack is built. A file `pack.json` beside the checkpoints may hold these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuildOptions {
    /// The pack's name, for people.
    pub name: String,
    /// Settings of the method that are better for these networks than its own defaults.
    pub settings: serde_json::Map<String, serde_json::Value>,
    /// Licence and source of each checkpoint, by the name of its folder.
    pub origins: BTreeMap<String, Origin>,
    /// Token counts that there are text graphs for, besides the whole context. Most prompts are short.
    pub text_lengths: Vec<usize>,
    /// Texts that are encoded at a time.
    pub texts: usize,
    /// Prompts that CLIPSeg's decoder takes at a time.
    pub prompts: usize,
    /// Points that SAM's decoder takes at a time.
    pub points: usize,
    /// The most bytes of a file; larger weights are cut.
    pub largest_file: usize,
}

/// Where a checkpoint is from, and under which terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Origin {
    pub licence: String,
    pub source: String,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self {
            name: "unnamed pack".into(),
            settings: serde_json::Map::new(),
            origins: BTreeMap::new(),
            text_lengths: vec![16, 24],
            texts: 32,
            prompts: 6,
            points: 64,
            largest_file: LARGEST,
        }
    }
}

impl BuildOptions {
    /// Reads `pack.json` of the folder with the checkpoints; the defaults where there is none.
    pub fn read(from: &Path) -> Result<Self, Error> {
        match read(from, "pack.json") {
            Ok(json) => serde_json::from_slice(&json).map_err(|e| Error::storage("pack.json", e)),
            Err(Error::Missing { .. }) => Ok(Self::default()),
            Err(e) => Err(e),
        }
    }
}

/// Builds a pack in the folder `out` from the checkpoints in `from`: `clipseg/`, `sam/` and `isnet/`, each with
/// `config.json`, `model.safetensors` and, if it is there, `preprocessor_config.json`, and `clipseg/tokenizer.json`.
///
/// The manifest is written last, so that what broke off halfway is no pack. Files of a pack that was in `out` are
/// replaced.
pub fn build(from: &Path, out: &Path, options: &BuildOptions) -> Result<(), Error> {
    let origin = |folder: &str| options.origins.get(folder).cloned().unwrap_or_default();
    std::fs::create_dir_all(out).map_err(|e| Error::storage(&out.display().to_string(), e))?;
    remove_old(out)?;
    let mut pack = Writer {
        out,
        largest: options.largest_file.max(1),
        files: BTreeMap::new(),
        weights: BTreeMap::new(),
    };

    let isnet = {
        let checkpoint = Checkpoint::read(from, "isnet")?;
        let config =
            IsNetConfig::from_json(&checkpoint.config).map_err(Error::network("isnet/config.json"))?;
        let mut blob = Blob::new("isnet.bin");
        let graph = pack.graph("isnet.onnx", &mut blob, checkpoint.graph(|w| config.graph(w))?)?;
        pack.blob(&blob)?;
        let (input, normalisation) = (config.input_size, Normalisation::DIS);
        let origin = origin("isnet");
        IsNetNetwork { config, input, normalisation, graph, licence: origin.licence, source: origin.source }
    };
    let sam = {
        let checkpoint = Checkpoint::read(from, "sam")?;
        let config = SamConfig::from_json(&checkpoint.config).map_err(Error::network("sam/config.json"))?;
        let mut blob = Blob::new("sam.bin");
        let encoder = checkpoint.graph(|w| config.encoder_graph(w))?;
        let encoder = pack.graph("sam_encoder.onnx", &mut blob, encoder)?;
        let decoder = checkpoint.graph(|w| config.decoder_graph(w, options.points))?;
        let decoder = pack.graph("sam_decoder.onnx", &mut blob, decoder)?;
        pack.blob(&blob)?;
        let origin = origin("sam");
        SamNetwork {
            input: config.image_size(),
            normalisation: Normalisation::IMAGENET,
            prompt_encoder: checkpoint.graph(|w| SamPromptEncoder::new(&config, w))?,
            encoder,
            decoder,
            points: options.points,
            licence: origin.licence,
            source: origin.source,
            config,
        }
    };
    let (clip, clipseg) = clip_and_clipseg(from, options, &mut pack, &origin("clipseg"))?;
    let manifest = Manifest {
        format: FORMAT,
        name: options.name.clone(),
        precision: "f32".into(),
        settings: options.settings.clone(),
        networks: NetworkSet { isnet, sam, clip, clipseg },
        weights: pack.weights,
        files: pack.files,
    };
    let json = serde_json::to_vec_pretty(&manifest).map_err(|e| Error::Manifest(e.to_string()))?;
    let half = out.join("manifest.json.part");
    std::fs::write(&half, json).map_err(|e| Error::storage(MANIFEST, e))?;
    std::fs::rename(&half, out.join(MANIFEST)).map_err(|e| Error::storage(MANIFEST, e))
}

fn clip_and_clipseg(
    from: &Path,
    options: &BuildOptions,
    pack: &mut Writer,
    origin: &Origin,
) -> Result<(ClipNetwork, ClipSegNetwork), Error> {
    let checkpoint = Checkpoint::read(from, "clipseg")?;
    let config =
        ClipSegConfig::from_json(&checkpoint.config).map_err(Error::network("clipseg/config.json"))?;
    let preprocessor = Preprocessor::read(from, "clipseg")?;
    let side = preprocessor.side().unwrap_or(352);
    let mut blob = Blob::new("clipseg.bin");

    let vision = checkpoint.graph(|w| config.vision_graph(w, side))?;
    let vision = pack.graph("clipseg_vision.onnx", &mut blob, vision)?;
    let decoder = checkpoint.graph(|w| config.decoder_graph(w, side, options.prompts))?;
    let decoder = pack.graph("clipseg_decoder.onnx", &mut blob, decoder)?;
    let clip_vision = checkpoint.graph(|w| config.clip.vision_graph(w))?;
    let clip_vision = pack.graph("clip_vision.onnx", &mut blob, clip_vision)?;
    let context = config.clip.text_config.max_position_embeddings;
    let mut lengths: Vec<_> =
        options.text_lengths.iter().copied().filter(|&l| l > 0 && l < context).collect();
    lengths.push(context);
    lengths.sort_unstable();
    lengths.dedup();
    let mut text = Vec::new();
    for tokens in lengths {
        let graph = checkpoint.graph(|w| config.clip.text_graph(w, options.texts, tokens))?;
        let graph = pack.graph(&format!("clip_text_{tokens}.onnx"), &mut blob, graph)?;
        text.push(TextGraph { graph, texts: options.texts, tokens });
    }
    pack.blob(&blob)?;

    let tokenizer = read(&from.join("clipseg"), "tokenizer.json").map_err(in_folder("clipseg"))?;
    // One that cannot be read is found out now, not by the first user.
    Tokenizer::from_json(&tokenizer, context).map_err(Error::network("clipseg/tokenizer.json"))?;
    pack.file("tokenizer.json", &tokenizer)?;
    let clip = ClipNetwork {
        input: config.clip.vision_config.image_size,
        normalisation: Normalisation::CLIP,
        vision: clip_vision,
        text,
        tokenizer: "tokenizer.json".into(),
        licence: origin.licence.clone(),
        source: origin.source.clone(),
    };
    let clipseg = ClipSegNetwork {
        input: side,
        normalisation: preprocessor.normalisation.unwrap_or(Normalisation::IMAGENET),
        vision,
        decoder,
        prompts: options.prompts,
        licence: origin.licence.clone(),
        source: origin.source.clone(),
        config,
    };
    Ok((clip, clipseg))
}

/// The files of a checkpoint's folder.
struct Checkpoint {
    config: Vec<u8>,
    weights: Vec<u8>,
    file: String,
}

impl Checkpoint {
    fn read(from: &Path, folder: &str) -> Result<Self, Error> {
        let path = from.join(folder);
        let config = read(&path, "config.json").map_err(in_folder(folder))?;
        let weights = read(&path, "model.safetensors").map_err(in_folder(folder))?;
        Ok(Self { config, weights, file: format!("{folder}/model.safetensors") })
    }

    /// What `make` makes of the weights; its errors name the checkpoint.
    fn graph<T>(&self, make: impl Fn(&Weights<'_>) -> Result<T, NetworkError>) -> Result<T, Error> {
        let weights = Weights::from_safetensors(&self.weights).map_err(Error::network(&self.file))?;
        make(&weights).map_err(Error::network(&self.file))
    }
}

/// The parts of a `preprocessor_config.json` that are used.
#[derive(Default, Deserialize)]
struct Preprocessor {
    size: Option<serde_json::Value>,
    #[serde(flatten)]
    normalisation: Option<Normalisation>,
}

impl Preprocessor {
    fn read(from: &Path, folder: &str) -> Result<Self, Error> {
        match read(&from.join(folder), "preprocessor_config.json") {
            Ok(json) => serde_json::from_slice(&json)
                .map_err(|e| Error::storage(&format!("{folder}/preprocessor_config.json"), e)),
            Err(Error::Missing { .. }) => Ok(Self::default()),
            Err(e) => Err(in_folder(folder)(e)),
        }
    }

    /// The side of the square that pictures are resized to: `{"height": S, "width": S}`, or S alone in older files.
    fn side(&self) -> Option<usize> {
        let size = self.size.as_ref()?;
        let side = size.get("height").unwrap_or(size).as_u64()?;
        usize::try_from(side).ok()
    }
}

/// Writes a pack's files and keeps the account of them.
struct Writer<'a> {
    out: &'a Path,
    largest: usize,
    files: BTreeMap<String, FileInfo>,
    weights: BTreeMap<String, Vec<String>>,
}

impl Writer<'_> {
    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        std::fs::write(self.out.join(name), bytes).map_err(|e| Error::storage(name, e))?;
        let info = FileInfo { size: bytes.len() as u64, sha256: sha256(bytes) };
        self.files.insert(name.into(), info);
        Ok(())
    }

    /// Writes a graph; its larger weights go to the blob.
    fn graph(&mut self, name: &str, blob: &mut Blob, onnx: Vec<u8>) -> Result<Graph, Error> {
        let mut model = ModelProto::read(onnx).map_err(|e| Error::storage(name, e))?;
        let flops = flops(&model);
        if let Some(graph) = &mut model.graph {
            blob.take_from(graph);
        }
        self.file(name, &model.encode_to_vec())?;
        Ok(Graph { file: name.into(), flops })
    }

    /// Writes a blob of weights, in parts when it is too large for one file.
    fn blob(&mut self, blob: &Blob) -> Result<(), Error> {
        let name = blob.name();
        let parts: Vec<_> = match blob.bytes.len() > self.largest {
            true => blob
                .bytes
                .chunks(self.largest)
                .enumerate()
                .map(|(i, p)| (format!("{name}.{i:03}"), p))
                .collect(),
            false => vec![(name.to_owned(), &blob.bytes[..])],
        };
        for (part, bytes) in &parts {
            self.file(part, bytes)?;
        }
        self.weights.insert(name.into(), parts.into_iter().map(|(part, _)| part).collect());
        Ok(())
    }
}

/// Takes the files of an older pack away, its manifest first.
fn remove_old(out: &Path) -> Result<(), Error> {
    let Ok(json) = std::fs::read(out.join(MANIFEST)) else { return Ok(()) };
    let remove = |file: &str| match std::fs::remove_file(out.join(file)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::storage(file, e)),
        _ => Ok(()),
    };
    remove(MANIFEST)?;
    // Of a manifest that cannot be read, no names are believed.
    let files = Manifest::from_json(&json).map(|manifest| manifest.files).unwrap_or_default();
    files.keys().try_for_each(|file| remove(file))
}

fn read(folder: &Path, file: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(folder.join(file)).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::Missing { file: file.into() },
        _ => Error::storage(file, e),
    })
}

/// Puts a checkpoint's folder before the name of its file; for `map_err`.
fn in_folder(folder: &str) -> impl Fn(Error) -> Error {
    move |e| match e {
        Error::Missing { file } => Error::Missing { file: format!("{folder}/{file}") },
        Error::Storage { file, message } => Error::Storage { file: format!("{folder}/{file}"), message },
        other => other,
    }
}
