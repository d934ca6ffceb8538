use spotcheck_engine::DataType;

use super::{Block, Shape, VisionConfig, encoder_block, prefix};
use crate::graph::{Conv, GraphBuilder, Value};
use crate::interpolate::bicubic;
use crate::{ClipConfig, Error, WeightSink, Weights};

impl ClipConfig {
    /// The image tower as an ONNX file at its own size N: `image` [1, 3, N, N] → `embedding` [1, D], projected, not
    /// normalised. The checkpoint is CLIP's, or CLIPSeg's, which holds CLIP whole.
    pub fn vision_graph(&self, weights: &Weights<'_>, sink: &mut dyn WeightSink) -> Result<Vec<u8>, Error> {
        self.build_vision(weights, sink)?.finish()
    }

    pub(crate) fn build_vision<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
    ) -> Result<GraphBuilder<'s>, Error> {
        self.check()?;
        let vision = &self.vision_config;
        let mut b = GraphBuilder::new("clip_vision", sink);
        let mut x = embed_patches(&mut b, vision, weights, vision.image_size, bicubic)?;
        for layer in 0..vision.num_hidden_layers {
            let last = layer + 1 == vision.num_hidden_layers;
            x = encoder_block(&mut b, &vision.block(weights, layer), &x, None, last)?;
        }
        let embedding = project_first(&mut b, self, weights, &x)?;
        b.output("embedding", &embedding);
        Ok(b)
    }
}

/// Brings a square grid of vectors [from², width] to another size: `(grid, from, width, to)`.
pub(crate) type Interpolate = fn(&[f32], usize, usize, usize) -> Vec<f32>;

/// The graph's input and what goes into the first block: [`embed_tokens`], normalised.
pub(crate) fn embed_patches(
    b: &mut GraphBuilder,
    config: &VisionConfig,
    weights: &Weights,
    side: usize,
    interpolate: Interpolate,
) -> Result<Value, Error> {
    let tokens = embed_tokens(b, config, weights, side, interpolate)?;
    pre_layer_norm(b, config, weights, &tokens)
}

/// The norm before the first block, over tokens [.., C].
pub(super) fn pre_layer_norm(
    b: &mut GraphBuilder,
    config: &VisionConfig,
    weights: &Weights,
    tokens: &Value,
) -> Result<Value, Error> {
    let name = format!("{}vision_model.pre_layrnorm", prefix(weights));
    b.layer_norm_layer(weights, &name, tokens, config.layer_norm_eps)
}

/// What comes behind the last block: the first tokens of [B, T, C], normalised and projected to [B, D].
pub(crate) fn project_first(
    b: &mut GraphBuilder,
    config: &ClipConfig,
    weights: &Weights,
    x: &Value,
) -> Result<Value, Error> {
    let vision = &config.vision_config;
    let prefix = prefix(weights);
    let batch = x.shape().first().copied().unwrap_or(0);
    let first = b.slice(x, 1, 0, 1)?;
    let first = b.reshape(&first, &[batch, vision.hidden_size])?;
    let norm = format!("{prefix}vision_model.post_layernorm");
    let pooled = b.layer_norm_layer(weights, &norm, &first, vision.layer_norm_eps)?;
    let projection = format!("{prefix}visual_projection");
    b.linear_layer(weights, &projection, &pooled, config.projection_dim, false)
}

/// The graph's input and its tokens: `image` [1, 3, S, S] → [1, 1 + patches, C], the class token first, positions added. At
/// another size than the trained one `interpolate` makes the position embedding, the class token's row kept.
pub(super) fn embed_tokens(
    b: &mut GraphBuilder,
    config: &VisionConfig,
    weights: &Weights,
    side: usize,
    interpolate: Interpolate,
) -> Result<Value, Error> {
    let prefix = prefix(weights);
    let width = config.hidden_size;
    let trained = config.grid(config.image_size)?;
    let grid = config.grid(side)?;
    let name = |name: &str| format!("{prefix}vision_model.{name}");

    let image = b.input("image", DataType::F32, &[1, 3, side, side]);
    let patch = config.patch_size;
    let conv = Conv { stride: patch, ..Conv::default() };
    let kernel = name("embeddings.patch_embedding");
    let patches = b.conv_layer(weights, &kernel, &image, (width, patch), conv, false)?;
    let patches = b.reshape(&patches, &[1, width, grid * grid])?;
    let patches = b.transpose(&patches, &[0, 2, 1])?;

    let position_name = name("embeddings.position_embedding.weight");
    let positions = weights.take(&position_name, &[1 + trained * trained, width])?;
    let (first, rest) = positions.split_at(width);
    let class_name = name("embeddings.class_embedding");
    let class = weights.take(&class_name, &[width])?;
    let class = class.iter().zip(first).map(|(c, p)| c + p).collect();
    let class = b.weight(&class_name, &[1, 1, width], class)?;
    let rest = match grid == trained {
        true => rest.to_vec(),
        false => interpolate(rest, trained, width, grid),
    };
    let rest = b.weight(&position_name, &[1, grid * grid, width], rest)?;
    let patches = b.add(&patches, &rest)?;
    b.concat(&[&class, &patches], 1)
}

impl VisionConfig {
    /// The weights and sizes of a block of the tower.
    pub(crate) fn block<'a>(&self, weights: &'a Weights<'a>, layer: usize) -> Block<'a> {
        Block {
            weights,
            name: format!("{}vision_model.encoder.layers.{layer}", prefix(weights)),
            shape: Shape {
                heads: self.num_attention_heads,
                inner: self.intermediate_size,
                activation: self.hidden_act,
                eps: self.layer_norm_eps,
            },
        }
    }
}
