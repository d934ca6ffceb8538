//! `wgpu::util`: set-up, filled buffers and read-back.

use std::ops::Deref;

use crate::context::{current, scopes, shared};
use crate::error::Error;
use crate::registry;
use crate::{
    Adapter, Backends, Buffer, BufferAsyncError, BufferSlice, BufferUsages, Device, Instance, Queue, Surface,
};

/// Nothing is read from the environment.
pub fn backend_bits_from_env() -> Option<Backends> {
    None
}

/// Always `Some`: see [`Adapter::request_device`].
pub async fn initialize_adapter_from_env_or_default(
    _: &Instance,
    _: Backends,
    _: Option<&Surface>,
) -> Option<Adapter> {
    Some(Adapter(shared().await.ok()))
}

pub struct BufferInitDescriptor<'a> {
    pub label: Option<&'a str>,
    pub contents: &'a [u8],
    pub usage: BufferUsages,
}

pub trait DeviceExt {
    fn create_buffer_init(&self, descriptor: &BufferInitDescriptor<'_>) -> Buffer;
}

impl DeviceExt for Device {
    /// The staged buffer of that label, if there is one; else one that holds `contents`.
    fn create_buffer_init(&self, descriptor: &BufferInitDescriptor<'_>) -> Buffer {
        Buffer(self.0.as_ref().map(|context| {
            descriptor.label.and_then(registry::staged).unwrap_or_else(|| {
                context.create_filled_buffer(descriptor.label, descriptor.contents, descriptor.usage)
            })
        }))
    }
}

/// A buffer's bytes in main memory, aligned for numbers of four bytes.
pub struct DownloadBuffer(Vec<u32>);

impl Deref for DownloadBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}

impl DownloadBuffer {
    /// Calls `callback`, in any case and once: with the bytes, or with what the device has complained of.
    pub fn read_buffer(
        device: &Device,
        _: &Queue,
        slice: &BufferSlice<'_>,
        callback: impl FnOnce(Result<Self, BufferAsyncError>) + Send + 'static,
    ) {
        let reply = Reply(Some(Box::new(callback)));
        let (Some(context), Some(source)) = (device.0.clone(), slice.0.raw().cloned()) else {
            let reason = current().err().map_or_else(|| "no GPU device".to_owned(), |e| e.message);
            return reply.send(Err(reason));
        };
        let size = source.size();
        let target = context.device.create_buffer(&wgpu30::BufferDescriptor {
            label: Some("read-back"),
            size,
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = context.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(&source, 0, &target, 0, size);
        context.queue.submit([encoder.finish()]);
        let pending = scopes::turn(&context);
        let mapped = target.clone();
        let finish = move |outcome: Result<(), wgpu30::BufferAsyncError>| {
            let read = || match (context.error(), outcome) {
                (Some(Error { message, .. }), _) => Err(message),
                (None, Err(_)) => {
                    // A buffer without errors fails to map only on a lost device, which may not have said so yet.
                    context.lose("the GPU was lost while it worked".to_owned());
                    Err("the GPU was lost while it worked".to_owned())
                }
                (None, Ok(())) => {
                    mapped.get_mapped_range(..).map(|bytes| words(&bytes)).map_err(|e| e.to_string())
                }
            };
            reply.send(read());
            mapped.destroy();
        };
        #[cfg(not(target_arch = "wasm32"))]
        {
            drop(pending);
            target.map_async(wgpu30::MapMode::Read, .., finish);
        }
        #[cfg(target_arch = "wasm32")]
        {
            let reporter = device.0.clone();
            target.map_async(wgpu30::MapMode::Read, .., move |outcome| {
                wasm_bindgen_futures::spawn_local(async move {
                    for error in pending {
                        if let (Some(error), Some(context)) = (error.await, &reporter) {
                            context.report(error.into());
                        }
                    }
                    finish(outcome);
                });
            });
        }
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let mut words = vec![0; bytes.len() / 4];
    bytemuck::cast_slice_mut(&mut words).copy_from_slice(bytes);
    words
}

type Callback = Box<dyn FnOnce(Result<DownloadBuffer, BufferAsyncError>) + Send>;

/// Answers even when it is dropped unasked, as on a device that is gone: wonnx waits for the answer for ever.
struct Reply(Option<Callback>);

impl Reply {
    fn send(mut self, result: Result<Vec<u32>, String>) {
        if let Some(callback) = self.0.take() {
            callback(result.map(DownloadBuffer).map_err(BufferAsyncError));
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(callback) = self.0.take() {
            callback(Err(BufferAsyncError("the GPU did not answer".to_owned())));
        }
    }
}
