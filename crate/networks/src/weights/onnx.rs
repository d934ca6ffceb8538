use std::collections::BTreeMap;

use prost::Message;
use spotcheck_engine::onnx::{ElementType, NodeProto, TensorProto, ValueInfoProto};

use super::protobuf::{Field, Fields, Span};
use super::{Element, Entry, Place};
use crate::{Error, ReadAt};

/// The graph of an ONNX file as far as a checkpoint is concerned: its nodes, and where its constants stand in the file.
pub(crate) struct OnnxGraph {
    pub nodes: Vec<NodeProto>,
    /// Initializers, by name.
    pub tensors: BTreeMap<String, Entry>,
    pub inputs: Vec<ValueInfoProto>,
}

impl OnnxGraph {
    /// Reads a file without the elements of its constants, but for those that are written in an unusual way.
    ///
    /// Fails when it is no ONNX model, is cut off, or keeps its weights in another file.
    pub fn read(file: &dyn ReadAt) -> Result<Self, Error> {
        let mut model = Fields::new(file, Span { offset: 0, length: file.size() });
        let mut graph = None;
        while let Some((number, field)) = model.next()? {
            if let (7, Field::Span(span)) = (number, field) {
                graph = Some(span);
            }
        }
        let graph = graph.ok_or_else(|| Error::Checkpoint("not an ONNX model: it has no graph".into()))?;

        let mut read = Self { nodes: Vec::new(), tensors: BTreeMap::new(), inputs: Vec::new() };
        let mut fields = Fields::new(file, graph);
        while let Some((number, field)) = fields.next()? {
            let Field::Span(span) = field else { continue };
            match number {
                1 => read.node(message(&fields.read(span)?)?)?,
                5 => {
                    let (name, entry) = initializer(file, span)?;
                    read.tensors.insert(name, entry);
                }
                11 => read.inputs.push(message(&fields.read(span)?)?),
                _ => {}
            }
        }
        Ok(read)
    }

    /// The constant behind a name: an initializer, or what a node `Identity` gives out again.
    pub fn constant(&self, name: &str) -> Option<(&str, &Entry)> {
        let mut name = name;
        // An exporter that finds equal constants keeps one and copies it; a chain of copies ends or is none.
        for _ in 0..=self.nodes.len().min(8) {
            if let Some((name, entry)) = self.tensors.get_key_value(name) {
                return Some((name, entry));
            }
            let gives = |node: &&NodeProto| node.output.iter().any(|output| output == name);
            let node = self.nodes.iter().find(gives).filter(|node| node.op_type == "Identity")?;
            name = node.input_name(0)?;
        }
        None
    }

    /// Keeps a node; one that is a constant is kept as such.
    fn node(&mut self, node: NodeProto) -> Result<(), Error> {
        let value = node.attribute("value").and_then(|attribute| attribute.t.as_ref());
        match (node.op_type.as_str(), value, node.output.first()) {
            ("Constant", Some(tensor), Some(output)) => {
                // Shapes and axes are constants too; only floats can be weights.
                if let Ok(values) = tensor.to_f32() {
                    self.tensors.insert(output.clone(), entry(tensor, values)?);
                }
            }
            _ => self.nodes.push(node),
        }
        Ok(())
    }
}

fn message<M: Message + Default>(bytes: &[u8]) -> Result<M, Error> {
    M::decode(bytes).map_err(|e| Error::Checkpoint(format!("not an ONNX model: {e}")))
}

fn entry(tensor: &TensorProto, values: Vec<f32>) -> Result<Entry, Error> {
    let shape = tensor.shape().map_err(|e| Error::Checkpoint(e.to_string()))?;
    Ok(Entry { element: Element::F32, shape, place: Place::Values(values) })
}

/// A `TensorProto`: its name, and where its elements stand.
fn initializer(file: &dyn ReadAt, span: Span) -> Result<(String, Entry), Error> {
    let mut fields = Fields::new(file, span);
    // All but the elements, which are most of it, is a message of its own.
    let mut small = Vec::new();
    let mut elements = None;
    let mut start = span.offset;
    while let Some((number, field)) = fields.next()? {
        let end = match field {
            Field::Span(inner) if matches!(number, 4 | 9) => {
                elements = Some((number, inner)).filter(|_| inner.length > 0).or(elements);
                inner.offset + inner.length
            }
            _ => {
                let end = fields.position();
                small.extend(fields.read(Span { offset: start, length: end - start })?);
                end
            }
        };
        start = end;
    }
    let tensor: TensorProto = message(&small)?;
    let name = tensor.name.clone();
    let bad = |what: String| Error::Checkpoint(format!("tensor `{name}` {what}"));
    if tensor.data_location != 0 {
        return Err(bad("stands in another file; an export with its weights inside can be read".into()));
    }
    let shape = tensor.shape().map_err(|e| Error::Checkpoint(e.to_string()))?;
    let element = match tensor.element_type() {
        Some(ElementType::Float) => Element::F32,
        Some(ElementType::Float16) => Element::F16,
        Some(ElementType::Bfloat16) => Element::BF16,
        Some(other) => Element::Other(format!("{other:?}")),
        None => Element::Other(format!("type {}", tensor.data_type)),
    };
    let Some((number, inner)) = elements else {
        // Elements as numbers of a protobuf's own: rare, and never large.
        let values = match element {
            Element::Other(_) => None,
            _ => Some(tensor.to_f32().map_err(|e| Error::Checkpoint(e.to_string()))?),
        };
        let place = values.map_or(Place::Filled(0.0), Place::Values);
        return Ok((name, Entry { element, shape, place }));
    };
    let count = shape.iter().try_fold(1u64, |n, &d| n.checked_mul(u64::try_from(d).ok()?));
    let size = element.size();
    if size.is_some_and(|size| count.and_then(|n| n.checked_mul(size)) != Some(inner.length))
        || (number == 4 && element != Element::F32)
    {
        return Err(bad(format!("of the shape {shape:?} has {} bytes", inner.length)));
    }
    Ok((name, Entry { element, shape, place: Place::File { offset: inner.offset } }))
}
