use spotcheck_kernels::Kernel;
use wgpu::compat::Gpu;

use crate::onnx::ModelProto;

/// A graph of kernels: what wonnx executes.
///
/// Every node is a `Concat` whose name is a kernel's label, or an alias (`Reshape`, `Identity`) with one input. All
/// values are `f32`, and each has its shape in `value_info`.
pub(crate) struct Lowered {
    pub model: ModelProto,
    /// Each label once. Labels are unique across graphs: the same label means the same kernel.
    pub kernels: Vec<(String, Kernel)>,
}

/// What a kernel may use on the GPU at hand; for the rest kernels stay within WebGPU's defaults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Storage buffers bound at once, the output among them.
    pub storage_buffers: u32,
    /// Bytes of one bound buffer.
    pub binding_bytes: u64,
}

impl Limits {
    pub fn of(gpu: &Gpu) -> Self {
        let limits = gpu.limits();
        Self { storage_buffers: limits.storage_buffers, binding_bytes: limits.binding_bytes }
    }
}
