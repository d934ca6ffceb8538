use super::{Conv, GraphBuilder, Value};
use crate::{Error, Weights};

/// Layers whose weights come from a checkpoint: each reads `{name}.weight` and, where it has one, `{name}.bias`, and
/// names its nodes by `name`.
impl GraphBuilder<'_> {
    /// torch's `Linear` to `out` channels: the weight stands as [out, in] in the checkpoint and transposed in the graph.
    pub fn linear_layer(
        &mut self,
        weights: &Weights<'_>,
        name: &str,
        x: &Value,
        out: usize,
        has_bias: bool,
    ) -> Result<Value, Error> {
        let channels = x.shape.last().copied().unwrap_or(0);
        let weight = self.linear_weight(weights, name, channels, out)?;
        let bias = if has_bias {
            Some(self.checkpoint_weight(weights, &format!("{name}.bias"), &[out])?)
        } else {
            None
        };
        self.at(name, |b| b.linear(x, &weight, bias.as_ref()))
    }

    /// The weight of torch's `Linear` from `channels` to `out`, [channels, out].
    pub fn linear_weight(
        &mut self,
        weights: &Weights<'_>,
        name: &str,
        channels: usize,
        out: usize,
    ) -> Result<Value, Error> {
        let name = format!("{name}.weight");
        let matrix = transposed(&weights.take(&name, &[out, channels])?, channels);
        self.kernel(&name, &[channels, out], matrix, 1)
    }

    /// torch's `LayerNorm` over the last axis.
    pub fn layer_norm_layer(
        &mut self,
        weights: &Weights<'_>,
        name: &str,
        x: &Value,
        eps: f32,
    ) -> Result<Value, Error> {
        let channels = x.shape.last().copied().unwrap_or(0);
        let gain = self.checkpoint_weight(weights, &format!("{name}.weight"), &[channels])?;
        let bias = self.checkpoint_weight(weights, &format!("{name}.bias"), &[channels])?;
        self.at(name, |b| b.layer_norm(x, &gain, &bias, eps))
    }

    /// torch's `Conv2d` to `out` channels with a square kernel.
    pub fn conv_layer(
        &mut self,
        weights: &Weights<'_>,
        name: &str,
        x: &Value,
        (out, kernel): (usize, usize),
        conv: Conv,
        has_bias: bool,
    ) -> Result<Value, Error> {
        let channels = x.shape.get(1).copied().unwrap_or(0) / conv.groups.max(1);
        let shape = [out, channels, kernel, kernel];
        let weight_name = format!("{name}.weight");
        let kernel = weights.take(&weight_name, &shape)?;
        // The first layer's rounding goes through all others, and it is small: it stays as exact as it can be.
        let weight = match channels <= 3 {
            true => self.weight(&weight_name, &shape, kernel)?,
            false => self.kernel(&weight_name, &shape, kernel, 0)?,
        };
        let bias = if has_bias {
            Some(self.checkpoint_weight(weights, &format!("{name}.bias"), &[out])?)
        } else {
            None
        };
        self.at(name, |b| b.conv2d(x, &weight, bias.as_ref(), conv))
    }

    /// A tensor of the checkpoint as it is.
    pub fn checkpoint_weight(
        &mut self,
        weights: &Weights<'_>,
        name: &str,
        shape: &[usize],
    ) -> Result<Value, Error> {
        self.weight(name, shape, weights.take(name, shape)?)
    }

    /// Names the nodes that `build` makes by `name` alone, whatever the scopes are.
    fn at<T>(&mut self, name: &str, build: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let scopes = std::mem::take(&mut self.scopes);
        let result = self.scope(name, build);
        self.scopes = scopes;
        result
    }
}

/// The transpose of a matrix with `columns` columns, row-major.
pub(crate) fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    if columns == 0 {
        return Vec::new();
    }
    (0..columns).flat_map(|c| matrix.iter().skip(c).step_by(columns)).copied().collect()
}
