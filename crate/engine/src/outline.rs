//! A graph's wiring without its weights: what can be checked before any engine sees the graph.
//!
//! The message types here name only the fields that matter; the decoder skips the others, so reading the outline
//! of a graph of hundreds of megabytes copies a few kilobytes.

use std::collections::HashSet;

use prost::Message;

use crate::{DataType, Error, ErrorKind, Tensor, ValueInfo};

/// The inputs and outputs that a graph declares, and its nodes' names; the wiring has been checked.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    pub inputs: Vec<ValueInfo>,
    pub outputs: Vec<ValueInfo>,
}

impl Outline {
    /// Reads `onnx`, the bytes of the graph called `graph`.
    ///
    /// Fails when the bytes are no ONNX model, when an input or output is neither `f32` nor `i32` or has a shape
    /// that is not static, and when a value is used before it is made, made twice, or never made.
    pub fn read(graph: &str, onnx: &[u8]) -> Result<Self, Error> {
        let model = Model::decode(onnx)
            .map_err(|e| Error::new(ErrorKind::BadGraph, format!("graph {graph}: not an ONNX model: {e}")))?;
        let Some(body) = model.graph else {
            return Err(Error::new(ErrorKind::BadGraph, format!("graph {graph}: the model holds no graph")));
        };
        check_wiring(graph, &body)?;
        let initializers: HashSet<&str> = body.initializers.iter().map(|t| t.name.as_str()).collect();
        let inputs = body.inputs.iter().filter(|v| !initializers.contains(v.name.as_str()));
        Ok(Self {
            inputs: inputs.map(|v| value_info(graph, v)).collect::<Result<_, _>>()?,
            outputs: body.outputs.iter().map(|v| value_info(graph, v)).collect::<Result<_, _>>()?,
        })
    }

    /// Brings `given` into the graph's order of inputs.
    ///
    /// Fails when one is missing, unknown, given twice, or of another type or shape than declared.
    pub fn arrange<'a>(&self, graph: &str, given: &[(&str, &'a Tensor)]) -> Result<Vec<&'a Tensor>, Error> {
        let bad = |what: String| Error::new(ErrorKind::BadInput, format!("graph {graph}: {what}"));
        for (i, (name, _)) in given.iter().enumerate() {
            if !self.inputs.iter().any(|d| d.name == *name) {
                return Err(bad(format!("there is no input {name:?}")));
            }
            if given.iter().take(i).any(|(earlier, _)| earlier == name) {
                return Err(bad(format!("input {name:?} is given twice")));
            }
        }
        let find = |declared: &ValueInfo| {
            let (_, tensor) = given
                .iter()
                .find(|(name, _)| *name == declared.name)
                .ok_or_else(|| bad(format!("input {:?} is missing", declared.name)))?;
            if tensor.data_type() != declared.data_type || tensor.shape() != declared.shape {
                return Err(bad(format!(
                    "input {:?} must be {:?} {:?}, not {:?} {:?}",
                    declared.name,
                    declared.data_type,
                    declared.shape,
                    tensor.data_type(),
                    tensor.shape(),
                )));
            }
            Ok(*tensor)
        };
        self.inputs.iter().map(find).collect()
    }
}

/// Every value must be made once, before its first use.
fn check_wiring(graph: &str, body: &Graph) -> Result<(), Error> {
    let bad = |what: String| Error::new(ErrorKind::BadGraph, format!("graph {graph}: {what}"));
    let mut made: HashSet<&str> = HashSet::new();
    made.extend(body.inputs.iter().map(|v| v.name.as_str()));
    made.extend(body.initializers.iter().map(|t| t.name.as_str()));
    for node in &body.nodes {
        for input in node.inputs.iter().filter(|name| !name.is_empty()) {
            if !made.contains(input.as_str()) {
                return Err(bad(format!(
                    "{} reads {input:?}, which nothing before it makes",
                    describe(node)
                )));
            }
        }
        for output in node.outputs.iter().filter(|name| !name.is_empty()) {
            if !made.insert(output) {
                return Err(bad(format!("{} makes {output:?}, which exists already", describe(node))));
            }
        }
    }
    if body.outputs.is_empty() {
        return Err(bad("it has no output".into()));
    }
    match body.outputs.iter().find(|v| !made.contains(v.name.as_str())) {
        Some(v) => Err(bad(format!("nothing makes the output {:?}", v.name))),
        None => Ok(()),
    }
}

fn describe(node: &Node) -> String {
    format!("node {:?} ({})", node.name, node.op_type)
}

fn value_info(graph: &str, value: &Value) -> Result<ValueInfo, Error> {
    let bad = |kind, what: &str| Err(Error::new(kind, format!("graph {graph}: {:?} {what}", value.name)));
    let Some(tensor) = value.value_type.as_ref().and_then(|t| t.tensor.as_ref()) else {
        return bad(ErrorKind::BadGraph, "has no tensor type");
    };
    let data_type = match tensor.element_type {
        1 => DataType::F32,
        6 => DataType::I32,
        _ => return bad(ErrorKind::Unsupported, "is neither a float32 nor an int32 tensor"),
    };
    let Some(shape) = &tensor.shape else {
        return bad(ErrorKind::BadGraph, "has no shape");
    };
    let fixed = |d: &Dimension| d.value.and_then(|n| usize::try_from(n).ok());
    match shape.dimensions.iter().map(fixed).collect() {
        Some(shape) => Ok(ValueInfo { name: value.name.clone(), data_type, shape }),
        None => bad(ErrorKind::Unsupported, "has a shape that is not static"),
    }
}

// Field numbers: onnx.proto3.

#[derive(Message)]
struct Model {
    #[prost(message, optional, tag = "7")]
    graph: Option<Graph>,
}

#[derive(Message)]
struct Graph {
    #[prost(message, repeated, tag = "1")]
    nodes: Vec<Node>,
    #[prost(message, repeated, tag = "5")]
    initializers: Vec<Initializer>,
    #[prost(message, repeated, tag = "11")]
    inputs: Vec<Value>,
    #[prost(message, repeated, tag = "12")]
    outputs: Vec<Value>,
}

#[derive(Message)]
struct Node {
    #[prost(string, repeated, tag = "1")]
    inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    outputs: Vec<String>,
    #[prost(string, tag = "3")]
    name: String,
    #[prost(string, tag = "4")]
    op_type: String,
}

#[derive(Message)]
struct Initializer {
    #[prost(string, tag = "8")]
    name: String,
}

#[derive(Message)]
struct Value {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    value_type: Option<ValueType>,
}

#[derive(Message)]
struct ValueType {
    #[prost(message, optional, tag = "1")]
    tensor: Option<TensorType>,
}

#[derive(Message)]
struct TensorType {
    #[prost(int32, tag = "1")]
    element_type: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<Shape>,
}

#[derive(Message)]
struct Shape {
    #[prost(message, repeated, tag = "1")]
    dimensions: Vec<Dimension>,
}

#[derive(Message)]
struct Dimension {
    #[prost(int64, optional, tag = "1")]
    value: Option<i64>,
}
