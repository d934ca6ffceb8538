//! What scikit-learn, SciPy and NumPy found: `tests/parity/metrics`.
#![allow(dead_code)] // Each test binary uses a part.

use serde::Deserialize;
use spotcheck_metrics::Ranking;

/// Both sides divide the same integers, or add them up in another order.
pub const TOLERANCE: f64 = 1e-12;

#[derive(Deserialize)]
struct Fixtures {
    decisions: Vec<Case>,
}

#[derive(Deserialize)]
pub struct Case {
    pub name: String,
    pub scores: Vec<f32>,
    pub labels: Vec<bool>,
    pub precision: Vec<f64>,
    pub recall: Vec<f64>,
    pub thresholds: Vec<f32>,
    pub fpr: Vec<f64>,
    pub tpr: Vec<f64>,
    /// Without the first one, which is infinite.
    pub roc_thresholds: Vec<f32>,
    pub average_precision: f64,
    pub confusions: Vec<Confused>,
    pub outliers: Outliers,
    /// Rate and rejected.
    pub reject_rates: Vec<(f64, u64)>,
    pub best_f1: Best,
    /// Limit, true and false rejects.
    pub limits: Vec<(f64, u64, u64)>,
    pub histograms: Vec<Vec<u64>>,
}

#[derive(Deserialize)]
pub struct Confused {
    pub threshold: f64,
    /// True and false positives, true and false negatives.
    pub counts: [u64; 4],
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    pub f1: Option<f64>,
    pub false_reject_rate: f64,
    pub false_accept_rate: f64,
}

#[derive(Deserialize)]
pub struct Outliers {
    pub cut: Option<f64>,
    pub rejected: u64,
}

#[derive(Deserialize)]
pub struct Best {
    pub f1: f64,
    /// True and false rejects.
    pub counts: (u64, u64),
}

pub fn cases() -> Vec<Case> {
    let fixtures: Fixtures =
        serde_json::from_str(include_str!("../../../../tests/parity/metrics/decisions.json")).unwrap();
    fixtures.decisions
}

impl Case {
    pub fn ranking(&self) -> Ranking {
        Ranking::new(&self.scores, &self.labels).unwrap()
    }

    pub fn some_labels(&self) -> Vec<Option<bool>> {
        self.labels.iter().copied().map(Some).collect()
    }
}

pub fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < TOLERANCE,
        (a, b) => a == b,
    }
}
