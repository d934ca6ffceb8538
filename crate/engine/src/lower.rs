//! Turns a plain ONNX graph into what wonnx executes: aliases, and kernels of ours that ride on `Concat` nodes.
//!
//! The nodes are visited from the outputs back to the inputs. Each node whose result something needs becomes one step or
//! a few; a node that ends a known pattern (a linear layer with its activation, an attention) takes the whole pattern
//! along, and what nothing needs any more is left out. Everything becomes `f32`; whole-number constants that only
//! describe a node (shapes, axes) are consumed here.

mod attention;
mod convolution;
mod elementwise;
mod layout;
mod linear;
mod normalization;
mod scope;
mod spatial;
mod step;

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use scope::Scope;
use step::{Operand, Step, Work};

use crate::onnx::{ElementType, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto};
use crate::wonnx::{Limits, Lowered};
use crate::{Error, ErrorKind};

/// Lowers `model`, the graph called `graph`, whose wiring has been checked.
///
/// Fails with [`ErrorKind::Unsupported`], naming node and operator, on what there is no kernel for, and with
/// [`ErrorKind::BadGraph`] when declared shapes contradict each other.
pub(crate) fn lower(graph: &str, model: ModelProto, limits: &Limits) -> Result<Lowered, Error> {
    let opset = model.opset().unwrap_or(0);
    let body = model
        .graph
        .as_ref()
        .ok_or_else(|| Error::new(ErrorKind::BadGraph, format!("graph {graph}: the model holds no graph")))?;
    let scope = Scope::new(graph, body, opset, limits)?;
    Assembly::new(&scope, body).assemble(steps(&scope, body)?)
}

/// The steps that the outputs need, in the order in which they run.
fn steps(scope: &Scope, body: &GraphProto) -> Result<Vec<Step>, Error> {
    let mut needed: HashSet<String> = body.output.iter().map(|v| v.name.clone()).collect();
    let mut backwards: Vec<Step> = Vec::new();
    for output in &body.output {
        // What no node makes, wonnx cannot give out.
        if !scope.is_made(&output.name) {
            let unmade = NodeProto::new("Identity", &output.name, &[&output.name], &[&output.name]);
            return Err(scope.unsupported(&unmade, "an output that is an input or a constant"));
        }
    }
    for node in body.node.iter().rev() {
        for (index, output) in node.output.iter().enumerate() {
            if !needed.contains(output) || scope.is_constant(output) && !scope.is_output(output) {
                continue;
            }
            let made = lower_node(scope, node, index)?;
            for step in made.into_iter().rev() {
                scope.check(node, &step)?;
                let values = step.inputs.iter().filter_map(|input| match input {
                    Operand::Value(name) => Some(name.clone()),
                    Operand::Weight(_) => None,
                });
                needed.extend(values);
                backwards.push(step);
            }
        }
    }
    backwards.reverse();
    Ok(backwards)
}

/// The steps that make output `index` of a node.
fn lower_node(scope: &Scope, node: &NodeProto, index: usize) -> Result<Vec<Step>, Error> {
    if !(node.domain.is_empty() || node.domain == "ai.onnx") {
        return Err(scope.unsupported(node, format!("the domain {:?}", node.domain)));
    }
    if index > 0 && node.op_type != "Split" {
        return Err(scope.unsupported(node, "an output other than the first"));
    }
    if let Some(steps) = attention::fused(scope, node)? {
        return Ok(steps);
    }
    if let Some(steps) = linear::fused(scope, node)? {
        return Ok(steps);
    }
    if let Some(steps) = normalization::fused(scope, node)? {
        return Ok(steps);
    }
    match node.op_type.as_str() {
        "MatMul" | "Gemm" => linear::lower(scope, node),
        "Conv" => convolution::convolution(scope, node, Default::default(), scope.output(node)?),
        "ConvTranspose" => convolution::transposed(scope, node),
        "LayerNormalization" => normalization::layer_norm(scope, node),
        "Softmax" => normalization::softmax(scope, node),
        "ReduceMean" | "ReduceSum" | "ReduceMax" | "GlobalAveragePool" => normalization::reduce(scope, node),
        "MaxPool" | "AveragePool" => spatial::pool(scope, node),
        "Resize" => spatial::resize(scope, node),
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" | "Identity" | "Dropout" => {
            layout::alias(scope, node)
        }
        "Cast" => layout::cast(scope, node),
        "Transpose" => layout::transpose(scope, node),
        "Slice" => layout::slice(scope, node),
        "Split" => layout::split(scope, node, index),
        "Expand" => layout::expand(scope, node),
        "Concat" => layout::concat(scope, node),
        "Pad" => layout::pad(scope, node),
        "Gather" => layout::gather(scope, node),
        _ => elementwise::lower(scope, node),
    }
}

/// The lowered graph under construction.
struct Assembly<'a> {
    scope: &'a Scope<'a>,
    body: &'a GraphProto,
    kernels: Vec<(String, spotcheck_kernels::Kernel)>,
    labels: HashSet<String>,
    weights: HashMap<String, TensorProto>,
    graph: GraphProto,
}

impl<'a> Assembly<'a> {
    fn new(scope: &'a Scope<'a>, body: &'a GraphProto) -> Self {
        Self {
            scope,
            body,
            kernels: Vec::new(),
            labels: HashSet::new(),
            weights: HashMap::new(),
            graph: GraphProto { name: body.name.clone(), ..GraphProto::default() },
        }
    }

    fn assemble(mut self, steps: Vec<Step>) -> Result<Lowered, Error> {
        for step in steps {
            self.add(step)?;
        }
        let float = |v: &ValueInfoProto| {
            let shape = self.scope.shape(&v.name).unwrap_or_default();
            ValueInfoProto::tensor(&v.name, ElementType::Float, shape)
        };
        let declared = self.body.input.iter().filter(|v| !self.scope.is_constant(&v.name));
        self.graph.input = declared.map(float).collect();
        self.graph.output = self.body.output.iter().map(float).collect();
        let mut weights: Vec<TensorProto> = self.weights.into_values().collect();
        weights.sort_by(|a, b| a.name.cmp(&b.name));
        self.graph.initializer = weights;
        Ok(Lowered { model: ModelProto::new(self.graph, 13), kernels: self.kernels })
    }

    fn add(&mut self, step: Step) -> Result<(), Error> {
        let mut inputs = Vec::with_capacity(step.inputs.len());
        for operand in step.inputs {
            inputs.push(match operand {
                Operand::Value(name) => {
                    if self.scope.is_constant(&name) && !self.weights.contains_key(&name) {
                        let weight = self.scope.weight(&name)?;
                        self.weights.insert(name.clone(), weight);
                    }
                    name
                }
                Operand::Weight(weight) => {
                    let name = weight.name.clone();
                    self.weights.insert(name.clone(), *weight);
                    name
                }
            });
        }
        let (op_type, name) = match step.work {
            Work::Alias => ("Reshape", step.output.clone()),
            Work::Kernel(kernel) => {
                let label = label(&kernel);
                if self.labels.insert(label.clone()) {
                    self.kernels.push((label.clone(), kernel));
                }
                ("Concat", label)
            }
        };
        if !self.scope.is_output(&step.output) {
            let info = ValueInfoProto::tensor(&step.output, ElementType::Float, &step.shape);
            self.graph.value_info.push(info);
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        self.graph.node.push(NodeProto::new(op_type, &name, &inputs, &[&step.output]));
        Ok(())
    }
}

/// A name that two kernels share only when they are the same.
fn label(kernel: &spotcheck_kernels::Kernel) -> String {
    let mut hasher = DefaultHasher::new();
    kernel.hash(&mut hasher);
    format!("op-{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { storage_buffers: 8, binding_bytes: 128 << 20 };

    /// A graph among those that tests/ops.rs runs.
    fn fixture(name: &str) -> ModelProto {
        let file = |file: &str| {
            let path = format!("{}/../../tests/parity/ops/{file}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
        };
        let cases: Vec<serde_json::Value> = serde_json::from_slice(&file("cases.json")).unwrap();
        let case = cases.iter().find(|case| case["name"] == name).unwrap();
        let at = |i: usize| case["graph"][i].as_u64().unwrap() as usize;
        ModelProto::read(file("data.bin")[at(0)..][..at(1)].to_vec()).unwrap()
    }

    fn nodes(name: &str) -> usize {
        lower(name, fixture(name), &LIMITS).unwrap().model.graph.unwrap().node.len()
    }

    /// What is fused answers as onnxruntime does: tests/ops.rs. Here: that it is fused.
    #[test]
    fn known_patterns_become_one_kernel() {
        let whole = [
            "linear_bias",
            "linear_relu",
            "linear_gelu",
            "linear_quick_gelu",
            "gelu",
            "quick_gelu",
            "conv_3x3_relu",
            "layer_norm_channels",
            "attention_plain",
            "attention_odd_width",
            "attention_mask",
            "a_node_nothing_needs",
        ];
        for name in whole {
            // An `Identity` stands before the activations that are alone.
            let alias = usize::from(["gelu", "quick_gelu"].contains(&name));
            assert_eq!(nodes(name), 1 + alias, "{name}");
        }
        // The slice of the queries, and the attention with both of its biases.
        assert_eq!(nodes("attention_relative_positions"), 2);
    }

    #[test]
    fn what_is_read_elsewhere_is_not_fused_away() {
        assert_eq!(nodes("linear_sum_read_twice"), 3);
        // Transposition, product, softmax, product: the weights are an output, or too wide for registers.
        assert_eq!(nodes("attention_scores_given_out"), 4);
        assert_eq!(nodes("attention_wide"), 5);
    }

    #[test]
    fn more_tensors_than_can_be_bound_are_joined_in_groups() {
        let lowered = lower("concat", fixture("concat_many"), &LIMITS).unwrap();
        let graph = lowered.model.graph.unwrap();
        assert!(graph.node.iter().all(|node| node.input.len() < 7));
        assert_eq!(graph.node.len(), 3);
    }

    fn error(change: impl FnOnce(&mut GraphProto), name: &str) -> Error {
        let mut model = fixture(name);
        change(model.graph.as_mut().unwrap());
        lower(name, model, &LIMITS).err().unwrap()
    }

    #[test]
    fn a_declared_shape_that_contradicts_its_node_is_refused() {
        let lie = |graph: &mut GraphProto| {
            graph.output[0] = ValueInfoProto::tensor("y", ElementType::Float, &[7, 99]);
        };
        let e = error(lie, "matmul_2x8x12");
        assert_eq!(e.kind(), ErrorKind::BadGraph);
        assert!(e.to_string().contains("matmul_0") && e.to_string().contains("[7, 99]"), "{e}");
    }

    #[test]
    fn impossible_sizes_are_refused() {
        let with_input = |shape: &'static [usize]| {
            move |graph: &mut GraphProto| {
                graph.input[0] = ValueInfoProto::tensor("x", ElementType::Float, shape)
            }
        };
        let huge = error(with_input(&[1 << 20, 1 << 20, 1 << 40]), "relu");
        assert_eq!(huge.kind(), ErrorKind::Unsupported);
        let empty = error(with_input(&[3, 0, 5]), "relu");
        assert!(empty.kind() == ErrorKind::Unsupported && empty.to_string().contains("is empty"), "{empty}");
        let small = Limits { binding_bytes: 400, ..LIMITS };
        let e = lower("relu", fixture("relu"), &small).err().unwrap();
        assert_eq!(e.kind(), ErrorKind::OutOfMemory);
    }

    /// Every attribute and constant of every case, made absurd: an error or a graph, never a panic.
    #[test]
    fn absurd_attributes_do_not_panic() {
        let names =
            ["conv_3x3", "conv_transpose_padded", "pool_max_ceil", "pad_edge", "slice_steps", "concat_many"];
        let more = [
            "transpose_0213",
            "reduce_mean_apart",
            "softmax_middle",
            "resize_large",
            "gemm_transposed",
            "split",
        ];
        for name in names.iter().chain(&more) {
            for value in [i64::MIN, -1, 0, 3, 1 << 40, i64::MAX] {
                let mut model = fixture(name);
                let graph = model.graph.as_mut().unwrap();
                for attribute in graph.node.iter_mut().flat_map(|node| &mut node.attribute) {
                    attribute.i = value;
                    attribute.ints.iter_mut().for_each(|i| *i = value);
                }
                let _ = lower(name, model, &LIMITS);

                let mut model = fixture(name);
                let graph = model.graph.as_mut().unwrap();
                let lists = graph.initializer.iter_mut().filter(|t| t.data_type == ElementType::Int64 as i32);
                for list in lists {
                    let count = list.dims.iter().product::<i64>() as usize;
                    *list = TensorProto::i64(&list.name, &[count], &vec![value; count]);
                }
                let _ = lower(name, model, &LIMITS);
            }
        }
    }
}
