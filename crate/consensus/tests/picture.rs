//! Which patches of an inspection's tiles are compared.

use spotcheck_consensus::{Error, Picture};
use spotcheck_imaging::{Map, Mask, Rect};
use spotcheck_method::{
    Component, ForegroundSource, Inspection, PatchFeatures, Settings, StageSeconds, Tile, TileFeatures,
};

/// 12 × 12 pixels: a part of 4 × 4 at (1, 1), a speck at (11, 0), a part of 3 × 5 at (7, 6).
fn foreground() -> Mask {
    let inside = |x: u32, y: u32| {
        ((1..5).contains(&x) && (1..5).contains(&y))
            || (x, y) == (11, 0)
            || ((7..10).contains(&x) && (6..11).contains(&y))
    };
    Mask::from_vec(12, 12, (0..144).map(|i| inside(i % 12, i / 12)).collect()).unwrap()
}

fn features() -> TileFeatures {
    let patches = PatchFeatures::new(4, 1, vec![(0..16).map(|i| i as f32).collect()]).unwrap();
    TileFeatures { patches, embedding: vec![0.6, 0.8] }
}

fn inspection(tiles: &[(usize, Rect)]) -> Inspection {
    let tile = |&(component, rect): &(usize, Rect)| Tile {
        component,
        rect,
        normal: 0.0,
        anomalous: 0.0,
        score: 0.5,
        normal_prompts: Vec::new(),
        anomalous_prompts: Vec::new(),
    };
    let component = |rect, area| Component { rect, area, parts: 0, score: 0.5 };
    Inspection {
        object: "gear".into(),
        width: 12,
        height: 12,
        score: 0.5,
        rejected: true,
        foreground_source: ForegroundSource::Given,
        foreground: foreground(),
        dichotomous: None,
        sam_masks: Vec::new(),
        components: vec![component(Rect::new(1, 1, 4, 4), 16), component(Rect::new(7, 6, 3, 5), 15)],
        tiles: tiles.iter().map(tile).collect(),
        map: Map::filled(12, 12, 0.0),
        tile_features: Some(tiles.iter().map(|_| features()).collect()),
        seconds: StageSeconds::default(),
        settings: Settings::default(),
    }
}

/// The flags as rows of a drawing.
fn drawn(picture: &Picture, tile: usize) -> Vec<String> {
    let rows = picture.tiles()[tile].inside.chunks(4);
    rows.map(|row| row.iter().map(|&inside| if inside { '#' } else { '.' }).collect()).collect()
}

#[test]
fn patches_that_show_their_own_component_are_inside() {
    let whole = Rect::new(0, 0, 12, 12);
    let mut found =
        inspection(&[(0, whole), (1, whole), (1, Rect::new(4, 4, 8, 8)), (0, Rect::new(-4, -4, 16, 16))]);
    let picture = Picture::take(&mut found).unwrap();
    assert!(found.tile_features.is_none(), "the features were copied");
    // Patches of 3 × 3 pixels; the first part reaches from 1 to 4, the second from 7 to 9 and 6 to 10.
    assert_eq!(drawn(&picture, 0), ["##..", "##..", "....", "...."]);
    assert_eq!(drawn(&picture, 1), ["....", "....", "..##", "..##"]);
    // Patches of 2 × 2 from (4, 4) on.
    assert_eq!(drawn(&picture, 2), ["....", ".##.", ".##.", ".##."]);
    // Patches of 4 × 4 from (−4, −4) on: the first row and column see the picture's padding.
    assert_eq!(drawn(&picture, 3), ["....", ".##.", ".##.", "...."]);
    assert_eq!(picture.tiles()[2].component, 1);
}

#[test]
fn where_no_component_is_known_all_of_the_tile_counts() {
    let mut found = inspection(&[(0, Rect::new(0, 0, 12, 12))]);
    // As when only specks were found and the whole picture is looked at.
    found.components[0].rect = Rect::new(0, 0, 12, 12);
    let picture = Picture::take(&mut found).unwrap();
    assert!(picture.tiles()[0].inside.iter().all(|&inside| inside));
}

#[test]
fn an_inspection_without_features_has_no_picture() {
    let mut found = inspection(&[(0, Rect::new(0, 0, 12, 12))]);
    found.tile_features = None;
    assert_eq!(Picture::take(&mut found).unwrap_err(), Error::NoFeatures);
    let mut found = inspection(&[(0, Rect::new(0, 0, 12, 12))]);
    found.tile_features = Some(Vec::new());
    assert_eq!(Picture::take(&mut found).unwrap_err(), Error::NoFeatures);
}

#[test]
fn embeddings_are_averaged_to_unit_length() {
    let mut found = inspection(&[(0, Rect::new(0, 0, 12, 12)), (1, Rect::new(0, 0, 12, 12))]);
    found.tile_features.as_mut().unwrap()[1].embedding = vec![0.8, 0.6];
    let embedding = Picture::take(&mut found).unwrap().embedding();
    let half = 0.5f32.sqrt();
    assert!(embedding.iter().all(|value| (value - half).abs() < 1e-6), "{embedding:?}");
}
