//! Components against scikit-image; mask operations against their definitions and by hand.

mod common;

use common::json;
use proptest::prelude::*;
use spotcheck_imaging::{Map, Mask, Rect, RunMask, components, label};

#[test]
fn components_equal_scikit_image() {
    for case in json("labels.json").as_array().unwrap() {
        let number = |v: &serde_json::Value| v.as_u64().unwrap() as u32;
        let expected: Vec<u32> = case["labels"].as_array().unwrap().iter().map(number).collect();
        let set = expected.iter().map(|&l| l > 0).collect();
        let mask = Mask::from_vec(number(&case["width"]), number(&case["height"]), set).unwrap();
        let labels = label(&mask);
        assert_eq!(labels.data(), expected);
        let regions = case["components"].as_array().unwrap();
        assert_eq!(labels.components().len(), regions.len());
        for (found, region) in labels.components().iter().zip(regions) {
            let r: Vec<i64> =
                region["rect"].as_array().unwrap().iter().map(|v| v.as_i64().unwrap()).collect();
            assert_eq!(found.label, number(&region["label"]));
            assert_eq!(found.area, number(&region["area"]) as usize);
            assert_eq!(found.rect, Rect::new(r[0] as i32, r[1] as i32, r[2] as u32, r[3] as u32));
        }
        assert_eq!(components(&mask), labels.components());
    }
}

#[test]
fn a_large_mask_is_labelled_quickly() {
    let (w, h) = (4000u32, 3000u32);
    let set = (0..w * h).map(|i| (i.wrapping_mul(2_654_435_761) >> 16) & 3 > 1).collect();
    let mask = Mask::from_vec(w, h, set).unwrap();
    let start = std::time::Instant::now();
    let labels = label(&mask);
    assert_eq!(labels.components().iter().map(|c| c.area).sum::<usize>(), mask.area());
    assert!(start.elapsed().as_secs_f32() < 3.0, "{:?}", start.elapsed());
}

#[test]
fn operations_ask_for_one_size() {
    let (a, b) = (Mask::filled(2, 3, true), Mask::filled(3, 2, true));
    assert!(a.or(&b).is_none() && a.and(&b).is_none() && a.intersection_area(&b).is_none());
    assert!(RunMask::from_mask(&a).intersection_area(&b).is_none());
    assert!(Mask::filled(0, 0, true).bounding_box().is_none());
    assert_eq!(Mask::filled(0, 4, true).dilate(1, 1).area(), 0);
}

#[test]
fn maps_are_normalised_and_thresholded() {
    let map = Map::from_vec(2, 2, vec![-1.0, 0.0, 1.0, 3.0]).unwrap();
    assert_eq!(map.min_max_normalised().data(), [0.0, 0.25, 0.5, 1.0]);
    assert_eq!(map.min_max_normalised().above(0.5).data(), [false, false, false, true]);
    assert_eq!(Map::filled(2, 1, 0.7).min_max_normalised().data(), [0.0, 0.0]);
    let odd = Map::from_vec(3, 1, vec![f32::NAN, 2.0, 4.0]).unwrap();
    assert_eq!(odd.min_max_normalised().data(), [0.0, 0.0, 1.0]);
}

fn masks() -> impl Strategy<Value = Mask> {
    (1u32..20, 1u32..20).prop_flat_map(|(w, h)| {
        proptest::collection::vec(proptest::bool::weighted(0.2), (w * h) as usize)
            .prop_map(move |data| Mask::from_vec(w, h, data).unwrap())
    })
}

proptest! {
    #[test]
    fn dilation_is_its_definition(mask in masks(), dx in 0u32..6, dy in 0u32..6) {
        let dilated = mask.dilate(dx, dy);
        for y in 0..mask.height() {
            for x in 0..mask.width() {
                let near = (y.saturating_sub(dy)..=y + dy)
                    .any(|v| (x.saturating_sub(dx)..=x + dx).any(|u| mask.get(u, v)));
                prop_assert_eq!(dilated.get(x, y), near);
            }
        }
    }

    #[test]
    fn runs_hold_the_same_as_the_mask(mask in masks(), other in masks()) {
        let runs = RunMask::from_mask(&mask);
        prop_assert_eq!(&runs.to_mask(), &mask);
        prop_assert_eq!(runs.area(), mask.area());
        prop_assert_eq!(runs.bounding_box(), mask.bounding_box());
        prop_assert_eq!(runs.intersection_area(&other), mask.intersection_area(&other));
        let set = |x: u32, y: u32| mask.get(x, y);
        if let Some(r) = mask.bounding_box() {
            let inside = |x: u32, y: u32| (i64::from(x) < r.right()) && (i64::from(y) < r.bottom())
                && x as i32 >= r.x && y as i32 >= r.y;
            for y in 0..mask.height() { for x in 0..mask.width() {
                prop_assert!(!set(x, y) || inside(x, y));
            } }
            prop_assert!((0..mask.height()).any(|y| set(r.x as u32, y)));
            prop_assert!((0..mask.height()).any(|y| set(r.right() as u32 - 1, y)));
        }
    }
}
