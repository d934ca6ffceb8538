/// How many scores fall into each of equal bins from 0 to 1 (NumPy's `histogram` with `range=(0, 1)`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u64>,
    outside: u64,
    not_a_number: u64,
}

impl Histogram {
    /// Counts `scores` in `bins` bins, at least one. A bin holds its left edge; the last one its right edge, 1, too.
    pub fn new(scores: &[f32], bins: usize) -> Self {
        let mut found = Self { counts: vec![0; bins.max(1)], outside: 0, not_a_number: 0 };
        for &score in scores {
            if score.is_nan() {
                found.not_a_number += 1;
                continue;
            }
            match found.bin(score).and_then(|bin| found.counts.get_mut(bin)) {
                Some(count) => *count += 1,
                None => found.outside += 1,
            }
        }
        found
    }

    /// The bins' counts, from 0 to 1.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// How many scores lie below 0 or above 1, and in no bin.
    pub fn outside(&self) -> u64 {
        self.outside
    }

    /// How many scores are NaN, and in no bin.
    pub fn not_a_number(&self) -> u64 {
        self.not_a_number
    }

    /// The left edge of a bin; that of the bin after the last one is 1.
    pub fn edge(&self, bin: usize) -> f64 {
        bin as f64 / self.counts.len() as f64
    }

    /// The bin that a score falls into; `None` outside of 0 to 1 and for NaN.
    pub fn bin(&self, score: f32) -> Option<usize> {
        let score = f64::from(score);
        if !(0.0..=1.0).contains(&score) {
            return None;
        }
        // Exact: a score has 24 bits, and the product room for 53.
        let bin = (score * self.counts.len() as f64) as usize;
        Some(bin.min(self.counts.len() - 1))
    }
}
