//! What wgpu 0.16 did not have: the device's state as values, kernels and buffers by label.

use std::sync::Arc;

use crate::BufferUsages;
use crate::context::{Context, current, devices, lock, shared};
pub use crate::error::{Error, ErrorKind};
use crate::registry;

/// The shared device, as it was when this was given out. After a loss it stays lost; [`init`] gives the next one.
#[derive(Clone)]
pub struct Gpu(Arc<Context>);

/// What the adapter says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterInfo {
    /// The adapter's name; empty in browsers that keep it to themselves.
    pub name: String,
    /// `vulkan`, `metal`, `dx12` or `webgpu`.
    pub backend: String,
    /// It computes on the CPU: the browser's fallback adapter, llvmpipe, SwiftShader, WARP.
    pub software: bool,
}

/// What one kernel may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Storage buffers bound at once.
    pub storage_buffers: u32,
    /// Bytes of one bound storage buffer.
    pub binding_bytes: u64,
    /// Invocations in a workgroup.
    pub workgroup_invocations: u32,
    /// Bytes of workgroup memory.
    pub workgroup_memory: u32,
    /// Workgroups in each dimension.
    pub workgroups: u32,
}

/// Counters since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Devices opened; the other counters are the last one's.
    pub devices: u32,
    pub buffers: u32,
    pub buffer_bytes: u64,
    /// Pipelines compiled.
    pub pipelines: u32,
    /// Pipelines found in the cache.
    pub pipeline_hits: u32,
    /// Pipelines, cached ones too, that were made of a registered kernel.
    pub registered: u32,
}

/// Opens the shared device if there is none, or if it was lost. `Err` without a GPU.
pub async fn init() -> Result<Gpu, Error> {
    shared().await.map(Gpu)
}

pub fn stats() -> Stats {
    let stats = current().map(|context| lock(&context.state).stats).unwrap_or_default();
    Stats { devices: devices(), ..stats }
}

/// Puts a kernel in place of the one that wonnx generates for nodes named `label`.
///
/// `wgsl` has the entry point `main` and the bindings of wonnx's kernel: inputs in order, then the output, in groups of
/// four; it must use all of them. A label that is taken is replaced.
pub fn register_kernel(label: &str, wgsl: &str, workgroups: [u32; 3]) {
    registry::register_kernel(label, wgsl, workgroups);
}

impl Gpu {
    pub fn adapter(&self) -> AdapterInfo {
        let info = &self.0.adapter;
        let name = info.name.to_lowercase();
        // Some browsers do not mark their rasteriser as the fallback that it is.
        let known = ["llvmpipe", "lavapipe", "swiftshader", "basic render", "software"];
        AdapterInfo {
            name: info.name.clone(),
            backend: info.backend.to_str().to_owned(),
            software: info.device_type == wgpu30::DeviceType::Cpu || known.iter().any(|k| name.contains(k)),
        }
    }

    pub fn limits(&self) -> Limits {
        let limits = self.0.device.limits();
        Limits {
            storage_buffers: limits.max_storage_buffers_per_shader_stage,
            binding_bytes: limits.max_storage_buffer_binding_size.min(limits.max_buffer_size),
            workgroup_invocations: limits.max_compute_invocations_per_workgroup,
            workgroup_memory: limits.max_compute_workgroup_storage_size,
            workgroups: limits.max_compute_workgroups_per_dimension,
        }
    }

    /// What the device complained of since the last check, by whichever session; a loss is told at every check.
    pub async fn check(&self) -> Result<(), Error> {
        self.0.settle().await;
        self.0.take_error().map_or(Ok(()), Err)
    }

    /// Whether the device is lost, as far as it has said so.
    pub fn is_lost(&self) -> bool {
        self.0.is_lost()
    }

    /// Uploads `bytes`; until the result is dropped, a buffer that wonnx makes under `label` is this one.
    ///
    /// The bytes go to the device once and through nobody's hands; sessions made in the meantime share them.
    pub fn stage(&self, label: &str, bytes: &[u8]) -> Staged {
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC;
        let buffer = self.0.create_filled_buffer(Some(label), bytes, usage);
        registry::stage(label, buffer);
        // Without a submission natively all writes of a model would be held in memory together.
        self.0.queue.submit([]);
        Staged(label.to_owned())
    }

    /// Loses the device, as a driver may; for tests of what follows.
    pub fn lose(&self) {
        self.0.device.destroy();
        self.0.lose("the GPU was lost on purpose".to_owned());
    }
}

/// A staged buffer's claim to its label.
#[must_use = "the label is given up when this is dropped"]
pub struct Staged(String);

impl Drop for Staged {
    fn drop(&mut self) {
        registry::unstage(&self.0);
    }
}
