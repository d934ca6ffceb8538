use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::checkpoints::{Checkpoints, optional};
use crate::{Error, Precision};

/// The most bytes of a file: static hosts refuse larger ones.
const LARGEST: usize = 20 << 20;

/// How a pack is built. A file `pack.json` beside the checkpoints may hold these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuildOptions {
    /// The pack's name, for people.
    pub name: String,
    /// How the weights are stored.
    pub precision: Precision,
    /// Settings of the method that are better for these networks than its own defaults.
    pub settings: serde_json::Map<String, serde_json::Value>,
    /// What is known of each checkpoint: of `isnet`, `sam`, `clipseg` and `april_gan`, and of the one in a folder of another name.
    pub origins: BTreeMap<String, Origin>,
    /// Token counts that there are text graphs for, besides the whole context. Most prompts are short.
    pub text_lengths: Vec<usize>,
    /// Texts that are encoded at a time.
    pub texts: usize,
    /// Prompts that CLIPSeg's decoder takes at a time.
    pub prompts: usize,
    /// The most windows of a picture that CLIP's image tower takes at a time: the windows of a kind are cut into as many equal
    /// batches as that needs.
    pub windows: usize,
    /// Points that SAM's decoder takes at a time: with more than 32, tensors of the official SAM outgrow the 128 MiB
    /// that every GPU binds.
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
    /// Folders that the checkpoint is looked for in, in this order, when there is none of its own name.
    pub folders: Vec<String>,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self {
            name: "unnamed pack".into(),
            precision: Precision::F32,
            settings: serde_json::Map::new(),
            origins: BTreeMap::new(),
            text_lengths: vec![10, 12, 14, 16, 20, 24],
            texts: 32,
            prompts: 6,
            windows: 32,
            points: 16,
            largest_file: LARGEST,
        }
    }
}

impl BuildOptions {
    /// These options, with what the `pack.json` of the checkpoints says in their place; keys that are not known are
    /// refused.
    pub fn overridden(&self, checkpoints: &dyn Checkpoints) -> Result<Self, Error> {
        let bad = |e: serde_json::Error| Error::storage("pack.json", e);
        let Some(json) = optional(checkpoints, "pack.json")? else { return Ok(self.clone()) };
        let said: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&json).map_err(bad)?;
        let mut options = match serde_json::to_value(self).map_err(bad)? {
            serde_json::Value::Object(options) => options,
            _ => serde_json::Map::new(),
        };
        options.extend(said);
        serde_json::from_value(options.into()).map_err(bad)
    }

    /// Reads `pack.json` of the folder with the checkpoints; the defaults where there is none.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn read(from: &std::path::Path) -> Result<Self, Error> {
        Self::default().overridden(&crate::CheckpointFolder::new(from))
    }
}
