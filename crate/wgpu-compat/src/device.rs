use std::sync::Arc;

use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::pipeline::{
    BindGroup, BindGroupDescriptor, ComputePipeline, ComputePipelineDescriptor, ShaderModule,
    ShaderModuleDescriptor, ShaderSource,
};
use crate::repair::Dispatch;
use crate::{Buffer, BufferDescriptor, CommandEncoder, CommandEncoderDescriptor};

pub enum Maintain {
    Wait,
}

/// The shared device, or none, on which everything is made of nothing.
#[derive(Clone)]
pub struct Device(pub(crate) Option<Arc<Context>>);

impl Device {
    pub fn create_buffer(&self, descriptor: &BufferDescriptor<'_>) -> Buffer {
        Buffer(self.0.as_ref().map(|context| context.create_buffer(descriptor)))
    }

    pub fn create_shader_module(&self, descriptor: ShaderModuleDescriptor<'_>) -> ShaderModule {
        let ShaderSource::Wgsl(wgsl) = descriptor.source;
        ShaderModule { wgsl: wgsl.into_owned() }
    }

    pub fn create_compute_pipeline(&self, descriptor: &ComputePipelineDescriptor<'_>) -> ComputePipeline {
        match &self.0 {
            Some(context) => context.create_compute_pipeline(descriptor),
            None => ComputePipeline { raw: None, dispatch: Dispatch::AsAsked },
        }
    }

    pub fn create_bind_group(&self, descriptor: &BindGroupDescriptor<'_>) -> BindGroup {
        self.0.as_ref().map_or_else(BindGroup::inert, |context| context.create_bind_group(descriptor))
    }

    pub fn create_command_encoder(&self, descriptor: &CommandEncoderDescriptor<'_>) -> CommandEncoder {
        let descriptor = wgpu30::CommandEncoderDescriptor { label: descriptor.label };
        CommandEncoder(self.0.as_ref().map(|context| context.device.create_command_encoder(&descriptor)))
    }

    /// Waits until the device has done everything; in the browser nothing can be waited for.
    pub fn poll(&self, Maintain::Wait: Maintain) -> bool {
        let Some(context) = &self.0 else {
            return true;
        };
        match context.device.poll(wgpu30::PollType::wait_indefinitely()) {
            Ok(_) => true,
            Err(e) => {
                context.report(Error::new(ErrorKind::Refused, format!("waiting for the GPU: {e}")));
                false
            }
        }
    }
}
