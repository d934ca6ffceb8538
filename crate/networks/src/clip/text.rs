use spotcheck_engine::DataType;

use super::{Block, NAME, Shape, encoder_block, prefix};
use crate::graph::GraphBuilder;
use crate::{ClipConfig, Error, WeightSink, Weights};

/// What is added to a score that may not count; exp of it is 0, and unlike −∞ it is a number in every shader.
const MASKED: f32 = -1e9;

impl ClipConfig {
    /// The text tower as an ONNX file for `batch` texts of `length` tokens: `ids` i32 [B, L], `eot` i32 [B] →
    /// `embedding` [B, D], projected, not normalised.
    ///
    /// `eot` names the row at which each text is pooled among all B · L: b · L + [`TextConfig::pooled_position`]. What
    /// follows it in a text is never looked at, so any token pads.
    ///
    /// [`TextConfig::pooled_position`]: super::TextConfig::pooled_position
    pub fn text_graph(
        &self,
        weights: &Weights<'_>,
        sink: &mut dyn WeightSink,
        batch: usize,
        length: usize,
    ) -> Result<Vec<u8>, Error> {
        self.build_text(weights, sink, batch, length)?.finish()
    }

    pub(crate) fn build_text<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
        batch: usize,
        length: usize,
    ) -> Result<GraphBuilder<'s>, Error> {
        self.check()?;
        let text = &self.text_config;
        if length > text.max_position_embeddings {
            let message =
                format!("{length} tokens are more than its context of {}", text.max_position_embeddings);
            return Err(Error::config(NAME, message));
        }
        let prefix = prefix(weights);
        let name = |name: &str| format!("{prefix}text_model.{name}");
        let width = text.hidden_size;
        let mut b = GraphBuilder::new("clip_text", sink);
        let ids = b.input("ids", DataType::I32, &[batch, length]);
        let eot = b.input("eot", DataType::I32, &[batch]);

        let embedding = name("embeddings.token_embedding.weight");
        let table = b.checkpoint_weight(weights, &embedding, &[text.vocab_size, width])?;
        let tokens = b.gather(&table, &ids, 0)?;
        let position_name = name("embeddings.position_embedding.weight");
        let mut positions = weights.take(&position_name, &[text.max_position_embeddings, width])?;
        positions.truncate(length * width);
        let positions = b.weight(&position_name, &[1, length, width], positions)?;
        let mut x = b.add(&tokens, &positions)?;

        let causal =
            (0..length * length).map(|i| if i % length > i / length { MASKED } else { 0.0 }).collect();
        let mask = b.weight("causal_mask", &[1, 1, length, length], causal)?;
        for layer in 0..text.num_hidden_layers {
            let block = Block {
                weights,
                name: name(&format!("encoder.layers.{layer}")),
                shape: Shape {
                    heads: text.num_attention_heads,
                    inner: text.intermediate_size,
                    activation: text.hidden_act,
                    eps: text.layer_norm_eps,
                },
            };
            x = encoder_block(&mut b, &block, &x, Some(&mask), false)?;
        }
        let rows = b.reshape(&x, &[batch * length, width])?;
        let pooled = b.gather(&rows, &eot, 0)?;
        let pooled = b.layer_norm_layer(weights, &name("final_layer_norm"), &pooled, text.layer_norm_eps)?;
        let projection = format!("{prefix}text_projection");
        let embedding = b.linear_layer(weights, &projection, &pooled, self.projection_dim, false)?;
        b.output("embedding", &embedding);
        Ok(b)
    }
}
