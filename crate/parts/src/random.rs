//! The generator's own random numbers: SplitMix64, so that a seed means the same picture everywhere.

/// A stream of random numbers; equal seeds give equal streams.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

/// The finaliser of SplitMix64: spreads every bit of `z` over the whole word.
pub(crate) fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x5EED_0F9A_2775_0001))
    }

    /// A stream of its own for one purpose, so that drawing more numbers for one thing leaves the others alone.
    pub fn fork(&self, purpose: u64) -> Self {
        Self(mix(self.0 ^ purpose.wrapping_mul(GOLDEN)))
    }

    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// In 0..1, a multiple of 2⁻²⁴.
    pub fn unit(&mut self) -> f32 {
        (self.word() >> 40) as f32 / 16_777_216.0
    }

    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// In 0..`n`; 0 for `n` = 0.
    pub fn below(&mut self, n: u32) -> u32 {
        (((self.word() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// In `low`..=`high`.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high + 1 - low)
    }

    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    pub fn sign(&mut self) -> f32 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// One of `items`, which must not be empty.
    pub fn pick<T: Copy, const N: usize>(&mut self, items: [T; N]) -> T {
        items[self.below(N as u32) as usize]
    }
}
