use std::fmt;
use std::str::FromStr;

use ::wgpu::compat::{AdapterInfo, Gpu};

use crate::rten::RtenSession;
use crate::wonnx::{WonnxSession, kind, open_gpu};
use crate::{Error, ErrorKind, Onnx, Session, SharedWeights};

/// Which engine the caller wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preference {
    /// The GPU when there is a real one, else the CPU.
    #[default]
    Auto,
    /// The GPU, or whatever the system offers as one (a software rasteriser too).
    Wonnx,
    /// The CPU.
    Rten,
}

impl FromStr for Preference {
    type Err = Error;

    /// Reads `auto`, `wonnx` or `rten`.
    fn from_str(s: &str) -> Result<Self, Error> {
        match s {
            "auto" => Ok(Self::Auto),
            "wonnx" => Ok(Self::Wonnx),
            "rten" => Ok(Self::Rten),
            _ => Err(Error::new(
                ErrorKind::BadInput,
                format!("there is no engine {s:?}; there are auto, wonnx and rten"),
            )),
        }
    }
}

impl fmt::Display for Preference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Wonnx => "wonnx",
            Self::Rten => "rten",
        })
    }
}

/// An engine there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// The GPU, through wonnx.
    Wonnx,
    /// The CPU, through rten.
    Rten,
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wonnx => "wonnx",
            Self::Rten => "rten",
        })
    }
}

/// Losses of the GPU after which the rest is computed on the CPU.
const LOSSES_BORNE: u32 = 1;

/// The engine chosen for this run, and why.
#[derive(Clone)]
pub struct Engine {
    reason: String,
    /// The GPU that wonnx is to use; without one it is rten's turn.
    gpu: Option<Gpu>,
    losses: u32,
}

impl Engine {
    /// Chooses by what the machine has.
    ///
    /// `Auto` never fails: without a GPU, or with a software one, it gives rten and the reason. `Wonnx` takes a
    /// software one too, and fails without any.
    pub async fn choose(preference: Preference) -> Result<Self, Error> {
        if preference == Preference::Rten {
            return Ok(Self::on_cpu("asked for", 0));
        }
        let forced = preference == Preference::Wonnx;
        match open_gpu().await {
            Ok(gpu) if forced || !gpu.adapter().software => Ok(Self::on_gpu(gpu, 0)),
            Ok(gpu) => {
                let adapter = described(&gpu.adapter());
                Ok(Self::on_cpu(&format!("the only GPU adapter is a software one ({adapter})"), 0))
            }
            Err(e) if forced => Err(Error::new(kind(e.kind), e.to_string())),
            Err(e) => Ok(Self::on_cpu(&e.to_string(), 0)),
        }
    }

    fn on_cpu(reason: &str, losses: u32) -> Self {
        Self { reason: format!("CPU: {reason}"), gpu: None, losses }
    }

    fn on_gpu(gpu: Gpu, losses: u32) -> Self {
        Self { reason: format!("GPU: {}", described(&gpu.adapter())), gpu: Some(gpu), losses }
    }

    pub fn kind(&self) -> EngineKind {
        if self.gpu.is_some() { EngineKind::Wonnx } else { EngineKind::Rten }
    }

    /// Why this engine: a phrase for the user, `GPU: …` or `CPU: …`.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Makes the ONNX graph `onnx` ready to run; `name` stands in errors.
    pub async fn load<'a>(&self, name: &str, onnx: impl Into<Onnx<'a>>) -> Result<Box<dyn Session>, Error> {
        let onnx = onnx.into();
        match &self.gpu {
            Some(gpu) => Ok(Box::new(WonnxSession::new(name, onnx, gpu.clone()).await?)),
            None => Ok(Box::new(RtenSession::new(name, onnx)?)),
        }
    }

    /// Holds the weights of several graphs once. `file` is their `location` in the graphs' external data.
    pub fn share(&self, file: &str, bytes: Vec<u8>) -> SharedWeights {
        match &self.gpu {
            Some(_) => SharedWeights::for_wonnx(file, bytes),
            None => SharedWeights::for_rten(file, bytes),
        }
    }

    /// Moves on after `error`, and tells whether the work can be done again with graphs that are loaded anew.
    ///
    /// A lost GPU is opened once more; at the second loss, and when its memory is too small, the CPU takes over. After
    /// other errors, and on the CPU, nothing changes.
    pub async fn recover(&mut self, error: &Error) -> bool {
        if self.gpu.is_none() {
            return false;
        }
        match error.kind() {
            ErrorKind::OutOfMemory => *self = Self::on_cpu("the GPU's memory is too small", self.losses),
            ErrorKind::DeviceLost => {
                let losses = self.losses + 1;
                *self = match open_gpu().await {
                    Ok(gpu) if losses <= LOSSES_BORNE => Self::on_gpu(gpu, losses),
                    Ok(_) => Self::on_cpu(&format!("the GPU was lost {losses} times"), losses),
                    Err(e) => Self::on_cpu(&format!("the GPU was lost, and then: {e}"), losses),
                };
            }
            _ => return false,
        }
        true
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("reason", &self.reason).field("losses", &self.losses).finish()
    }
}

/// The adapter's name and backend; browsers may keep the name to themselves.
fn described(adapter: &AdapterInfo) -> String {
    match (adapter.name.as_str(), adapter.backend.as_str()) {
        ("", "webgpu") => "WebGPU".to_owned(),
        (name, backend) => format!("{name}, {backend}"),
    }
}
