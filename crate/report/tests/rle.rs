//! COCO's run lengths against pycocotools: `tests/parity/report`.

use proptest::prelude::*;
use serde::Deserialize;
use spotcheck_imaging::{Mask, Rect, label};
use spotcheck_report::{CompressedRle, Rle, RleError};

#[derive(Deserialize)]
struct Case {
    name: String,
    width: u32,
    height: u32,
    rows: Vec<usize>,
    counts: Vec<u64>,
    compressed: String,
    area: u64,
    bbox: [u32; 4],
}

fn cases() -> Vec<(Case, Mask)> {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../../tests/parity/report/rle.json")).unwrap();
    let drawn = |case: &Case| {
        let runs = case.rows.iter().enumerate();
        let set = runs.flat_map(|(index, &run)| std::iter::repeat_n(index % 2 == 1, run)).collect();
        Mask::from_vec(case.width, case.height, set).unwrap()
    };
    cases.into_iter().map(|case| (drawn(&case), case)).map(|(mask, case)| (case, mask)).collect()
}

#[test]
fn masks_are_encoded_as_pycocotools_does() {
    for (case, mask) in cases() {
        let rle = Rle::encode(&mask);
        assert_eq!((rle.width(), rle.height()), (case.width, case.height), "{}", case.name);
        assert_eq!(rle.counts(), case.counts, "{}", case.name);
        assert_eq!(rle.compress().counts, case.compressed, "{}", case.name);
        assert_eq!(rle.area(), case.area, "{}", case.name);
        let [x, y, width, height] = case.bbox;
        let rect = (case.area > 0).then(|| Rect::new(x as i32, y as i32, width, height));
        assert_eq!(rle.bounding_box(), rect, "{}", case.name);
    }
}

#[test]
fn what_pycocotools_wrote_is_read() {
    for (case, mask) in cases() {
        let compressed = CompressedRle { size: [case.height, case.width], counts: case.compressed };
        let rle = compressed.expand().unwrap();
        assert_eq!(rle.counts(), case.counts, "{}", case.name);
        assert_eq!(rle.to_mask(), mask, "{}", case.name);
        assert_eq!(Rle::from_counts(case.width, case.height, case.counts).unwrap(), rle, "{}", case.name);
    }
}

#[test]
fn json_is_cocos() {
    let rle = Rle::encode(&Mask::from_vec(2, 3, vec![false, true, false, true, true, true]).unwrap());
    assert_eq!(serde_json::to_string(&rle).unwrap(), r#"{"size":[3,2],"counts":[2,4]}"#);
    assert_eq!(serde_json::to_string(&rle.compress()).unwrap(), r#"{"size":[3,2],"counts":"24"}"#);
    assert_eq!(serde_json::from_str::<Rle>(r#"{"size":[3,2],"counts":[2,4]}"#).unwrap(), rle);
    let error = serde_json::from_str::<Rle>(r#"{"size":[3,2],"counts":[2,5]}"#).unwrap_err().to_string();
    assert!(error.contains("7 pixels"), "{error}");
}

#[test]
fn runs_that_are_none_are_refused() {
    let expand = |counts: &str| CompressedRle { size: [3, 2], counts: counts.into() }.expand();
    assert_eq!(expand("2 4"), Err(RleError::Byte { at: 1 }));
    assert_eq!(expand("2ü"), Err(RleError::Byte { at: 1 }));
    assert_eq!(expand("2Z"), Err(RleError::Cut { run: 1 }));
    assert_eq!(expand("2N"), Err(RleError::Run { run: 1 }));
    assert_eq!(expand(&"o".repeat(20)), Err(RleError::Run { run: 0 }));
    assert_eq!(expand("25"), Err(RleError::Length { runs: 7, width: 2, height: 3, pixels: 6 }));
    assert_eq!(expand(""), Err(RleError::Length { runs: 0, width: 2, height: 3, pixels: 6 }));
    let large = Rle::from_counts(u32::MAX, u32::MAX, vec![u64::from(u32::MAX).pow(2)]);
    assert_eq!(large, Err(RleError::TooLarge { width: u32::MAX, height: u32::MAX }));
}

proptest! {
    #[test]
    fn components_are_encoded_as_each_by_itself(set in prop::collection::vec(any::<bool>(), 63)) {
        let mask = Mask::from_vec(9, 7, set).unwrap();
        let labels = label(&mask);
        let together = Rle::encode_components(&labels);
        prop_assert_eq!(together.len(), labels.components().len());
        for (rle, component) in together.iter().zip(labels.components()) {
            let alone = labels.data().iter().map(|&label| label == component.label).collect();
            prop_assert_eq!(rle, &Rle::encode(&Mask::from_vec(9, 7, alone).unwrap()));
            prop_assert_eq!(rle.bounding_box(), Some(component.rect));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(counts in "[0-o]{0,40}|\\PC{0,20}", height in 0u32..200, width in 0u32..200) {
        if let Ok(rle) = (CompressedRle { size: [height, width], counts }).expand() {
            prop_assert_eq!(rle.area(), rle.to_mask().area() as u64);
            prop_assert_eq!(rle.bounding_box(), rle.to_mask().bounding_box());
            prop_assert_eq!(rle.compress().expand(), Ok(rle));
        }
    }
}
