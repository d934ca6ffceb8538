use std::f32::consts::FRAC_1_SQRT_2;

use super::{GraphBuilder, Value};
use crate::Error;

/// The activation functions that checkpoints name in their configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    Relu,
    /// The exact one, with the error function.
    Gelu,
    /// x · sigmoid(1.702 · x).
    QuickGelu,
}

impl GraphBuilder<'_> {
    pub fn activation(&mut self, x: &Value, activation: Activation) -> Result<Value, Error> {
        match activation {
            Activation::Relu => Ok(self.relu(x)),
            Activation::Gelu => self.gelu(x),
            Activation::QuickGelu => self.quick_gelu(x),
        }
    }

    /// a + b, with NumPy's broadcasting.
    pub fn add(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Add", a, b)
    }

    /// a − b, with NumPy's broadcasting.
    pub fn sub(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Sub", a, b)
    }

    /// a · b, element by element, with NumPy's broadcasting.
    pub fn mul(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Mul", a, b)
    }

    /// a / b, with NumPy's broadcasting.
    pub fn div(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Div", a, b)
    }

    /// x · factor.
    pub fn scale(&mut self, x: &Value, factor: f32) -> Result<Value, Error> {
        let factor = self.scalar(factor);
        self.mul(x, &factor)
    }

    /// The smaller of a and b, element by element, with NumPy's broadcasting.
    pub fn min(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Min", a, b)
    }

    /// e to the power of x.
    pub fn exp(&mut self, x: &Value) -> Value {
        self.unary("Exp", x)
    }

    pub fn relu(&mut self, x: &Value) -> Value {
        self.unary("Relu", x)
    }

    pub fn sigmoid(&mut self, x: &Value) -> Value {
        self.unary("Sigmoid", x)
    }

    /// The exact GELU, x · (1 + erf(x / √2)) · ½, in the order in which rten knows and fuses it.
    pub fn gelu(&mut self, x: &Value) -> Result<Value, Error> {
        let scaled = self.scale(x, FRAC_1_SQRT_2)?;
        let erf = self.unary("Erf", &scaled);
        let one = self.scalar(1.0);
        let shifted = self.add(&erf, &one)?;
        let product = self.mul(x, &shifted)?;
        self.scale(&product, 0.5)
    }

    /// OpenAI's approximation of GELU, x · sigmoid(1.702 · x).
    pub fn quick_gelu(&mut self, x: &Value) -> Result<Value, Error> {
        let scaled = self.scale(x, 1.702)?;
        let gate = self.sigmoid(&scaled);
        self.mul(x, &gate)
    }

    fn unary(&mut self, op: &str, x: &Value) -> Value {
        self.add_node(op, &[&x.name], x.data_type, x.shape.clone())
    }

    fn binary(&mut self, op: &str, a: &Value, b: &Value) -> Result<Value, Error> {
        if a.data_type != b.data_type {
            return Err(self.mismatch(op, format!("{:?} and {:?}", a.data_type, b.data_type)));
        }
        let shape = broadcast(&a.shape, &b.shape).ok_or_else(|| {
            self.mismatch(op, format!("the shapes {:?} and {:?} do not broadcast", a.shape, b.shape))
        })?;
        Ok(self.add_node(op, &[&a.name, &b.name], a.data_type, shape))
    }
}

/// The shape of two shapes broadcast against each other as NumPy does; `None` when they cannot be.
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let axis = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(rank).map_or(1, |i| shape[i]);
    (0..rank)
        .map(|i| match (axis(a, i), axis(b, i)) {
            (m, n) if m == n || n == 1 => Some(m),
            (1, n) => Some(n),
            _ => None,
        })
        .collect()
}
