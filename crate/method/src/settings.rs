use serde::{Deserialize, Serialize};

/// Every number and list of the method, with the defaults of the paper and its reference implementations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A sample with at least this score is rejected, 0 to 1.
    pub verdict_threshold: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { verdict_threshold: 0.5 }
    }
}
