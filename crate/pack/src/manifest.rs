use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spotcheck_engine::EngineKind;
use spotcheck_networks::{
    AprilGanConfig, ClipSegConfig, IsNetConfig, Normalisation, SamConfig, SamPromptEncoder,
};

use crate::{Error, Precision};

/// The version of the pack's layout that is written, and the only one that is read.
pub(crate) const FORMAT: u64 = 1;

/// What a pack holds: its `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this layout.
    pub format: u64,
    pub name: String,
    /// How the weights are stored.
    pub precision: Precision,
    /// Settings of the method that are better for these networks than its own defaults.
    #[serde(default)]
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub networks: NetworkSet,
    /// The parts of each blob of weights, in order. A blob that is not cut is its own only part.
    pub weights: BTreeMap<String, Vec<String>>,
    /// Every file but the manifest.
    pub files: BTreeMap<String, FileInfo>,
}

/// A file's size in bytes and its SHA-256 in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    pub size: u64,
    pub sha256: String,
}

/// The four networks, CLIP being the one that CLIPSeg holds, and what a baseline has besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkSet {
    pub isnet: IsNetNetwork,
    pub sam: SamNetwork,
    pub clip: ClipNetwork,
    pub clipseg: ClipSegNetwork,
    /// Of the baseline APRIL-GAN; packs lack it whose checkpoints do, and older ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub april_gan: Option<AprilGanNetwork>,
}

/// A graph of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    pub file: String,
    /// Floating-point operations a run, a multiplication and an addition counted as two.
    pub flops: u64,
}

/// The text tower for a number of texts of a number of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextGraph {
    #[serde(flatten)]
    pub graph: Graph,
    pub texts: usize,
    pub tokens: usize,
}

/// CLIP's image tower over windows of a picture's patches, which WinCLIP needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowGraphs {
    /// A picture's tokens, which all windows are cut from.
    pub tokens: Graph,
    /// One a size of window.
    pub windows: Vec<WindowGraph>,
}

/// The image tower for a number of windows of a size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowGraph {
    #[serde(flatten)]
    pub graph: Graph,
    /// Side of a window, in patches.
    pub side: usize,
    /// Windows that it takes at a time.
    pub windows: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IsNetNetwork {
    pub config: IsNetConfig,
    /// Side of the square that it reads, in pixels.
    pub input: usize,
    pub normalisation: Normalisation,
    pub graph: Graph,
    /// The same for pictures of half the side, over the same weights; older packs lack it, and networks with a small input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_graph: Option<Graph>,
    pub licence: String,
    pub source: String,
}

/// SAM's decoder in two parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecoderParts {
    /// Judges the masks at as many points as the whole decoder takes.
    pub points: Graph,
    /// Draws the masks at one point.
    pub masks: Graph,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamNetwork {
    pub config: SamConfig,
    pub input: usize,
    pub normalisation: Normalisation,
    /// What stands in no graph: it is small.
    pub prompt_encoder: SamPromptEncoder,
    pub encoder: Graph,
    pub decoder: Graph,
    /// The decoder once more, for engines that gain by drawing only masks that are wanted; older packs lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoder_parts: Option<DecoderParts>,
    /// Points that the decoder takes at a time.
    pub points: usize,
    pub licence: String,
    pub source: String,
}

/// CLIP's two towers. Its configuration is in [`ClipSegNetwork`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipNetwork {
    pub input: usize,
    pub normalisation: Normalisation,
    pub vision: Graph,
    pub text: Vec<TextGraph>,
    /// Over the same weights; older packs lack it, and networks with fewer patches along a side than the largest window has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<WindowGraphs>,
    pub tokenizer: String,
    pub licence: String,
    pub source: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipSegNetwork {
    pub config: ClipSegConfig,
    pub input: usize,
    pub normalisation: Normalisation,
    pub vision: Graph,
    pub decoder: Graph,
    /// Prompts that the decoder takes at a time.
    pub prompts: usize,
    pub licence: String,
    pub source: String,
}

/// APRIL-GAN's image side: CLIP's image tower at another size, and the layers that were trained on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AprilGanNetwork {
    pub config: AprilGanConfig,
    pub input: usize,
    pub normalisation: Normalisation,
    pub graph: Graph,
    /// Of the trained layers; CLIP's are in [`ClipNetwork`].
    pub licence: String,
    pub source: String,
}

impl WindowGraphs {
    /// All of them.
    pub(crate) fn graphs(&self) -> impl Iterator<Item = &Graph> {
        [&self.tokens].into_iter().chain(self.windows.iter().map(|window| &window.graph))
    }
}

impl SamNetwork {
    /// The decoder's parts, where an engine runs these instead of the whole.
    pub fn parts_for(&self, engine: EngineKind) -> Option<&DecoderParts> {
        // Between the parts 4 MiB a point go through this program: to a GPU and back that takes longer than to draw masks
        // that nobody wants.
        self.decoder_parts.as_ref().filter(|_| engine == EngineKind::Rten)
    }
}

impl Manifest {
    /// Reads a `manifest.json`. Fails on another format, on a name that leads out of the folder, and when a file that is
    /// used is not listed.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Version {
            format: u64,
        }
        let bad = |e: serde_json::Error| Error::Manifest(e.to_string());
        let version: Version = serde_json::from_slice(json).map_err(bad)?;
        if version.format != FORMAT {
            return Err(Error::Format { found: version.format, known: FORMAT });
        }
        let manifest: Self = serde_json::from_slice(json).map_err(bad)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The pack's size in bytes, without the manifest.
    pub fn size(&self) -> u64 {
        self.files.values().fold(0, |sum, file| sum.saturating_add(file.size))
    }

    fn check(&self) -> Result<(), Error> {
        let outside = |name: &&String| {
            name.is_empty()
                || name.starts_with('.')
                || name.contains(['/', '\\', ':'])
                || *name == "manifest.json"
        };
        if let Some(name) = self.files.keys().find(outside) {
            return Err(Error::Manifest(format!("{name:?} is no name for a file of a pack")));
        }
        let NetworkSet { isnet, sam, clip, clipseg, april_gan } = &self.networks;
        let graphs =
            [&isnet.graph, &sam.encoder, &sam.decoder, &clip.vision, &clipseg.vision, &clipseg.decoder];
        let parts = sam.decoder_parts.iter().flat_map(|parts| [&parts.points, &parts.masks]);
        let windows = clip.windows.iter().flat_map(WindowGraphs::graphs);
        let graphs = graphs.into_iter().chain(&isnet.half_graph).chain(parts).chain(windows);
        let graphs = graphs.chain(april_gan.iter().map(|network| &network.graph));
        let graphs = graphs.chain(clip.text.iter().map(|text| &text.graph)).map(|graph| &graph.file);
        let used = graphs.chain([&clip.tokenizer]).chain(self.weights.values().flatten());
        match used.into_iter().find(|file| !self.files.contains_key(*file)) {
            Some(file) => Err(Error::Manifest(format!("{file} is used, but not among the files"))),
            None => Ok(()),
        }
    }
}
