use std::collections::{HashMap, HashSet};

use super::step::{Step, Work};
use crate::onnx::{AttributeProto, ElementType, GraphProto, NodeProto, TensorProto};
use crate::wonnx::Limits;
use crate::{Error, ErrorKind};

/// What is known about the plain graph: shapes, constants, and who makes and uses each value.
pub(super) struct Scope<'a> {
    name: &'a str,
    pub opset: i64,
    pub limits: &'a Limits,
    shapes: HashMap<&'a str, Vec<usize>>,
    constants: HashMap<&'a str, &'a TensorProto>,
    producers: HashMap<&'a str, &'a NodeProto>,
    uses: HashMap<&'a str, usize>,
    outputs: HashSet<&'a str>,
}

impl<'a> Scope<'a> {
    pub fn new(name: &'a str, graph: &'a GraphProto, opset: i64, limits: &'a Limits) -> Result<Self, Error> {
        let mut scope = Self {
            name,
            opset,
            limits,
            shapes: HashMap::new(),
            constants: HashMap::new(),
            producers: HashMap::new(),
            uses: HashMap::new(),
            outputs: graph.output.iter().map(|v| v.name.as_str()).collect(),
        };
        for value in graph.value_info.iter().chain(&graph.input).chain(&graph.output) {
            if let Some(shape) = value.shape() {
                scope.check_countable(&value.name, &shape)?;
                scope.shapes.insert(&value.name, shape);
            }
        }
        for tensor in &graph.initializer {
            let shape = tensor.shape()?;
            scope.check_countable(&tensor.name, &shape)?;
            scope.shapes.insert(&tensor.name, shape);
            scope.constants.insert(&tensor.name, tensor);
        }
        for node in &graph.node {
            for input in &node.input {
                *scope.uses.entry(input).or_insert(0) += 1;
            }
            for output in &node.output {
                scope.producers.insert(output, node);
            }
            scope.note_constant(node)?;
        }
        Ok(scope)
    }

    /// Kernels count elements in 32 bits.
    fn check_countable(&self, name: &str, shape: &[usize]) -> Result<(), Error> {
        let count = shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d.max(1) as u64));
        match count {
            Some(n) if n < 1 << 32 => Ok(()),
            _ => Err(self.error(ErrorKind::Unsupported, format!("{name:?} of shape {shape:?} is too large"))),
        }
    }

    /// A `Constant`, and a constant under another name or shape, are constants too.
    fn note_constant(&mut self, node: &'a NodeProto) -> Result<(), Error> {
        let Some(output) = node.output.first() else { return Ok(()) };
        let tensor = match node.op_type.as_str() {
            "Constant" => {
                let tensor = node.attribute("value").and_then(|a| a.t.as_ref());
                Some(tensor.ok_or_else(|| self.unsupported(node, "a form of constant other than `value`"))?)
            }
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" | "Identity" | "Cast" => {
                node.input_name(0).and_then(|x| self.constants.get(x)).copied()
            }
            _ => None,
        };
        let Some(tensor) = tensor else { return Ok(()) };
        let shape = match (self.shapes.get(output.as_str()), node.op_type.as_str()) {
            (Some(shape), _)
                if shape.iter().product::<usize>() == tensor.shape()?.iter().product::<usize>() =>
            {
                shape.clone()
            }
            (None, "Constant") => tensor.shape()?,
            _ => return Err(self.bad(node, format!("{output:?} has no shape, or not that of its elements"))),
        };
        self.shapes.insert(output, shape);
        self.constants.insert(output, tensor);
        Ok(())
    }

    pub fn is_constant(&self, name: &str) -> bool {
        self.constants.contains_key(name)
    }

    pub fn is_output(&self, name: &str) -> bool {
        self.outputs.contains(name)
    }

    /// Whether a node makes the value.
    pub fn is_made(&self, name: &str) -> bool {
        self.producers.contains_key(name)
    }

    /// The declared shape of a value.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.shapes.get(name).map(Vec::as_slice)
    }

    /// The node that makes a value that is no constant.
    pub fn producer(&self, name: &str) -> Option<&'a NodeProto> {
        self.producers.get(name).copied().filter(|_| !self.is_constant(name))
    }

    /// Whether the value is read `times` times in all and is no output, so that a fused kernel need not write it.
    pub fn only(&self, name: &str, times: usize) -> bool {
        self.uses.get(name) == Some(&times) && !self.is_output(name)
    }

    /// The only element of a constant.
    pub fn scalar(&self, name: &str) -> Option<f32> {
        let tensor = self.constants.get(name)?;
        if tensor.dims.iter().any(|&d| d != 1) {
            return None;
        }
        self.floats(name).ok()?.first().copied()
    }

    /// A constant of any type, as `f32`.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>, Error> {
        let tensor = self
            .constants
            .get(name)
            .ok_or_else(|| self.error(ErrorKind::Unsupported, format!("{name:?} is not constant")))?;
        let floats = match tensor.element_type() {
            Some(ElementType::Float | ElementType::Float16 | ElementType::Bfloat16 | ElementType::Double) => {
                tensor.to_f32()
            }
            _ => tensor.to_i64().map(|v| v.into_iter().map(|x| x as f32).collect()),
        };
        floats.map_err(|e| self.error(e.kind(), e))
    }

    /// A constant as a weight of `f32`; one that is that already keeps its bytes.
    pub fn weight(&self, name: &str) -> Result<TensorProto, Error> {
        let shape = self.shape(name).unwrap_or_default();
        if let Some(tensor) = self.constants.get(name) {
            let plain = tensor.element_type() == Some(ElementType::Float) && tensor.data_location == 0;
            if plain && tensor.raw_data.len() == shape.iter().product::<usize>() * 4 {
                return Ok(TensorProto {
                    name: name.into(),
                    dims: shape.iter().map(|&d| d as i64).collect(),
                    data_type: ElementType::Float as i32,
                    raw_data: tensor.raw_data.clone(),
                    ..TensorProto::default()
                });
            }
        }
        Ok(TensorProto::f32(name, shape, &self.floats(name)?))
    }

    /// The whole numbers that input `i` holds; `None` when it is left out. Fails when it is not constant.
    pub fn integers(&self, node: &NodeProto, i: usize) -> Result<Option<Vec<i64>>, Error> {
        let Some(name) = node.input_name(i) else { return Ok(None) };
        let tensor = self.constants.get(name).ok_or_else(|| {
            self.unsupported(node, format!("{name:?}, which must be constant, is computed"))
        })?;
        tensor.to_i64().map(Some).map_err(|e| self.error(e.kind(), e))
    }

    /// Input `i`, which must be there and hold something, and its shape.
    pub fn input<'n>(&self, node: &'n NodeProto, i: usize) -> Result<(&'n str, &[usize]), Error> {
        let name = node.input_name(i).ok_or_else(|| self.bad(node, format!("input {i} is missing")))?;
        Ok((name, self.full_shape(node, name)?))
    }

    /// The shape of a value that `node` works on; fails when it is empty.
    pub fn full_shape(&self, node: &NodeProto, name: &str) -> Result<&[usize], Error> {
        let shape = self
            .shape(name)
            .ok_or_else(|| self.unsupported(node, format!("{name:?} has no static shape")))?;
        if shape.contains(&0) {
            return Err(self.unsupported(node, format!("{name:?} is empty")));
        }
        Ok(shape)
    }

    /// The name of the first output.
    pub fn output<'n>(&self, node: &'n NodeProto) -> Result<&'n str, Error> {
        node.output.first().map(String::as_str).ok_or_else(|| self.bad(node, "it has no output"))
    }

    /// The declared shape of the first output.
    pub fn output_shape(&self, node: &NodeProto) -> Result<&[usize], Error> {
        let name = self.output(node)?;
        self.shape(name).ok_or_else(|| self.unsupported(node, format!("{name:?} has no static shape")))
    }

    /// An axis, counted from the end when negative.
    pub fn axis(&self, node: &NodeProto, axis: i64, rank: usize) -> Result<usize, Error> {
        let wrapped = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
        usize::try_from(wrapped)
            .ok()
            .filter(|&a| a < rank)
            .ok_or_else(|| self.bad(node, format!("there is no axis {axis} among {rank}")))
    }

    /// A step's result must have the shape that the graph declares, and fit the GPU with all it reads.
    pub fn check(&self, node: &NodeProto, step: &Step) -> Result<(), Error> {
        if let Some(declared) = self.shape(&step.output)
            && declared != step.shape
        {
            return Err(self.bad(
                node,
                format!("{:?} is declared as {declared:?}, but comes out as {:?}", step.output, step.shape),
            ));
        }
        self.check_size(node, &step.output, &step.shape)?;
        for input in &step.inputs {
            if let super::step::Operand::Value(name) = input
                && let Some(shape) = self.shape(name)
            {
                self.check_size(node, name, shape)?;
            }
        }
        let buffers = step.inputs.len() + 1;
        if matches!(step.work, Work::Kernel(_)) && buffers > self.limits.storage_buffers as usize {
            return Err(self.unsupported(node, format!("{buffers} tensors at once")));
        }
        Ok(())
    }

    fn check_size(&self, node: &NodeProto, name: &str, shape: &[usize]) -> Result<(), Error> {
        let bytes = shape.iter().try_fold(4u64, |n, &d| n.checked_mul(d as u64));
        match bytes {
            Some(0) => Err(self.unsupported(node, format!("{name:?} is empty"))),
            Some(n) if n <= self.limits.binding_bytes => Ok(()),
            _ => Err(self.error(
                ErrorKind::OutOfMemory,
                format!("{}: {name:?} of shape {shape:?} is larger than this GPU can bind", describe(node)),
            )),
        }
    }

    pub fn unsupported(&self, node: &NodeProto, what: impl std::fmt::Display) -> Error {
        self.error(ErrorKind::Unsupported, format!("{} is not supported: {what}", describe(node)))
    }

    pub fn bad(&self, node: &NodeProto, what: impl std::fmt::Display) -> Error {
        self.error(ErrorKind::BadGraph, format!("{}: {what}", describe(node)))
    }

    fn error(&self, kind: ErrorKind, what: impl std::fmt::Display) -> Error {
        Error::new(kind, format!("graph {}: {what}", self.name))
    }
}

fn describe(node: &NodeProto) -> String {
    format!("node {:?} ({})", node.name, node.op_type)
}

/// A node's attributes with ONNX's defaults.
pub(super) trait Attributes {
    fn int(&self, name: &str, default: i64) -> i64;
    fn float(&self, name: &str, default: f32) -> f32;
    fn ints(&self, name: &str) -> Option<&[i64]>;
    fn text(&self, name: &str, default: &'static str) -> String;
}

impl Attributes for NodeProto {
    fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |a| a.i)
    }

    fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |a| a.f)
    }

    fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attribute(name).map(|a: &AttributeProto| a.ints.as_slice())
    }

    fn text(&self, name: &str, default: &'static str) -> String {
        match self.attribute(name) {
            Some(a) => String::from_utf8_lossy(&a.s).into_owned(),
            None => default.into(),
        }
    }
}

/// The shape of two shapes broadcast against each other as NumPy does; `None` when they cannot be.
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let axis = |shape: &[usize], i: usize| match (i + shape.len()).checked_sub(rank) {
        Some(i) => shape.get(i).copied().unwrap_or(1),
        None => 1,
    };
    let join = |i| match (axis(a, i), axis(b, i)) {
        (m, n) if m == n || n == 1 => Some(m),
        (1, n) => Some(n),
        _ => None,
    };
    (0..rank).map(join).collect()
}
