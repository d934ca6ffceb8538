mod april_gan;

use spotcheck_baselines::winclip::WINDOW_SIDES;
use spotcheck_networks::{
    ClipConfig, ClipSegConfig, Error as NetworkError, IsNetConfig, Normalisation, SamConfig,
    SamPromptEncoder, Tokenizer, Weights,
};

pub(crate) use april_gan::APRIL_GAN;

use crate::checkpoints::{Checkpoints, optional};
use crate::manifest::FORMAT;
use crate::preprocessor::Preprocessor;
use crate::progress::{Meter, Metered, OnProgress};
use crate::weights::{Blob, part_name};
use crate::writer::{MANIFEST, Writer};
use crate::{
    AprilGanNetwork, BuildOptions, ClipNetwork, ClipSegNetwork, DecoderParts, Error, IsNetNetwork, Manifest,
    NetworkSet, Origin, PackFiles, SamNetwork, TextGraph, WindowGraph, WindowGraphs,
};

/// Builds a pack from checkpoints: `clipseg/`, `sam/` and `isnet/`, each with `config.json`, `model.safetensors` and, if
/// it is there, `preprocessor_config.json`, and `clipseg/tokenizer.json` (or `vocab.json` and `merges.txt`). IS-Net may
/// be an ONNX export instead, and is then the official one where there is no `config.json`. `april_gan/`, with `config.json`
/// and `model.safetensors`, need not be there.
///
/// Tensors are read and written one by one. The manifest is written last, so that what broke off halfway is no pack; what
/// was written of it is taken away. Files of a pack that was in `out` are replaced. The same checkpoints and options give
/// the same bytes.
pub fn assemble(
    checkpoints: &dyn Checkpoints,
    out: &mut dyn PackFiles,
    options: &BuildOptions,
    on_progress: &mut OnProgress<'_>,
) -> Result<(), Error> {
    let mut writer = Writer::new(out, options.largest_file)?;
    match networks(checkpoints, &mut writer, options, on_progress) {
        Ok(networks) => {
            let manifest = Manifest {
                format: FORMAT,
                name: options.name.clone(),
                precision: options.precision,
                settings: options.settings.clone(),
                networks,
                weights: writer.weights.clone(),
                files: writer.files.clone(),
            };
            writer.finish(&manifest)
        }
        Err(e) => {
            writer.abandon();
            Err(e)
        }
    }
}

/// Every name under which [`assemble`] may write a file from these checkpoints, and some more: for where a file has to be
/// opened before its name is known.
pub fn possible_files(checkpoints: &dyn Checkpoints, options: &BuildOptions) -> Result<Vec<String>, Error> {
    // Half precision becomes full, tables are written out: no network grows beyond this.
    const MOST_GROWTH: u64 = 3;
    const TABLES: u64 = 128 << 20;
    let mut files: Vec<String> = ["isnet.onnx", "isnet_half.onnx", "tokenizer.json", MANIFEST]
        .into_iter()
        .chain(["sam_encoder.onnx", "sam_decoder.onnx", "sam_points.onnx", "sam_masks.onnx"])
        .chain(["clipseg_vision.onnx", "clipseg_decoder.onnx", "clip_vision.onnx", "clip_tokens.onnx"])
        .chain(["april_gan.onnx"])
        .map(str::to_owned)
        .chain(WINDOW_SIDES.map(windows_name))
        .collect();
    let named = |role: &'static str| Found::new(checkpoints, role, options).map(|found| (role, found));
    let mut all = vec![named("isnet")?, named("sam")?, named("clipseg")?];
    all.extend(april_gan::find(checkpoints, options)?.map(|found| (APRIL_GAN, found)));
    for (role, found) in all {
        let parts = (found.open()?.size() * MOST_GROWTH + TABLES) / options.largest_file.max(1) as u64 + 1;
        files.push(format!("{role}.bin"));
        files.extend((0..parts).map(|part| part_name(&format!("{role}.bin"), part as usize)));
        if role == "clipseg" {
            let config = ClipSegConfig::from_json(&found.config()?);
            let config = config.map_err(Error::network(&found.file("config.json")))?;
            let lengths = text_lengths(options, config.clip.text_config.max_position_embeddings);
            files.extend(lengths.into_iter().map(text_name));
        }
    }
    Ok(files)
}

/// [`assemble`] from a folder into another, which is made when it is not there.
#[cfg(not(target_arch = "wasm32"))]
pub fn build(from: &std::path::Path, out: &std::path::Path, options: &BuildOptions) -> Result<(), Error> {
    let (from, mut out) = (crate::CheckpointFolder::new(from), crate::PackFolder::create(out)?);
    assemble(&from, &mut out, options, &mut |_| std::ops::ControlFlow::Continue(()))
}

fn networks(
    checkpoints: &dyn Checkpoints,
    writer: &mut Writer<'_>,
    options: &BuildOptions,
    on_progress: &mut OnProgress<'_>,
) -> Result<NetworkSet, Error> {
    let found = |role: &str| Found::new(checkpoints, role, options);
    let (isnet, sam, clipseg) = (found("isnet")?, found("sam")?, found("clipseg")?);
    let april_gan = april_gan::find(checkpoints, options)?;
    let all: Vec<&Found<'_>> = [&isnet, &sam, &clipseg].into_iter().chain(&april_gan).collect();
    metered(&all, on_progress, |meter| {
        let isnet = build_isnet(&isnet, meter, writer, options)?;
        let sam = build_sam(&sam, meter, writer, options)?;
        let Clips { clip, clipseg, april_gan } =
            build_clips(&clipseg, april_gan.as_ref(), meter, writer, options)?;
        Ok(NetworkSet { isnet, sam, clip, clipseg, april_gan })
    })
}

/// Builds from checkpoints while it is counted what is read of them.
pub(crate) fn metered<T>(
    found: &[&Found<'_>],
    on_progress: &mut OnProgress<'_>,
    build: impl FnOnce(&Meter<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let total =
        found.iter().try_fold(0u64, |sum, found| Ok::<_, Error>(sum.saturating_add(found.open()?.size())))?;
    // The callback's lifetime ends with the meter's.
    let mut on_progress = |progress| on_progress(progress);
    let meter = Meter::new(total, &mut on_progress);
    let built = build(&meter);
    if meter.cancelled() { Err(Error::Cancelled) } else { built }
}

pub(crate) fn build_isnet(
    found: &Found<'_>,
    meter: &Meter<'_>,
    writer: &mut Writer<'_>,
    options: &BuildOptions,
) -> Result<IsNetNetwork, Error> {
    let checkpoint = Checkpoint::open(found, meter)?;
    let is_onnx = found.weights.ends_with(".onnx");
    let config = match &found.config {
        Some(json) => IsNetConfig::from_json(json).map_err(Error::network(&found.file("config.json")))?,
        None => checkpoint.make(IsNetConfig::from_onnx(&checkpoint.metered))?,
    };
    let weights = match is_onnx {
        true => checkpoint.make(config.weights_from_onnx(&checkpoint.metered))?,
        false => checkpoint.weights("stage1.rebnconvin.conv_s1.weight")?,
    };
    let mut blob = Blob::new(writer, "isnet.bin", options.precision);
    let graph = blob.graph("isnet.onnx", |sink| checkpoint.make(config.graph(&weights, sink)))?;
    let half_graph = match config.at_half_size() {
        Some(half) => {
            Some(blob.graph("isnet_half.onnx", |sink| checkpoint.make(half.graph(&weights, sink)))?)
        }
        None => None,
    };
    blob.finish()?;
    checkpoint.finish()?;
    let Origin { licence, source, .. } = found.origin.clone();
    let (input, normalisation) = (config.input_size, Normalisation::DIS);
    Ok(IsNetNetwork { config, input, normalisation, graph, half_graph, licence, source })
}

pub(crate) fn build_sam(
    found: &Found<'_>,
    meter: &Meter<'_>,
    writer: &mut Writer<'_>,
    options: &BuildOptions,
) -> Result<SamNetwork, Error> {
    let config = SamConfig::from_json(&found.config()?);
    let config = config.map_err(Error::network(&found.file("config.json")))?;
    let checkpoint = Checkpoint::open(found, meter)?;
    let weights = checkpoint.weights("vision_encoder.patch_embed.projection.weight")?;
    let mut blob = Blob::new(writer, "sam.bin", options.precision);
    let encoder =
        blob.graph("sam_encoder.onnx", |sink| checkpoint.make(config.encoder_graph(&weights, sink)))?;
    let decoder = blob.decoder("sam_decoder.onnx", |sink| {
        checkpoint.make(config.decoder_graph(&weights, sink, options.points))
    })?;
    let points = blob.decoder("sam_points.onnx", |sink| {
        checkpoint.make(config.points_graph(&weights, sink, options.points))
    })?;
    let masks = blob.decoder("sam_masks.onnx", |sink| checkpoint.make(config.masks_graph(&weights, sink)))?;
    blob.finish()?;
    let prompt_encoder = checkpoint.make(SamPromptEncoder::new(&config, &weights))?;
    checkpoint.finish()?;
    let Origin { licence, source, .. } = found.origin.clone();
    Ok(SamNetwork {
        input: config.image_size(),
        normalisation: Normalisation::IMAGENET,
        prompt_encoder,
        encoder,
        decoder,
        decoder_parts: Some(DecoderParts { points, masks }),
        points: options.points,
        licence,
        source,
        config,
    })
}

/// What is built over CLIP's tensors.
pub(crate) struct Clips {
    clip: ClipNetwork,
    clipseg: ClipSegNetwork,
    april_gan: Option<AprilGanNetwork>,
}

pub(crate) fn build_clips(
    found: &Found<'_>,
    april_gan: Option<&Found<'_>>,
    meter: &Meter<'_>,
    writer: &mut Writer<'_>,
    options: &BuildOptions,
) -> Result<Clips, Error> {
    let config = ClipSegConfig::from_json(&found.config()?);
    let config = config.map_err(Error::network(&found.file("config.json")))?;
    let preprocessor = Preprocessor::read(found.checkpoints, &found.folder)?;
    let side = preprocessor.side.unwrap_or(352);
    let context = config.clip.text_config.max_position_embeddings;
    let tokenizer = found.tokenizer()?;
    // One that cannot be read is found out now, not by the first user.
    Tokenizer::from_json(&tokenizer, context).map_err(Error::network(&found.file("tokenizer.json")))?;
    let checkpoint = Checkpoint::open(found, meter)?;
    let weights = checkpoint.weights("decoder.film_mul.weight")?;

    let mut blob = Blob::new(writer, "clipseg.bin", options.precision);
    let vision =
        blob.graph("clipseg_vision.onnx", |sink| checkpoint.make(config.vision_graph(&weights, sink, side)))?;
    let decoder = blob.decoder("clipseg_decoder.onnx", |sink| {
        checkpoint.make(config.decoder_graph(&weights, sink, side, options.prompts))
    })?;
    let clip_vision =
        blob.graph("clip_vision.onnx", |sink| checkpoint.make(config.clip.vision_graph(&weights, sink)))?;
    let mut text = Vec::new();
    for tokens in text_lengths(options, context) {
        let graph = blob.graph(&text_name(tokens), |sink| {
            checkpoint.make(config.clip.text_graph(&weights, sink, options.texts, tokens))
        })?;
        text.push(TextGraph { graph, texts: options.texts, tokens });
    }
    // They come last and bring no weights of their own, so that the blob is the one of packs without them.
    let windows = build_windows(&config.clip, &weights, &checkpoint, &mut blob, options)?;
    let stored = blob.finish()?;
    let build = |april_gan| {
        april_gan::build(april_gan, (&config.clip, &weights, stored), meter, &mut *writer, options)
    };
    let april_gan = april_gan.map(build).transpose()?;
    checkpoint.finish()?;
    writer.file("tokenizer.json", &tokenizer)?;

    let Origin { licence, source, .. } = found.origin.clone();
    let clip = ClipNetwork {
        input: config.clip.vision_config.image_size,
        normalisation: Normalisation::CLIP,
        vision: clip_vision,
        text,
        windows,
        tokenizer: "tokenizer.json".into(),
        licence: licence.clone(),
        source: source.clone(),
    };
    let clipseg = ClipSegNetwork {
        input: side,
        normalisation: preprocessor.normalisation.unwrap_or(Normalisation::IMAGENET),
        vision,
        decoder,
        prompts: options.prompts,
        licence,
        source,
        config,
    };
    Ok(Clips { clip, clipseg, april_gan })
}

/// The image tower over windows; `None` when the largest does not fit into a picture.
fn build_windows(
    config: &ClipConfig,
    weights: &Weights<'_>,
    checkpoint: &Checkpoint<'_, '_>,
    blob: &mut Blob<'_, '_>,
    options: &BuildOptions,
) -> Result<Option<WindowGraphs>, Error> {
    let grid = checkpoint.make(config.grid())?;
    if WINDOW_SIDES.into_iter().any(|side| side > grid) {
        return Ok(None);
    }
    let tokens =
        blob.graph("clip_tokens.onnx", |sink| checkpoint.make(config.tokens_graph(weights, sink)))?;
    let mut graphs = Vec::with_capacity(WINDOW_SIDES.len());
    for side in WINDOW_SIDES {
        // Equal batches: filling up the last one costs as much as windows do.
        let all = (grid + 1 - side).pow(2);
        let windows = all.div_ceil(all.div_ceil(options.windows.max(1)));
        let graph = blob.graph(&windows_name(side), |sink| {
            checkpoint.make(config.window_graph(weights, sink, windows, side))
        })?;
        graphs.push(WindowGraph { graph, side, windows });
    }
    Ok(Some(WindowGraphs { tokens, windows: graphs }))
}

fn windows_name(side: usize) -> String {
    format!("clip_windows_{side}.onnx")
}

/// Token counts that there are text graphs for: those wanted, and the whole context.
fn text_lengths(options: &BuildOptions, context: usize) -> Vec<usize> {
    let mut lengths: Vec<_> =
        options.text_lengths.iter().copied().filter(|&l| l > 0 && l < context).collect();
    lengths.push(context);
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

fn text_name(tokens: usize) -> String {
    format!("clip_text_{tokens}.onnx")
}

/// The folder of a checkpoint.
pub(crate) struct Found<'c> {
    checkpoints: &'c dyn Checkpoints,
    folder: String,
    /// Its `config.json`, which an IS-Net in ONNX may lack.
    config: Option<Vec<u8>>,
    /// The file with its weights.
    weights: String,
    origin: Origin,
}

impl<'c> Found<'c> {
    /// The folder with the name of the checkpoint's role, or the first of its other folders that is there.
    pub fn new(checkpoints: &'c dyn Checkpoints, role: &str, options: &BuildOptions) -> Result<Self, Error> {
        let origin = options.origins.get(role).cloned().unwrap_or_default();
        let of = |folder: &str| options.origins.get(folder).cloned();
        let mut folder = role;
        for other in [role].into_iter().chain(origin.folders.iter().map(String::as_str)) {
            if !checkpoints.list(other)?.is_empty() || !checkpoints.list(&format!("{other}/onnx"))?.is_empty()
            {
                folder = other;
                break;
            }
        }
        let onnx = if role == "isnet" { onnx_export(checkpoints, folder)? } else { None };
        let config_file = format!("{folder}/config.json");
        let config = match &onnx {
            Some(_) => optional(checkpoints, &config_file)?,
            None => Some(checkpoints.read(&config_file)?),
        };
        let weights = onnx.unwrap_or("model.safetensors".into());
        let origin = of(folder).unwrap_or(origin.clone());
        Ok(Self { checkpoints, folder: folder.into(), config, weights, origin })
    }

    fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn config(&self) -> Result<Vec<u8>, Error> {
        let missing = || Error::Missing { file: self.file("config.json") };
        self.config.clone().ok_or_else(missing)
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, Error> {
        self.checkpoints.read(&self.file(name))
    }

    /// `tokenizer.json`, or what the older `vocab.json` and `merges.txt` say instead.
    fn tokenizer(&self) -> Result<Vec<u8>, Error> {
        let missing = match self.read("tokenizer.json") {
            Err(missing @ Error::Missing { .. }) => missing,
            read => return read,
        };
        let older = |name: &str| optional(self.checkpoints, &self.file(name));
        let (Some(vocab), Some(merges)) = (older("vocab.json")?, older("merges.txt")?) else {
            return Err(missing);
        };
        let json = Tokenizer::json_from_vocabulary(&vocab, &merges);
        json.map_err(Error::network(&self.file("vocab.json")))
    }

    fn open(&self) -> Result<Box<dyn spotcheck_networks::ReadAt + '_>, Error> {
        self.checkpoints.open(&self.file(&self.weights))
    }
}

/// The ONNX export in a folder that has no safetensors: `model.onnx`, the same in the folder `onnx`, or the only one
/// there is.
fn onnx_export(checkpoints: &dyn Checkpoints, folder: &str) -> Result<Option<String>, Error> {
    let files = checkpoints.list(folder)?;
    if files.iter().any(|file| file == "model.safetensors") {
        return Ok(None);
    }
    if files.iter().any(|file| file == "model.onnx") {
        return Ok(Some("model.onnx".into()));
    }
    let inner = checkpoints.list(&format!("{folder}/onnx"))?;
    let inner = inner.into_iter().map(|file| format!("onnx/{file}"));
    let mut exports: Vec<String> = files.into_iter().chain(inner).filter(|f| f.ends_with(".onnx")).collect();
    if let Some(i) = exports.iter().position(|file| file == "onnx/model.onnx") {
        return Ok(Some(exports.swap_remove(i)));
    }
    match &exports[..] {
        [] | [_] => Ok(exports.pop()),
        several => {
            let message = format!("one ONNX export is wanted, and there are {}", several.join(", "));
            Err(Error::storage(folder, message))
        }
    }
}

/// A checkpoint whose tensors are being read.
struct Checkpoint<'m, 'a> {
    file: String,
    metered: Metered<'m, 'a>,
}

impl<'m, 'a> Checkpoint<'m, 'a> {
    fn open(found: &'m Found<'_>, meter: &'m Meter<'a>) -> Result<Self, Error> {
        Ok(Self { file: found.file(&found.weights), metered: Metered::new(found.open()?, meter) })
    }

    /// Its tensors, below whatever prefix `anchor` has.
    fn weights(&self, anchor: &str) -> Result<Weights<'_>, Error> {
        self.make(Weights::open_safetensors(&self.metered)).map(|weights| weights.below_prefix_of(anchor))
    }

    /// Says which checkpoint an error is about.
    fn make<T>(&self, made: Result<T, NetworkError>) -> Result<T, Error> {
        made.map_err(Error::network(&self.file))
    }

    fn finish(&self) -> Result<(), Error> {
        self.metered.finish().map_err(|e| Error::storage(&self.file, e))
    }
}
