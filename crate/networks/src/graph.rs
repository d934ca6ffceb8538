//! Builds plain ONNX graphs with static shapes, op by op.

mod checkpoint;
mod elementwise;
mod layout;
mod spatial;
mod transformer;

use std::collections::{HashMap, HashSet};

use prost::Message;
use spotcheck_engine::DataType;
use spotcheck_engine::onnx::{
    AttributeProto, ElementType, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto,
};

use crate::{Elements, Error, Role, Weight, WeightSink};

pub(crate) use checkpoint::transposed;
pub use elementwise::Activation;
pub use spatial::Conv;

/// The version of ONNX's operator set that graphs are written in: the first with `LayerNormalization`.
const OPSET: i64 = 17;

/// A tensor of a graph under construction: its name, element type and shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    name: String,
    data_type: DataType,
    shape: Vec<usize>,
}

impl Value {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn data_type(&self) -> DataType {
        self.data_type
    }

    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub fn rank(&self) -> usize {
        self.shape.len()
    }
}

/// A graph under construction.
///
/// Every method that adds a node infers the shape of its result and fails, naming the node, when the shapes of its
/// operands do not go together. Nodes are named by the scopes they are made in: `layers.3.attn/matmul`.
pub struct GraphBuilder<'s> {
    name: String,
    scopes: Vec<String>,
    /// How often each name was asked for, to tell equal ones apart.
    counts: HashMap<String, usize>,
    nodes: Vec<NodeProto>,
    inputs: Vec<Value>,
    outputs: Vec<(String, Value)>,
    initializers: Vec<TensorProto>,
    initializer_names: HashSet<String>,
    /// Results of nodes, in the order in which they are made.
    results: Vec<Value>,
    result_names: HashSet<String>,
    /// Lists of `i64` that nodes take as inputs (shapes, axes), each stored once.
    lists: HashMap<Vec<i64>, String>,
    /// Scalars, by their bits, each stored once.
    scalars: HashMap<u32, Value>,
    sink: &'s mut dyn WeightSink,
}

impl<'s> GraphBuilder<'s> {
    /// An empty graph. `name` stands in the file and in error messages; `sink` is offered each weight as it is made.
    pub fn new(name: &str, sink: &'s mut dyn WeightSink) -> Self {
        Self {
            name: name.into(),
            scopes: Vec::new(),
            counts: HashMap::new(),
            nodes: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            initializers: Vec::new(),
            initializer_names: HashSet::new(),
            results: Vec::new(),
            result_names: HashSet::new(),
            lists: HashMap::new(),
            scalars: HashMap::new(),
            sink,
        }
    }

    /// Names the nodes that `build` makes below `scope`; scopes nest, joined by dots.
    pub fn scope<T>(
        &mut self,
        scope: &str,
        build: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.scopes.push(scope.into());
        let result = build(self);
        self.scopes.pop();
        result
    }

    /// Declares an input of the graph.
    pub fn input(&mut self, name: &str, data_type: DataType, shape: &[usize]) -> Value {
        let value = Value { name: name.into(), data_type, shape: shape.into() };
        self.inputs.push(value.clone());
        value
    }

    /// Declares an output of the graph: `value`, under this name.
    pub fn output(&mut self, name: &str, value: &Value) {
        self.outputs.push((name.into(), value.clone()));
    }

    /// A constant of `f32`. Its name is the checkpoint's, and is not scoped.
    ///
    /// Fails when the name is taken, and when `data.len()` is not the product of `shape`.
    pub fn weight(&mut self, name: &str, shape: &[usize], data: Vec<f32>) -> Result<Value, Error> {
        self.constant(Weight { name, shape, role: Role::Plain, elements: Elements::F32(&data) })
    }

    /// A matrix or the kernel of a convolution, named and checked as [`GraphBuilder::weight`] does; `outputs` is the axis
    /// of its output channels.
    pub fn kernel(
        &mut self,
        name: &str,
        shape: &[usize],
        data: Vec<f32>,
        outputs: usize,
    ) -> Result<Value, Error> {
        self.constant(Weight { name, shape, role: Role::Kernel { outputs }, elements: Elements::F32(&data) })
    }

    /// A constant of `i32`, named and checked as [`GraphBuilder::weight`] does.
    pub fn constant_i32(&mut self, name: &str, shape: &[usize], data: &[i32]) -> Result<Value, Error> {
        self.constant(Weight { name, shape, role: Role::Plain, elements: Elements::I32(data) })
    }

    /// A constant of `i32` that several nodes may ask for by the same name: the first one's data are kept.
    pub fn shared_i32(&mut self, name: &str, shape: &[usize], data: &[i32]) -> Result<Value, Error> {
        if self.initializer_names.contains(name) {
            return Ok(Value { name: name.into(), data_type: DataType::I32, shape: shape.into() });
        }
        self.constant_i32(name, shape, data)
    }

    /// A scalar constant (of no axes); equal ones are stored once.
    pub fn scalar(&mut self, scalar: f32) -> Value {
        if let Some(value) = self.scalars.get(&scalar.to_bits()) {
            return value.clone();
        }
        let name = format!("scalar/{scalar}");
        self.initializers.push(TensorProto::f32(&name, &[], &[scalar]));
        let value = Value { name, data_type: DataType::F32, shape: Vec::new() };
        self.scalars.insert(scalar.to_bits(), value.clone());
        value
    }

    /// The graph as the bytes of an ONNX file.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        Ok(ModelProto::new(self.into_graph()?, OPSET).encode_to_vec())
    }

    fn into_graph(mut self) -> Result<GraphProto, Error> {
        // An output is the result of a node under another name, unless it is no node's result or is given out twice.
        let mut renamed: HashMap<String, String> = HashMap::new();
        for (name, value) in std::mem::take(&mut self.outputs) {
            let taken = self.inputs.iter().any(|i| i.name == name)
                || self.initializer_names.contains(&name)
                || renamed.values().any(|n| *n == name);
            if taken {
                return Err(self.error(&name, "there is a tensor of this name already"));
            }
            if self.result_names.contains(&value.name) && !renamed.contains_key(&value.name) {
                renamed.insert(value.name.clone(), name.clone());
                self.outputs.push((name, value));
            } else {
                let copy = self.add_node("Identity", &[&value.name], value.data_type, value.shape.clone());
                renamed.insert(copy.name.clone(), name.clone());
                self.outputs.push((name, copy));
            }
        }
        for node in &mut self.nodes {
            for name in node.input.iter_mut().chain(&mut node.output) {
                if let Some(new) = renamed.get(name) {
                    name.clone_from(new);
                }
            }
        }
        let info = |name: &str, value: &Value| {
            ValueInfoProto::tensor(name, element_type(value.data_type), &value.shape)
        };
        let inner = self.results.iter().filter(|v| !renamed.contains_key(&v.name));
        Ok(GraphProto {
            value_info: inner.map(|v| info(&v.name, v)).collect(),
            input: self.inputs.iter().map(|v| info(&v.name, v)).collect(),
            output: self.outputs.iter().map(|(name, v)| info(name, v)).collect(),
            node: self.nodes,
            name: self.name,
            initializer: self.initializers,
            ..GraphProto::default()
        })
    }

    /// Offers a constant to the sink; what that leaves stays in the graph.
    fn constant(&mut self, weight: Weight<'_>) -> Result<Value, Error> {
        let Weight { name, shape, elements, .. } = weight;
        let (len, data_type) = match elements {
            Elements::F32(data) => (data.len(), DataType::F32),
            Elements::I32(data) => (data.len(), DataType::I32),
        };
        self.check_constant(name, shape, len)?;
        let tensor = match (self.sink.store(&weight)?, elements) {
            (Some(place), _) => TensorProto::external(name, shape, element_type(data_type), place),
            (None, Elements::F32(data)) => TensorProto::f32(name, shape, data),
            (None, Elements::I32(data)) => TensorProto::i32(name, shape, data),
        };
        self.initializers.push(tensor);
        Ok(Value { name: name.into(), data_type, shape: shape.into() })
    }

    fn check_constant(&mut self, name: &str, shape: &[usize], len: usize) -> Result<(), Error> {
        if shape.iter().product::<usize>() != len {
            return Err(self.error(name, format!("a constant of shape {shape:?} has {len} elements")));
        }
        if !self.initializer_names.insert(name.into()) {
            return Err(self.error(name, "there is a constant of this name already"));
        }
        Ok(())
    }

    /// The name of a constant list of `i64`, for the inputs that ONNX has where one expects attributes.
    fn list(&mut self, list: &[i64]) -> String {
        if let Some(name) = self.lists.get(list) {
            return name.clone();
        }
        let name = format!("list/{}", self.lists.len());
        self.initializers.push(TensorProto::i64(&name, &[list.len()], list));
        self.lists.insert(list.to_vec(), name.clone());
        name
    }

    /// Adds a node with one result; it and its result are named by the scopes and the operator.
    fn add_node(&mut self, op: &str, inputs: &[&str], data_type: DataType, shape: Vec<usize>) -> Value {
        self.add_node_with(op, inputs, Vec::new(), data_type, shape)
    }

    fn add_node_with(
        &mut self,
        op: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
        data_type: DataType,
        shape: Vec<usize>,
    ) -> Value {
        let name = self.fresh_name(op);
        let mut node = NodeProto::new(op, &name, inputs, &[&name]);
        node.attribute = attributes;
        self.nodes.push(node);
        let value = Value { name: name.clone(), data_type, shape };
        self.results.push(value.clone());
        self.result_names.insert(name);
        value
    }

    fn fresh_name(&mut self, op: &str) -> String {
        let scope = self.scopes.join(".");
        let op = op.to_ascii_lowercase();
        let name = if scope.is_empty() { op } else { format!("{scope}/{op}") };
        let count = self.counts.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { name } else { format!("{name}_{count}") }
    }

    /// An error at a node that is about to be made: the scopes and the operator name it.
    fn mismatch(&self, op: &str, message: impl Into<String>) -> Error {
        let scope = self.scopes.join(".");
        self.error(&format!("{scope}/{}", op.to_ascii_lowercase()), message)
    }

    fn error(&self, node: &str, message: impl Into<String>) -> Error {
        Error::Graph { graph: self.name.clone(), node: node.into(), message: message.into() }
    }
}

fn element_type(data_type: DataType) -> ElementType {
    match data_type {
        DataType::F32 => ElementType::Float,
        DataType::I32 => ElementType::Int32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Inline;

    fn builder() -> (GraphBuilder<'static>, Value) {
        let mut b = GraphBuilder::new("test", Box::leak(Box::new(Inline)));
        let x = b.input("x", DataType::F32, &[1, 2, 5, 7]);
        (b, x)
    }

    #[test]
    fn shapes_are_inferred_and_written() {
        let (mut b, x) = builder();
        let w = b.weight("w", &[4, 2, 3, 3], vec![0.5; 72]).unwrap();
        let conv = Conv { stride: 2, padding: 2, dilation: 2, groups: 1 };
        let y = b.scope("a", |b| b.scope("b", |b| b.conv2d(&x, &w, None, conv))).unwrap();
        assert_eq!((y.name(), y.shape()), ("a.b/conv", &[1, 4, 3, 4][..]));
        let y = b.max_pool(&y, 2, 2, true).unwrap();
        assert_eq!(y.shape(), [1, 4, 2, 2]);
        let y = b.resize_linear(&y, 3, 5).unwrap();
        let y = b.transpose(&y, &[0, 2, 3, 1]).unwrap();
        let y = b.slice(&y, 2, 1, 4).unwrap();
        let y = b.pad(&y, &[0, 0, 1, 0], &[0, 2, 0, 0]).unwrap();
        assert_eq!(y.shape(), [1, 5, 4, 4]);
        let y = b.concat(&[&y, &y], 1).unwrap();
        let row = b.constant_i32("row", &[3], &[0, 2, 1]).unwrap();
        let y = b.gather(&y, &row, 3).unwrap();
        assert_eq!(y.shape(), [1, 10, 4, 3]);
        let z = b.expand(&y, &[2, 10, 4, 3]).unwrap();
        let z = b.add(&z, &y).unwrap();
        b.output("y", &y);
        b.output("z", &z);
        let graph = ModelProto::read(b.finish().unwrap()).unwrap().graph.unwrap();
        let outputs: Vec<_> = graph.output.iter().map(|o| (o.name.as_str(), o.shape().unwrap())).collect();
        assert_eq!(outputs, [("y", vec![1, 10, 4, 3]), ("z", vec![2, 10, 4, 3])]);
        // Each result is described once: as an output or among the values inside.
        let described: HashSet<&str> =
            graph.value_info.iter().chain(&graph.output).map(|v| v.name.as_str()).collect();
        assert_eq!(described, graph.node.iter().map(|n| n.output[0].as_str()).collect());
    }

    #[test]
    fn names_are_unique_and_scoped() {
        let (mut b, x) = builder();
        let first = b.scope("s", |b| b.add(&x, &x)).unwrap();
        let second = b.scope("s", |b| b.add(&x, &x)).unwrap();
        assert_eq!((first.name(), second.name()), ("s/add", "s/add_2"));
        assert_eq!(b.scalar(0.5), b.scalar(0.5));
    }

    #[test]
    fn an_output_may_be_an_input_or_be_given_twice() {
        let (mut b, x) = builder();
        let y = b.relu(&x);
        b.output("first", &y);
        b.output("second", &y);
        b.output("same", &x);
        let graph = b.into_graph().unwrap();
        let ops: Vec<_> = graph.node.iter().map(|n| (n.op_type.as_str(), n.output[0].as_str())).collect();
        assert_eq!(ops, [("Relu", "first"), ("Identity", "second"), ("Identity", "same")]);
        assert_eq!(graph.node[1].input, ["first"]);
        assert_eq!(graph.node[2].input, ["x"]);
    }

    #[test]
    fn mismatches_are_errors_that_name_the_node() {
        let (mut b, x) = builder();
        let w = b.weight("w", &[3, 7], vec![0.0; 21]).unwrap();
        let failed = b.scope("layers.0.mlp", |b| b.matmul(&x, &w)).unwrap_err().to_string();
        let expected =
            "graph `test`: node `layers.0.mlp/matmul`: [1, 2, 5, 7] and [3, 7] cannot be multiplied";
        assert_eq!(failed, expected);
        assert!(b.add(&x, &w).is_err());
        assert!(b.weight("w", &[1], vec![0.0]).is_err());
        assert!(b.weight("v", &[2], vec![0.0]).is_err());
        assert!(b.reshape(&x, &[71]).is_err());
        assert!(b.transpose(&x, &[0, 1, 1, 2]).is_err());
        assert!(b.slice(&x, 3, 5, 8).is_err());
        assert!(b.slice(&x, 4, 0, 1).is_err());
        assert!(b.concat(&[&x, &w], 0).is_err());
        assert!(b.concat(&[], 0).is_err());
        assert!(b.pad(&x, &[1], &[1]).is_err());
        assert!(b.gather(&x, &w, 4).is_err());
        assert!(b.expand(&x, &[1, 2, 5]).is_err());
        assert!(b.conv2d(&x, &w, None, Conv::default()).is_err());
        assert!(b.conv_transpose2d(&x, &w, None, 1).is_err());
        assert!(b.max_pool(&w, 2, 2, true).is_err());
        assert!(b.max_pool(&x, 2, 0, true).is_err());
        assert!(b.resize_linear(&x, 0, 3).is_err());
        assert!(b.layer_norm(&x, &w, &w, 1e-5).is_err());
        assert!(b.attention(&x, &x, &w, None, 1.0).is_err());
        assert!(b.split_heads(&x, 2).is_err());
        b.output("x", &x);
        assert!(b.finish().is_err());
    }

    #[test]
    fn pooling_windows_begin_inside_the_picture() {
        let (mut b, x) = builder();
        let mut shape =
            |kernel, stride, ceil| b.max_pool(&x, kernel, stride, ceil).unwrap().shape()[2..].to_vec();
        // As torch.nn.functional.max_pool2d gives them for a picture of 5 × 7.
        assert_eq!(shape(2, 2, true), [3, 4]);
        assert_eq!(shape(2, 2, false), [2, 3]);
        assert_eq!(shape(1, 3, true), [2, 3]);
        assert_eq!(shape(2, 4, true), [2, 2]);
        assert_eq!(shape(6, 2, true), [1, 2]);
    }
}
