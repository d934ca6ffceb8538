//! The device that all sessions share, and what it complained of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::compat::Stats;
use crate::error::{Error, ErrorKind};
use crate::pipeline::ComputePipeline;

/// Errors beyond this many only repeat the first ones' consequences.
const ERRORS_KEPT: usize = 16;

pub(crate) struct Context {
    pub device: wgpu30::Device,
    pub queue: wgpu30::Queue,
    pub adapter: wgpu30::AdapterInfo,
    pub state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    errors: Vec<Error>,
    lost: Option<String>,
    /// By WGSL.
    pub pipelines: HashMap<String, ComputePipeline>,
    pub stats: Stats,
}

/// The device in use, or why there is none.
static CURRENT: Mutex<Option<Result<Arc<Context>, Error>>> = Mutex::new(None);

/// Number of devices made so far.
static DEVICES: Mutex<u32> = Mutex::new(0);

/// A panic elsewhere must not make the GPU unusable: what these locks guard is never left half-changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The shared device; opened at the first call, and anew after a loss or a failure.
pub(crate) async fn shared() -> Result<Arc<Context>, Error> {
    if let Some(Ok(context)) = lock(&CURRENT).clone()
        && !context.is_lost()
    {
        return Ok(context);
    }
    let opened = Context::open().await;
    *lock(&CURRENT) = Some(opened.clone());
    opened
}

/// The device that was opened last, lost or not.
pub(crate) fn current() -> Result<Arc<Context>, Error> {
    lock(&CURRENT).clone().unwrap_or_else(|| Err(Error::new(ErrorKind::NoDevice, "no GPU was asked for yet")))
}

pub(crate) fn devices() -> u32 {
    *lock(&DEVICES)
}

impl Context {
    async fn open() -> Result<Arc<Self>, Error> {
        let no_device = |what: &str, e: &dyn std::fmt::Display| {
            Error::new(ErrorKind::NoDevice, format!("no GPU {what}: {e}"))
        };
        let mut descriptor = wgpu30::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu30::Backends::PRIMARY;
        let instance = wgpu30::Instance::new(descriptor);
        let options = wgpu30::RequestAdapterOptions {
            power_preference: wgpu30::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = instance.request_adapter(&options).await.map_err(|e| no_device("adapter", &e))?;
        let descriptor = wgpu30::DeviceDescriptor {
            label: Some("shared"),
            // wonnx would ask for the defaults, which end at 128 MiB a binding.
            required_limits: adapter.limits(),
            ..Default::default()
        };
        let (device, queue) =
            adapter.request_device(&descriptor).await.map_err(|e| no_device("device", &e))?;
        *lock(&DEVICES) += 1;
        let context = Arc::new(Self { device, queue, adapter: adapter.get_info(), state: Mutex::default() });
        context.listen();
        Ok(context)
    }

    /// Keeps what the device reports on its own.
    fn listen(self: &Arc<Self>) {
        let weak = Arc::downgrade(self);
        self.device.on_uncaptured_error(Arc::new(move |e: wgpu30::Error| {
            if let Some(context) = weak.upgrade() {
                context.report(e.into());
            }
        }));
        let weak = Arc::downgrade(self);
        self.device.set_device_lost_callback(move |reason, message| {
            if let Some(context) = weak.upgrade() {
                context.lose(format!("the GPU was lost ({reason:?}): {message}"));
            }
        });
        scopes::open(self);
    }

    pub fn report(&self, error: Error) {
        log::warn!("GPU: {error}");
        let mut state = lock(&self.state);
        // A pipeline that failed must not be found in the cache.
        state.pipelines.clear();
        if state.errors.len() < ERRORS_KEPT {
            state.errors.push(error);
        }
    }

    pub fn lose(&self, reason: String) {
        lock(&self.state).lost.get_or_insert(reason);
    }

    pub fn is_lost(&self) -> bool {
        lock(&self.state).lost.is_some()
    }

    /// The errors so far as one; they stay until [`Context::take_error`].
    pub fn error(&self) -> Option<Error> {
        let state = lock(&self.state);
        if let Some(reason) = &state.lost {
            return Some(Error::new(ErrorKind::DeviceLost, reason));
        }
        // The first is the cause; the others mostly follow from it.
        let first = state.errors.first()?;
        let memory = state.errors.iter().find(|e| e.kind == ErrorKind::OutOfMemory);
        let mut error = memory.unwrap_or(first).clone();
        if state.errors.len() > 1 {
            error.message = format!("{} (and {} more errors)", error.message, state.errors.len() - 1);
        }
        Some(error)
    }

    /// The errors so far as one, which are then forgotten; a loss is never forgotten.
    pub fn take_error(&self) -> Option<Error> {
        let error = self.error();
        lock(&self.state).errors.clear();
        error
    }

    /// Waits for what the device has to say on the commands given so far.
    pub async fn settle(&self) {
        for error in scopes::turn(self) {
            if let Some(error) = error.await {
                self.report(error.into());
            }
        }
        // Ignored: a device that cannot be polled is a lost one, and says so through its callback.
        let _ = self.device.poll(wgpu30::PollType::Poll);
    }
}

/// Natively the handler of uncaptured errors is called at once, so there is nothing to collect.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod scopes {
    use super::Context;

    pub type Pending = Vec<std::future::Ready<Option<wgpu30::Error>>>;

    pub fn open(_: &Context) {}

    pub fn turn(_: &Context) -> Pending {
        Vec::new()
    }
}

/// In the browser errors come as events, in no known order with a buffer's mapping; those caught by an error scope
/// come with the scope, so some are always open, and are closed when an answer is wanted.
#[cfg(target_arch = "wasm32")]
pub(crate) mod scopes {
    use std::cell::RefCell;
    use std::future::Future;
    use std::pin::Pin;

    use super::Context;

    pub type Pending = Vec<Pin<Box<dyn Future<Output = Option<wgpu30::Error>> + Send>>>;

    thread_local! {
        static OPEN: RefCell<Vec<wgpu30::ErrorScopeGuard>> = const { RefCell::new(Vec::new()) };
    }

    /// Opens scopes on a new device; those of the one before it are given up.
    pub fn open(context: &Context) {
        OPEN.with_borrow_mut(|open| open.drain(..).rev().for_each(drop));
        push(context);
    }

    /// Closes the open scopes, opens new ones, and gives the closed ones' results.
    pub fn turn(context: &Context) -> Pending {
        let closed: Vec<_> = OPEN.with_borrow_mut(std::mem::take);
        let results: Pending = closed.into_iter().rev().map(|scope| Box::pin(scope.pop()) as _).collect();
        push(context);
        results
    }

    fn push(context: &Context) {
        use wgpu30::ErrorFilter::{Internal, OutOfMemory, Validation};
        let scopes =
            [Validation, OutOfMemory, Internal].map(|filter| context.device.push_error_scope(filter));
        OPEN.with_borrow_mut(|open| open.extend(scopes));
    }
}
