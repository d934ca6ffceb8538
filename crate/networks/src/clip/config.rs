use serde::{Deserialize, Serialize};

use super::NAME;
use crate::Error;
use crate::graph::Activation;

/// CLIP's sizes, as the `config.json` of `CLIPModel` and of CLIPSeg names them; what is left out has transformers'
/// defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClipConfig {
    pub text_config: TextConfig,
    pub vision_config: VisionConfig,
    /// Length of an embedding.
    pub projection_dim: usize,
}

/// The text tower.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextConfig {
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub intermediate_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    /// The most tokens a text may have.
    pub max_position_embeddings: usize,
    pub hidden_act: Activation,
    pub layer_norm_eps: f32,
    /// The token at which a text is pooled. The legacy value 2 means: at the highest token.
    pub eos_token_id: i32,
}

/// The image tower.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisionConfig {
    pub hidden_size: usize,
    pub intermediate_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    /// Side of the picture that the position embedding was trained at.
    pub image_size: usize,
    pub patch_size: usize,
    pub hidden_act: Activation,
    pub layer_norm_eps: f32,
}

impl Default for ClipConfig {
    fn default() -> Self {
        Self {
            text_config: TextConfig::default(),
            vision_config: VisionConfig::default(),
            projection_dim: 512,
        }
    }
}

impl Default for TextConfig {
    fn default() -> Self {
        Self {
            vocab_size: 49408,
            hidden_size: 512,
            intermediate_size: 2048,
            num_hidden_layers: 12,
            num_attention_heads: 8,
            max_position_embeddings: 77,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
            eos_token_id: 49407,
        }
    }
}

impl Default for VisionConfig {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            image_size: 224,
            patch_size: 32,
            hidden_act: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
        }
    }
}

impl ClipConfig {
    /// Reads a `config.json` of CLIP or CLIPSeg.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let config: Self = serde_json::from_slice(json).map_err(|e| Error::config(NAME, e.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Refuses sizes that no network has: they may come from a file that nobody vouches for.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let (text, vision) = (&self.text_config, &self.vision_config);
        let sizes = [
            ("text_config.vocab_size", text.vocab_size),
            ("text_config.hidden_size", text.hidden_size),
            ("text_config.intermediate_size", text.intermediate_size),
            ("text_config.num_hidden_layers", text.num_hidden_layers),
            ("text_config.num_attention_heads", text.num_attention_heads),
            ("text_config.max_position_embeddings", text.max_position_embeddings),
            ("vision_config.hidden_size", vision.hidden_size),
            ("vision_config.intermediate_size", vision.intermediate_size),
            ("vision_config.num_hidden_layers", vision.num_hidden_layers),
            ("vision_config.num_attention_heads", vision.num_attention_heads),
            ("vision_config.image_size", vision.image_size),
            ("vision_config.patch_size", vision.patch_size),
            ("projection_dim", self.projection_dim),
        ];
        match sizes.into_iter().find(|(_, size)| !(1..=1 << 20).contains(size)) {
            Some((name, size)) => Err(Error::config(NAME, format!("{name} is {size}, and must be 1 to 2²⁰"))),
            None => Ok(()),
        }
    }
}

impl TextConfig {
    /// Where a text of these tokens is pooled: at its first end token, or, by the legacy rule, at its first highest token.
    ///
    /// `None` when there is no such token.
    pub fn pooled_position(&self, tokens: &[i32]) -> Option<usize> {
        let wanted = match self.eos_token_id {
            2 => *tokens.iter().max()?,
            end => end,
        };
        tokens.iter().position(|&token| token == wanted)
    }
}

impl VisionConfig {
    /// Patches along the side of a square picture, which must be a multiple of the patch.
    pub(crate) fn grid(&self, side: usize) -> Result<usize, Error> {
        let patch = self.patch_size;
        if patch == 0 || side == 0 || !side.is_multiple_of(patch) {
            return Err(Error::config(
                NAME,
                format!("a side of {side} cannot be cut into patches of {patch}"),
            ));
        }
        Ok(side / patch)
    }
}
