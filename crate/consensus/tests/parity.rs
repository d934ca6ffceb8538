//! Mutual scoring, memories and calibration against `tests/parity/consensus/make_fixtures.py`.

use std::path::PathBuf;

use serde::Deserialize;
use spotcheck_consensus::{
    Calibration, Consensus, Descriptors, Memory, Picture, Settings, Tile, coreset, rescore,
};
use spotcheck_imaging::{Map, Rect};
use spotcheck_method::{PatchFeatures, TileFeatures};

#[derive(Deserialize)]
struct Fixture {
    batches: Vec<Batch>,
    calibrations: Vec<CalibrationCase>,
}

#[derive(Deserialize)]
struct Batch {
    side: usize,
    channels: usize,
    neighbourhoods: Vec<usize>,
    nearest_share: f64,
    pictures: Vec<PictureCase>,
    descriptors: Vec<Vec<f32>>,
    maps: Vec<Vec<f32>>,
    scores: Vec<f32>,
    rescored: Vec<Rescored>,
    memory_patches: usize,
    chosen: Vec<usize>,
    memory_map: Vec<f32>,
    memory_score: f32,
}

#[derive(Deserialize)]
struct PictureCase {
    width: u32,
    height: u32,
    tiles: Vec<TileCase>,
}

#[derive(Deserialize)]
struct TileCase {
    rect: [i32; 4],
    component: usize,
    inside: Vec<bool>,
    layers: Vec<Vec<f32>>,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Rescored {
    neighbours: Vec<usize>,
    scores: Vec<f32>,
}

#[derive(Deserialize)]
struct CalibrationCase {
    scores: Vec<f32>,
    centre: f64,
    spread: f64,
}

fn fixture() -> Fixture {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/consensus/consensus.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

impl Batch {
    fn tile(&self, tile: &TileCase) -> Tile {
        let [x, y, width, height] = tile.rect;
        let patches = PatchFeatures::new(self.side, self.channels, tile.layers.clone()).unwrap();
        let features = TileFeatures { patches, embedding: tile.embedding.clone() };
        let rect = Rect::new(x, y, width as u32, height as u32);
        Tile { rect, component: tile.component, features, inside: tile.inside.clone() }
    }

    fn pictures(&self) -> Vec<Picture> {
        let picture = |case: &PictureCase| {
            let tiles = case.tiles.iter().map(|tile| self.tile(tile)).collect();
            Picture::new(case.width, case.height, tiles).unwrap()
        };
        self.pictures.iter().map(picture).collect()
    }

    fn settings(&self) -> Settings {
        Settings {
            neighbourhoods: self.neighbourhoods.clone(),
            nearest_share: self.nearest_share,
            references: None,
            memory_patches: self.memory_patches,
            ..Settings::default()
        }
    }
}

/// Distances are sums of squares of f32; the script's are f64.
const TOLERANCE: f32 = 1e-5;

#[track_caller]
fn near(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= TOLERANCE, "value {i}: {found}, not {expected}");
    }
}

fn map(map: &Map) -> &[f32] {
    map.data()
}

#[test]
fn descriptors_equal_the_script() {
    for batch in fixture().batches {
        let tile = batch.tile(&batch.pictures[0].tiles[0]);
        let all = vec![true; batch.side * batch.side];
        let found = Descriptors::new(&tile.features.patches, &batch.neighbourhoods, &all);
        assert_eq!(found.lists().len(), batch.descriptors.len());
        found.lists().iter().zip(&batch.descriptors).for_each(|(found, expected)| near(found, expected));
    }
}

#[test]
fn mutual_scores_equal_the_script() {
    for batch in fixture().batches {
        let mut consensus = Consensus::new(batch.settings()).unwrap();
        for (number, picture) in batch.pictures().into_iter().enumerate() {
            consensus.insert(number as u64, picture).unwrap();
        }
        for (number, (expected, &score)) in batch.maps.iter().zip(&batch.scores).enumerate() {
            let found = consensus.compare(number as u64).unwrap();
            assert_eq!(found.others, batch.pictures.len() - 1);
            near(map(&found.map), expected);
            near(&[found.score], &[score]);
        }
    }
}

#[test]
fn shared_scores_equal_the_script() {
    for batch in fixture().batches {
        let embeddings: Vec<_> = batch.pictures().iter().map(Picture::embedding).collect();
        for case in &batch.rescored {
            near(&rescore(&batch.scores, &embeddings, &case.neighbours), &case.scores);
        }
    }
}

#[test]
fn memories_equal_the_script() {
    for batch in fixture().batches {
        let pictures = batch.pictures();
        let good: Vec<&Picture> = pictures.iter().take(2).collect();
        let kept =
            |tile: &Tile| Descriptors::new(&tile.features.patches, &batch.neighbourhoods, &tile.inside);
        let tiles = good.iter().flat_map(|picture| picture.tiles()).map(kept);
        let all = tiles.reduce(Descriptors::joined).unwrap();
        assert_eq!(coreset(&all, batch.memory_patches), batch.chosen);

        let memory = Memory::new(&good, &batch.settings()).unwrap();
        assert_eq!(memory.patches(), batch.memory_patches);
        let found = memory.compare(pictures.last().unwrap()).unwrap();
        near(map(&found.map), &batch.memory_map);
        near(&[found.score], &[batch.memory_score]);
    }
}

#[test]
fn calibrations_equal_the_script() {
    for case in fixture().calibrations {
        let found = Calibration::fit(&case.scores).unwrap();
        assert!(
            (found.centre - case.centre).abs() < 1e-9 && (found.spread - case.spread).abs() < 1e-9,
            "{found:?}"
        );
    }
}
