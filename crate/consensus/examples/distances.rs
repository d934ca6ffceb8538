//! How fast patches are compared: `cargo run --release -p spotcheck-consensus --example distances`.
//!
//! A tile of 484 patches (CLIPSeg at 352 pixels) against the patches of 32 like it: at the demo pack's 32 channels, the 64 of CLIPSeg's
//! decoder, and the 768 that its vision tower has inside.

use std::time::Instant;

use spotcheck_consensus::Packed;

const PATCHES: usize = 484;
const TILES: usize = 32;

fn main() {
    for channels in [32, 64, 768] {
        let vectors = |count: usize, step: f32| -> Vec<f32> {
            let mut values: Vec<f32> = (0..count * channels).map(|i| (i as f32 * step).sin()).collect();
            for vector in values.chunks_mut(channels) {
                let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
                vector.iter_mut().for_each(|value| *value /= norm);
            }
            values
        };
        let queries = vectors(PATCHES, 0.37);
        let known: Vec<Packed> =
            (1..=TILES).map(|tile| Packed::new(channels, vectors(PATCHES, 0.11 * tile as f32))).collect();
        let start = Instant::now();
        let (mut rounds, mut sum) = (0.0, 0.0);
        while start.elapsed().as_secs_f64() < 1.0 {
            sum += known.iter().flat_map(|tile| tile.distances(&queries)).sum::<f32>();
            rounds += 1.0;
        }
        let seconds = start.elapsed().as_secs_f64() / rounds;
        let operations = 2.0 * (PATCHES * PATCHES * TILES * channels) as f64;
        let mean = f64::from(sum) / rounds / (PATCHES * TILES) as f64;
        println!(
            "{channels} channels: {:.1} GFLOP/s on one thread, {:.1} ms (mean distance {mean:.3})",
            operations / seconds / 1e9,
            seconds * 1e3,
        );
    }
}
