use std::fmt::Write;
use std::rc::Rc;

use sha2::{Digest, Sha256};
use spotcheck_engine::{Bundle, Engine, Onnx};
use spotcheck_method::Settings;
use spotcheck_networks::{
    AprilGan, ClipSeg, ClipText, ClipVision, ClipWindows, Error as NetworkError, HalfGraph, IsNet, Models,
    Sam, SamDecoder, TextGraphs, Tokenizer, WindowOnnx,
};

use crate::{DecoderParts, Error, FileInfo, Graph, Manifest, NetworkSet, Storage, TextGraph};

const MANIFEST: &str = "manifest.json";

/// A pack that was opened: its manifest is read, everything else is read when it is asked for. Clones share it.
#[derive(Clone)]
pub struct Pack(Rc<Inner>);

struct Inner {
    storage: Box<dyn Storage>,
    manifest: Manifest,
    fingerprint: String,
}

impl Pack {
    /// Reads a pack's manifest. Fails when there is none, and when it is of a format that is not known.
    pub async fn open(storage: impl Storage + 'static) -> Result<Self, Error> {
        let json = storage.read(MANIFEST).await?;
        let manifest = Manifest::from_json(&json)?;
        Ok(Self(Rc::new(Inner { storage: Box::new(storage), manifest, fingerprint: sha256(&json) })))
    }

    /// The manifest's SHA-256 in hexadecimal. It names every file with its own, so packs of one fingerprint are equal.
    pub fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// The pack's name, for people.
    pub fn name(&self) -> &str {
        &self.0.manifest.name
    }

    /// The method's settings with those of the pack over the defaults.
    pub fn settings(&self) -> Result<Settings, Error> {
        let settings = serde_json::Value::Object(self.0.manifest.settings.clone());
        serde_json::from_value(settings).map_err(|e| Error::Manifest(format!("settings: {e}")))
    }

    /// Checks size and SHA-256 of every file; the error names the first that is wrong.
    pub async fn verify(&self) -> Result<(), Error> {
        for (file, FileInfo { sha256: expected, .. }) in &self.0.manifest.files {
            let found = sha256(&self.read(file).await?);
            if found != *expected {
                return Err(Error::Hash { file: file.clone(), expected: expected.clone(), found });
            }
        }
        Ok(())
    }

    /// Loads the networks on an engine; the text tower waits for the first text.
    pub async fn models(&self, engine: &Engine) -> Result<Models, Error> {
        let networks = &self.0.manifest.networks;
        let (sam, clip, clipseg) = (&networks.sam, &networks.clip, &networks.clipseg);

        let file = &networks.isnet.graph.file;
        let bundle = self.bundle(engine, "IS-Net", &[&networks.isnet.graph]).await?;
        let isnet = IsNet::load(engine, &networks.isnet.config, graph(&bundle, 0, file)?).await;
        let mut isnet = isnet.map_err(Error::network(file))?;
        if networks.isnet.half_graph.is_some() {
            isnet = isnet.with_half_graph(Box::new(self.clone()));
        }
        drop(bundle);

        let parts = sam.parts_for(engine.kind());
        let graphs = match parts {
            Some(DecoderParts { points, masks }) => vec![&sam.encoder, points, masks],
            None => vec![&sam.encoder, &sam.decoder],
        };
        let files: Vec<&str> = graphs.iter().map(|graph| graph.file.as_str()).collect();
        let files = files.join(" or ");
        let bundle = self.bundle(engine, "SAM", &graphs).await?;
        let (encoder, first) = (graph(&bundle, 0, &files)?, graph(&bundle, 1, &files)?);
        let decoder = match parts {
            Some(_) => SamDecoder::Parts { points: first, masks: graph(&bundle, 2, &files)? },
            None => SamDecoder::Whole(first),
        };
        let loaded = Sam::load(engine, &sam.config, sam.prompt_encoder.clone(), encoder, decoder).await;
        let sam = loaded.map_err(Error::network(&files))?;
        drop(bundle);

        // CLIP's image tower at both sizes, over the same weights.
        let files = format!("{} or {}", clipseg.vision.file, clipseg.decoder.file);
        let graphs = [&clipseg.vision, &clipseg.decoder, &clip.vision];
        let bundle = self.bundle(engine, "CLIPSeg", &graphs).await?;
        let (config, side) = (&clipseg.config, clipseg.input);
        let (vision, decoder) = (graph(&bundle, 0, &files)?, graph(&bundle, 1, &files)?);
        let loaded = ClipSeg::load(engine, config, side, clipseg.normalisation, vision, decoder).await;
        let loaded = loaded.map_err(Error::network(&files))?;
        let file = &clip.vision.file;
        let clip_vision = ClipVision::load(engine, &config.clip, graph(&bundle, 2, file)?).await;
        let clip_vision = clip_vision.map_err(Error::network(file))?;
        drop(bundle);

        let clip_text = self.clip_text(engine).await?;
        Ok(Models { isnet, sam, clip_vision, clip_text, clipseg: loaded })
    }

    /// CLIP's text tower alone, which waits for the first text.
    pub async fn clip_text(&self, engine: &Engine) -> Result<ClipText, Error> {
        let NetworkSet { clip, clipseg, .. } = &self.0.manifest.networks;
        let config = &clipseg.config.clip;
        let context = config.text_config.max_position_embeddings;
        let tokenizer = Tokenizer::from_json(&self.read(&clip.tokenizer).await?, context);
        let tokenizer = tokenizer.map_err(Error::network(&clip.tokenizer))?;
        let lengths = clip.text.iter().map(|text| text.tokens).collect();
        let clip_text = ClipText::new(engine, config, tokenizer, lengths, Box::new(self.clone()));
        clip_text.map_err(Error::network(MANIFEST))
    }

    /// Loads on an engine what WinCLIP needs, and nothing else: CLIP's image tower over pictures and windows, and its text tower,
    /// which waits for the first text.
    ///
    /// Fails with [`Error::Without`] when the pack has no graphs for windows.
    pub async fn winclip(&self, engine: &Engine) -> Result<(ClipWindows, ClipText), Error> {
        let NetworkSet { clip, clipseg, .. } = &self.0.manifest.networks;
        let config = &clipseg.config.clip;
        let windows = clip.windows.as_ref().ok_or(Error::Without { what: "graphs for WinCLIP" })?;
        let graphs: Vec<&Graph> = [&clip.vision].into_iter().chain(windows.graphs()).collect();
        let files: Vec<&str> = graphs.iter().map(|graph| graph.file.as_str()).collect();
        let files = files.join(" or ");
        let bundle = self.bundle(engine, "CLIP", &graphs).await?;
        let vision = ClipVision::load(engine, config, graph(&bundle, 0, &files)?).await;
        let vision = vision.map_err(Error::network(&files))?;
        let tokens = graph(&bundle, 1, &files)?;
        let sized = windows.windows.iter().enumerate();
        let sized = sized.map(|(number, window)| {
            Ok::<_, Error>(WindowOnnx { side: window.side, onnx: graph(&bundle, 2 + number, &files)? })
        });
        let sized = sized.collect::<Result<_, _>>()?;
        let loaded = ClipWindows::load(engine, config, vision, tokens, sized).await;
        Ok((loaded.map_err(Error::network(&files))?, self.clip_text(engine).await?))
    }

    /// Loads on an engine what the baseline APRIL-GAN needs, and nothing else: its image side, and CLIP's text tower, which waits
    /// for the first text.
    ///
    /// Fails with [`Error::Without`] when the pack has no layers for it.
    pub async fn april_gan(&self, engine: &Engine) -> Result<(AprilGan, ClipText), Error> {
        let what = "layers for APRIL-GAN (config.json and model.safetensors in a folder april_gan beside the checkpoints)";
        let network = self.0.manifest.networks.april_gan.as_ref().ok_or(Error::Without { what })?;
        let file = &network.graph.file;
        let bundle = self.bundle(engine, "APRIL-GAN", &[&network.graph]).await?;
        let loaded = AprilGan::load(engine, &network.config, graph(&bundle, 0, file)?).await;
        Ok((loaded.map_err(Error::network(file))?, self.clip_text(engine).await?))
    }

    /// A file of the pack, its size held against the manifest.
    pub(crate) async fn read(&self, file: &str) -> Result<Vec<u8>, Error> {
        let info = self.0.manifest.files.get(file);
        let expected = info.ok_or_else(|| Error::Manifest(format!("{file} is not among the files")))?.size;
        let bytes = self.0.storage.read(file).await?;
        match bytes.len() as u64 {
            found if found == expected => Ok(bytes),
            found => Err(Error::Size { file: file.into(), expected, found }),
        }
    }
}

#[async_trait::async_trait(?Send)]
impl TextGraphs for Pack {
    async fn text_graphs(&self, engine: &Engine, lengths: &[usize]) -> Result<Bundle, NetworkError> {
        let text = &self.0.manifest.networks.clip.text;
        let graph = |&length: &usize| {
            let text: Option<&TextGraph> = text.iter().find(|text| text.tokens == length);
            text.map(|text| &text.graph)
                .ok_or_else(|| NetworkError::run("CLIP", format!("no graph for {length} tokens")))
        };
        let graphs = lengths.iter().map(graph).collect::<Result<Vec<_>, _>>()?;
        self.bundle(engine, "CLIP", &graphs).await.map_err(|e| NetworkError::run("CLIP", e.to_string()))
    }
}

#[async_trait::async_trait(?Send)]
impl HalfGraph for Pack {
    async fn half_graph(&self, engine: &Engine) -> Result<Bundle, NetworkError> {
        let fail = |message: String| NetworkError::run("IS-Net", message);
        let half = self.0.manifest.networks.isnet.half_graph.as_ref();
        let half = half.ok_or_else(|| fail("no graph for half its input".into()))?;
        self.bundle(engine, "IS-Net", &[half]).await.map_err(|e| fail(e.to_string()))
    }
}

fn graph<'a>(bundle: &'a Bundle, number: usize, file: &str) -> Result<Onnx<'a>, Error> {
    bundle.graph(number).ok_or_else(|| Error::Missing { file: file.into() })
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
