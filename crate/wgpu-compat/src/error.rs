use std::fmt;

/// What went wrong on the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no adapter, or it gives no device.
    NoDevice,
    /// The device was lost: the driver restarted, the GPU was taken away, the browser gave up on it.
    DeviceLost,
    /// A buffer did not fit.
    OutOfMemory,
    /// The device refused a shader, a buffer or a command.
    Refused,
}

/// A GPU error that would otherwise have been a panic, or a line in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<wgpu30::Error> for Error {
    fn from(e: wgpu30::Error) -> Self {
        match e {
            wgpu30::Error::OutOfMemory { .. } => Self::new(ErrorKind::OutOfMemory, "out of GPU memory"),
            e => Self::new(ErrorKind::Refused, e.to_string()),
        }
    }
}
