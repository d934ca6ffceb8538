use spotcheck_engine::DataType;

use super::ClipSegConfig;
use crate::clip::{Block, decoder_block};
use crate::graph::{Conv, GraphBuilder, Value};
use crate::{Error, WeightSink, Weights};

impl ClipSegConfig {
    /// What CLIPSeg computes once a prompt, as an ONNX file: `r0`, `r1`, … [1, T, R] of
    /// [`ClipSegConfig::vision_graph`] at the same side S, and `prompts` [P, D] → `logits` [P, h, w].
    pub fn decoder_graph(
        &self,
        weights: &Weights<'_>,
        sink: &mut dyn WeightSink,
        side: usize,
        prompts: usize,
    ) -> Result<Vec<u8>, Error> {
        self.build_decoder(weights, sink, side, prompts)?.finish()
    }

    pub(super) fn build_decoder<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
        side: usize,
        prompts: usize,
    ) -> Result<GraphBuilder<'s>, Error> {
        self.check()?;
        let grid = self.clip.vision_config.grid(side)?;
        let width = self.reduce_dim;
        let mut b = GraphBuilder::new("clipseg_decoder", sink);
        let reduced: Vec<Value> = (0..self.depth())
            .map(|i| b.input(&format!("r{i}"), DataType::F32, &[1, 1 + grid * grid, width]))
            .collect();
        let prompts_in = b.input("prompts", DataType::F32, &[prompts, self.clip.projection_dim]);

        let mut x: Option<Value> = None;
        for (i, reduced) in reduced.iter().enumerate() {
            let mut sum = match &x {
                Some(x) => b.add(x, reduced)?,
                None => reduced.clone(),
            };
            if i == self.conditional_layer {
                sum = film(&mut b, weights, &sum, &prompts_in, width)?;
            }
            let block = Block { weights, name: format!("decoder.layers.{i}"), shape: self.decoder_shape() };
            x = Some(decoder_block(&mut b, &block, &sum)?);
        }
        let x = x.ok_or_else(|| Error::config(super::NAME, "it reads no block of its image tower"))?;
        let patches = b.slice(&x, 1, 1, 1 + grid * grid)?;
        let patches = b.transpose(&patches, &[0, 2, 1])?;
        let patches = b.reshape(&patches, &[prompts, width, grid, grid])?;
        let map = upsample(&mut b, self, weights, &patches)?;
        let map = b.squeeze(&map, 1)?;
        b.output("logits", &map);
        Ok(b)
    }
}

/// Scales and shifts the channels of x [1 or P, T, R] by what the prompts [P, D] say: [P, T, R].
fn film(
    b: &mut GraphBuilder,
    weights: &Weights,
    x: &Value,
    prompts: &Value,
    width: usize,
) -> Result<Value, Error> {
    let gain = b.linear_layer(weights, "decoder.film_mul", prompts, width, true)?;
    let gain = b.unsqueeze(&gain, 1)?;
    let shift = b.linear_layer(weights, "decoder.film_add", prompts, width, true)?;
    let shift = b.unsqueeze(&shift, 1)?;
    let scaled = b.mul(x, &gain)?;
    b.add(&scaled, &shift)
}

/// [P, R, g, g] → [P, 1, h, w].
fn upsample(
    b: &mut GraphBuilder,
    config: &ClipSegConfig,
    weights: &Weights,
    x: &Value,
) -> Result<Value, Error> {
    let width = config.reduce_dim;
    let patch = config.clip.vision_config.patch_size;
    let name = "decoder.transposed_convolution";
    if !config.use_complex_transposed_convolution {
        return transposed(b, weights, name, x, 1, patch);
    }
    let conv = Conv { padding: 1, ..Conv::default() };
    let x = b.conv_layer(weights, &format!("{name}.0"), x, (width, 3), conv, true)?;
    let x = b.relu(&x);
    let x = transposed(b, weights, &format!("{name}.2"), &x, width / 2, patch / 4)?;
    let x = b.relu(&x);
    transposed(b, weights, &format!("{name}.4"), &x, 1, patch / 4)
}

/// A transposed convolution whose kernel is as wide as its stride.
fn transposed(
    b: &mut GraphBuilder,
    weights: &Weights,
    name: &str,
    x: &Value,
    channels: usize,
    side: usize,
) -> Result<Value, Error> {
    let from = x.shape().get(1).copied().unwrap_or(0);
    let (kernel, shape) = (format!("{name}.weight"), [from, channels, side, side]);
    let kernel = b.kernel(&kernel, &shape, weights.take(&kernel, &shape)?, 1)?;
    let bias = b.checkpoint_weight(weights, &format!("{name}.bias"), &[channels])?;
    b.conv_transpose2d(x, &kernel, Some(&bias), side)
}
