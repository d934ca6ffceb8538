//! Shaders, pipelines and what they bind. A shader's text is only kept: it is compiled with its pipeline, where the
//! cache, the registered kernels and the repairs are.

use std::borrow::Cow;

use crate::BindingResource;
use crate::context::{Context, lock};
use crate::registry;
use crate::repair::{Dispatch, repair};

pub enum ShaderSource<'a> {
    Wgsl(Cow<'a, str>),
}

pub struct ShaderModuleDescriptor<'a> {
    pub label: Option<&'a str>,
    pub source: ShaderSource<'a>,
}

pub struct ShaderModule {
    pub(crate) wgsl: String,
}

/// There are none: layouts are derived from the shader.
pub enum PipelineLayout {}

pub struct ComputePipelineDescriptor<'a> {
    pub label: Option<&'a str>,
    pub layout: Option<&'a PipelineLayout>,
    pub module: &'a ShaderModule,
    pub entry_point: &'a str,
}

#[derive(Clone)]
pub struct ComputePipeline {
    pub(crate) raw: Option<wgpu30::ComputePipeline>,
    pub(crate) dispatch: Dispatch,
}

impl ComputePipeline {
    pub fn get_bind_group_layout(&self, index: u32) -> BindGroupLayout {
        BindGroupLayout(self.raw.as_ref().map(|raw| raw.get_bind_group_layout(index)))
    }
}

pub struct BindGroupLayout(Option<wgpu30::BindGroupLayout>);

pub struct BindGroupEntry<'a> {
    pub binding: u32,
    pub resource: BindingResource<'a>,
}

pub struct BindGroupDescriptor<'a> {
    pub label: Option<&'a str>,
    pub layout: &'a BindGroupLayout,
    pub entries: &'a [BindGroupEntry<'a>],
}

pub struct BindGroup(pub(crate) Option<wgpu30::BindGroup>);

impl BindGroup {
    pub(crate) fn inert() -> Self {
        Self(None)
    }
}

impl Context {
    pub(crate) fn create_compute_pipeline(
        &self,
        descriptor: &ComputePipelineDescriptor<'_>,
    ) -> ComputePipeline {
        let label = descriptor.label.unwrap_or_default();
        let kernel = registry::kernel(label);
        let registered = kernel.is_some();
        let (wgsl, entry_point, dispatch) = match kernel {
            Some(kernel) => (kernel.wgsl.to_string(), "main", Dispatch::Fixed(kernel.workgroups)),
            None => {
                let (wgsl, dispatch) = repair(&descriptor.module.wgsl);
                (wgsl, descriptor.entry_point, dispatch)
            }
        };
        let cached = {
            let mut state = lock(&self.state);
            state.stats.registered += u32::from(registered);
            let cached = state.pipelines.get(&wgsl).and_then(|pipeline| pipeline.raw.clone());
            match cached {
                Some(_) => state.stats.pipeline_hits += 1,
                None => state.stats.pipelines += 1,
            }
            cached
        };
        if let Some(raw) = cached {
            return ComputePipeline { raw: Some(raw), dispatch };
        }
        let module = self.device.create_shader_module(wgpu30::ShaderModuleDescriptor {
            label: descriptor.label,
            source: wgpu30::ShaderSource::Wgsl(Cow::Borrowed(&wgsl)),
        });
        let raw = self.device.create_compute_pipeline(&wgpu30::ComputePipelineDescriptor {
            label: descriptor.label,
            layout: None,
            module: &module,
            entry_point: Some(entry_point),
            compilation_options: Default::default(),
            cache: None,
        });
        let pipeline = ComputePipeline { raw: Some(raw), dispatch };
        // Not when it failed: whoever comes next is to get the error too.
        if self.error().is_none() {
            lock(&self.state).pipelines.insert(wgsl, pipeline.clone());
        }
        pipeline
    }

    pub(crate) fn create_bind_group(&self, descriptor: &BindGroupDescriptor<'_>) -> BindGroup {
        let Some(layout) = &descriptor.layout.0 else {
            return BindGroup::inert();
        };
        let entries: Option<Vec<_>> = descriptor.entries.iter().map(bound).collect();
        BindGroup(entries.map(|entries| {
            let descriptor =
                wgpu30::BindGroupDescriptor { label: descriptor.label, layout, entries: &entries };
            self.device.create_bind_group(&descriptor)
        }))
    }
}

/// `None` for a buffer that was made without a device.
fn bound<'a>(entry: &BindGroupEntry<'a>) -> Option<wgpu30::BindGroupEntry<'a>> {
    let BindingResource(buffer) = entry.resource;
    Some(wgpu30::BindGroupEntry { binding: entry.binding, resource: buffer.raw()?.as_entire_binding() })
}
