//! SAM's automatic masks and the fallbacks against `tests/parity/method/make_fixtures.py`, and by hand.

mod common;

use common::{Fake, Replay, fixture, mask, near, settings};
use image::RgbImage;
use serde::Deserialize;
use spotcheck_imaging::{Map, Mask, RunMask};
use spotcheck_method::foreground::{binarise, dichotomous, is_predicted_good, lies_inside, points, suppress};
use spotcheck_method::{CancellationToken, ForegroundSource, Inspector, Options, SamMask, Settings};

#[derive(Deserialize)]
struct Case {
    width: u32,
    height: u32,
    settings: serde_json::Value,
    saliency: Vec<f32>,
    dichotomous: Vec<usize>,
    points: Vec<[f32; 2]>,
    low: u32,
    logits: Vec<Vec<Vec<f32>>>,
    ious: Vec<Vec<f32>>,
    stable: usize,
    survivors: usize,
    source: ForegroundSource,
    foreground: Vec<usize>,
    kept: Vec<Kept>,
}

#[derive(Deserialize)]
struct Kept {
    point: usize,
    iou: f64,
    stability: f64,
    mask: Vec<usize>,
}

#[test]
fn sam_masks_equal_the_script() {
    let cases: Vec<Case> = fixture("sam.json");
    assert!(cases.iter().map(|case| case.kept.len()).sum::<usize>() > 10);
    for case in cases {
        let (w, h) = (case.width, case.height);
        let settings = settings(&case.settings);
        let saliency = Map::from_vec(w, h, case.saliency).unwrap();
        let d = dichotomous(&saliency, &settings);
        assert_eq!(d, mask(w, h, &case.dichotomous));
        if d.area() > 0 {
            assert_eq!(points(&d, &settings), case.points);
        }

        let low = |values: &Vec<f32>| Map::from_vec(case.low, case.low, values.clone()).unwrap();
        let sam: Vec<Replay> = case
            .points
            .iter()
            .zip(case.ious.iter().zip(&case.logits))
            .map(|(&point, (ious, logits))| Replay {
                point,
                ious: ious.clone(),
                logits: logits.iter().map(low).collect(),
            })
            .collect();

        // Stage by stage.
        let stable: Vec<SamMask> = sam
            .iter()
            .flat_map(|at| at.ious.iter().zip(&at.logits).map(|(&iou, logits)| (at.point, iou, logits)))
            .filter(|&(_, iou, _)| is_predicted_good(iou, &settings))
            .filter_map(|(point, iou, logits)| binarise(&logits.resize_bilinear(w, h), iou, point, &settings))
            .collect();
        assert_eq!(stable.len(), case.stable);
        let survivors = suppress(stable, &settings);
        assert_eq!(survivors.len(), case.survivors);
        let kept: Vec<SamMask> =
            survivors.into_iter().filter(|sam| lies_inside(&sam.mask, &d, &settings)).collect();
        assert_eq!(kept.len(), case.kept.len());
        for (found, expected) in kept.iter().zip(&case.kept) {
            assert_eq!(found.mask.to_mask(), mask(w, h, &expected.mask));
            assert_eq!(found.point, case.points[expected.point]);
            near(f64::from(found.predicted_iou), expected.iou, 1e-6);
            near(f64::from(found.stability), expected.stability, 1e-6);
        }

        // The whole stage, whatever the batches.
        for batch in [1, 7, 1000] {
            let fake = Fake { side: 8, saliency: Some(saliency.clone()), sam: vec![], ..Fake::default() };
            let sam = sam
                .iter()
                .map(|r| Replay { point: r.point, ious: r.ious.clone(), logits: r.logits.clone() })
                .collect();
            let settings = Settings { points_per_batch: batch, ..settings.clone() };
            let mut inspector = Inspector::new(Fake { sam, ..fake }, settings).unwrap();
            let inspection = pollster::block_on(inspector.inspect(
                &RgbImage::new(w, h),
                "cap",
                &Options::default(),
                &mut |_| {},
                &CancellationToken::default(),
                None,
            ))
            .unwrap();
            assert_eq!(inspection.foreground_source, case.source);
            assert_eq!(inspection.foreground, mask(w, h, &case.foreground));
            assert_eq!(inspection.sam_masks, kept);
            let batches =
                if case.points.is_empty() { 0 } else { case.points.len().div_ceil(batch as usize) + 1 };
            assert_eq!(inspector.networks().calls("SAM"), batches);
        }
    }
}

fn sam_mask(x: u32, y: u32, w: u32, h: u32, predicted_iou: f32) -> SamMask {
    let mut mask = Mask::filled(40, 40, false);
    for v in y..y + h {
        for u in x..x + w {
            mask.data_mut()[(v * 40 + u) as usize] = true;
        }
    }
    SamMask { mask: RunMask::from_mask(&mask), predicted_iou, stability: 1.0, point: [0.0, 0.0] }
}

#[test]
fn boxes_overlap_without_the_one_more() {
    let settings = Settings::default();
    let ious = |masks: Vec<SamMask>| -> Vec<f32> {
        suppress(masks, &settings).iter().map(|m| m.predicted_iou).collect()
    };
    // Boxes 0..10 and 0..7 inclusive along x, 0..10 along y: areas 100 and 70, IoU exactly 0.7, which is not above.
    assert_eq!(ious(vec![sam_mask(0, 0, 11, 11, 0.9), sam_mask(0, 0, 8, 11, 0.95)]), [0.95, 0.9]);
    // 71 columns of 100 are.
    assert_eq!(ious(vec![sam_mask(0, 0, 11, 11, 0.9), sam_mask(0, 0, 9, 11, 0.95)]), [0.95]);
    // The earlier of two equal ones stays.
    let twins = suppress(vec![sam_mask(0, 0, 10, 11, 0.9), sam_mask(0, 0, 11, 11, 0.9)], &settings);
    assert_eq!(twins, [sam_mask(0, 0, 10, 11, 0.9)]);
    // A line has no area: 0/0 suppresses nothing.
    assert_eq!(ious(vec![sam_mask(3, 3, 1, 9, 0.9), sam_mask(3, 3, 1, 9, 0.9)]).len(), 2);
    // A suppressed mask suppresses none.
    let chain =
        vec![sam_mask(0, 0, 21, 21, 0.99), sam_mask(0, 0, 21, 17, 0.98), sam_mask(0, 0, 21, 13, 0.97)];
    assert_eq!(ious(chain), [0.99, 0.97]);
}

#[test]
fn thresholds_are_as_strict_as_segment_anything() {
    let settings = Settings::default();
    assert!(!is_predicted_good(0.88, &settings) && is_predicted_good(0.8801, &settings));
    // 19 of 20 is exactly 0.95, which is enough.
    let logits = |inner: usize| {
        let values = (0..20).map(|i| if i < inner { 5.0 } else { 0.5 }).collect();
        Map::from_vec(20, 1, values).unwrap()
    };
    assert_eq!(binarise(&logits(19), 0.9, [0.0; 2], &settings).map(|m| m.mask.area()), Some(20));
    assert!(binarise(&logits(18), 0.9, [0.0; 2], &settings).is_none());
    assert!(binarise(&Map::filled(4, 4, -9.0), 0.9, [0.0; 2], &settings).is_none());
    assert!(binarise(&Map::filled(4, 4, f32::NAN), 0.9, [0.0; 2], &settings).is_none());
    // Four fifths inside are enough, three quarters are not.
    let d = mask(40, 40, &[0, 40 * 8, 40 * 32]);
    assert!(lies_inside(&sam_mask(0, 0, 3, 10, 0.9).mask, &d, &settings));
    assert!(!lies_inside(&sam_mask(0, 2, 3, 8, 0.9).mask, &d, &settings));
}

#[test]
fn a_constant_saliency_is_no_object() {
    let settings = Settings::default();
    assert_eq!(dichotomous(&Map::filled(3, 3, 0.9), &settings).area(), 0);
    let found = dichotomous(&Map::from_vec(3, 1, vec![0.2, 0.4, 0.6]).unwrap(), &settings);
    // The middle is at the threshold, not above.
    assert_eq!(found.data(), [false, false, true]);
}

#[test]
fn the_grid_is_that_of_segment_anything() {
    let all = Settings { points_per_side: 2, points_near_object_only: false, ..Settings::default() };
    let empty = Mask::filled(10, 6, false);
    assert_eq!(points(&empty, &all), [[2.5, 1.5], [7.5, 1.5], [2.5, 4.5], [7.5, 4.5]]);
    assert!(points(&empty, &Settings::default()).is_empty());
    let default = Settings { points_near_object_only: false, ..Settings::default() };
    assert_eq!(points(&empty, &default).len(), 1024);
}
