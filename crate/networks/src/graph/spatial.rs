use spotcheck_engine::onnx::AttributeProto;

use super::layout::to_i64;
use super::{GraphBuilder, Value};
use crate::Error;

/// How a convolution moves over its picture; the same along both axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv {
    pub stride: usize,
    /// Zeros around the picture, on all four sides.
    pub padding: usize,
    pub dilation: usize,
    pub groups: usize,
}

impl Default for Conv {
    /// Stride 1, no padding, no dilation, one group.
    fn default() -> Self {
        Self { stride: 1, padding: 0, dilation: 1, groups: 1 }
    }
}

impl GraphBuilder<'_> {
    /// A convolution of x [N, C, H, W] with a weight [O, C / groups, k, l] and an optional bias [O].
    pub fn conv2d(
        &mut self,
        x: &Value,
        weight: &Value,
        bias: Option<&Value>,
        conv: Conv,
    ) -> Result<Value, Error> {
        let Conv { stride, padding, dilation, groups } = conv;
        let shape = match (&x.shape[..], &weight.shape[..]) {
            (&[n, c, h, w], &[o, i, k, l]) if groups > 0 && i * groups == c && o % groups == 0 => {
                let side = |n: usize, k: usize| {
                    let covered = dilation.checked_mul(k.checked_sub(1)?)? + 1;
                    Some((n + 2 * padding).checked_sub(covered)?.checked_div(stride)? + 1)
                };
                side(h, k).zip(side(w, l)).map(|(h, w)| vec![n, o, h, w])
            }
            _ => None,
        };
        let shape = shape.filter(|s| bias.is_none_or(|b| b.shape == s[1..2])).ok_or_else(|| {
            self.mismatch("Conv", format!("{:?} with the weight {:?} and {conv:?}", x.shape, weight.shape))
        })?;
        let attributes = vec![
            AttributeProto::ints("kernel_shape", &to_i64(&weight.shape[2..])),
            AttributeProto::ints("strides", &to_i64(&[stride; 2])),
            AttributeProto::ints("pads", &to_i64(&[padding; 4])),
            AttributeProto::ints("dilations", &to_i64(&[dilation; 2])),
            AttributeProto::int("group", groups as i64),
        ];
        let mut inputs = vec![x.name.as_str(), &weight.name];
        inputs.extend(bias.map(|b| b.name.as_str()));
        Ok(self.add_node_with("Conv", &inputs, attributes, x.data_type, shape))
    }

    /// A transposed convolution without padding of x [N, C, H, W] with a weight [C, O, k, l] and an optional bias [O].
    pub fn conv_transpose2d(
        &mut self,
        x: &Value,
        weight: &Value,
        bias: Option<&Value>,
        stride: usize,
    ) -> Result<Value, Error> {
        let shape = match (&x.shape[..], &weight.shape[..]) {
            (&[n, c, h, w], &[i, o, k, l]) if c == i && h > 0 && w > 0 => {
                Some(vec![n, o, (h - 1) * stride + k, (w - 1) * stride + l])
            }
            _ => None,
        };
        let shape = shape.filter(|s| bias.is_none_or(|b| b.shape == s[1..2])).ok_or_else(|| {
            let message = format!("{:?} with the weight {:?}, stride {stride}", x.shape, weight.shape);
            self.mismatch("ConvTranspose", message)
        })?;
        let attributes = vec![
            AttributeProto::ints("kernel_shape", &to_i64(&weight.shape[2..])),
            AttributeProto::ints("strides", &to_i64(&[stride; 2])),
            AttributeProto::ints("pads", &[0; 4]),
            AttributeProto::ints("dilations", &[1; 2]),
            AttributeProto::int("group", 1),
        ];
        let mut inputs = vec![x.name.as_str(), &weight.name];
        inputs.extend(bias.map(|b| b.name.as_str()));
        Ok(self.add_node_with("ConvTranspose", &inputs, attributes, x.data_type, shape))
    }

    /// The highest value in each `kernel` × `kernel` window of x [N, C, H, W]; a window that the picture ends in counts
    /// when `ceil_mode` is set.
    pub fn max_pool(
        &mut self,
        x: &Value,
        kernel: usize,
        stride: usize,
        ceil_mode: bool,
    ) -> Result<Value, Error> {
        let side = |n: usize| {
            let rest = n.checked_sub(kernel).or(if ceil_mode { Some(0) } else { None })?;
            let steps = if ceil_mode { rest.div_ceil(stride) } else { rest / stride };
            // A window must begin inside the picture.
            Some(if steps * stride >= n { steps } else { steps + 1 })
        };
        let shape = match &x.shape[..] {
            &[n, c, h, w] if h > 0 && w > 0 && kernel > 0 && stride > 0 => {
                side(h).zip(side(w)).map(|(h, w)| vec![n, c, h, w])
            }
            _ => None,
        };
        let shape = shape.ok_or_else(|| {
            self.mismatch("MaxPool", format!("{:?} with a kernel of {kernel}, stride {stride}", x.shape))
        })?;
        let attributes = vec![
            AttributeProto::ints("kernel_shape", &to_i64(&[kernel; 2])),
            AttributeProto::ints("strides", &to_i64(&[stride; 2])),
            AttributeProto::ints("pads", &[0; 4]),
            AttributeProto::int("ceil_mode", ceil_mode.into()),
        ];
        Ok(self.add_node_with("MaxPool", &[&x.name], attributes, x.data_type, shape))
    }

    /// x [N, C, H, W] at another height and width, bilinear between pixel centres (torch's `align_corners=False`), no
    /// antialiasing.
    pub fn resize_linear(&mut self, x: &Value, height: usize, width: usize) -> Result<Value, Error> {
        let &[n, c, h, w] = &x.shape[..] else {
            return Err(self.mismatch("Resize", format!("{:?} is not [N, C, H, W]", x.shape)));
        };
        // No product: that of all six outgrows 32 bits.
        if [n, c, h, w, height, width].contains(&0) {
            return Err(self.mismatch("Resize", format!("{:?} to {height} × {width}", x.shape)));
        }
        if (h, w) == (height, width) {
            return Ok(x.clone());
        }
        let shape = vec![n, c, height, width];
        let sizes = self.list(&to_i64(&shape));
        let attributes = vec![
            AttributeProto::string("mode", "linear"),
            AttributeProto::string("coordinate_transformation_mode", "half_pixel"),
        ];
        Ok(self.add_node_with("Resize", &[&x.name, "", "", &sizes], attributes, x.data_type, shape))
    }
}
