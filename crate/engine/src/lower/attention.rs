use spotcheck_kernels::{Attention, Bias, broadcast_strides};

use super::elementwise::scaled;
use super::scope::{Attributes, Scope, broadcast};
use super::step::Step;
use crate::Error;
use crate::onnx::NodeProto;

/// What the kernel keeps in registers of a query and of its result.
const WIDEST: usize = 128;

/// With the tie that the session may add, still within eight buffers.
const MOST_BIASES: usize = 2;

/// softmax(scale · q kᵀ + biases) v, when `node` is its second product: the scores are then never stored.
pub(super) fn fused(scope: &Scope, node: &NodeProto) -> Result<Option<Vec<Step>>, Error> {
    Ok(found(scope, node).map(|(attention, inputs, shape)| {
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let output = node.output.first().map(String::as_str).unwrap_or_default();
        vec![Step::kernel(attention.kernel(), &inputs, output, &shape)]
    }))
}

/// The kernel, its inputs and the shape of its output.
fn found(scope: &Scope, node: &NodeProto) -> Option<(Attention, Vec<String>, Vec<usize>)> {
    if node.op_type != "MatMul" {
        return None;
    }
    let (weights, v) = (node.input_name(0)?, node.input_name(1)?);
    let softmax = scope.producer(weights).filter(|p| p.op_type == "Softmax" && scope.only(weights, 1))?;
    let scores = scope.shape(weights)?;
    if ![-1, scores.len() as i64 - 1].contains(&softmax.int("axis", -1)) {
        return None;
    }
    let Scores { product, mut scale, added } = scores_of(scope, softmax.input_name(0)?)?;
    let mut q = product.input_name(0)?;
    let transpose = scope.producer(product.input_name(1)?).filter(|p| p.op_type == "Transpose")?;
    let mut k = transpose.input_name(0)?;
    let rank = scope.shape(k)?.len();
    let swapped: Vec<i64> = (0..rank as i64 - 2).chain([rank as i64 - 1, rank as i64 - 2]).collect();
    if transpose.ints("perm")? != swapped {
        return None;
    }
    for side in [&mut q, &mut k] {
        if let Some((inner, factor)) = scope.producer(side).and_then(|p| scaled(scope, p))
            && scope.shape(inner) == scope.shape(side)
        {
            *side = inner;
            scale *= factor;
        }
    }

    let (&[ref q_batch @ .., queries, width], &[ref k_batch @ .., keys, k_width]) =
        (scope.shape(q)?, scope.shape(k)?)
    else {
        return None;
    };
    let &[ref v_batch @ .., v_keys, value_width] = scope.shape(v)? else { return None };
    let batch = broadcast(q_batch, k_batch)?;
    let plain = scores.len() >= 2
        && [&batch[..], &[queries, keys]].concat() == scores
        && broadcast(&batch, v_batch)? == batch
        && (width, keys) == (k_width, v_keys)
        && width.max(value_width) <= WIDEST
        && added.len() <= MOST_BIASES
        && scale.is_finite()
        && !scores.contains(&0)
        && width * value_width > 0;
    if !plain {
        return None;
    }
    let biases = added
        .iter()
        .map(|(bias, view)| bias_strides(scope.shape(bias)?, view, [queries, keys]))
        .collect::<Option<Vec<_>>>()?;
    let attention = Attention {
        q_strides: broadcast_strides(q_batch, &batch)?,
        k_strides: broadcast_strides(k_batch, &batch)?,
        v_strides: broadcast_strides(v_batch, &batch)?,
        queries,
        keys,
        width,
        value_width,
        scale,
        biases,
        batch,
    };
    let mut inputs: Vec<String> = [q, k, v].map(String::from).into();
    inputs.extend(added.into_iter().map(|(bias, _)| bias.to_owned()));
    let shape = [&attention.batch[..], &[queries, value_width]].concat();
    Some((attention, inputs, shape))
}

/// How scores come about: a product, scaled, and what is added to it, each with the shape that the sum has there.
struct Scores<'a> {
    product: &'a NodeProto,
    scale: f32,
    added: Vec<(&'a str, Vec<usize>)>,
}

/// Goes back from the scores to the product that they come from.
fn scores_of<'a>(scope: &Scope<'a>, scores: &'a str) -> Option<Scores<'a>> {
    let node = scope.producer(scores).filter(|_| scope.only(scores, 1))?;
    match node.op_type.as_str() {
        "MatMul" => Some(Scores { product: node, scale: 1.0, added: Vec::new() }),
        "Reshape" | "Unsqueeze" | "Squeeze" => scores_of(scope, node.input_name(0)?),
        "Add" => {
            let sum = scope.shape(scores)?;
            let (a, b) = (node.input_name(0)?, node.input_name(1)?);
            [(a, b), (b, a)].into_iter().find_map(|(x, bias)| {
                let mut scores = scores_of(scope, x).filter(|_| scope.shape(x) == Some(sum))?;
                scores.added.push((bias, sum.to_vec()));
                Some(scores)
            })
        }
        "Mul" | "Div" => {
            let (x, factor) = scaled(scope, node)?;
            let mut inner = scores_of(scope, x).filter(|s| s.added.is_empty())?;
            inner.scale *= factor;
            Some(inner)
        }
        _ => None,
    }
}

/// How a bias of shape `bias` is read, when it broadcasts to scores that are looked at as `view`: axes whose product is
/// the batch, then the queries, then the keys.
fn bias_strides(bias: &[usize], view: &[usize], [queries, keys]: [usize; 2]) -> Option<Bias> {
    let strides = broadcast_strides(bias, view)?;
    let cut = |end: usize, wanted: usize| {
        let mut product = 1usize;
        (0..end)
            .rev()
            .find(|&d| {
                product = product.saturating_mul(view[d]);
                product >= wanted
            })
            .filter(|_| product == wanted)
    };
    let key = cut(view.len(), keys)?;
    let query = cut(key, queries)?;
    Some(Bias {
        batch_shape: view[..query].to_vec(),
        batch_strides: strides[..query].to_vec(),
        query_shape: view[query..key].to_vec(),
        query_strides: strides[query..key].to_vec(),
        key_shape: view[key..].to_vec(),
        key_strides: strides[key..].to_vec(),
    })
}
