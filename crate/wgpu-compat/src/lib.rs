//! The part of the wgpu 0.16 interface that wonnx 0.5.1 calls, over today's wgpu.
//!
//! wonnx asks for wgpu 0.16, whose browser backend cannot be built beside today's web-sys. The workspace's
//! `[patch.crates-io]` puts this crate in its place: same names and signatures where wonnx looks, nothing elsewhere.
//!
//! # What is different
//! - **One device for all.** wonnx asks for a device per session and one more per folded constant, with default
//!   limits; here all get the same one, with everything that the adapter can do. When it is lost, the next session
//!   gets a new one.
//! - **Errors are values.** wonnx `expect`s a device; without one it gets an inert one here, whose read-backs fail.
//!   What the device reports late (validation, memory, loss) comes out of [`compat::Gpu::check`] and fails read-backs.
//! - **Pipelines are cached** by their WGSL.
//! - **Kernels can be replaced.** wonnx hands over each node's name as the label of its pipeline: a label registered
//!   through [`compat::register_kernel`] gets our WGSL and dispatch in place of wonnx's.
//! - **Weights can be there already.** A buffer whose label was staged through [`compat::Gpu::stage`] is not filled
//!   from wonnx's bytes: it is the staged one.
//! - **Generated WGSL is repaired** where today's compilers refuse it or where it writes out of bounds (`repair.rs`).

#![forbid(unsafe_code)]

mod adapter;
mod buffer;
mod command;
pub mod compat;
mod context;
mod device;
mod error;
mod pipeline;
mod registry;
mod repair;
pub mod util;

pub use adapter::{
    Adapter, DeviceDescriptor, Dx12Compiler, Instance, InstanceDescriptor, RequestDeviceError, Surface,
};
pub use buffer::{BindingResource, Buffer, BufferAsyncError, BufferDescriptor, BufferSlice};
pub use command::{
    CommandBuffer, CommandEncoder, CommandEncoderDescriptor, ComputePass, ComputePassDescriptor, Queue,
};
pub use device::{Device, Maintain};
pub use pipeline::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindGroupLayout, ComputePipeline,
    ComputePipelineDescriptor, PipelineLayout, ShaderModule, ShaderModuleDescriptor, ShaderSource,
};
pub use wgpu30::{Backends, BufferAddress, BufferUsages};
