use spotcheck_kernels::{Activation, Matmul, Unary, broadcast_strides};

use super::convolution;
use super::elementwise::{activation, apply};
use super::scope::{Attributes, Scope, broadcast};
use super::step::Step;
use crate::Error;
use crate::onnx::NodeProto;

/// A product or a convolution with what comes behind it: a bias, an activation. Also an activation by itself, when it
/// is written as several nodes.
pub(super) fn fused(scope: &Scope, node: &NodeProto) -> Result<Option<Vec<Step>>, Error> {
    // The node again, as long-lived as the graph.
    let Some(node) = scope.producer(scope.output(node)?) else { return Ok(None) };
    let output = scope.output(node)?;
    let Some((activation, x, reads)) = activation(scope, node) else {
        return if node.op_type == "Add" { biased(scope, node, Activation::None, output) } else { Ok(None) };
    };
    if scope.only(x, reads)
        && let Some(producer) = scope.producer(x)
    {
        let steps = match producer.op_type.as_str() {
            "MatMul" | "Gemm" => Some(product(scope, producer, None, activation, output)?),
            "Add" => biased(scope, producer, activation, output)?,
            "Conv" => Some(convolution::convolution(scope, producer, activation, output)?),
            _ => None,
        };
        if steps.is_some() {
            return Ok(steps);
        }
    }
    let function = match activation {
        Activation::Gelu => Unary::Gelu,
        Activation::QuickGelu => Unary::QuickGelu,
        _ => Unary::Relu,
    };
    apply(scope, function, x, output, node).map(Some)
}

pub(super) fn lower(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    product(scope, node, None, Activation::None, scope.output(node)?)
}

/// `add`, when it adds to a matrix product a vector as long as the product's rows.
fn biased(
    scope: &Scope,
    add: &NodeProto,
    activation: Activation,
    output: &str,
) -> Result<Option<Vec<Step>>, Error> {
    let sum = scope.output_shape(add)?;
    for (i, j) in [(0, 1), (1, 0)] {
        let ((x, x_shape), (bias, bias_shape)) = (scope.input(add, i)?, scope.input(add, j)?);
        let product_node =
            scope.producer(x).filter(|p| p.op_type == "MatMul" && scope.only(x, 1) && x_shape == sum);
        let long = bias_shape.last() == sum.last()
            && bias_shape.iter().product::<usize>() == *sum.last().unwrap_or(&0);
        if let Some(node) = product_node.filter(|n| long && scope.input(n, 1).is_ok_and(|(_, s)| s.len() > 1))
        {
            return product(scope, node, Some(bias), activation, output).map(Some);
        }
    }
    Ok(None)
}

fn product(
    scope: &Scope,
    node: &NodeProto,
    bias: Option<&str>,
    activation: Activation,
    output: &str,
) -> Result<Vec<Step>, Error> {
    let ((a, a_shape), (b, b_shape)) = (scope.input(node, 0)?, scope.input(node, 1)?);
    let gemm = node.op_type == "Gemm";
    let b_transposed = gemm && node.int("transB", 0) != 0;
    let mut bias = bias;
    if gemm {
        let plain = node.float("alpha", 1.0) == 1.0 && node.int("transA", 0) == 0;
        if !plain || a_shape.len() != 2 || b_shape.len() != 2 {
            return Err(scope.unsupported(node, "a form other than x · W + b with matrices x and W"));
        }
        if node.input_name(2).is_some() {
            let (name, shape) = scope.input(node, 2)?;
            let n = b_shape[usize::from(!b_transposed)];
            if node.float("beta", 1.0) != 1.0
                || shape.last() != Some(&n)
                || shape.iter().product::<usize>() != n
            {
                return Err(scope.unsupported(node, "a bias other than one number a column"));
            }
            bias = Some(name);
        }
    }
    // A vector is a matrix of one row on the left, of one column on the right.
    let (a_batch, m, k) = match *a_shape {
        [ref batch @ .., m, k] => (batch, m, k),
        [k] => (&[][..], 1, k),
        _ => return Err(scope.bad(node, "a factor without axes")),
    };
    let (b_batch, l, n) = match *b_shape {
        [ref batch @ .., n, l] if b_transposed => (batch, l, n),
        [ref batch @ .., l, n] => (batch, l, n),
        [l] => (&[][..], l, 1),
        _ => return Err(scope.bad(node, "a factor without axes")),
    };
    let mismatch = || scope.bad(node, format!("{a_shape:?} and {b_shape:?} cannot be multiplied"));
    let batch = broadcast(a_batch, b_batch).filter(|_| k == l).ok_or_else(mismatch)?;
    let mut shape = batch.clone();
    shape.extend((a_shape.len() > 1).then_some(m));
    shape.extend((b_shape.len() > 1).then_some(n));

    let a_strides = broadcast_strides(a_batch, &batch).ok_or_else(mismatch)?;
    let b_strides = broadcast_strides(b_batch, &batch).ok_or_else(mismatch)?;
    let mut matmul =
        Matmul { m, n, k, batch, a_strides, b_strides, b_transposed, bias: bias.is_some(), activation };
    if matmul.b_strides.iter().all(|&s| s == 0) && a_batch == matmul.batch {
        // One right factor for all: the left ones are rows of one matrix.
        matmul.m *= matmul.batch.iter().product::<usize>();
        (matmul.batch, matmul.a_strides, matmul.b_strides) = (Vec::new(), Vec::new(), Vec::new());
    }
    if [m, n, k].contains(&0) || matmul.batch.contains(&0) {
        return Err(scope.unsupported(node, "an empty factor"));
    }
    let mut inputs = vec![a, b];
    inputs.extend(bias);
    Ok(vec![Step::kernel(matmul.kernel(), &inputs, output, &shape)])
}
