use spotcheck_kernels::{Coordinates, Interpolation, Pool, PoolKind, Resize, Rounding};

use super::convolution::Window;
use super::scope::{Attributes, Scope};
use super::step::Step;
use crate::Error;
use crate::onnx::NodeProto;

pub(super) fn pool(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let (&[n, c, h, w], Some(&[kh, kw])) = (shape, node.ints("kernel_shape")) else {
        return Err(scope.unsupported(node, format!("x {shape:?}")));
    };
    let [Ok(kh), Ok(kw)] = [kh, kw].map(usize::try_from) else {
        return Err(scope.bad(node, "a negative kernel"));
    };
    let window = Window::of(scope, node, [kh, kw], [h, w])?;
    let ceil_mode = node.int("ceil_mode", 0) != 0;
    let Some(size) = window.output([h, w], ceil_mode) else {
        return Err(scope.bad(node, format!("x {shape:?} is smaller than the kernel")));
    };
    let kind = match node.op_type.as_str() {
        "MaxPool" => PoolKind::Max,
        _ => PoolKind::Average { padding_counts: node.int("count_include_pad", 0) != 0 },
    };
    let pool = Pool {
        kind,
        planes: n * c,
        input: [h, w],
        output: size,
        kernel: window.kernel,
        stride: window.stride,
        dilation: window.dilation,
        padding: window.padding,
    };
    let shape = [n, c, size[0], size[1]];
    Ok(vec![Step::kernel(pool.kernel(), &[x], scope.output(node)?, &shape)])
}

pub(super) fn resize(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let &[n, c, h, w] = shape else {
        return Err(scope.unsupported(node, format!("x {shape:?}")));
    };
    let size = match scope.integers(node, 3)? {
        Some(sizes) => sizes.iter().map(|&n| usize::try_from(n).ok()).collect::<Option<Vec<_>>>(),
        None => scaled_size(scope, node, shape)?,
    };
    let Some(&[out_n, out_c, out_h, out_w]) = size.as_deref() else {
        return Err(scope.unsupported(node, "sizes or scales that give no whole size"));
    };
    if (out_n, out_c) != (n, c) {
        return Err(scope.unsupported(node, "a change of other axes than height and width"));
    }
    if [(h, out_h), (w, out_w)].iter().any(|&(a, b)| a == 0 || b == 0 || a.saturating_mul(b) >= 1 << 29) {
        return Err(scope.unsupported(node, format!("{h} × {w} to {out_h} × {out_w}")));
    }
    if node.int("antialias", 0) != 0
        || node.int("exclude_outside", 0) != 0
        || node.text("keep_aspect_ratio_policy", "stretch") != "stretch"
        || node.attribute("axes").is_some()
    {
        return Err(scope.unsupported(node, "antialias, exclude_outside, axes or keep_aspect_ratio_policy"));
    }
    let coordinates = match node.text("coordinate_transformation_mode", "half_pixel").as_str() {
        "half_pixel" => Coordinates::HalfPixel,
        "pytorch_half_pixel" => Coordinates::TorchHalfPixel,
        "align_corners" => Coordinates::AlignCorners,
        "asymmetric" => Coordinates::Asymmetric,
        other => return Err(scope.unsupported(node, format!("the coordinates {other:?}"))),
    };
    let rounding = match node.text("nearest_mode", "round_prefer_floor").as_str() {
        "floor" => Rounding::Floor,
        "ceil" => Rounding::Ceil,
        "round_prefer_ceil" => Rounding::PreferCeil,
        _ => Rounding::PreferFloor,
    };
    let coefficient = node.float("cubic_coeff_a", -0.75);
    let interpolation = match node.text("mode", "nearest").as_str() {
        "nearest" => Interpolation::Nearest(rounding),
        "linear" => Interpolation::Linear,
        "cubic" if coefficient.is_finite() => Interpolation::Cubic(coefficient),
        other => return Err(scope.unsupported(node, format!("the mode {other:?}"))),
    };
    let kernel =
        Resize { planes: n * c, input: [h, w], output: [out_h, out_w], coordinates, interpolation }.kernel();
    Ok(vec![Step::kernel(kernel, &[x], scope.output(node)?, &[n, c, out_h, out_w])])
}

/// The size by scales; `None` unless each scale gives a whole number of pixels, as only then the ratio of the sizes is
/// the scale.
fn scaled_size(scope: &Scope, node: &NodeProto, shape: &[usize]) -> Result<Option<Vec<usize>>, Error> {
    let Some(name) = node.input_name(2) else { return Ok(None) };
    let scales = scope.floats(name)?;
    if scales.len() != shape.len() {
        return Ok(None);
    }
    let size = |(&n, &scale): (&usize, &f32)| {
        let size = n as f64 * f64::from(scale);
        ((size - size.round()).abs() < 1e-4 && (1.0..1e9).contains(&size)).then_some(size.round() as usize)
    };
    Ok(shape.iter().zip(&scales).map(size).collect())
}
