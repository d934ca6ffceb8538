//! What is looked up by label: kernels of our own, and buffers that are there already.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use crate::buffer::OwnedBuffer;
use crate::context::lock;

/// A kernel that takes the place of wonnx's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kernel {
    pub wgsl: Arc<str>,
    pub workgroups: [u32; 3],
}

static KERNELS: LazyLock<Mutex<HashMap<String, Kernel>>> = LazyLock::new(Mutex::default);
static STAGED: LazyLock<Mutex<HashMap<String, Arc<OwnedBuffer>>>> = LazyLock::new(Mutex::default);

pub(crate) fn register_kernel(label: &str, wgsl: &str, workgroups: [u32; 3]) {
    lock(&KERNELS).insert(label.to_owned(), Kernel { wgsl: wgsl.into(), workgroups });
}

pub(crate) fn kernel(label: &str) -> Option<Kernel> {
    lock(&KERNELS).get(label).cloned()
}

pub(crate) fn stage(label: &str, buffer: Arc<OwnedBuffer>) {
    lock(&STAGED).insert(label.to_owned(), buffer);
}

pub(crate) fn unstage(label: &str) {
    lock(&STAGED).remove(label);
}

pub(crate) fn staged(label: &str) -> Option<Arc<OwnedBuffer>> {
    lock(&STAGED).get(label).cloned()
}
