//! Commands and the queue they go to.

use std::sync::Arc;

use crate::context::Context;
use crate::pipeline::{BindGroup, ComputePipeline};
use crate::repair::Dispatch;
use crate::{Buffer, BufferAddress};

#[derive(Default)]
pub struct CommandEncoderDescriptor<'a> {
    pub label: Option<&'a str>,
}

#[derive(Default)]
pub struct ComputePassDescriptor<'a> {
    pub label: Option<&'a str>,
}

pub struct CommandEncoder(pub(crate) Option<wgpu30::CommandEncoder>);

pub struct CommandBuffer(Option<wgpu30::CommandBuffer>);

impl CommandEncoder {
    pub fn begin_compute_pass(&mut self, descriptor: &ComputePassDescriptor<'_>) -> ComputePass<'_> {
        let descriptor = wgpu30::ComputePassDescriptor { label: descriptor.label, timestamp_writes: None };
        let raw = self.0.as_mut().map(|encoder| encoder.begin_compute_pass(&descriptor));
        ComputePass { raw, dispatch: Dispatch::AsAsked }
    }

    pub fn finish(self) -> CommandBuffer {
        CommandBuffer(self.0.map(wgpu30::CommandEncoder::finish))
    }
}

pub struct ComputePass<'a> {
    raw: Option<wgpu30::ComputePass<'a>>,
    dispatch: Dispatch,
}

impl ComputePass<'_> {
    pub fn set_pipeline(&mut self, pipeline: &ComputePipeline) {
        self.dispatch = pipeline.dispatch;
        if let (Some(pass), Some(pipeline)) = (&mut self.raw, &pipeline.raw) {
            pass.set_pipeline(pipeline);
        }
    }

    pub fn set_bind_group(&mut self, index: u32, group: &BindGroup, offsets: &[u32]) {
        if let (Some(pass), Some(group)) = (&mut self.raw, &group.0) {
            pass.set_bind_group(index, group, offsets);
        }
    }

    pub fn dispatch_workgroups(&mut self, x: u32, y: u32, z: u32) {
        let [x, y, z] = self.dispatch.workgroups([x, y, z]);
        if let Some(pass) = &mut self.raw {
            pass.dispatch_workgroups(x, y, z);
        }
    }
}

#[derive(Clone)]
pub struct Queue(pub(crate) Option<Arc<Context>>);

impl Queue {
    pub fn write_buffer(&self, buffer: &Buffer, offset: BufferAddress, data: &[u8]) {
        if let (Some(context), Some(raw)) = (&self.0, buffer.raw()) {
            context.queue.write_buffer(raw, offset, data);
        }
    }

    pub fn submit<I: IntoIterator<Item = CommandBuffer>>(&self, buffers: I) {
        if let Some(context) = &self.0 {
            context.queue.submit(buffers.into_iter().filter_map(|buffer| buffer.0));
        }
    }
}
