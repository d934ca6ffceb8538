use serde::{Deserialize, Serialize};

use super::NAME;
use crate::clip::Shape;
use crate::graph::Activation;
use crate::{ClipConfig, Error};

/// CLIPSeg's sizes, as its `config.json` names them; what is left out has transformers' defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClipSegConfig {
    /// The CLIP that CLIPSeg holds.
    #[serde(flatten)]
    pub clip: ClipConfig,
    /// The blocks of the image tower, from 0, whose results the decoder reads.
    pub extract_layers: Vec<usize>,
    /// Width of the decoder.
    pub reduce_dim: usize,
    pub decoder_num_attention_heads: usize,
    pub decoder_intermediate_size: usize,
    /// The decoder's block before which the prompt comes in.
    pub conditional_layer: usize,
    /// Whether a convolution and two transposed ones make the map ("refined"), or a single transposed one.
    pub use_complex_transposed_convolution: bool,
}

impl Default for ClipSegConfig {
    fn default() -> Self {
        Self {
            clip: ClipConfig::default(),
            extract_layers: vec![3, 6, 9],
            reduce_dim: 64,
            decoder_num_attention_heads: 4,
            decoder_intermediate_size: 2048,
            conditional_layer: 0,
            use_complex_transposed_convolution: false,
        }
    }
}

impl ClipSegConfig {
    /// Reads CLIPSeg's `config.json`. Fails when its layers do not exist.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let config: Self = serde_json::from_slice(json).map_err(|e| Error::config(NAME, e.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// How many results of the image tower the decoder reads.
    pub fn depth(&self) -> usize {
        self.extract_layers.len()
    }

    /// Side of the decoder's map for a tile of `side` × `side`.
    pub fn map_side(&self, side: usize) -> Result<usize, Error> {
        let patch = self.clip.vision_config.patch_size;
        let pixels = if self.use_complex_transposed_convolution { (patch / 4) * (patch / 4) } else { patch };
        match self.clip.vision_config.grid(side)? * pixels {
            0 => Err(Error::config(NAME, format!("patches of {patch} are too small for its upsampling"))),
            side => Ok(side),
        }
    }

    /// The sizes of the decoder's blocks. Whatever the configuration names, their non-linearity is ReLU.
    pub(crate) fn decoder_shape(&self) -> Shape {
        Shape {
            heads: self.decoder_num_attention_heads,
            inner: self.decoder_intermediate_size,
            activation: Activation::Relu,
            eps: self.clip.vision_config.layer_norm_eps,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.clip.check()?;
        let blocks = self.clip.vision_config.num_hidden_layers;
        if let Some(layer) = self.extract_layers.iter().find(|&&layer| layer >= blocks) {
            return Err(Error::config(NAME, format!("it reads block {layer} of {blocks}")));
        }
        if self.conditional_layer >= self.depth() {
            let message =
                format!("its prompt comes in at block {} of {}", self.conditional_layer, self.depth());
            return Err(Error::config(NAME, message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inline, Weights};

    /// What the `config.json` of CIDAS/clipseg-rd64-refined says beyond transformers' defaults.
    const OFFICIAL: &[u8] =
        br#"{"vision_config": {"patch_size": 16}, "use_complex_transposed_convolution": true}"#;

    #[test]
    fn the_official_checkpoint_has_every_tensor_in_its_shape() {
        let list = include_str!("../../../../tests/parity/shapes/clipseg-rd64-refined.txt");
        let weights = Weights::zeros(list);
        let config = ClipSegConfig::from_json(OFFICIAL).unwrap();
        assert_eq!(config.map_side(352).unwrap(), 352);
        // One after the other: each holds hundreds of megabytes of zeros.
        assert!(config.build_vision(&weights, &mut Inline, 352).is_ok());
        assert!(config.build_decoder(&weights, &mut Inline, 352, 6).is_ok());
        assert!(config.clip.build_vision(&weights, &mut Inline).is_ok());
        assert!(config.clip.build_text(&weights, &mut Inline, 32, 77).is_ok());

        let simple = ClipSegConfig { use_complex_transposed_convolution: false, ..config };
        let error = simple.build_decoder(&weights, &mut Inline, 352, 6).err().map(|e| e.to_string()).unwrap();
        assert_eq!(error, "the checkpoint has no tensor `decoder.transposed_convolution.weight`");
    }
}
