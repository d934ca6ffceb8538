use spotcheck_engine as engine;

/// What went wrong while a network was built from its checkpoint, or while it ran.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A `config.json` (or a file beside it) that cannot be read, or that describes no network of this kind.
    #[error("{network}: its configuration cannot be used: {message}")]
    Config { network: &'static str, message: String },

    /// The file is not a checkpoint, is cut off, or cannot be read.
    #[error("the checkpoint cannot be read: {0}")]
    Checkpoint(String),

    /// The checkpoint lacks a tensor that the configuration asks for.
    #[error("the checkpoint has no tensor `{tensor}`")]
    MissingTensor { tensor: String },

    /// A tensor of the checkpoint has another shape than the configuration asks for.
    #[error("tensor `{tensor}` has the shape {found:?}, but the configuration asks for {expected:?}")]
    TensorShape { tensor: String, expected: Vec<usize>, found: Vec<usize> },

    /// A tensor of the checkpoint is not of f32, f16 or bf16.
    #[error("tensor `{tensor}` holds {found}; f32, f16 and bf16 can be read")]
    TensorType { tensor: String, found: String },

    /// A weight cannot be stored where a graph's weights go.
    #[error("weight `{weight}` cannot be stored: {message}")]
    Store { weight: String, message: String },

    /// A graph cannot be built: shapes do not go together at one of its nodes.
    #[error("graph `{graph}`: node `{node}`: {message}")]
    Graph { graph: String, node: String, message: String },

    /// A network was asked for something that it cannot take, or gave something that cannot be right.
    #[error("{network}: {message}")]
    Run { network: &'static str, message: String },

    /// The engine failed to load or to run a network's graph.
    #[error("{network}: {source}")]
    Engine { network: &'static str, source: engine::Error },
}

impl Error {
    /// A configuration that cannot be used.
    pub fn config(network: &'static str, message: impl Into<String>) -> Self {
        Self::Config { network, message: message.into() }
    }

    /// A failure while a network runs.
    pub fn run(network: &'static str, message: impl Into<String>) -> Self {
        Self::Run { network, message: message.into() }
    }

    /// Says which network an engine's error belongs to; for `map_err`.
    pub fn engine(network: &'static str) -> impl Fn(engine::Error) -> Self {
        move |source| Self::Engine { network, source }
    }
}
