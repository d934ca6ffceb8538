use spotcheck_kernels::{ChannelNorm, Copy, LayerNorm, Reduce, Reduction, Softmax, dense_strides};

use super::scope::{Attributes, Scope};
use super::step::Step;
use crate::Error;
use crate::onnx::NodeProto;

/// A layer norm between a transposition that brings the channels of [N, C, H, W] to the end and the one back.
pub(super) fn fused(scope: &Scope, node: &NodeProto) -> Result<Option<Vec<Step>>, Error> {
    let transposed =
        |node: &NodeProto, perm: [i64; 4]| node.op_type == "Transpose" && node.ints("perm") == Some(&perm);
    if !transposed(node, [0, 3, 1, 2]) {
        return Ok(None);
    }
    let (normed, _) = scope.input(node, 0)?;
    let norm = scope.producer(normed).filter(|p| p.op_type == "LayerNormalization" && scope.only(normed, 1));
    let Some(norm) = norm.filter(|n| [-1, 3].contains(&n.int("axis", -1))) else { return Ok(None) };
    let (moved, _) = scope.input(norm, 0)?;
    let Some(first) = scope.producer(moved).filter(|p| transposed(p, [0, 2, 3, 1])) else { return Ok(None) };
    let (x, shape) = scope.input(first, 0)?;
    let (Some(gain), Some(bias)) = (norm.input_name(1), norm.input_name(2)) else { return Ok(None) };
    let &[batch, channels, h, w] = shape else { return Ok(None) };
    let vectors = [gain, bias].iter().all(|v| scope.shape(v) == Some(&[channels]));
    let epsilon = norm.float("epsilon", 1e-5);
    if !vectors || !epsilon.is_finite() {
        return Ok(None);
    }
    let kernel = ChannelNorm { batch, channels, pixels: h * w, epsilon }.kernel();
    Ok(Some(vec![Step::kernel(kernel, &[x, gain, bias], scope.output(node)?, shape)]))
}

pub(super) fn layer_norm(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let ((x, shape), (gain, gain_shape)) = (scope.input(node, 0)?, scope.input(node, 1)?);
    let axis = scope.axis(node, node.int("axis", -1), shape.len())?;
    let (rows, normed) = shape.split_at(axis);
    let (rows, length): (usize, usize) = (rows.iter().product(), normed.iter().product());
    let epsilon = node.float("epsilon", 1e-5);
    let bias = node.input_name(2);
    let fits = |s: &[usize]| s == normed;
    if !fits(gain_shape) || bias.is_some_and(|b| !scope.shape(b).is_some_and(fits)) || !epsilon.is_finite() {
        return Err(scope.unsupported(node, "a gain or bias that is not of the normalised axes' shape"));
    }
    let kernel = LayerNorm { rows, length, epsilon, bias: bias.is_some() }.kernel();
    let mut inputs = vec![x, gain];
    inputs.extend(bias);
    Ok(vec![Step::kernel(kernel, &inputs, scope.output(node)?, shape)])
}

pub(super) fn softmax(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    if scope.opset < 13 {
        return Err(scope.unsupported(node, "a softmax older than operator set 13"));
    }
    let axis = scope.axis(node, node.int("axis", -1), shape.len())?;
    let length = shape[axis];
    let rows = shape.iter().product::<usize>() / length.max(1);
    let output = scope.output(node)?;
    let kernel = Softmax { rows, length }.kernel();
    if axis + 1 == shape.len() {
        return Ok(vec![Step::kernel(kernel, &[x], output, shape)]);
    }
    // The axis goes to the end and back.
    let mut perm: Vec<usize> = (0..shape.len()).collect();
    perm.remove(axis);
    perm.push(axis);
    let mut back: Vec<usize> = (0..shape.len() - 1).collect();
    back.insert(axis, shape.len() - 1);
    let [moved, done] = [format!("{output}#moved"), format!("{output}#done")];
    let (there, there_shape) = transposition(shape, &perm);
    let (here, _) = transposition(&there_shape, &back);
    Ok(vec![
        Step::kernel(there.kernel(), &[x], &moved, &there_shape),
        Step::kernel(kernel, &[&moved], &done, &there_shape),
        Step::kernel(here.kernel(), &[&done], output, shape),
    ])
}

/// The copy that makes axis `perm[i]` axis `i`, and the shape that comes out.
pub(super) fn transposition(shape: &[usize], perm: &[usize]) -> (Copy, Vec<usize>) {
    let strides = dense_strides(shape);
    let moved: Vec<usize> = perm.iter().map(|&p| shape[p]).collect();
    let strides = perm.iter().map(|&p| strides[p] as isize).collect();
    (Copy { shape: moved.clone(), offset: 0, strides }, moved)
}

pub(super) fn reduce(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let rank = shape.len();
    let reduction = match node.op_type.as_str() {
        "ReduceSum" => Reduction::Sum,
        "ReduceMax" => Reduction::Max,
        _ => Reduction::Mean,
    };
    let global = node.op_type == "GlobalAveragePool";
    // The axes are an input from operator set 13 (sum) or 18 (the others) on.
    let axes = match (global, node.ints("axes")) {
        (true, _) => Some((2..rank as i64).collect()),
        (false, Some(axes)) => Some(axes.to_vec()),
        (false, None) => scope.integers(node, 1)?,
    };
    let axes: Vec<usize> = match axes {
        Some(axes) if !axes.is_empty() => {
            axes.iter().map(|&a| scope.axis(node, a, rank)).collect::<Result<_, _>>()?
        }
        _ if node.int("noop_with_empty_axes", 0) != 0 => return Err(scope.unsupported(node, "no axes")),
        _ => (0..rank).collect(),
    };
    let reduced = |d: &usize| axes.contains(d);
    let keep = global || node.int("keepdims", 1) != 0;
    let result: Vec<usize> = match keep {
        true => (0..rank).map(|d| if reduced(&d) { 1 } else { shape[d] }).collect(),
        false => (0..rank).filter(|d| !reduced(d)).map(|d| shape[d]).collect(),
    };
    let output = scope.output(node)?;
    let sizes = |range: std::ops::Range<usize>| shape[range].iter().product::<usize>();
    let first = (0..rank).find(reduced).unwrap_or(0);
    let last = (0..rank).rev().find(reduced).map_or(0, |d| d + 1);
    if (first..last).all(|d| reduced(&d) || shape[d] == 1) {
        let (outer, length, inner) = (sizes(0..first), sizes(first..last), sizes(last..rank));
        let kernel = Reduce { reduction, outer, length: length.max(1), inner }.kernel();
        return Ok(vec![Step::kernel(kernel, &[x], output, &result)]);
    }
    // Axes that are apart go to the end together.
    let perm: Vec<usize> = (0..rank).filter(|d| !reduced(d)).chain((0..rank).filter(reduced)).collect();
    let (copy, moved_shape) = transposition(shape, &perm);
    let moved = format!("{output}#moved");
    let length: usize = (0..rank).filter(reduced).map(|d| shape[d]).product();
    let outer = sizes(0..rank) / length.max(1);
    let kernel = Reduce { reduction, outer, length, inner: 1 }.kernel();
    Ok(vec![
        Step::kernel(copy.kernel(), &[x], &moved, &moved_shape),
        Step::kernel(kernel, &[&moved], output, &result),
    ])
}
