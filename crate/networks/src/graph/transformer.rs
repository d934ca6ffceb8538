use spotcheck_engine::onnx::AttributeProto;

use super::elementwise::broadcast;
use super::{GraphBuilder, Value};
use crate::Error;

impl GraphBuilder<'_> {
    /// The product of matrices [.., M, K] · [.., K, N]; leading axes broadcast.
    pub fn matmul(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        let shape = match (&a.shape[..], &b.shape[..]) {
            ([batch_a @ .., m, k], [batch_b @ .., l, n]) if k == l => {
                broadcast(batch_a, batch_b).map(|batch| [&batch[..], &[*m, *n]].concat())
            }
            _ => None,
        };
        let shape = shape.ok_or_else(|| {
            self.mismatch("MatMul", format!("{:?} and {:?} cannot be multiplied", a.shape, b.shape))
        })?;
        Ok(self.add_node("MatMul", &[&a.name, &b.name], a.data_type, shape))
    }

    /// x [.., K] · weight [K, N] + bias [N]: a linear layer, its weight already transposed.
    pub fn linear(&mut self, x: &Value, weight: &Value, bias: Option<&Value>) -> Result<Value, Error> {
        let product = self.matmul(x, weight)?;
        match bias {
            Some(bias) => self.add(&product, bias),
            None => Ok(product),
        }
    }

    /// Normalises the last axis to mean 0 and variance 1, then scales and shifts it by weights of its length.
    pub fn layer_norm(&mut self, x: &Value, gain: &Value, bias: &Value, eps: f32) -> Result<Value, Error> {
        let last = &x.shape[x.rank().saturating_sub(1)..];
        if x.rank() == 0 || gain.shape != last || bias.shape != last {
            let message =
                format!("{:?} with a gain of {:?} and a bias of {:?}", x.shape, gain.shape, bias.shape);
            return Err(self.mismatch("LayerNormalization", message));
        }
        let attributes = vec![AttributeProto::int("axis", -1), AttributeProto::float("epsilon", eps)];
        let inputs = [x.name.as_str(), &gain.name, &bias.name];
        Ok(self.add_node_with("LayerNormalization", &inputs, attributes, x.data_type, x.shape.clone()))
    }

    /// [`GraphBuilder::layer_norm`] over the channels of x [N, C, H, W].
    ///
    /// The channels are brought to the end and back: copies cost less than a reduction over a strided axis.
    pub fn channel_layer_norm(
        &mut self,
        x: &Value,
        gain: &Value,
        bias: &Value,
        eps: f32,
    ) -> Result<Value, Error> {
        let channels_last = self.transpose(x, &[0, 2, 3, 1])?;
        let normed = self.layer_norm(&channels_last, gain, bias, eps)?;
        self.transpose(&normed, &[0, 3, 1, 2])
    }

    /// Softmax along the last axis.
    pub fn softmax(&mut self, x: &Value) -> Value {
        let attributes = vec![AttributeProto::int("axis", -1)];
        self.add_node_with("Softmax", &[&x.name], attributes, x.data_type, x.shape.clone())
    }

    /// softmax(scale · q kᵀ + bias) v, for q [.., M, D], k [.., N, D], v [.., N, E] and an additive bias that broadcasts
    /// to [.., M, N].
    pub fn attention(
        &mut self,
        q: &Value,
        k: &Value,
        v: &Value,
        bias: Option<&Value>,
        scale: f32,
    ) -> Result<Value, Error> {
        let mut scores = self.attention_scores(q, k, scale)?;
        if let Some(bias) = bias {
            scores = self.add(&scores, bias)?;
        }
        let weights = self.softmax(&scores);
        self.matmul(&weights, v)
    }

    /// scale · q kᵀ, for q [.., M, D] and k [.., N, D].
    pub fn attention_scores(&mut self, q: &Value, k: &Value, scale: f32) -> Result<Value, Error> {
        if k.rank() < 2 {
            return Err(self.mismatch("Transpose", format!("keys of shape {:?}", k.shape)));
        }
        let mut perm: Vec<usize> = (0..k.rank()).collect();
        perm.swap(k.rank() - 2, k.rank() - 1);
        let transposed = self.transpose(k, &perm)?;
        // The queries are the smaller factor; rten moves the scaling into the product.
        let scaled = self.scale(q, scale)?;
        self.matmul(&scaled, &transposed)
    }

    /// [N, T, H · D] → [N, H, T, D]: cuts the last axis into heads.
    pub fn split_heads(&mut self, x: &Value, heads: usize) -> Result<Value, Error> {
        let &[n, t, c] = &x.shape[..] else {
            return Err(self.mismatch("Reshape", format!("{:?} is not [N, T, C]", x.shape)));
        };
        if heads == 0 || c % heads != 0 {
            return Err(self.mismatch("Reshape", format!("{c} channels in {heads} heads")));
        }
        let cut = self.reshape(x, &[n, t, heads, c / heads])?;
        self.transpose(&cut, &[0, 2, 1, 3])
    }

    /// [N, H, T, D] → [N, T, H · D]: joins the heads again.
    pub fn merge_heads(&mut self, x: &Value) -> Result<Value, Error> {
        let &[n, h, t, d] = &x.shape[..] else {
            return Err(self.mismatch("Reshape", format!("{:?} is not [N, H, T, D]", x.shape)));
        };
        let moved = self.transpose(x, &[0, 2, 1, 3])?;
        self.reshape(&moved, &[n, t, h * d])
    }
}
