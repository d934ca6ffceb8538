//! Runs a graph on the GPU through wonnx.
//!
//! A plain graph is lowered to kernels of ours ([`crate::lower`]), each of which rides through wonnx as a `Concat`
//! node whose name is the kernel's label; wonnx keeps the graph, the buffers and the submission. What wonnx would
//! panic on is refused beforehand.

mod check;
mod lowered;
mod shared;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use ::wgpu::compat::{self, Gpu, Staged};
use ::wonnx::utils::{InputTensor, OutputTensor};
use futures_util::lock::Mutex;
use prost::Message;
use prost::bytes::Bytes;

pub(crate) use lowered::{Limits, Lowered};

use crate::lower::lower;
use crate::onnx::{ElementType, ModelProto};
use crate::outline::Outline;
use crate::weights::{self, Held};
use crate::{Data, DataType, Error, ErrorKind, Onnx, Session, Tensor, ValueInfo};

/// One session at a time uses the GPU: wonnx finds its kernels and buffers by names that all sessions share, and the
/// device's complaints are everybody's.
static TURN: Mutex<()> = Mutex::new(());

/// Opens the device that all sessions share, if it is not open yet or was lost.
pub(crate) async fn open_gpu() -> Result<Gpu, compat::Error> {
    let _turn = TURN.lock().await;
    compat::init().await
}

/// A graph that lies on the GPU, ready to run.
pub(crate) struct WonnxSession {
    name: String,
    outline: Outline,
    session: ::wonnx::Session,
    gpu: Gpu,
}

impl WonnxSession {
    /// Reads `onnx`, lowers it and brings its weights to the GPU; `name` stands in errors.
    ///
    /// Fails when the bytes are no ONNX graph, on an operator that cannot be lowered, and when the GPU refuses what
    /// came out, has no room for it, or is lost.
    pub async fn new(name: &str, onnx: Onnx<'_>, gpu: Gpu) -> Result<Self, Error> {
        let outline = Outline::read(name, onnx.bytes)?;
        let mut model = ModelProto::read(Bytes::copy_from_slice(onnx.bytes))?;
        match (onnx.weights.map(|weights| &weights.0), &mut model.graph) {
            (Some(Held::Wonnx { file, bytes }), Some(graph)) => weights::bring_in(graph, file, bytes)?,
            (Some(Held::Rten(_)), _) => return Err(weights::of_another_engine(name)),
            _ => {}
        }
        let lowered = lower(name, model, &Limits::of(&gpu))?;
        Self::from_lowered(name, outline, lowered, gpu).await
    }

    async fn from_lowered(name: &str, outline: Outline, lowered: Lowered, gpu: Gpu) -> Result<Self, Error> {
        let mut lowered = lowered;
        check::refuse_what_panics(name, &lowered, &outline)?;
        let _turn = TURN.lock().await;
        shared::compute_shared_once(&mut lowered, &Limits::of(&gpu));
        for (label, kernel) in &lowered.kernels {
            compat::register_kernel(label, &kernel.wgsl, kernel.workgroups);
        }
        // Complaints about what others did before.
        gpu.check().await.map_err(|e| gpu_error(name, &e))?;
        let staged = stage_weights(&mut lowered.model, &gpu);
        let made = ::wonnx::Session::from_bytes(&lowered.model.encode_to_vec()).await;
        gpu.check().await.map_err(|e| gpu_error(name, &e))?;
        let session = made.map_err(|e| Error::new(ErrorKind::Failed, format!("graph {name}: {e}")))?;
        drop(staged);
        Ok(Self { name: name.to_owned(), outline, session, gpu })
    }

    fn failed(&self, what: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Failed, format!("graph {}: {what}", self.name))
    }

    fn take_output(&self, declared: &ValueInfo, outputs: &mut Outputs) -> Result<Tensor, Error> {
        let data = match outputs.remove(&declared.name) {
            Some(OutputTensor::F32(data)) => data,
            _ => return Err(self.failed(format!("output {:?} did not come back", declared.name))),
        };
        let shape = declared.shape.clone();
        let tensor = match declared.data_type {
            DataType::F32 => Tensor::f32(shape, data),
            DataType::I32 => Tensor::i32(shape, data.iter().map(|&x| x.round() as i32).collect()),
        };
        tensor
            .ok_or_else(|| self.failed(format!("output {:?} has another size than declared", declared.name)))
    }
}

type Outputs = HashMap<String, OutputTensor>;

#[async_trait::async_trait(?Send)]
impl Session for WonnxSession {
    fn inputs(&self) -> &[ValueInfo] {
        &self.outline.inputs
    }

    fn outputs(&self) -> &[ValueInfo] {
        &self.outline.outputs
    }

    async fn run(&self, inputs: &[(&str, &Tensor)]) -> Result<Vec<Tensor>, Error> {
        let tensors = self.outline.arrange(&self.name, inputs)?;
        let named = self.outline.inputs.iter().zip(tensors);
        let inputs = named.map(|(declared, tensor)| (declared.name.clone(), input(tensor))).collect();
        let _turn = TURN.lock().await;
        match self.session.run(&inputs).await {
            Ok(mut outputs) => {
                self.outline.outputs.iter().map(|v| self.take_output(v, &mut outputs)).collect()
            }
            // The GPU knows better than wonnx what went wrong.
            Err(e) => match self.gpu.check().await {
                Err(cause) => Err(gpu_error(&self.name, &cause)),
                Ok(()) => Err(self.failed(e)),
            },
        }
    }
}

/// Lowered graphs hold `f32` alone; ids are small enough to be exact in it.
fn input(tensor: &Tensor) -> InputTensor<'_> {
    InputTensor::F32(match tensor.data() {
        Data::F32(data) => Cow::Borrowed(data),
        Data::I32(data) => Cow::Owned(data.iter().map(|&x| x as f32).collect()),
    })
}

/// Uploads the weights and leaves placeholders in the model: wonnx would copy the bytes several times on their way.
fn stage_weights(model: &mut ModelProto, gpu: &Gpu) -> Vec<Staged> {
    /// Buffers are found by name, so names must differ between sessions.
    static NEXT: AtomicU64 = AtomicU64::new(0);

    let Some(graph) = &mut model.graph else {
        return Vec::new();
    };
    let mut staged = Vec::with_capacity(graph.initializer.len());
    let mut labels = HashMap::new();
    for weight in &mut graph.initializer {
        let label = format!("weight {} {}", NEXT.fetch_add(1, Ordering::Relaxed), weight.name);
        let bytes = std::mem::take(&mut weight.raw_data);
        staged.push(gpu.stage(&label, &bytes));
        weight.raw_data = Bytes::from_static(&[0; 4]);
        weight.data_type = ElementType::Float as i32;
        labels.insert(std::mem::replace(&mut weight.name, label.clone()), label);
    }
    for input in graph.node.iter_mut().flat_map(|node| &mut node.input) {
        if let Some(label) = labels.get(input) {
            input.clone_from(label);
        }
    }
    staged
}

fn gpu_error(graph: &str, e: &compat::Error) -> Error {
    Error::new(kind(e.kind), format!("graph {graph}: {e}"))
}

pub(crate) fn kind(kind: compat::ErrorKind) -> ErrorKind {
    match kind {
        compat::ErrorKind::NoDevice => ErrorKind::NoDevice,
        compat::ErrorKind::DeviceLost => ErrorKind::DeviceLost,
        compat::ErrorKind::OutOfMemory => ErrorKind::OutOfMemory,
        compat::ErrorKind::Refused => ErrorKind::Failed,
    }
}
