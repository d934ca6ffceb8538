//! Pictures whose features look random.
#![allow(dead_code, reason = "no test file uses all of them")]

use spotcheck_consensus::{Picture, Settings, Tile};
use spotcheck_imaging::{Map, Rect};
use spotcheck_method::{PatchFeatures, TileFeatures};

pub const SIDE: usize = 4;
/// As many as CLIPSeg has.
pub const CHANNELS: usize = 64;
const LAYERS: usize = 2;

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

/// A tile: what all have in common, and some of its own.
pub fn tile(seed: u64, component: usize, rect: Rect) -> Tile {
    let layer = |layer: u64| {
        let own = noise(seed * 10 + layer);
        noise(1000 + layer)
            .zip(own)
            .map(|(common, own)| common + 0.3 * own)
            .take(SIDE * SIDE * CHANNELS)
            .collect()
    };
    let layers = (0..LAYERS as u64).map(layer).collect();
    let patches = PatchFeatures::new(SIDE, CHANNELS, layers).unwrap();
    let inside = noise(seed + 77).take(SIDE * SIDE).map(|value| value > -0.5).collect();
    Tile {
        rect,
        component,
        inside,
        features: TileFeatures { patches, embedding: vec![0.6, 0.8, seed as f32] },
    }
}

/// A picture of 20 × 16 pixels with two tiles of one component.
pub fn picture(seed: u64) -> Picture {
    let tiles = vec![tile(seed, 0, Rect::new(-2, 0, 16, 16)), tile(seed + 500, 0, Rect::new(4, 0, 16, 16))];
    Picture::new(20, 16, tiles).unwrap()
}

/// A zero-shot map for it.
pub fn zero_shot(seed: u64) -> Map {
    let values = noise(seed + 3000).take(20 * 16).map(|value| (value + 1.0) / 2.0);
    Map::from_vec(20, 16, values.collect()).unwrap()
}

pub fn settings() -> Settings {
    Settings { references: Some(6), ..Settings::default() }
}
