use spotcheck_kernels::{Activation, Convolution, TransposedConvolution};

use super::scope::{Attributes, Scope};
use super::step::{Operand, Step};
use crate::Error;
use crate::onnx::{NodeProto, TensorProto};

/// How a window moves over a picture.
pub(super) struct Window {
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    /// Above, left, below, right.
    pub padding: [usize; 4],
}

impl Window {
    /// Reads a node's attributes.
    pub fn of(scope: &Scope, node: &NodeProto, kernel: [usize; 2], input: [usize; 2]) -> Result<Self, Error> {
        let pair = |name: &str| match node.ints(name) {
            None | Some([]) => Ok([1, 1]),
            Some(list) => sizes::<2>(list)
                .filter(|p| !p.contains(&0))
                .ok_or_else(|| scope.unsupported(node, format!("the {name} {list:?}"))),
        };
        if let Some(list) = node.ints("kernel_shape")
            && sizes::<2>(list) != Some(kernel)
        {
            return Err(scope.bad(node, format!("the kernel {kernel:?} is declared as {list:?}")));
        }
        let (stride, dilation) = (pair("strides")?, pair("dilations")?);
        let auto = node.text("auto_pad", "NOTSET");
        let padding = match auto.as_str() {
            "NOTSET" => match node.ints("pads") {
                None | Some([]) => [0; 4],
                Some(list) => {
                    sizes(list).ok_or_else(|| scope.unsupported(node, format!("the pads {list:?}")))?
                }
            },
            "VALID" => [0; 4],
            "SAME_UPPER" | "SAME_LOWER" => {
                let mut padding = [0; 4];
                for d in 0..2 {
                    let steps = input[d].div_ceil(stride[d]).saturating_sub(1);
                    let reach = steps * stride[d] + (kernel[d].saturating_sub(1)) * dilation[d] + 1;
                    let missing = reach.saturating_sub(input[d]);
                    let less = missing / 2;
                    let before = if auto == "SAME_UPPER" { less } else { missing - less };
                    (padding[d], padding[d + 2]) = (before, missing - before);
                }
                padding
            }
            other => return Err(scope.unsupported(node, format!("auto_pad {other:?}"))),
        };
        let sane = |n: &usize| *n < 1 << 16;
        if !padding.iter().chain(&stride).chain(&dilation).chain(&kernel).all(sane) {
            return Err(scope.unsupported(node, "a window of such a size"));
        }
        Ok(Self { kernel, stride, dilation, padding })
    }

    /// How many windows fit; in `ceil_mode` one that begins inside the picture may reach out of it.
    pub fn output(&self, input: [usize; 2], ceil_mode: bool) -> Option<[usize; 2]> {
        let mut output = [0; 2];
        for d in 0..2 {
            let reach = self.kernel[d].checked_sub(1)? * self.dilation[d] + 1;
            let room = (input[d] + self.padding[d] + self.padding[d + 2]).checked_sub(reach);
            let (room, stride) = (room.or(if ceil_mode { Some(0) } else { None })?, self.stride[d]);
            output[d] = room / stride + 1;
            if ceil_mode
                && !room.is_multiple_of(stride)
                && (room / stride + 1) * stride < input[d] + self.padding[d]
            {
                output[d] += 1;
            }
        }
        Some(output)
    }
}

fn sizes<const N: usize>(list: &[i64]) -> Option<[usize; N]> {
    let list: Vec<usize> = list.iter().map(|&n| usize::try_from(n).ok()).collect::<Option<_>>()?;
    list.try_into().ok()
}

pub(super) fn convolution(
    scope: &Scope,
    node: &NodeProto,
    activation: Activation,
    output: &str,
) -> Result<Vec<Step>, Error> {
    let ((x, x_shape), (weight, weight_shape)) = (scope.input(node, 0)?, scope.input(node, 1)?);
    let (&[batch, channels, h, w], &[outputs, depth, kh, kw]) = (x_shape, weight_shape) else {
        return Err(scope.unsupported(node, format!("x {x_shape:?} with a weight {weight_shape:?}")));
    };
    let window = Window::of(scope, node, [kh, kw], [h, w])?;
    let groups = usize::try_from(node.int("group", 1)).unwrap_or(0);
    let fits = groups > 0 && outputs % groups == 0 && depth.checked_mul(groups) == Some(channels);
    let size = window.output([h, w], false).filter(|_| fits && outputs * depth > 0);
    let Some(size) = size else {
        return Err(
            scope.bad(node, format!("x {x_shape:?} with a weight {weight_shape:?} in {groups} groups"))
        );
    };
    let bias = match node.input_name(2) {
        Some(_) => Some(scope.input(node, 2)?),
        None => None,
    };
    if bias.is_some_and(|(_, shape)| shape != [outputs]) {
        return Err(scope.bad(node, format!("a bias that is not [{outputs}]")));
    }
    let convolution = Convolution {
        batch,
        channels,
        outputs,
        input: [h, w],
        output: size,
        kernel: window.kernel,
        stride: window.stride,
        dilation: window.dilation,
        padding: [window.padding[0], window.padding[1]],
        groups,
        bias: bias.is_some(),
        packed: scope.is_constant(weight),
        activation,
    };
    let mut step = Step::kernel(convolution.kernel(), &[x], output, &[batch, outputs, size[0], size[1]]);
    step.inputs.push(if convolution.packed {
        let packed = convolution.pack(&scope.floats(weight)?);
        // The same weight may be read in another block by another convolution.
        let name = format!("{weight}#{}", convolution.block());
        Operand::Weight(Box::new(TensorProto::f32(&name, &[packed.len()], &packed)))
    } else {
        Operand::Value(weight.into())
    });
    step.inputs.extend(bias.map(|(name, _)| Operand::Value(name.into())));
    Ok(vec![step])
}

pub(super) fn transposed(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let ((x, x_shape), (weight, weight_shape)) = (scope.input(node, 0)?, scope.input(node, 1)?);
    let (&[batch, channels, h, w], &[depth, per_group, kh, kw]) = (x_shape, weight_shape) else {
        return Err(scope.unsupported(node, format!("x {x_shape:?} with a weight {weight_shape:?}")));
    };
    let window = Window::of(scope, node, [kh, kw], [h, w])?;
    let groups = usize::try_from(node.int("group", 1)).unwrap_or(0);
    if window.dilation != [1, 1]
        || node.attribute("output_shape").is_some()
        || node.text("auto_pad", "NOTSET") != "NOTSET"
    {
        return Err(scope.unsupported(node, "dilation, output_shape or auto_pad"));
    }
    let extra: [usize; 2] = match node.ints("output_padding") {
        None | Some([]) => [0; 2],
        Some(list) => {
            let small = sizes(list).filter(|sides: &[usize; 2]| sides.iter().all(|&n| n < 1 << 16));
            small.ok_or_else(|| scope.unsupported(node, format!("output_padding {list:?}")))?
        }
    };
    let side = |d: usize| {
        let spread = [h, w][d].checked_sub(1)?.checked_mul(window.stride[d])? + window.kernel[d] + extra[d];
        spread.checked_sub(window.padding[d] + window.padding[d + 2]).filter(|&n| n > 0)
    };
    let fits = depth == channels && groups > 0 && channels % groups == 0 && per_group > 0;
    let Some(size) = side(0).zip(side(1)).filter(|_| fits).map(<[usize; 2]>::from) else {
        return Err(
            scope.bad(node, format!("x {x_shape:?} with a weight {weight_shape:?} in {groups} groups"))
        );
    };
    let outputs = per_group * groups;
    let bias = match node.input_name(2) {
        Some(_) => Some(scope.input(node, 2)?),
        None => None,
    };
    if bias.is_some_and(|(_, shape)| shape != [outputs]) {
        return Err(scope.bad(node, format!("a bias that is not [{outputs}]")));
    }
    let kernel = TransposedConvolution {
        batch,
        channels,
        outputs,
        input: [h, w],
        output: size,
        kernel: window.kernel,
        stride: window.stride,
        padding: [window.padding[0], window.padding[1]],
        groups,
        bias: bias.is_some(),
    };
    let mut inputs = vec![x, weight];
    inputs.extend(bias.map(|(name, _)| name));
    let shape = [batch, outputs, size[0], size[1]];
    Ok(vec![Step::kernel(kernel.kernel(), &inputs, scope.output(node)?, &shape)])
}
