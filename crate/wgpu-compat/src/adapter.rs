//! Instance and adapter: what wonnx goes through to get a device. All of them lead to the shared one.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::context::Context;
use crate::{Backends, Device, Queue};

#[derive(Clone, Copy, Debug, Default)]
pub enum Dx12Compiler {
    #[default]
    Fxc,
}

pub struct InstanceDescriptor {
    pub backends: Backends,
    pub dx12_shader_compiler: Dx12Compiler,
}

pub struct Instance;

impl Instance {
    pub fn new(_: InstanceDescriptor) -> Self {
        Self
    }
}

/// There are none: nothing is drawn.
pub enum Surface {}

/// The way to the shared device, or to none.
pub struct Adapter(pub(crate) Option<Arc<Context>>);

#[derive(Default)]
pub struct DeviceDescriptor;

#[derive(Debug)]
pub struct RequestDeviceError;

impl fmt::Display for RequestDeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no GPU device")
    }
}

impl std::error::Error for RequestDeviceError {}

impl Adapter {
    /// Never fails: wonnx would panic. Without a GPU the device is an inert one.
    pub async fn request_device(
        &self,
        _: &DeviceDescriptor,
        _: Option<&Path>,
    ) -> Result<(Device, Queue), RequestDeviceError> {
        Ok((Device(self.0.clone()), Queue(self.0.clone())))
    }
}
