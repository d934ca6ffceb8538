//! Bins against NumPy, and the edges by hand.

mod common;

use common::cases;
use proptest::prelude::*;
use spotcheck_metrics::Histogram;

#[test]
fn counts_equal_numpy() {
    for case in cases() {
        for wanted in &case.histograms {
            let found = Histogram::new(&case.scores, wanted.len());
            assert_eq!(found.counts(), wanted, "{}, {} bins", case.name, wanted.len());
            assert_eq!((found.outside(), found.not_a_number()), (0, 0));
        }
    }
}

#[test]
fn edges_belong_to_the_right_bin_and_one_to_the_last() {
    let found = Histogram::new(&[0.0, -0.0, 0.25, 0.5, 0.75, 1.0], 4);
    assert_eq!(found.counts(), [2, 1, 1, 2]);
    assert_eq!((found.edge(0), found.edge(3), found.edge(4)), (0.0, 0.75, 1.0));
    assert_eq!(found.bin(1.0), Some(3));
}

#[test]
fn what_is_in_no_bin_is_counted() {
    let odd = [f32::NAN, -0.01, 1.01, f32::INFINITY, f32::NEG_INFINITY, 0.3, f32::NAN];
    let found = Histogram::new(&odd, 2);
    assert_eq!(found.counts(), [1, 0]);
    assert_eq!((found.outside(), found.not_a_number()), (4, 2));
    assert_eq!((found.bin(f32::NAN), found.bin(1.01)), (None, None));
    assert_eq!(Histogram::new(&[0.5], 0).counts(), [1]);
    assert_eq!(Histogram::new(&[], 3).counts(), [0, 0, 0]);
}

proptest! {
    #[test]
    fn a_score_lies_between_its_bins_edges(score in 0f32..=1.0, bins in 1usize..300) {
        let found = Histogram::new(&[score], bins);
        let bin = found.bin(score).unwrap();
        prop_assert_eq!(found.counts()[bin], 1);
        prop_assert!(found.edge(bin) <= f64::from(score));
        prop_assert!(f64::from(score) < found.edge(bin + 1) || (bin + 1 == bins && score <= 1.0));
    }

    #[test]
    fn an_edge_that_is_a_float_begins_its_bin(bin in 0usize..64, bits in 0u32..7) {
        let bins = 1usize << bits;
        let edge = (bin % bins) as f32 / bins as f32;
        prop_assert_eq!(Histogram::new(&[], bins).bin(edge), Some(bin % bins));
    }
}
