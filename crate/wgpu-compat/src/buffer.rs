//! Buffers. They are destroyed with their last owner: in the browser their memory would otherwise wait for the garbage
//! collector.

use std::fmt;
use std::ops::RangeFull;
use std::sync::Arc;

use crate::context::Context;
use crate::{BufferAddress, BufferUsages};

/// A device's buffer that gives its memory back when it is dropped.
pub(crate) struct OwnedBuffer(pub wgpu30::Buffer);

impl Drop for OwnedBuffer {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

/// Without a device it holds nothing.
pub struct Buffer(pub(crate) Option<Arc<OwnedBuffer>>);

impl Buffer {
    pub(crate) fn raw(&self) -> Option<&wgpu30::Buffer> {
        self.0.as_ref().map(|owned| &owned.0)
    }

    pub fn as_entire_binding(&self) -> BindingResource<'_> {
        BindingResource(self)
    }

    pub fn slice(&self, _: RangeFull) -> BufferSlice<'_> {
        BufferSlice(self)
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.raw() {
            Some(raw) => write!(f, "Buffer({} bytes)", raw.size()),
            None => f.write_str("Buffer(no device)"),
        }
    }
}

/// A whole buffer, to be bound.
#[derive(Clone)]
pub struct BindingResource<'a>(pub(crate) &'a Buffer);

/// A whole buffer, to be read.
pub struct BufferSlice<'a>(pub(crate) &'a Buffer);

pub struct BufferDescriptor<'a> {
    pub label: Option<&'a str>,
    pub size: BufferAddress,
    pub usage: BufferUsages,
    pub mapped_at_creation: bool,
}

/// Carries the reason, which then stands in wonnx's own error text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BufferAsyncError(pub String);

impl fmt::Display for BufferAsyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BufferAsyncError {}

impl Context {
    pub(crate) fn create_buffer(&self, descriptor: &BufferDescriptor<'_>) -> Arc<OwnedBuffer> {
        {
            let mut state = crate::context::lock(&self.state);
            state.stats.buffers += 1;
            state.stats.buffer_bytes += descriptor.size;
        }
        Arc::new(OwnedBuffer(self.device.create_buffer(&wgpu30::BufferDescriptor {
            label: descriptor.label,
            size: descriptor.size,
            usage: descriptor.usage,
            mapped_at_creation: descriptor.mapped_at_creation,
        })))
    }

    /// A buffer that holds `contents`, padded with zeros to whole vectors of four.
    pub(crate) fn create_filled_buffer(
        &self,
        label: Option<&str>,
        contents: &[u8],
        usage: BufferUsages,
    ) -> Arc<OwnedBuffer> {
        // Shaders read whole vectors of four, and no buffer is empty.
        let size = (contents.len() as u64).next_multiple_of(16).max(16);
        let usage = usage | BufferUsages::COPY_DST;
        let buffer = self.create_buffer(&BufferDescriptor { label, size, usage, mapped_at_creation: false });
        // Writes go in fours of bytes; the odd rest is filled up.
        let (whole, rest) = contents.split_at(contents.len() / 4 * 4);
        if !whole.is_empty() {
            self.queue.write_buffer(&buffer.0, 0, whole);
        }
        if !rest.is_empty() {
            let mut last = [0; 4];
            for (to, from) in last.iter_mut().zip(rest) {
                *to = *from;
            }
            self.queue.write_buffer(&buffer.0, whole.len() as u64, &last);
        }
        buffer
    }
}
