use crate::graph::{Activation, GraphBuilder, Value};
use crate::{Error, Weights};

/// The sizes of a transformer block; its width is that of what it is given.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub heads: usize,
    /// Width between the two linear layers of the perceptron.
    pub inner: usize,
    pub activation: Activation,
    pub eps: f32,
}

/// Where a block's weights are: their names begin with `name`.
pub(crate) struct Block<'a> {
    pub weights: &'a Weights<'a>,
    pub name: String,
    pub shape: Shape,
}

/// A block that normalises before its two halves, as CLIP's towers do, over x [N, T, C].
///
/// With `only_first`, the result is that of the first token alone, [N, 1, C]: the rest of it would go unused after the
/// last block. `mask` is added to the attention's scores.
pub(crate) fn encoder_block(
    b: &mut GraphBuilder,
    block: &Block,
    x: &Value,
    mask: Option<&Value>,
    only_first: bool,
) -> Result<Value, Error> {
    b.scope(&block.name, |b| {
        let normed = block.norm(b, "layer_norm1", x)?;
        let (queries, x) = match only_first {
            true => (b.slice(&normed, 1, 0, 1)?, b.slice(x, 1, 0, 1)?),
            false => (normed.clone(), x.clone()),
        };
        let attended = block.attention(b, &queries, &normed, mask)?;
        let x = b.add(&x, &attended)?;
        let normed = block.norm(b, "layer_norm2", &x)?;
        let out = block.perceptron(b, &normed)?;
        b.add(&x, &out)
    })
}

/// A block that normalises after its two halves, as CLIPSeg's decoder does, over x [N, T, C].
pub(crate) fn decoder_block(b: &mut GraphBuilder, block: &Block, x: &Value) -> Result<Value, Error> {
    b.scope(&block.name, |b| {
        let attended = block.attention(b, x, x, None)?;
        let sum = b.add(x, &attended)?;
        let x = block.norm(b, "layer_norm1", &sum)?;
        let out = block.perceptron(b, &x)?;
        let sum = b.add(&x, &out)?;
        block.norm(b, "layer_norm2", &sum)
    })
}

impl Block<'_> {
    fn norm(&self, b: &mut GraphBuilder, name: &str, x: &Value) -> Result<Value, Error> {
        b.layer_norm_layer(self.weights, &format!("{}.{name}", self.name), x, self.shape.eps)
    }

    fn linear(&self, b: &mut GraphBuilder, name: &str, x: &Value, width: usize) -> Result<Value, Error> {
        b.linear_layer(self.weights, &format!("{}.{name}", self.name), x, width, true)
    }

    fn attention(
        &self,
        b: &mut GraphBuilder,
        queries: &Value,
        x: &Value,
        mask: Option<&Value>,
    ) -> Result<Value, Error> {
        let width = x.shape().last().copied().unwrap_or(0);
        let heads = self.shape.heads;
        let project = |b: &mut GraphBuilder<'_>, name: &str, x: &Value| {
            let projected = self.linear(b, &format!("self_attn.{name}"), x, width)?;
            b.split_heads(&projected, heads)
        };
        let q = project(b, "q_proj", queries)?;
        let k = project(b, "k_proj", x)?;
        let v = project(b, "v_proj", x)?;
        let scale = 1.0 / ((width / heads) as f32).sqrt();
        let attended = b.attention(&q, &k, &v, mask, scale)?;
        let merged = b.merge_heads(&attended)?;
        self.linear(b, "self_attn.out_proj", &merged, width)
    }

    fn perceptron(&self, b: &mut GraphBuilder, x: &Value) -> Result<Value, Error> {
        let width = x.shape().last().copied().unwrap_or(0);
        let inner = self.linear(b, "mlp.fc1", x, self.shape.inner)?;
        let active = b.activation(&inner, self.shape.activation)?;
        self.linear(b, "mlp.fc2", &active, width)
    }
}
