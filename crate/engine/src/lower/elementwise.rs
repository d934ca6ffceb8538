use spotcheck_kernels::{Activation, Binary, Elementwise, Unary, broadcast_strides};

use super::scope::{Attributes, Scope, broadcast};
use super::step::Step;
use crate::Error;
use crate::onnx::NodeProto;

/// Operators that work element by element; fails on every operator that is known nowhere.
pub(super) fn lower(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    if let Some(function) = unary(scope, node)? {
        return apply(scope, function, scope.input(node, 0)?.0, scope.output(node)?, node);
    }
    match node.op_type.as_str() {
        "Add" => binary(scope, node, Binary::Add),
        "Sub" => binary(scope, node, Binary::Sub),
        "Mul" => binary(scope, node, Binary::Mul),
        "Div" => binary(scope, node, Binary::Div),
        "Max" => binary(scope, node, Binary::Max),
        "Min" => binary(scope, node, Binary::Min),
        "Equal" => binary(scope, node, Binary::Equal),
        "Greater" => binary(scope, node, Binary::Greater),
        "Less" => binary(scope, node, Binary::Less),
        "Where" => choose(scope, node),
        op => Err(scope.unsupported(node, format!("there is no kernel for {op}"))),
    }
}

/// `output` = function(`input`), element by element.
pub(super) fn apply(
    scope: &Scope,
    function: Unary,
    input: &str,
    output: &str,
    node: &NodeProto,
) -> Result<Vec<Step>, Error> {
    let shape = scope.full_shape(node, input)?;
    let kernel = Elementwise::unary(shape, function).kernel();
    Ok(vec![Step::kernel(kernel, &[input], output, shape)])
}

fn unary(scope: &Scope, node: &NodeProto) -> Result<Option<Unary>, Error> {
    let constant = |i: usize| match node.input_name(i) {
        Some(name) => scope.scalar(name).map(Some).ok_or_else(|| {
            scope.unsupported(node, format!("{name:?}, which must be a constant number, is not"))
        }),
        None => Ok(None),
    };
    Ok(Some(match node.op_type.as_str() {
        "Abs" => Unary::Abs,
        "Ceil" => Unary::Ceil,
        "Clip" => Unary::Clip(
            constant(1)?.unwrap_or(f32::MIN).max(f32::MIN),
            constant(2)?.unwrap_or(f32::MAX).min(f32::MAX),
        ),
        "Cos" => Unary::Cos,
        "Erf" => Unary::Erf,
        "Exp" => Unary::Exp,
        "Floor" => Unary::Floor,
        "Gelu" if node.text("approximate", "none") == "none" => Unary::Gelu,
        "Log" => Unary::Log,
        "Neg" => Unary::Neg,
        "Pow" => match constant(1)? {
            Some(p) if p.is_finite() => Unary::Pow(p),
            _ => return Err(scope.unsupported(node, "a power that is not a finite number")),
        },
        "Reciprocal" => Unary::Reciprocal,
        "Relu" => Unary::Relu,
        "Sigmoid" => Unary::Sigmoid,
        "Sin" => Unary::Sin,
        "Sqrt" => Unary::Sqrt,
        "Tanh" => Unary::Tanh,
        _ => return Ok(None),
    }))
}

fn binary(scope: &Scope, node: &NodeProto, function: Binary) -> Result<Vec<Step>, Error> {
    let ((a, a_shape), (b, b_shape)) = (scope.input(node, 0)?, scope.input(node, 1)?);
    if node.input.len() != 2 {
        return Err(scope.unsupported(node, format!("{} inputs", node.input.len())));
    }
    let shape = broadcast(a_shape, b_shape);
    let strides = shape
        .as_ref()
        .and_then(|shape| Some([broadcast_strides(a_shape, shape)?, broadcast_strides(b_shape, shape)?]));
    let (Some(shape), Some(strides)) = (shape, strides) else {
        return Err(scope.bad(node, format!("{a_shape:?} and {b_shape:?} do not broadcast")));
    };
    let kernel = Elementwise::binary(&shape, strides, function).kernel();
    Ok(vec![Step::kernel(kernel, &[a, b], scope.output(node)?, &shape)])
}

fn choose(scope: &Scope, node: &NodeProto) -> Result<Vec<Step>, Error> {
    let inputs = [scope.input(node, 0)?, scope.input(node, 1)?, scope.input(node, 2)?];
    let [(c, c_shape), (a, a_shape), (b, b_shape)] = inputs;
    let shape = broadcast(a_shape, b_shape).and_then(|s| broadcast(c_shape, &s));
    let strides = shape.as_ref().and_then(|shape| {
        let strides = |of| broadcast_strides(of, shape);
        Some([strides(c_shape)?, strides(a_shape)?, strides(b_shape)?])
    });
    let (Some(shape), Some(strides)) = (shape, strides) else {
        return Err(scope.bad(node, format!("{c_shape:?}, {a_shape:?} and {b_shape:?} do not broadcast")));
    };
    let kernel = Elementwise::choose(&shape, strides).kernel();
    Ok(vec![Step::kernel(kernel, &[c, a, b], scope.output(node)?, &shape)])
}

/// An activation written as one node or several: which, of what, and how often its nodes read that.
pub(super) fn activation<'a>(scope: &Scope<'a>, node: &'a NodeProto) -> Option<(Activation, &'a str, usize)> {
    match node.op_type.as_str() {
        "Relu" => Some((Activation::Relu, node.input_name(0)?, 1)),
        "Gelu" if node.text("approximate", "none") == "none" => {
            Some((Activation::Gelu, node.input_name(0)?, 1))
        }
        "Mul" => quick_gelu(scope, node).or_else(|| gelu(scope, node)),
        _ => None,
    }
}

/// x · sigmoid(1.702 · x)
fn quick_gelu<'a>(scope: &Scope<'a>, node: &'a NodeProto) -> Option<(Activation, &'a str, usize)> {
    operands(node).into_iter().flatten().find_map(|(x, gate)| {
        let sigmoid = inner(scope, gate, "Sigmoid")?;
        let (scaled, factor) = scaled(scope, inner(scope, sigmoid.input_name(0)?, "Mul")?)?;
        (scaled == x && is(factor, 1.702)).then_some((Activation::QuickGelu, x, 2))
    })
}

/// x · (1 + erf(x / √2)) · ½, in any order.
fn gelu<'a>(scope: &Scope<'a>, node: &'a NodeProto) -> Option<(Activation, &'a str, usize)> {
    // The factors of the product: exactly two besides the half.
    let (mut factors, mut halves) = (Vec::new(), 0);
    let mut open: Vec<&'a str> = node.input.iter().map(String::as_str).collect();
    let mut inside = 1;
    while let Some(factor) = open.pop() {
        if scope.scalar(factor).is_some_and(|c| is(c, 0.5)) {
            halves += 1;
        } else if let Some(product) = inner(scope, factor, "Mul").filter(|_| inside < 2) {
            inside += 1;
            open.extend(product.input.iter().map(String::as_str));
        } else {
            factors.push(factor);
        }
    }
    let &[a, b] = factors.as_slice() else { return None };
    if halves != 1 {
        return None;
    }
    [(a, b), (b, a)].into_iter().find_map(|(x, gate)| {
        let (erf, one) = scaled_by(scope, inner(scope, gate, "Add")?)?;
        let input = inner(scope, erf, "Erf")?.input_name(0)?;
        let (scaled, factor) = scaled(scope, scope.producer(input).filter(|_| scope.only(input, 1))?)?;
        let right = scaled == x && is(one, 1.0) && is(factor, std::f32::consts::FRAC_1_SQRT_2);
        right.then_some((Activation::Gelu, x, 2))
    })
}

/// The node that makes `name`, when it is of this kind and nobody else reads its result.
fn inner<'a>(scope: &Scope<'a>, name: &str, op: &str) -> Option<&'a NodeProto> {
    scope.producer(name).filter(|n| n.op_type == op && scope.only(name, 1))
}

fn operands(node: &NodeProto) -> [Option<(&str, &str)>; 2] {
    let pair = node.input_name(0).zip(node.input_name(1));
    [pair, pair.map(|(a, b)| (b, a))]
}

/// The operand and the constant number of a node that has one of each.
fn scaled_by<'a>(scope: &Scope<'a>, node: &'a NodeProto) -> Option<(&'a str, f32)> {
    operands(node).into_iter().flatten().find_map(|(x, c)| Some((x, scope.scalar(c)?)))
}

/// A value times a number, or divided by one: the value and the factor.
pub(super) fn scaled<'a>(scope: &Scope<'a>, node: &'a NodeProto) -> Option<(&'a str, f32)> {
    match node.op_type.as_str() {
        "Mul" => scaled_by(scope, node),
        "Div" => Some((node.input_name(0)?, 1.0 / scope.scalar(node.input_name(1)?)?)),
        _ => None,
    }
}

fn is(x: f32, wanted: f32) -> bool {
    (x - wanted).abs() <= 1e-6 * wanted.abs()
}
