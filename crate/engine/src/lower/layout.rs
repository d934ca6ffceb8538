use spotcheck_kernels::{Concat, Copy, Gather, Pad, PadMode, Unary, broadcast_strides, dense_strides};

use super::elementwise::apply;
use super::normalization::transposition;
use super::scope::{Attributes, Scope, broadcast};
use super::step::{Step, Work};
use crate::Error;
use crate::onnx::{ElementType, NodeProto};

/// The same elements in the declared shape.
pub(super) fn alias(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let ((x, from), output, to) = (scope.input(node, 0)?, scope.output(node)?, scope.output_shape(node)?);
    let count = |shape: &[usize]| shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
    if count(from) != count(to) {
        return Err(scope.bad(node, format!("{from:?} cannot become {to:?}")));
    }
    if scope.is_output(output) {
        // An output must be a kernel's: what it is an alias of may be an input, a constant or another output.
        let copy = Copy { shape: to.into(), offset: 0, strides: signed(&dense_strides(to)) };
        return Ok(vec![Step::kernel(copy.kernel(), &[x], output, to)]);
    }
    Ok(vec![Step::alias(x, output, to)])
}

/// All values are `f32` here, so only a cast from floats to whole numbers changes any.
pub(super) fn cast(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    match ElementType::try_from(node.int("to", 0) as i32) {
        Ok(ElementType::Float | ElementType::Float16 | ElementType::Double | ElementType::Bfloat16) => {
            alias(scope, node)
        }
        Ok(ElementType::Int32 | ElementType::Int64) => {
            let x = scope.input(node, 0)?.0;
            apply(scope, Unary::Truncate, x, scope.output(node)?, node)
        }
        _ => Err(scope.unsupported(node, "a cast to that type")),
    }
}

pub(super) fn transpose(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let perm: Vec<usize> = match node.ints("perm") {
        Some(perm) => perm.iter().map(|&p| scope.axis(node, p, shape.len())).collect::<Result<_, _>>()?,
        None => (0..shape.len()).rev().collect(),
    };
    let mut sorted = perm.clone();
    sorted.sort_unstable();
    if sorted != (0..shape.len()).collect::<Vec<_>>() {
        return Err(scope.bad(node, format!("{perm:?} is no order of the axes of {shape:?}")));
    }
    let (copy, moved) = transposition(shape, &perm);
    let output = scope.output(node)?;
    // Where only axes of length 1 change places, no element moves.
    let long = |p: &&usize| shape[**p] > 1;
    if perm.iter().filter(long).is_sorted() && !scope.is_output(output) {
        return Ok(vec![Step::alias(x, output, &moved)]);
    }
    Ok(vec![Step::kernel(copy.kernel(), &[x], output, &moved)])
}

pub(super) fn slice(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let list = |i| scope.integers(node, i);
    let (Some(starts), Some(ends)) = (list(1)?, list(2)?) else {
        return Err(scope.unsupported(node, "a slice without starts and ends as inputs"));
    };
    let axes = list(3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = list(4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return Err(scope.bad(node, "starts, ends, axes and steps of different lengths"));
    }
    let dense = dense_strides(shape);
    let (mut strides, mut offset, mut result) = (signed(&dense), 0, shape.to_vec());
    for (((&start, &end), &axis), &step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
        let axis = scope.axis(node, axis, shape.len())?;
        let n = shape[axis] as i64;
        // As in NumPy: negative places count from the end, those outside are taken to the border.
        let (low, high) = if step < 0 { (-1, n - 1) } else { (0, n) };
        let place = |p: i64| if p < 0 { p.saturating_add(n).clamp(low, high) } else { p.clamp(low, high) };
        let (start, end) = (place(start), place(end));
        let distance = if step < 0 { start - end } else { end - start };
        if distance <= 0 || step == 0 || step == i64::MIN {
            return Err(scope.unsupported(node, "an empty slice"));
        }
        result[axis] = (distance as u64).div_ceil(step.unsigned_abs()) as usize;
        offset += start as usize * dense[axis];
        // With one element, the step leads nowhere.
        strides[axis] = if result[axis] == 1 { 0 } else { dense[axis] as isize * step as isize };
    }
    let copy = Copy { shape: result.clone(), offset, strides };
    Ok(vec![Step::kernel(copy.kernel(), &[x], scope.output(node)?, &result)])
}

pub(super) fn split(scope: &Scope, node: &NodeProto, index: usize) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let axis = scope.axis(node, node.int("axis", 0), shape.len())?;
    let n = shape[axis];
    let given = match node.ints("split") {
        Some(sizes) => Some(sizes.to_vec()),
        None => scope.integers(node, 1)?,
    };
    let sizes: Vec<usize> = match given {
        Some(sizes) => sizes.iter().map(|&s| usize::try_from(s).unwrap_or(0)).collect(),
        None => {
            let part = n.div_ceil(node.output.len());
            (0..node.output.len()).map(|i| part.min(n.saturating_sub(i * part))).collect()
        }
    };
    let whole = sizes.iter().try_fold(0usize, |sum, &s| sum.checked_add(s));
    if sizes.len() != node.output.len() || whole != Some(n) {
        return Err(scope.bad(node, format!("parts of {sizes:?} along an axis of {n}")));
    }
    let dense = dense_strides(shape);
    let mut result = shape.to_vec();
    result[axis] = sizes[index];
    let offset = sizes[..index].iter().sum::<usize>() * dense[axis];
    let copy = Copy { shape: result.clone(), offset, strides: signed(&dense) };
    Ok(vec![Step::kernel(copy.kernel(), &[x], &node.output[index], &result)])
}

pub(super) fn expand(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let wanted: Option<Vec<usize>> =
        scope.integers(node, 1)?.and_then(|list| list.iter().map(|&n| usize::try_from(n).ok()).collect());
    let result = wanted.and_then(|wanted| broadcast(shape, &wanted));
    let strides = result.as_ref().and_then(|result| broadcast_strides(shape, result));
    let (Some(result), Some(strides)) = (result, strides) else {
        return Err(scope.bad(node, format!("{shape:?} does not broadcast to the wanted shape")));
    };
    let copy = Copy { shape: result.clone(), offset: 0, strides: signed(&strides) };
    Ok(vec![Step::kernel(copy.kernel(), &[x], scope.output(node)?, &result)])
}

pub(super) fn concat(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (_, first) = scope.input(node, 0)?;
    let axis = scope.axis(node, node.int("axis", 0), first.len())?;
    let outer = first[..axis].iter().product();
    let mut parts: Vec<(String, usize)> = Vec::new();
    for i in 0..node.input.len() {
        let (name, shape) = scope.input(node, i)?;
        let others = |s: &[usize]| [&s[..axis], &s[axis + 1..]].concat();
        if shape.len() != first.len() || others(shape) != others(first) {
            return Err(scope.bad(node, format!("{first:?} and {shape:?} do not go together")));
        }
        parts.push((name.into(), shape[axis]));
    }
    // More than one kernel can bind are joined in groups, and those again.
    let output = scope.output(node)?;
    let inner: usize = first[axis + 1..].iter().product();
    let joined = |parts: &[(String, usize)], output: &str| {
        let mut shape = first.to_vec();
        shape[axis] = parts.iter().map(|(_, n)| n).sum();
        let runs = parts.iter().map(|(_, n)| n * inner).collect();
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        (Step::kernel(Concat { outer, runs }.kernel(), &names, output, &shape), shape[axis])
    };
    // One less than fits: the session may add a tie.
    let most = Concat::MOST.min(scope.limits.storage_buffers as usize - 1) - 1;
    let mut steps = Vec::new();
    while parts.len() > most {
        let mut groups = Vec::new();
        for group in parts.chunks(most) {
            if let [alone] = group {
                groups.push(alone.clone());
                continue;
            }
            let name = format!("{output}#{}", steps.len());
            let (step, length) = joined(group, &name);
            steps.push(step);
            groups.push((name, length));
        }
        parts = groups;
    }
    steps.push(joined(&parts, output).0);
    Ok(steps)
}

pub(super) fn pad(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let (x, shape) = scope.input(node, 0)?;
    let rank = shape.len();
    let Some(pads) = scope.integers(node, 1)? else {
        return Err(scope.unsupported(node, "pads that are not an input"));
    };
    let axes = match scope.integers(node, 3)? {
        Some(axes) => axes.iter().map(|&a| scope.axis(node, a, rank)).collect::<Result<_, _>>()?,
        None => (0..rank).collect::<Vec<_>>(),
    };
    if pads.len() != 2 * axes.len() {
        return Err(scope.bad(node, format!("{} pads for {} axes", pads.len(), axes.len())));
    }
    let mode = match (node.text("mode", "constant").as_str(), node.input_name(2)) {
        ("constant", None) => PadMode::Constant(0.0),
        ("constant", Some(name)) => match scope.scalar(name) {
            Some(value) if value.is_finite() => PadMode::Constant(value),
            _ => return Err(scope.unsupported(node, "a value that is no finite constant")),
        },
        ("edge", _) => PadMode::Edge,
        (mode, _) => return Err(scope.unsupported(node, format!("the mode {mode:?}"))),
    };
    let (mut before, mut output) = (vec![0; rank], shape.to_vec());
    for (i, &axis) in axes.iter().enumerate() {
        let [Ok(head), Ok(tail)] = [pads[i], pads[i + axes.len()]].map(usize::try_from) else {
            return Err(scope.unsupported(node, "negative pads"));
        };
        before[axis] = head;
        output[axis] = output[axis].saturating_add(head).saturating_add(tail);
    }
    scope.check(
        node,
        &Step { inputs: vec![], output: String::new(), shape: output.clone(), work: Work::Alias },
    )?;
    let kernel = Pad { input: shape.into(), output: output.clone(), before, mode }.kernel();
    Ok(vec![Step::kernel(kernel, &[x], scope.output(node)?, &output)])
}

pub(super) fn gather(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let ((x, shape), (indices, chosen)) = (scope.input(node, 0)?, scope.input(node, 1)?);
    let axis = scope.axis(node, node.int("axis", 0), shape.len())?;
    let kernel = Gather {
        outer: shape[..axis].iter().product(),
        length: shape[axis],
        inner: shape[axis + 1..].iter().product(),
        count: chosen.iter().product(),
    };
    if kernel.length == 0 {
        return Err(scope.unsupported(node, "an empty table"));
    }
    let result = [&shape[..axis], chosen, &shape[axis + 1..]].concat();
    Ok(vec![Step::kernel(kernel.kernel(), &[x, indices], scope.output(node)?, &result)])
}

fn signed(strides: &[usize]) -> Vec<isize> {
    strides.iter().map(|&s| s as isize).collect()
}
