use spotcheck_engine::DataType;

use super::IsNetConfig;
use crate::graph::{Conv, GraphBuilder, Value};
use crate::{Error, WeightSink, Weights};

/// torch's default for `BatchNorm2d`, which DIS leaves as it is.
pub(super) const BATCH_NORM_EPS: f32 = 1e-5;

/// The U-shaped blocks that IS-Net is made of.
#[derive(Clone, Copy)]
pub(super) enum Block {
    /// `RSU7`, `RSU6`, `RSU5`, `RSU4`: so many convolutions down, with a pooling between two.
    Pooled(usize),
    /// `RSU4F`: four convolutions down whose dilation grows instead.
    Dilated,
}

pub(super) const STAGES: [Block; 6] =
    [Block::Pooled(7), Block::Pooled(6), Block::Pooled(5), Block::Pooled(4), Block::Dilated, Block::Dilated];

impl Block {
    /// Convolutions on the way down.
    pub(super) fn depth(self) -> usize {
        match self {
            Self::Pooled(depth) => depth,
            Self::Dilated => 4,
        }
    }

    /// The dilation of a convolution on the way down, `level` 1 to the depth.
    pub(super) fn dilation(self, level: usize) -> usize {
        match self {
            Self::Pooled(depth) => 1 + usize::from(level == depth),
            Self::Dilated => 1 << (level - 1),
        }
    }
}

impl IsNetConfig {
    /// The network as an ONNX file: `image` [1, 3, N, N] → `saliency` [1, 1, N, N], 0 to 1.
    ///
    /// Weights are named as in the DIS repository; each batch normalisation is part of the convolution before it, and of
    /// the six side outputs only the first, the finest, is there.
    pub fn graph(&self, weights: &Weights<'_>, sink: &mut dyn WeightSink) -> Result<Vec<u8>, Error> {
        self.build(weights, sink)?.finish()
    }

    pub(super) fn build<'s>(
        &self,
        weights: &Weights<'_>,
        sink: &'s mut dyn WeightSink,
    ) -> Result<GraphBuilder<'s>, Error> {
        self.check()?;
        let size = self.input_size;
        let mut b = GraphBuilder::new("isnet", sink);
        let image = b.input("image", DataType::F32, &[1, 3, size, size]);
        let halving = Conv { stride: 2, padding: 1, ..Conv::default() };
        let mut x = b.conv_layer(weights, "conv_in", &image, (self.conv_in, 3), halving, true)?;

        let mut skips: Vec<Value> = Vec::new();
        for (i, (&[_, inside, out], block)) in self.stages.iter().zip(STAGES).enumerate() {
            let name = format!("stage{}", i + 1);
            if i > 0 {
                x = b.scope(&name, |b| b.max_pool(&x, 2, 2, true))?;
            }
            x = rsu(&mut b, weights, &name, &x, (inside, out), block)?;
            skips.push(x.clone());
        }
        skips.pop();
        for (i, &[_, inside, out]) in self.decoder.iter().enumerate() {
            let Some(skip) = skips.pop() else { break };
            let name = format!("stage{}d", skips.len() + 1);
            let joined = b.scope(&name, |b| join(b, &x, &skip))?;
            x = rsu(&mut b, weights, &name, &joined, (inside, out), STAGES[4 - i])?;
        }

        let side =
            b.conv_layer(weights, "side1", &x, (1, 3), Conv { padding: 1, ..Conv::default() }, true)?;
        let saliency = b.scope("side1", |b| {
            let full = b.resize_linear(&side, size, size)?;
            Ok(b.sigmoid(&full))
        })?;
        b.output("saliency", &saliency);
        Ok(b)
    }
}

/// A residual U-block (`RSU…` in DIS): down through convolutions, back up through as many, plus what came in.
fn rsu(
    b: &mut GraphBuilder,
    weights: &Weights<'_>,
    name: &str,
    x: &Value,
    (inside, out): (usize, usize),
    block: Block,
) -> Result<Value, Error> {
    let depth = block.depth();
    let conv = |b: &mut GraphBuilder<'_>, layer: String, x: &Value, out: usize, dilation: usize| {
        conv_bn_relu(b, weights, &format!("{name}.rebnconv{layer}"), x, out, dilation)
    };
    let entry = conv(b, "in".into(), x, out, 1)?;
    let mut x = entry.clone();
    let mut skips = Vec::new();
    for level in 1..depth {
        x = conv(b, level.to_string(), &x, inside, block.dilation(level))?;
        skips.push(x.clone());
        if matches!(block, Block::Pooled(_)) && level + 1 < depth {
            x = b.scope(name, |b| b.max_pool(&x, 2, 2, true))?;
        }
    }
    x = conv(b, depth.to_string(), &x, inside, block.dilation(depth))?;
    for (i, skip) in skips.iter().enumerate().rev() {
        let dilation = if matches!(block, Block::Dilated) { 1 << i } else { 1 };
        let joined = b.scope(name, |b| join(b, &x, skip))?;
        x = conv(b, format!("{}d", i + 1), &joined, if i == 0 { out } else { inside }, dilation)?;
    }
    b.scope(name, |b| b.add(&x, &entry))
}

/// Brings `deeper` to the size of `skip` and puts the channels of the two one behind the other.
fn join(b: &mut GraphBuilder, deeper: &Value, skip: &Value) -> Result<Value, Error> {
    let deeper = match skip.shape() {
        &[_, _, height, width] => b.resize_linear(deeper, height, width)?,
        _ => deeper.clone(),
    };
    b.concat(&[&deeper, skip], 1)
}

/// `REBNCONV` in DIS: a 3 × 3 convolution, batch normalisation with stored statistics, ReLU.
fn conv_bn_relu(
    b: &mut GraphBuilder,
    weights: &Weights<'_>,
    name: &str,
    x: &Value,
    out: usize,
    dilation: usize,
) -> Result<Value, Error> {
    let channels = x.shape().get(1).copied().unwrap_or(0);
    let weight_name = format!("{name}.conv_s1.weight");
    let bias_name = format!("{name}.conv_s1.bias");
    let shape = [out, channels, 3, 3];
    let mut kernel = weights.take(&weight_name, &shape)?;
    let mut bias = weights.take(&bias_name, &[out])?;
    let norm = |field: &str| weights.take(&format!("{name}.bn_s1.{field}"), &[out]);
    let (gain, shift, mean, variance) =
        (norm("weight")?, norm("bias")?, norm("running_mean")?, norm("running_var")?);
    for (o, taps) in kernel.chunks_exact_mut((channels * 9).max(1)).enumerate() {
        let factor = gain[o] / (variance[o] + BATCH_NORM_EPS).sqrt();
        taps.iter_mut().for_each(|t| *t *= factor);
        bias[o] = (bias[o] - mean[o]) * factor + shift[o];
    }
    let weight = b.kernel(&weight_name, &shape, kernel, 0)?;
    let bias = b.weight(&bias_name, &[out], bias)?;
    let conv = Conv { padding: dilation, dilation, ..Conv::default() };
    b.scope(name, |b| {
        let y = b.conv2d(x, &weight, Some(&bias), conv)?;
        Ok(b.relu(&y))
    })
}
