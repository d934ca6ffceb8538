//! The ONNX file format: the messages of `onnx.proto3` that our graphs use, and helpers to write and read them.
//!
//! Fields that no graph of ours needs are left out; the decoder skips them. Decoding [`prost::bytes::Bytes`] shares
//! the weights' bytes instead of copying them.

use half::{bf16, f16};
use prost::Message;
use prost::bytes::Bytes;

use crate::{Error, ErrorKind};

/// A file: a graph and the operator sets it is written in.
#[derive(Clone, PartialEq, Message)]
pub struct ModelProto {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(string, tag = "2")]
    pub producer_name: String,
    #[prost(string, tag = "3")]
    pub producer_version: String,
    #[prost(string, tag = "6")]
    pub doc_string: String,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSetIdProto>,
    #[prost(message, repeated, tag = "14")]
    pub metadata_props: Vec<StringStringEntryProto>,
}

/// Nodes in an order in which they can run, weights, and the types of values.
#[derive(Clone, PartialEq, Message)]
pub struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<NodeProto>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<TensorProto>,
    #[prost(string, tag = "10")]
    pub doc_string: String,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfoProto>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfoProto>,
    #[prost(message, repeated, tag = "13")]
    pub value_info: Vec<ValueInfoProto>,
}

/// One operator. An input or output that is left out has an empty name.
#[derive(Clone, PartialEq, Message)]
pub struct NodeProto {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub op_type: String,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<AttributeProto>,
    #[prost(string, tag = "6")]
    pub doc_string: String,
    #[prost(string, tag = "7")]
    pub domain: String,
}

/// A named constant of a node; `r#type` tells which field holds it.
#[derive(Clone, PartialEq, Message)]
pub struct AttributeProto {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(float, tag = "2")]
    pub f: f32,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub s: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    pub t: Option<TensorProto>,
    #[prost(message, optional, tag = "6")]
    pub g: Option<GraphProto>,
    #[prost(float, repeated, packed = "false", tag = "7")]
    pub floats: Vec<f32>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub strings: Vec<Vec<u8>>,
    #[prost(enumeration = "AttributeType", tag = "20")]
    pub r#type: i32,
}

/// The kinds of attributes that [`AttributeProto`] can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum AttributeType {
    Undefined = 0,
    Float = 1,
    Int = 2,
    String = 3,
    Tensor = 4,
    Graph = 5,
    Floats = 6,
    Ints = 7,
    Strings = 8,
}

/// A constant array, row-major; its elements stand either in `raw_data` (little endian) or in a typed field.
#[derive(Clone, PartialEq, Message)]
pub struct TensorProto {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    #[prost(enumeration = "ElementType", tag = "2")]
    pub data_type: i32,
    #[prost(float, repeated, tag = "4")]
    pub float_data: Vec<f32>,
    #[prost(int32, repeated, tag = "5")]
    pub int32_data: Vec<i32>,
    #[prost(int64, repeated, tag = "7")]
    pub int64_data: Vec<i64>,
    #[prost(string, tag = "8")]
    pub name: String,
    #[prost(bytes = "bytes", tag = "9")]
    pub raw_data: Bytes,
    #[prost(double, repeated, tag = "10")]
    pub double_data: Vec<f64>,
    #[prost(uint64, repeated, tag = "11")]
    pub uint64_data: Vec<u64>,
    #[prost(message, repeated, tag = "13")]
    pub external_data: Vec<StringStringEntryProto>,
    /// 1 when the elements stand in another file.
    #[prost(int32, tag = "14")]
    pub data_location: i32,
}

/// Element types (`TensorProto.DataType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ElementType {
    Undefined = 0,
    Float = 1,
    Uint8 = 2,
    Int8 = 3,
    Uint16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    Uint32 = 12,
    Uint64 = 13,
    Bfloat16 = 16,
}

/// A value's name and type.
#[derive(Clone, PartialEq, Message)]
pub struct ValueInfoProto {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<TypeProto>,
    #[prost(string, tag = "3")]
    pub doc_string: String,
}

/// The type of a value; only tensors are known here.
#[derive(Clone, PartialEq, Message)]
pub struct TypeProto {
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorTypeProto>,
}

/// Element type and shape (`TypeProto.Tensor`).
#[derive(Clone, PartialEq, Message)]
pub struct TensorTypeProto {
    #[prost(enumeration = "ElementType", tag = "1")]
    pub elem_type: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<TensorShapeProto>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TensorShapeProto {
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

/// One axis of a shape (`TensorShapeProto.Dimension`).
#[derive(Clone, PartialEq, Message)]
pub struct Dimension {
    #[prost(oneof = "DimensionValue", tags = "1, 2")]
    pub value: Option<DimensionValue>,
}

/// The length of an axis: a number, or a name for one that is not known.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum DimensionValue {
    #[prost(int64, tag = "1")]
    DimValue(i64),
    #[prost(string, tag = "2")]
    DimParam(String),
}

/// An operator set; the empty domain is ONNX's own.
#[derive(Clone, PartialEq, Message)]
pub struct OperatorSetIdProto {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub struct StringStringEntryProto {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

impl ModelProto {
    /// Reads a file's bytes; a `Bytes` is shared by the weights, not copied.
    pub fn read(onnx: impl Into<Bytes>) -> Result<Self, Error> {
        Self::decode(onnx.into()).map_err(|e| bad_graph(format!("not an ONNX model: {e}")))
    }

    /// A file of this graph in IR version 8 and the given version of ONNX's operator set.
    pub fn new(graph: GraphProto, opset: i64) -> Self {
        Self {
            ir_version: 8,
            producer_name: "spotcheck".into(),
            graph: Some(graph),
            opset_import: vec![OperatorSetIdProto { domain: String::new(), version: opset }],
            ..Self::default()
        }
    }

    /// The version of ONNX's own operator set, when it is stated.
    pub fn opset(&self) -> Option<i64> {
        let own = |o: &&OperatorSetIdProto| o.domain.is_empty() || o.domain == "ai.onnx";
        self.opset_import.iter().find(own).map(|o| o.version)
    }
}

impl NodeProto {
    /// A node without attributes, of ONNX's own domain.
    pub fn new(op_type: &str, name: &str, input: &[&str], output: &[&str]) -> Self {
        Self {
            op_type: op_type.into(),
            name: name.into(),
            input: input.iter().map(|&s| s.into()).collect(),
            output: output.iter().map(|&s| s.into()).collect(),
            ..Self::default()
        }
    }

    /// The node with one more attribute.
    pub fn with(mut self, attribute: AttributeProto) -> Self {
        self.attribute.push(attribute);
        self
    }

    pub fn attribute(&self, name: &str) -> Option<&AttributeProto> {
        self.attribute.iter().find(|a| a.name == name)
    }

    /// The name of input `i`; `None` when it is left out.
    pub fn input_name(&self, i: usize) -> Option<&str> {
        self.input.get(i).map(String::as_str).filter(|name| !name.is_empty())
    }
}

impl AttributeProto {
    pub fn int(name: &str, i: i64) -> Self {
        Self { name: name.into(), i, r#type: AttributeType::Int as i32, ..Self::default() }
    }

    pub fn ints(name: &str, ints: &[i64]) -> Self {
        Self { name: name.into(), ints: ints.to_vec(), r#type: AttributeType::Ints as i32, ..Self::default() }
    }

    pub fn float(name: &str, f: f32) -> Self {
        Self { name: name.into(), f, r#type: AttributeType::Float as i32, ..Self::default() }
    }

    pub fn floats(name: &str, floats: &[f32]) -> Self {
        let floats = floats.to_vec();
        Self { name: name.into(), floats, r#type: AttributeType::Floats as i32, ..Self::default() }
    }

    pub fn string(name: &str, s: &str) -> Self {
        Self { name: name.into(), s: s.into(), r#type: AttributeType::String as i32, ..Self::default() }
    }

    pub fn tensor(name: &str, t: TensorProto) -> Self {
        Self { name: name.into(), t: Some(t), r#type: AttributeType::Tensor as i32, ..Self::default() }
    }
}

impl ValueInfoProto {
    /// A tensor of a static shape.
    pub fn tensor(name: &str, elem_type: ElementType, shape: &[usize]) -> Self {
        let dim = |&d: &usize| Dimension { value: Some(DimensionValue::DimValue(d as i64)) };
        let shape = TensorShapeProto { dim: shape.iter().map(dim).collect() };
        let tensor_type = TensorTypeProto { elem_type: elem_type as i32, shape: Some(shape) };
        Self {
            name: name.into(),
            r#type: Some(TypeProto { tensor_type: Some(tensor_type) }),
            doc_string: String::new(),
        }
    }

    /// The shape, when it is known and static.
    pub fn shape(&self) -> Option<Vec<usize>> {
        let shape = self.r#type.as_ref()?.tensor_type.as_ref()?.shape.as_ref()?;
        let fixed = |d: &Dimension| match d.value {
            Some(DimensionValue::DimValue(n)) => usize::try_from(n).ok(),
            _ => None,
        };
        shape.dim.iter().map(fixed).collect()
    }

    /// The element type, when it is one that is known here.
    pub fn element_type(&self) -> Option<ElementType> {
        ElementType::try_from(self.r#type.as_ref()?.tensor_type.as_ref()?.elem_type).ok()
    }
}

impl TensorProto {
    /// An array of `f32`. `data.len()` must be the product of `dims`, or readers refuse the tensor.
    pub fn f32(name: &str, dims: &[usize], data: &[f32]) -> Self {
        Self::raw(name, dims, ElementType::Float, data.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    /// An array of `i64`. `data.len()` must be the product of `dims`, or readers refuse the tensor.
    pub fn i64(name: &str, dims: &[usize], data: &[i64]) -> Self {
        Self::raw(name, dims, ElementType::Int64, data.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    /// An array of `i32`. `data.len()` must be the product of `dims`, or readers refuse the tensor.
    pub fn i32(name: &str, dims: &[usize], data: &[i32]) -> Self {
        Self::raw(name, dims, ElementType::Int32, data.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    /// An array of little-endian elements.
    pub fn raw(name: &str, dims: &[usize], element_type: ElementType, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            dims: dims.iter().map(|&d| d as i64).collect(),
            data_type: element_type as i32,
            raw_data: bytes.into(),
            ..Self::default()
        }
    }

    /// An array whose elements stand in another file; `place` says where.
    pub fn external(
        name: &str,
        dims: &[usize],
        element_type: ElementType,
        place: Vec<StringStringEntryProto>,
    ) -> Self {
        Self { external_data: place, data_location: 1, ..Self::raw(name, dims, element_type, Vec::new()) }
    }

    /// The element type, when it is one that is known here.
    pub fn element_type(&self) -> Option<ElementType> {
        ElementType::try_from(self.data_type).ok()
    }

    /// The shape. Fails on a negative axis, and when the elements cannot be counted.
    pub fn shape(&self) -> Result<Vec<usize>, Error> {
        let shape: Option<Vec<usize>> = self.dims.iter().map(|&d| usize::try_from(d).ok()).collect();
        shape
            .filter(|s| s.iter().try_fold(1usize, |n, &d| n.checked_mul(d)).is_some())
            .ok_or_else(|| self.bad(format_args!("has the impossible shape {:?}", self.dims)))
    }

    /// The elements as `f32`: of a float tensor of any width.
    ///
    /// Fails on other element types, and when the number of elements is not that of the shape.
    pub fn to_f32(&self) -> Result<Vec<f32>, Error> {
        let half = |bits: fn(u16) -> f32| {
            if self.raw_data.is_empty() {
                self.int32_data.iter().map(|&x| bits(x as u16)).collect()
            } else {
                self.words(|b: [u8; 2]| bits(u16::from_le_bytes(b)))
            }
        };
        self.counted(match self.element_type() {
            Some(ElementType::Float) if self.raw_data.is_empty() => self.float_data.clone(),
            Some(ElementType::Float) => self.words(f32::from_le_bytes),
            Some(ElementType::Float16) => half(|b| f16::from_bits(b).to_f32()),
            Some(ElementType::Bfloat16) => half(|b| bf16::from_bits(b).to_f32()),
            Some(ElementType::Double) if self.raw_data.is_empty() => {
                self.double_data.iter().map(|&x| x as f32).collect()
            }
            Some(ElementType::Double) => self.words(|b| f64::from_le_bytes(b) as f32),
            _ => return Err(self.bad("does not hold floats")),
        })
    }

    /// The elements as `i64`: of a tensor of signed integers, bytes or booleans.
    ///
    /// Fails on other element types, and when the number of elements is not that of the shape.
    pub fn to_i64(&self) -> Result<Vec<i64>, Error> {
        let narrow = || self.int32_data.iter().map(|&x| i64::from(x)).collect();
        self.counted(match self.element_type() {
            Some(ElementType::Int64) if self.raw_data.is_empty() => self.int64_data.clone(),
            Some(ElementType::Int64) => self.words(i64::from_le_bytes),
            Some(ElementType::Int32) if self.raw_data.is_empty() => narrow(),
            Some(ElementType::Int32) => self.words(|b| i64::from(i32::from_le_bytes(b))),
            Some(ElementType::Uint8 | ElementType::Bool | ElementType::Int8) if self.raw_data.is_empty() => {
                narrow()
            }
            Some(ElementType::Uint8 | ElementType::Bool) => self.words(|[b]: [u8; 1]| i64::from(b)),
            Some(ElementType::Int8) => self.words(|[b]: [u8; 1]| i64::from(b as i8)),
            _ => return Err(self.bad("does not hold integers")),
        })
    }

    /// `raw_data` cut into elements of `N` bytes; a rest too short for one shows in the count.
    fn words<const N: usize, T>(&self, read: impl Fn([u8; N]) -> T) -> Vec<T> {
        let (words, _) = self.raw_data.as_chunks::<N>();
        words.iter().map(|&w| read(w)).collect()
    }

    fn counted<T>(&self, elements: Vec<T>) -> Result<Vec<T>, Error> {
        if self.data_location != 0 {
            return Err(self.bad("stands in another file"));
        }
        let shape = self.shape()?;
        if shape.iter().product::<usize>() != elements.len() {
            let n = elements.len();
            return Err(self.bad(format_args!("has {n} elements, but the shape {shape:?}")));
        }
        Ok(elements)
    }

    fn bad(&self, what: impl std::fmt::Display) -> Error {
        bad_graph(format!("tensor {:?} {what}", self.name))
    }
}

fn bad_graph(message: String) -> Error {
    Error::new(ErrorKind::BadGraph, message)
}
