//! Drawn pictures whose patches are known.
#![allow(dead_code, reason = "each test file uses its own part")]

use spotcheck_consensus::{Picture, Settings, Tile};
use spotcheck_imaging::Rect;
use spotcheck_method::{PatchFeatures, TileFeatures};

pub const SIDE: usize = 3;
pub const CHANNELS: usize = 4;

/// Numbers that look random, −1 to 1.
pub fn noise(seed: u64) -> impl Iterator<Item = f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::from_fn(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Some((state >> 40) as f32 / (1u64 << 23) as f32 - 1.0)
    })
}

pub fn tile(layers: Vec<Vec<f32>>, rect: Rect) -> Tile {
    let patches = PatchFeatures::new(SIDE, CHANNELS, layers).unwrap();
    let features = TileFeatures { patches, embedding: vec![1.0, 0.0] };
    Tile { rect, component: 0, features, inside: vec![true; SIDE * SIDE] }
}

/// A picture of 12 × 12 pixels with one tile: what all have in common, some noise, and an odd middle patch.
pub fn picture(seed: u64, odd: bool) -> Picture {
    let common = noise(1000).take(SIDE * SIDE * CHANNELS);
    let mut layer: Vec<f32> = common.zip(noise(seed + 1)).map(|(common, own)| common + 0.1 * own).collect();
    if odd {
        layer[4 * CHANNELS..5 * CHANNELS].iter_mut().for_each(|value| *value *= -2.0);
    }
    Picture::new(12, 12, vec![tile(vec![layer], Rect::new(0, 0, 12, 12))]).unwrap()
}

pub fn settings() -> Settings {
    Settings { neighbourhoods: vec![1], ..Settings::default() }
}

/// One whose patches have a channel too many.
pub fn wide_picture() -> Picture {
    let layer = noise(1).take(SIDE * SIDE * (CHANNELS + 1)).collect();
    let patches = PatchFeatures::new(SIDE, CHANNELS + 1, vec![layer]).unwrap();
    let features = TileFeatures { patches, embedding: vec![1.0, 0.0] };
    let tile =
        Tile { rect: Rect::new(0, 0, 12, 12), component: 0, features, inside: vec![true; SIDE * SIDE] };
    Picture::new(12, 12, vec![tile]).unwrap()
}
