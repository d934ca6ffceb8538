use std::fmt;

/// What went wrong in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are not an ONNX graph that can be read.
    BadGraph,
    /// The engine lacks an operator, or one of its forms; the message names node and operator.
    Unsupported,
    /// An input is missing, unknown, or has another type or shape than the graph declares.
    BadInput,
    /// No such device, or it could not be opened.
    NoDevice,
    /// The device was lost while it worked.
    DeviceLost,
    /// The device or the machine has not enough memory.
    OutOfMemory,
    /// The engine failed while it ran the graph.
    Failed,
}

/// An engine's error: its kind, and a sentence that names the graph, node or tensor.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
