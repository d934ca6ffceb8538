use serde::{Deserialize, Serialize};

use super::NAME;
use crate::Error;
use crate::graph::Activation;

/// The sizes of a SAM: its `config.json` as transformers writes it. Keys that are missing have transformers' defaults
/// (SAM ViT-B's), and those that no graph needs are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SamConfig {
    pub(crate) vision_config: VisionConfig,
    pub(crate) prompt_encoder_config: PromptEncoderConfig,
    pub(crate) mask_decoder_config: MaskDecoderConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct VisionConfig {
    pub hidden_size: usize,
    pub output_channels: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub num_channels: usize,
    pub image_size: usize,
    pub patch_size: usize,
    pub hidden_act: Activation,
    pub layer_norm_eps: f32,
    pub qkv_bias: bool,
    pub mlp_ratio: f64,
    /// `mlp_ratio` times the hidden size where it is missing.
    pub mlp_dim: Option<usize>,
    pub use_abs_pos: bool,
    pub use_rel_pos: bool,
    /// Side of the attention's windows in patches; 0 for none.
    pub window_size: usize,
    /// The blocks whose attention sees the whole picture.
    pub global_attn_indexes: Vec<usize>,
    pub num_pos_feats: usize,
}

impl Default for VisionConfig {
    fn default() -> Self {
        Self {
            hidden_size: 768,
            output_channels: 256,
            num_hidden_layers: 12,
            num_attention_heads: 12,
            num_channels: 3,
            image_size: 1024,
            patch_size: 16,
            hidden_act: Activation::Gelu,
            layer_norm_eps: 1e-6,
            qkv_bias: true,
            mlp_ratio: 4.0,
            mlp_dim: None,
            use_abs_pos: true,
            use_rel_pos: true,
            window_size: 14,
            global_attn_indexes: vec![2, 5, 8, 11],
            num_pos_feats: 128,
        }
    }
}

impl VisionConfig {
    pub fn mlp_dim(&self) -> usize {
        self.mlp_dim.unwrap_or((self.hidden_size as f64 * self.mlp_ratio) as usize)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PromptEncoderConfig {
    pub hidden_size: usize,
    pub image_size: usize,
    pub patch_size: usize,
}

impl Default for PromptEncoderConfig {
    fn default() -> Self {
        Self { hidden_size: 256, image_size: 1024, patch_size: 16 }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MaskDecoderConfig {
    pub hidden_size: usize,
    pub hidden_act: Activation,
    pub mlp_dim: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub attention_downsample_rate: usize,
    /// Masks a point, besides the one that is given when a prompt is unambiguous.
    pub num_multimask_outputs: usize,
    pub iou_head_depth: usize,
    pub iou_head_hidden_dim: usize,
    pub layer_norm_eps: f32,
}

impl Default for MaskDecoderConfig {
    fn default() -> Self {
        Self {
            hidden_size: 256,
            hidden_act: Activation::Relu,
            mlp_dim: 2048,
            num_hidden_layers: 2,
            num_attention_heads: 8,
            attention_downsample_rate: 2,
            num_multimask_outputs: 3,
            iou_head_depth: 3,
            iou_head_hidden_dim: 256,
            layer_norm_eps: 1e-6,
        }
    }
}

impl SamConfig {
    /// Reads a `config.json`. Fails when its parts do not go together, and on sizes beyond any use.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        let config: Self = serde_json::from_slice(json).map_err(|e| Error::config(NAME, e.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Side of the square that the image encoder reads, in pixels.
    pub fn image_size(&self) -> usize {
        self.vision_config.image_size
    }

    /// Side of the image embedding: how many patches stand in a row.
    pub fn grid(&self) -> usize {
        self.vision_config.image_size / self.vision_config.patch_size.max(1)
    }

    /// Channels of the image embedding and of the prompts.
    pub fn channels(&self) -> usize {
        self.mask_decoder_config.hidden_size
    }

    /// Masks that the decoder gives a point.
    pub fn masks_per_point(&self) -> usize {
        self.mask_decoder_config.num_multimask_outputs
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let Self { vision_config: vision, prompt_encoder_config: prompt, mask_decoder_config: decoder } =
            self;
        let requirements = [
            (vision.num_channels == 3, "vision_config.num_channels must be 3"),
            ((1..=8192).contains(&vision.image_size), "vision_config.image_size must be 1 to 8192"),
            (
                (1..=vision.image_size).contains(&vision.patch_size),
                "vision_config.patch_size must be 1 to the image's",
            ),
            (
                divides(vision.num_attention_heads, vision.hidden_size),
                "vision_config: the heads must share hidden_size",
            ),
            (vision.window_size <= 8192, "vision_config.window_size must be at most 8192"),
            (
                prompt.image_size == vision.image_size && prompt.patch_size == vision.patch_size,
                "prompt_encoder_config and vision_config must have the same image_size and patch_size",
            ),
            (
                prompt.hidden_size == decoder.hidden_size && vision.output_channels == decoder.hidden_size,
                "the hidden_size of prompt encoder and mask decoder and vision_config.output_channels must be the same",
            ),
            (
                2 * vision.num_pos_feats == decoder.hidden_size,
                "vision_config.num_pos_feats must be half of hidden_size",
            ),
            (decoder.hidden_size % 8 == 0, "mask_decoder_config.hidden_size must be divisible by 8"),
            (
                divides(decoder.attention_downsample_rate, decoder.hidden_size)
                    && divides(decoder.num_attention_heads, decoder.hidden_size)
                    && divides(
                        decoder.num_attention_heads,
                        decoder.hidden_size / decoder.attention_downsample_rate,
                    ),
                "mask_decoder_config: the heads must share hidden_size and its downsampled part",
            ),
            (decoder.num_multimask_outputs > 0, "mask_decoder_config.num_multimask_outputs must not be 0"),
            (decoder.num_hidden_layers > 0, "mask_decoder_config.num_hidden_layers must not be 0"),
            (decoder.iou_head_depth >= 2, "mask_decoder_config.iou_head_depth must be at least 2"),
        ];
        let widths = [
            vision.hidden_size,
            vision.mlp_dim(),
            vision.num_hidden_layers,
            decoder.hidden_size,
            decoder.mlp_dim,
            decoder.num_hidden_layers,
            decoder.num_multimask_outputs,
            decoder.iou_head_hidden_dim,
        ];
        if widths.iter().any(|&w| w > 65536) {
            return Err(Error::config(NAME, "no width or count may be above 65536"));
        }
        match requirements.iter().find(|(holds, _)| !holds) {
            Some((_, requirement)) => Err(Error::config(NAME, *requirement)),
            None => Ok(()),
        }
    }
}

/// Whether `whole` can be cut into `parts` equal parts that are not empty.
fn divides(parts: usize, whole: usize) -> bool {
    parts > 0 && whole > 0 && whole.is_multiple_of(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sam::SamPromptEncoder;
    use crate::{Inline, Weights};

    #[test]
    fn official_checkpoints_have_the_tensors_that_their_configurations_ask_for() {
        let vit_b = include_str!("../../../../tests/parity/shapes/sam-vit-base.txt");
        let slim = include_str!("../../../../tests/parity/shapes/slimsam-77.txt");
        let pruned = br#"{"vision_config": {"hidden_size": 168, "mlp_dim": 696}}"#;
        for (json, list) in [(&b"{}"[..], vit_b), (pruned, slim)] {
            let (config, weights) = (SamConfig::from_json(json).unwrap(), Weights::zeros(list));
            // A tensor of another name or shape is an error.
            assert_eq!(SamPromptEncoder::new(&config, &weights).unwrap().channels(), 256);
            assert!(config.build_encoder(&weights, &mut Inline).is_ok());
            assert!(config.build_decoder(&weights, &mut Inline, 64).is_ok());
            assert!(config.build_points(&weights, &mut Inline, 64).is_ok());
            assert!(config.build_masks(&weights, &mut Inline).is_ok());
        }
        let error = SamConfig::default()
            .build_encoder(&Weights::zeros(slim), &mut Inline)
            .err()
            .map(|e| e.to_string());
        assert!(
            error
                .is_some_and(|e| e.contains("patch_embed.projection.weight` has the shape [168, 3, 16, 16]"))
        );
    }

    #[test]
    fn the_default_is_sam_vit_b() {
        let config =
            SamConfig::from_json(br#"{"model_type": "sam", "vision_config": {"initializer_range": 0.02}}"#);
        assert_eq!(config.unwrap(), SamConfig::default());
        assert_eq!((SamConfig::default().grid(), SamConfig::default().vision_config.mlp_dim()), (64, 3072));
    }

    #[test]
    fn parts_that_do_not_go_together_are_refused() {
        let error = |json: &str| SamConfig::from_json(json.as_bytes()).unwrap_err().to_string();
        assert!(error(r#"{"vision_config": {"image_size": 512}}"#).contains("same image_size"));
        assert!(error(r#"{"vision_config": {"num_attention_heads": 7}}"#).contains("heads"));
        assert!(error(r#"{"vision_config": {"patch_size": 0}}"#).contains("patch_size"));
        assert!(error(r#"{"vision_config": {"hidden_act": "silu"}}"#).contains("silu"));
        assert!(error(r#"{"vision_config": {"output_channels": 128}}"#).contains("output_channels"));
        assert!(error(r#"{"mask_decoder_config": {"attention_downsample_rate": 0}}"#).contains("heads"));
        assert!(error(r#"{"mask_decoder_config": {"mlp_dim": 9999999}}"#).contains("65536"));
    }
}
