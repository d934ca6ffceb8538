//! One case for each of wonnx's shader templates, with answers from plain loops.
//!
//! Sizes are chosen so that the number of threads is rounded up: there an unguarded kernel writes past its output.
//! Also run in a browser (`tests/ops-web`), where such writes land on the last element.

use std::borrow::Cow;
use std::collections::HashMap;

use wonnx::onnx::{AttributeProto, ModelProto, TensorProto_DataType, ValueInfoProto};
use wonnx::utils::{InputTensor, attribute, graph, initializer, model, node, tensor, tensor_of_type};

pub struct Case {
    /// The template's file name, and what is special.
    pub name: &'static str,
    pub model: ModelProto,
    pub inputs: HashMap<String, InputTensor<'static>>,
    /// By output name.
    pub expected: Vec<(&'static str, Vec<f32>)>,
    /// Greatest difference allowed.
    pub tolerance: f32,
}

enum Values {
    Floats(Vec<f32>),
    Ints(Vec<i32>),
    /// Floats that are part of the model.
    Weights(Vec<f32>),
}
use Values::{Floats, Ints, Weights};

type Operand = (Vec<usize>, Values);
type Output = (&'static str, Vec<usize>, Vec<f32>);

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Numbers without a pattern that a wrong index would meet again, in -1..=1.
pub fn values(n: usize, seed: usize) -> Vec<f32> {
    (0..n).map(|i| ((i * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0).collect()
}

fn dims(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|&d| d as i64).collect()
}

fn case(
    name: &'static str,
    op: &str,
    attributes: Vec<AttributeProto>,
    operands: Vec<Operand>,
    outputs: Vec<Output>,
) -> Case {
    let mut declared: Vec<ValueInfoProto> = Vec::new();
    let (mut weights, mut inputs) = (Vec::new(), HashMap::new());
    let names: Vec<&str> = NAMES[..operands.len()].to_vec();
    for (name, (shape, values)) in names.iter().zip(operands) {
        match values {
            Floats(v) => {
                declared.push(tensor(name, &dims(&shape)));
                inputs.insert((*name).to_owned(), InputTensor::F32(Cow::Owned(v)));
            }
            Ints(v) => {
                declared.push(tensor_of_type(name, &dims(&shape), TensorProto_DataType::INT32));
                inputs.insert((*name).to_owned(), InputTensor::I32(Cow::Owned(v)));
            }
            Weights(v) => weights.push(initializer(name, v, dims(&shape))),
        }
    }
    let made = outputs.iter().map(|(name, shape, _)| tensor(name, &dims(shape))).collect();
    let output_names = outputs.iter().map(|(name, ..)| *name).collect();
    let nodes = vec![node(names, output_names, "it", op, attributes)];
    let model = model(graph(declared, made, vec![], weights, nodes));
    let expected = outputs.into_iter().map(|(name, _, values)| (name, values)).collect();
    Case { name, model, inputs, expected, tolerance: 2e-5 }
}

/// A product of `[m, k]` and `[k, n]`, summed in double precision.
fn product(a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Vec<f32> {
    let cell =
        |i: usize, j: usize| (0..k).map(|l| f64::from(a[i * k + l]) * f64::from(b[l * n + j])).sum::<f64>();
    (0..m * n).map(|at| cell(at / n, at % n) as f32).collect()
}

/// A convolution of `[1, c, h, w]` by `[o, c, s, s]` with stride 1 and padding `p` all around.
fn convolution(
    x: &[f32],
    f: &[f32],
    bias: &[f32],
    [c, h, w]: [usize; 3],
    o: usize,
    s: usize,
    p: usize,
) -> Vec<f32> {
    let (height, width) = (h + 2 * p + 1 - s, w + 2 * p + 1 - s);
    let mut out = Vec::with_capacity(o * height * width);
    for at in 0..o * height * width {
        let (m, y, left) = (at / (height * width), at / width % height, at % width);
        let mut sum = f64::from(bias[m]);
        for (channel, i, j) in (0..c * s * s).map(|t| (t / (s * s), t / s % s, t % s)) {
            let (row, column) = ((y + i).wrapping_sub(p), (left + j).wrapping_sub(p));
            if row < h && column < w {
                sum += f64::from(x[(channel * h + row) * w + column])
                    * f64::from(f[((m * c + channel) * s + i) * s + j]);
            }
        }
        out.push(sum as f32);
    }
    out
}

fn convolved(name: &'static str, [c, h, w]: [usize; 3], o: usize, s: usize) -> Case {
    let (x, f, bias) = (values(c * h * w, 1), values(o * c * s * s, 2), values(o, 3));
    let p = s / 2;
    let y = convolution(&x, &f, &bias, [c, h, w], o, s, p);
    let side = s as i64;
    let attributes = vec![
        attribute("kernel_shape", vec![side, side]),
        attribute("pads", vec![p as i64; 4]),
        attribute("strides", vec![1i64, 1]),
    ];
    let operands =
        vec![(vec![1, c, h, w], Floats(x)), (vec![o, c, s, s], Weights(f)), (vec![o], Weights(bias))];
    case(name, "Conv", attributes, operands, vec![("y", vec![1, o, h, w], y)])
}

pub fn all() -> Vec<Case> {
    vec![
        activation(),
        arithmetic(),
        broadcast(),
        map(),
        cast(),
        batch_normalization(),
        gather(),
        one_hot(),
        softmax(),
        softmax_of_an_inner_axis(),
        reduce(),
        concat(),
        split(),
        pad(),
        resize(),
        transpose(),
        gemm(),
        gemm_stacked(),
        gemm_1(),
        aggregate_by_four(),
        aggregate(),
        convolved("pool/conv", [3, 9, 7], 5, 3),
        convolved("pool/conv_kernel_1", [16, 9, 7], 8, 1),
        convolved("pool/conv_kernel_3", [5, 9, 7], 8, 3),
    ]
}

/// More elements than 65,535 vectors of four, and no multiple of them.
const MANY: usize = 262_147;

fn activation() -> Case {
    let x = values(MANY, 1);
    let y = x.iter().map(|&v| 1.0 / (1.0 + (-v).exp())).collect();
    case(
        "endomorphism/activation",
        "Sigmoid",
        vec![],
        vec![(vec![MANY], Floats(x))],
        vec![("y", vec![MANY], y)],
    )
}

fn arithmetic() -> Case {
    let (a, b) = (values(MANY, 1), values(MANY, 2));
    let y = a.iter().zip(&b).map(|(a, b)| a * b).collect();
    let operands = vec![(vec![MANY], Floats(a)), (vec![MANY], Floats(b))];
    case("endomorphism/arithmetic", "Mul", vec![], operands, vec![("y", vec![MANY], y)])
}

fn broadcast() -> Case {
    let (rows, columns) = (313, 211);
    let (a, b) = (values(rows * columns, 1), values(columns, 2));
    let y = (0..rows * columns).map(|i| a[i] - b[i % columns]).collect();
    let operands = vec![(vec![rows, columns], Floats(a)), (vec![columns], Floats(b))];
    case("endomorphism/broadcast", "Sub", vec![], operands, vec![("y", vec![rows, columns], y)])
}

fn map() -> Case {
    let x = values(MANY, 1);
    let y = x.iter().map(|v| v.exp()).collect();
    case("endomorphism/map", "Exp", vec![], vec![(vec![MANY], Floats(x))], vec![("y", vec![MANY], y)])
}

fn cast() -> Case {
    let x: Vec<i32> = (0..1001).map(|i| i * 17 - 5000).collect();
    let y = x.iter().map(|&v| v as f32).collect();
    let to = vec![attribute("to", 1i64)];
    case("endomorphism/cast", "Cast", to, vec![(vec![1001], Ints(x))], vec![("y", vec![1001], y)])
}

fn batch_normalization() -> Case {
    let (n, c, area) = (2, 3, 35);
    let x = values(n * c * area, 1);
    let (scale, bias, mean) = (values(c, 2), values(c, 3), values(c, 4));
    let variance: Vec<f32> = values(c, 5).iter().map(|v| v.abs() + 0.5).collect();
    let y = (0..x.len())
        .map(|i| (x[i], i / area % c))
        .map(|(v, k)| (v - mean[k]) / (variance[k] + 1e-5).sqrt() * scale[k] + bias[k])
        .collect();
    let mut operands = vec![(vec![n, c, 5, 7], Floats(x))];
    operands.extend([scale, bias, mean, variance].map(|v| (vec![c], Weights(v))));
    case(
        "endomorphism/batchnormalization",
        "BatchNormalization",
        vec![],
        operands,
        vec![("y", vec![n, c, 5, 7], y)],
    )
}

fn gather() -> Case {
    let (rows, columns) = (11, 6);
    let table = values(rows * columns, 1);
    let picks: Vec<i32> = (0..65_537).map(|i| i % 11).collect();
    let y = picks.iter().flat_map(|&p| table[p as usize * columns..][..columns].to_vec()).collect();
    let shape = vec![picks.len(), columns];
    let operands = vec![(vec![rows, columns], Floats(table)), (vec![picks.len()], Ints(picks))];
    case("endomorphism/gather", "Gather", vec![], operands, vec![("y", shape, y)])
}

fn one_hot() -> Case {
    let picks = vec![2, 0, -1, 4, 1];
    let mut y = vec![-0.5; 5 * 5];
    for (row, &pick) in picks.iter().enumerate() {
        y[row * 5 + (pick + 5) as usize % 5] = 1.5;
    }
    let operands = vec![(vec![5], Ints(picks)), (vec![1], Ints(vec![5])), (vec![2], Floats(vec![-0.5, 1.5]))];
    case("endomorphism/onehot", "OneHot", vec![], operands, vec![("y", vec![5, 5], y)])
}

fn soft(x: &[f32], axis: usize, right: usize) -> Vec<f32> {
    let mut y = vec![0.0; x.len()];
    for start in 0..x.len() / axis {
        let at = |k: usize| start / right * axis * right + start % right + k * right;
        let sum: f64 = (0..axis).map(|k| f64::from(x[at(k)]).exp()).sum();
        (0..axis).for_each(|k| y[at(k)] = (f64::from(x[at(k)]).exp() / sum) as f32);
    }
    y
}

fn softmax() -> Case {
    let x = values(37 * 19, 1);
    let y = soft(&x, 19, 1);
    let axis = vec![attribute("axis", -1i64)];
    case(
        "endomorphism/softmax",
        "Softmax",
        axis,
        vec![(vec![37, 19], Floats(x))],
        vec![("y", vec![37, 19], y)],
    )
}

fn softmax_of_an_inner_axis() -> Case {
    let x = values(5 * 7 * 9, 1);
    let y = soft(&x, 7, 9);
    let operands = vec![(vec![5, 7, 9], Floats(x))];
    let axis = vec![attribute("axis", 1i64)];
    case("endomorphism/softmax, inner axis", "Softmax", axis, operands, vec![("y", vec![5, 7, 9], y)])
}

fn reduce() -> Case {
    let x = values(70_001 * 3, 1);
    let y = x.chunks(3).map(|row| row.iter().sum::<f32>() / 3.0).collect();
    let attributes = vec![attribute("axes", vec![1i64]), attribute("keepdims", 0i64)];
    case(
        "pool/reduce",
        "ReduceMean",
        attributes,
        vec![(vec![70_001, 3], Floats(x))],
        vec![("y", vec![70_001], y)],
    )
}

fn concat() -> Case {
    let sizes = [300, 17, 1];
    let parts: Vec<Vec<f32>> = sizes.iter().zip(1..).map(|(&n, seed)| values(n, seed)).collect();
    let y = parts.concat();
    let operands = parts.into_iter().map(|part| (vec![part.len()], Floats(part))).collect();
    case("matrix/concat", "Concat", vec![attribute("axis", 0i64)], operands, vec![("y", vec![318], y)])
}

fn split() -> Case {
    let x = values(3 * 10, 1);
    let half = |start: usize| x.chunks(10).flat_map(|row| row[start..start + 5].to_vec()).collect();
    let outputs = vec![("y", vec![3, 5], half(0)), ("z", vec![3, 5], half(5))];
    case(
        "matrix/split",
        "Split",
        vec![attribute("axis", 1i64)],
        vec![(vec![3, 10], Floats(x.clone()))],
        outputs,
    )
}

fn pad() -> Case {
    let x = values(5 * 7, 1);
    let mut y = vec![0.0; 8 * 8];
    (0..5 * 7).for_each(|i| y[(i / 7 + 3) * 8 + i % 7 + 1] = x[i]);
    let pads = vec![attribute("pads", vec![3i64, 1, 0, 0])];
    case("matrix/pad", "Pad", pads, vec![(vec![5, 7], Floats(x))], vec![("y", vec![8, 8], y)])
}

fn resize() -> Case {
    let x = values(2 * 5 * 7, 1);
    let y = (0..2 * 10 * 14).map(|i| x[(i / 140 * 5 + i / 14 % 10 / 2) * 7 + i % 14 / 2]).collect();
    let attributes = vec![
        attribute("mode", "nearest"),
        attribute("nearest_mode", "floor"),
        attribute("coordinate_transformation_mode", "asymmetric"),
        attribute("scales", vec![1f32, 1.0, 2.0, 2.0]),
    ];
    let operands = vec![(vec![1, 2, 5, 7], Floats(x))];
    case("matrix/resize", "Resize", attributes, operands, vec![("y", vec![1, 2, 10, 14], y)])
}

fn transpose() -> Case {
    let x = values(3 * 5 * 7, 1);
    let y = (0..3 * 5 * 7).map(|i| x[(i / 5 % 3 * 5 + i % 5) * 7 + i / 15]).collect();
    let perm = vec![attribute("perm", vec![2i64, 0, 1])];
    case(
        "matrix/transpose",
        "Transpose",
        perm,
        vec![(vec![3, 5, 7], Floats(x))],
        vec![("y", vec![7, 3, 5], y)],
    )
}

fn gemm() -> Case {
    let (m, k, n) = (12, 20, 28);
    let (a, b, c) = (values(m * k, 1), values(k * n, 2), values(n, 3));
    let y = product(&a, &b, m, k, n).iter().enumerate().map(|(i, v)| v + c[i % n]).collect();
    let operands = vec![(vec![m, k], Floats(a)), (vec![k, n], Weights(b)), (vec![n], Weights(c))];
    case("matrix/gemm", "Gemm", vec![], operands, vec![("y", vec![m, n], y)])
}

/// The blocks of a matrix are no multiple of a workgroup, so threads beyond it would write into the next one.
fn gemm_stacked() -> Case {
    let (stack, m, k, n) = (3, 20, 8, 12);
    let (a, b) = (values(stack * m * k, 1), values(stack * k * n, 2));
    let y = (0..stack).flat_map(|s| product(&a[s * m * k..], &b[s * k * n..], m, k, n)).collect();
    let operands = vec![(vec![stack, m, k], Floats(a)), (vec![stack, k, n], Floats(b))];
    case("matrix/gemm, stacked", "MatMul", vec![], operands, vec![("y", vec![stack, m, n], y)])
}

fn gemm_1() -> Case {
    let (k, n) = (12, 75);
    let (a, b) = (values(k, 1), values(k * n, 2));
    let y = product(&a, &b, 1, k, n);
    let operands = vec![(vec![1, k], Floats(a)), (vec![k, n], Weights(b))];
    case("matrix/gemm_1", "MatMul", vec![], operands, vec![("y", vec![1, n], y)])
}

fn pooled(name: &'static str, channels: usize) -> Case {
    let x = values(channels * 36, 1);
    let at = |i: usize, dy: usize, dx: usize| x[i / 9 * 36 + (i / 3 % 3 * 2 + dy) * 6 + i % 3 * 2 + dx];
    let y =
        (0..channels * 9).map(|i| at(i, 0, 0).max(at(i, 0, 1)).max(at(i, 1, 0)).max(at(i, 1, 1))).collect();
    let attributes = vec![attribute("kernel_shape", vec![2i64, 2]), attribute("strides", vec![2i64, 2])];
    let operands = vec![(vec![1, channels, 6, 6], Floats(x.clone()))];
    case(name, "MaxPool", attributes, operands, vec![("y", vec![1, channels, 3, 3], y)])
}

fn aggregate_by_four() -> Case {
    pooled("pool/aggregate, channels in fours", 8)
}

fn aggregate() -> Case {
    pooled("pool/aggregate", 5)
}
