//! Components and tiles against `tests/parity/method/make_fixtures.py`.

mod common;

use common::{ComponentCase, fixture, mask, rect, settings};
use proptest::prelude::*;
use serde::Deserialize;
use spotcheck_imaging::{Mask, Rect, RunMask};
use spotcheck_method::tiles::{tile, whole_image};
use spotcheck_method::{SamMask, Settings};

#[derive(Deserialize)]
struct Case {
    width: u32,
    height: u32,
    foreground: Vec<usize>,
    side: u32,
    settings: serde_json::Value,
    parts: Vec<Vec<usize>>,
    components: Vec<ComponentCase>,
}

#[test]
fn tiles_equal_the_script() {
    let cases: Vec<Case> = fixture("tiles.json");
    let mut strips = 0;
    for (number, case) in cases.iter().enumerate() {
        let foreground = mask(case.width, case.height, &case.foreground);
        let part = |runs: &Vec<usize>| SamMask {
            mask: RunMask::from_mask(&mask(case.width, case.height, runs)),
            predicted_iou: 1.0,
            stability: 1.0,
            point: [0.0, 0.0],
        };
        let parts: Vec<SamMask> = case.parts.iter().map(part).collect();
        let found = tile(&foreground, &parts, case.side, &settings(&case.settings));
        assert_eq!(found.len(), case.components.len(), "case {number}");
        for (found, expected) in found.iter().zip(&case.components) {
            assert_eq!(found.rect, rect(expected.rect), "case {number}");
            assert_eq!(found.area, expected.area, "case {number}");
            assert_eq!(found.parts, expected.parts, "case {number}");
            let tiles: Vec<Rect> = expected.tiles.iter().map(|&t| rect(t)).collect();
            assert_eq!(found.tiles, tiles, "case {number}");
            strips += usize::from(tiles.len() > 1);
        }
    }
    assert!(cases.len() > 50 && strips >= 7, "{strips} strips");
}

#[test]
fn the_whole_picture_is_one_padded_square() {
    let found = whole_image(30, 21, 16);
    // Seven rows of padding are missing a half above: the centre rounds down.
    assert_eq!(found.tiles, [Rect::new(0, -5, 30, 30)]);
    assert_eq!((found.rect, found.area), (Rect::new(0, 0, 30, 21), 630));
    assert_eq!(whole_image(30, 21, 64).tiles, [Rect::new(-17, -22, 64, 64)]);
}

proptest! {
    #[test]
    fn tiles_hold_their_component(
        (w, h, data) in (1u32..60, 1u32..60)
            .prop_flat_map(|(w, h)| (Just(w), Just(h), proptest::collection::vec(any::<bool>(), (w * h) as usize))),
        side in 1u32..80,
    ) {
        let foreground = Mask::from_vec(w, h, data).unwrap();
        for component in tile(&foreground, &[], side, &Settings::default()) {
            let [tile] = component.tiles[..] else { panic!("no strip without parts") };
            prop_assert_eq!(tile.width, tile.height);
            prop_assert!(tile.width >= side && tile.width >= component.rect.width.max(component.rect.height));
            prop_assert!(tile.x <= component.rect.x && tile.right() >= component.rect.right());
            prop_assert!(tile.y <= component.rect.y && tile.bottom() >= component.rect.bottom());
            // Inside of the picture, or around it.
            let fits = |start: i32, end: i64, picture: u32| {
                let picture = i64::from(picture);
                let inside = start >= 0 && end <= picture;
                let around = start <= 0 && end >= picture;
                if i64::from(tile.width) <= picture { inside } else { around }
            };
            prop_assert!(fits(tile.x, tile.right(), w) && fits(tile.y, tile.bottom(), h));
        }
    }
}
