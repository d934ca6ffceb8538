//! Runs a graph on the CPU through rten.

pub(crate) mod operators;

use ::rten::{Model, NodeId, RunErrorKind, Value, ValueOrView, ValueView};
use rten_tensor::Layout;

use crate::outline::Outline;
use crate::weights::{self, Held};
use crate::{Data, Error, ErrorKind, Onnx, Session, Tensor, ValueInfo};

/// A graph loaded into rten. In WebAssembly it runs on the calling thread alone.
pub(crate) struct RtenSession {
    name: String,
    outline: Outline,
    model: Model,
    input_ids: Vec<NodeId>,
    output_ids: Vec<NodeId>,
}

impl RtenSession {
    /// Reads `onnx`; `name` stands in errors. Weights that are shared are not copied.
    ///
    /// Fails when the bytes are no ONNX graph, and on an operator, or a form of one, that rten lacks.
    pub fn new(name: &str, onnx: Onnx<'_>) -> Result<Self, Error> {
        let outline = Outline::read(name, onnx.bytes)?;
        let options = match onnx.weights.map(|weights| &weights.0) {
            Some(Held::Rten(options)) => options.clone(),
            None => operators::options(),
            Some(Held::Wonnx { .. }) => return Err(weights::of_another_engine(name)),
        };
        let model = options.load(onnx.bytes.to_vec()).map_err(|e| load_error(name, &e))?;
        let ids = |values: &[ValueInfo]| {
            let id = |v: &ValueInfo| {
                let missing =
                    || Error::new(ErrorKind::BadGraph, format!("graph {name}: no value {:?}", v.name));
                model.find_node(&v.name).ok_or_else(missing)
            };
            values.iter().map(id).collect::<Result<Vec<_>, _>>()
        };
        let input_ids = ids(&outline.inputs)?;
        let output_ids = ids(&outline.outputs)?;
        Ok(Self { name: name.into(), outline, model, input_ids, output_ids })
    }

    fn failed(&self, what: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Failed, format!("graph {}: {what}", self.name))
    }

    fn take_output(&self, declared: &ValueInfo, value: Value) -> Result<Tensor, Error> {
        let shape = value.shape().to_vec();
        if shape != declared.shape {
            let [name, wanted] = [&declared.name as &dyn std::fmt::Debug, &declared.shape];
            return Err(self.failed(format!("output {name:?} came out as {shape:?}, declared as {wanted:?}")));
        }
        let tensor = match value {
            Value::FloatTensor(t) => Tensor::f32(shape, t.into_data()),
            Value::Int32Tensor(t) => Tensor::i32(shape, t.into_data()),
            _ => None,
        };
        tensor
            .filter(|t| t.data_type() == declared.data_type)
            .ok_or_else(|| self.failed(format!("output {:?} is not {:?}", declared.name, declared.data_type)))
    }
}

#[async_trait::async_trait(?Send)]
impl Session for RtenSession {
    fn inputs(&self) -> &[ValueInfo] {
        &self.outline.inputs
    }

    fn outputs(&self) -> &[ValueInfo] {
        &self.outline.outputs
    }

    async fn run(&self, inputs: &[(&str, &Tensor)]) -> Result<Vec<Tensor>, Error> {
        let tensors = self.outline.arrange(&self.name, inputs)?;
        let mut values: Vec<(NodeId, ValueOrView)> = Vec::with_capacity(tensors.len());
        for (&id, tensor) in self.input_ids.iter().zip(tensors) {
            let view = match tensor.data() {
                Data::F32(v) => ValueView::from_shape(tensor.shape(), v).map_err(|e| self.failed(e))?,
                Data::I32(v) => ValueView::from_shape(tensor.shape(), v).map_err(|e| self.failed(e))?,
            };
            values.push((id, view.into()));
        }
        let outputs = self.model.run(values, &self.output_ids, None).map_err(|e| {
            let kind = match e.kind() {
                RunErrorKind::OperatorError => ErrorKind::Failed,
                _ => ErrorKind::BadGraph,
            };
            Error::new(kind, format!("graph {}: {e}", self.name))
        })?;
        self.outline.outputs.iter().zip(outputs).map(|(d, v)| self.take_output(d, v)).collect()
    }
}

fn load_error(graph: &str, e: &::rten::LoadError) -> Error {
    let kind = match e.kind() {
        ::rten::LoadErrorKind::OperatorInvalid => ErrorKind::Unsupported,
        _ => ErrorKind::BadGraph,
    };
    Error::new(kind, format!("graph {graph}: {e}"))
}
