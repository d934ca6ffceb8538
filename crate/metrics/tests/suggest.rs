//! Thresholds against scikit-learn, SciPy and the definitions, and what holds for all of them.

mod common;

use common::{TOLERANCE, cases};
use proptest::prelude::*;
use spotcheck_metrics::Ranking;
use spotcheck_metrics::suggest::{
    OUTLIERS_K, OUTLIERS_MINIMUM, SuggestError, Suggestion, best_f1, false_reject_limit, outliers,
    reject_rate,
};

fn rejects(suggestion: &Suggestion) -> (u64, u64) {
    let confusion = suggestion.confusion.unwrap();
    (confusion.true_positives, confusion.false_positives)
}

#[test]
fn outliers_equal_scipy() {
    let mut judged = 0;
    for case in cases().into_iter().filter(|case| case.scores.len() >= OUTLIERS_MINIMUM) {
        let found = outliers(&case.scores, OUTLIERS_K).unwrap();
        assert_eq!(found.rejected, case.outliers.rejected, "{}", case.name);
        assert_eq!(found.accepted, case.scores.len() as u64 - case.outliers.rejected, "{}", case.name);
        assert_eq!(found.confusion, None);
        if let Some(cut) = case.outliers.cut {
            assert!((found.threshold - cut).abs() < 0.01, "{}: {} for {cut}", case.name, found.threshold);
            judged += 1;
        }
    }
    assert!(judged >= 5);
}

#[test]
fn the_reject_rate_is_never_exceeded() {
    for case in cases() {
        for &(rate, rejected) in &case.reject_rates {
            let found = reject_rate(&case.scores, rate).unwrap();
            assert_eq!(found.rejected, rejected, "{} at {rate}", case.name);
        }
    }
}

#[test]
fn a_share_is_not_lost_in_rounding() {
    // 0.29 × 100 is 28.999999999999996 in f64.
    let scores: Vec<f32> = (0..100).map(|i| i as f32 / 100.0).collect();
    assert_eq!(reject_rate(&scores, 0.29).unwrap().rejected, 29);
}

#[test]
fn best_f1_equals_scikit_learn() {
    for case in cases() {
        let found = best_f1(&case.scores, &case.some_labels()).unwrap();
        assert_eq!(rejects(&found), case.best_f1.counts, "{}", case.name);
        let f1 = found.confusion.unwrap().f1().unwrap();
        assert!((f1 - case.best_f1.f1).abs() < TOLERANCE, "{}: {f1}", case.name);
    }
}

#[test]
fn limits_equal_scikit_learn() {
    for case in cases() {
        for &(limit, found, mistaken) in &case.limits {
            let suggestion = false_reject_limit(&case.scores, &case.some_labels(), limit).unwrap();
            assert_eq!(rejects(&suggestion), (found, mistaken), "{} at {limit}", case.name);
        }
    }
}

#[test]
fn a_threshold_is_in_the_middle_and_rounded() {
    // Whole ones at 0.11 and 0.204, defective ones at 0.731 and 0.9: the middle is 0.4675.
    let scores = [0.731, 0.11, 0.204, 0.9];
    let labels = [Some(true), Some(false), Some(false), Some(true)];
    let found = best_f1(&scores, &labels).unwrap();
    assert_eq!((found.threshold, found.decimals), (0.47, Some(2)));
    assert_eq!((found.rejected, found.accepted), (2, 2));
    assert_eq!(reject_rate(&scores, 0.5).unwrap().threshold, 0.47);
    assert_eq!(false_reject_limit(&scores, &labels, 0.0).unwrap().threshold, 0.47);

    // One hundredth lies between these, and it is not the nearest to the middle among thousandths.
    let found = reject_rate(&[0.618, 0.6241], 0.5).unwrap();
    assert_eq!((found.threshold, found.decimals), (0.62, Some(2)));
    // None lies between these.
    let found = reject_rate(&[0.6214, 0.6281], 0.5).unwrap();
    assert_eq!((found.threshold, found.decimals), (0.625, Some(3)));
    // A threshold of 0.62 would be read as 0.62 in f32 and reject the score that is it.
    let found = reject_rate(&[0.62, 0.615, 0.7], 0.4).unwrap();
    assert_eq!((found.threshold, found.decimals), (0.66, Some(2)));
    let found = reject_rate(&[0.62, 0.6101], 0.5).unwrap();
    assert_eq!((found.threshold, found.decimals), (0.615, Some(3)));
    // Neighbours in f32 have nothing between them.
    let (low, high) = (0.7f32, 0.7f32.next_up());
    let found = reject_rate(&[low, high], 0.5).unwrap();
    assert_eq!((found.threshold, found.decimals, found.rejected), (f64::from(high), None, 1));
}

#[test]
fn all_and_none_stay_on_the_scale() {
    assert_eq!(reject_rate(&[0.3, 0.4], 0.0).unwrap().threshold, 0.41);
    assert_eq!(reject_rate(&[0.3, 0.995], 0.0).unwrap().threshold, 1.0);
    assert_eq!(reject_rate(&[0.3, 1.0], 0.0).unwrap().threshold, 1.01);
    assert_eq!(reject_rate(&[0.3, 0.4], 1.0).unwrap().threshold, 0.29);
    assert_eq!(reject_rate(&[0.003, 0.4], 1.0).unwrap().threshold, 0.0);
    let all = reject_rate(&[0.0, -0.0, 0.4], 1.0).unwrap();
    assert_eq!((all.threshold, all.rejected), (0.0, 3));
    assert!(all.threshold.is_sign_positive());
    // The cut is 1.79, above the scale.
    let wide = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
    assert_eq!(outliers(&wide, 3.0).unwrap().threshold, 1.0);
}

#[test]
fn outliers_by_hand() {
    // Median 0.11, absolute deviations 0, 0.01 three times, 0.02 four times and more: MAD 0.02, cut 0.11 + 0.08896.
    let mut scores = vec![0.11, 0.10, 0.10, 0.12, 0.09, 0.09, 0.13, 0.13, 0.08, 0.9, 0.7];
    let found = outliers(&scores, 3.0).unwrap();
    assert_eq!((found.threshold, found.decimals, found.rejected), (0.2, Some(2), 2));
    // Equal scores, and one that differs: MAD 0, mean deviation 0.8 / 11, cut 0.1 + 0.2735.
    scores = vec![0.1; 10];
    scores.push(0.9);
    let found = outliers(&scores, 3.0).unwrap();
    assert_eq!((found.threshold, found.rejected), (0.37, 1));
    let equal = outliers(&[0.25; 10], 3.0).unwrap();
    assert_eq!((equal.threshold, equal.rejected), (0.26, 0));
}

#[test]
fn a_cut_that_f32_does_not_know_rejects_nothing() {
    // Median 4.5, MAD 2.5; the cut lies above the highest score by less than f32 resolves.
    let scores: Vec<f32> = (0..10).map(|i| i as f32 * 1e30).collect();
    let highest = f64::from(scores[9]);
    let k = highest * (0.5 + 1e-9) / (1.4826 * 2.5e30);
    let found = outliers(&scores, k).unwrap();
    assert_eq!((found.threshold, found.decimals, found.rejected), (f64::from(scores[9].next_up()), None, 0));
}

#[test]
fn unlabelled_pictures_are_counted_only() {
    let scores = [0.1, 0.8, 0.4, 0.95, 0.3];
    let labels = [Some(false), Some(true), None, None, None];
    let found = best_f1(&scores, &labels).unwrap();
    assert_eq!((found.threshold, found.rejected, found.accepted), (0.45, 2, 3));
    assert_eq!(rejects(&found), (1, 0));
    assert_eq!(found.confusion.unwrap().accepted(), 1);
    // The best whole one scores highest: nothing labelled may be rejected, and 0.99 is.
    let labels = [Some(true), Some(false), None, None, None];
    let found = false_reject_limit(&[0.1, 0.8, 0.4, 0.99, 0.3], &labels, 0.5).unwrap();
    assert_eq!((found.threshold, found.rejected), (0.81, 1));
    assert_eq!(rejects(&found), (0, 0));
}

#[test]
fn errors_say_what_is_missing() {
    let missing = |found: Result<Suggestion, SuggestError>| found.unwrap_err().to_string();
    let (whole, broken) = ([Some(false), None], [Some(true), None]);
    assert_eq!(missing(best_f1(&[0.1, 0.2], &whole)), "this needs at least one picture labelled defective");
    assert_eq!(missing(best_f1(&[0.1, 0.2], &broken)), "this needs at least one picture labelled whole");
    assert_eq!(best_f1(&[0.1, 0.2], &[None, None]), Err(SuggestError::NoneDefective));
    assert_eq!(false_reject_limit(&[0.1, 0.2], &whole, 0.1), Err(SuggestError::NoneDefective));
    assert_eq!(false_reject_limit(&[0.1, 0.2], &broken, 0.1), Err(SuggestError::NoneWhole));
    assert_eq!(best_f1(&[0.1], &whole), Err(SuggestError::Unpaired { scores: 1, labels: 2 }));
    assert_eq!(best_f1(&[0.1, f32::NAN], &whole), Err(SuggestError::NotFinite { index: 1 }));
    assert_eq!(outliers(&[], 3.0), Err(SuggestError::NoScores));
    assert_eq!(missing(outliers(&[0.5; 9], 3.0)), "outliers need at least 10 pictures, and there are 9");
    assert_eq!(outliers(&[0.5; 10], 0.0), Err(SuggestError::BadDistance(0.0)));
    assert_eq!(reject_rate(&[], 0.1), Err(SuggestError::NoScores));
    assert_eq!(reject_rate(&[f32::INFINITY], 0.1), Err(SuggestError::NotFinite { index: 0 }));
    assert_eq!(reject_rate(&[0.5], 1.1), Err(SuggestError::BadRate(1.1)));
    assert!(matches!(reject_rate(&[0.5], f64::NAN), Err(SuggestError::BadRate(_))));
    let both = [Some(true), Some(false)];
    assert_eq!(false_reject_limit(&[0.1, 0.2], &both, -0.1), Err(SuggestError::BadRate(-0.1)));
}

/// The verdicts do not change when the threshold is written with its decimals, or read as `f32`; and it has two decimals
/// wherever a number of two decimals parts the scores.
fn stays_apart(scores: &[f32], found: &Suggestion) -> Result<(), TestCaseError> {
    let verdicts = |threshold: f64| scores.iter().map(|&s| f64::from(s) >= threshold).collect::<Vec<_>>();
    let wanted = verdicts(found.threshold);
    let single = scores.iter().map(|&s| s >= found.threshold as f32).collect::<Vec<_>>();
    prop_assert_eq!(&single, &wanted);
    prop_assert_eq!(found.rejected, wanted.iter().filter(|&&rejected| rejected).count() as u64);
    prop_assert_eq!(found.rejected + found.accepted, scores.len() as u64);
    if let Some(decimals) = found.decimals {
        let written = format!("{:.1$}", found.threshold, decimals);
        prop_assert_eq!(written.parse::<f64>().unwrap(), found.threshold, "{}", written);
    }
    if found.decimals != Some(2) {
        let rejected = |i: i32| verdicts(f64::from(i) / 100.0) == wanted;
        let is_score = |i: i32| scores.contains(&(i as f32 / 100.0));
        let round = (-200..=200).find(|&i| rejected(i) && !is_score(i));
        prop_assert_eq!(round, None, "{:?}", found);
    }
    Ok(())
}

/// Scores as they come: anywhere, in hundredths, and near to each other.
fn scores() -> impl Strategy<Value = Vec<f32>> {
    let score = prop_oneof![
        0f32..=1.0,
        (0u8..=100).prop_map(|i| f32::from(i) / 100.0),
        (0u32..40).prop_map(|i| f32::from_bits(0.62f32.to_bits() + i)),
        -1f32..=1.0,
    ];
    prop::collection::vec(score, 10..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn rounding_changes_no_verdict(
        scores in scores(),
        labels in prop::collection::vec(prop::option::of(any::<bool>()), 60),
        rate in 0f64..=1.0,
        k in 0.1f64..5.0,
    ) {
        let mut labels = labels[..scores.len()].to_vec();
        labels[0] = Some(true);
        labels[1] = Some(false);
        stays_apart(&scores, &outliers(&scores, k).unwrap())?;
        stays_apart(&scores, &reject_rate(&scores, rate).unwrap())?;
        stays_apart(&scores, &best_f1(&scores, &labels).unwrap())?;
        let limited = false_reject_limit(&scores, &labels, rate).unwrap();
        stays_apart(&scores, &limited)?;
        prop_assert!(limited.confusion.unwrap().false_reject_rate().unwrap() <= rate);
    }

    #[test]
    fn thresholds_stay_on_the_scale(scores in prop::collection::vec(0f32..1.0, 10..40), rate in 0f64..=1.0) {
        for found in [outliers(&scores, 3.0).unwrap(), reject_rate(&scores, rate).unwrap()] {
            prop_assert!((0.0..=1.0).contains(&found.threshold), "{:?}", found);
        }
    }

    #[test]
    fn no_threshold_has_a_better_f1(
        pairs in prop::collection::vec((0f32..=1.0, any::<bool>()), 10..40),
        cut in 0f64..=1.0,
    ) {
        let (scores, mut labels): (Vec<f32>, Vec<bool>) = pairs.into_iter().unzip();
        labels[0] = true;
        labels[1] = false;
        let given: Vec<Option<bool>> = labels.iter().copied().map(Some).collect();
        let best = best_f1(&scores, &given).unwrap().confusion.unwrap().f1();
        prop_assert!(best >= Ranking::new(&scores, &labels).unwrap().confusion(cut).f1());
    }

    #[test]
    fn no_finite_scores_panic(
        scores in prop::collection::vec(any::<f32>().prop_filter("finite", |s| s.is_finite()), 0..30),
    ) {
        let labels: Vec<_> = (0..scores.len()).map(|i| Some(i % 2 == 0)).collect();
        for rate in [0.0, 0.5, 1.0] {
            if let Ok(found) = reject_rate(&scores, rate) {
                prop_assert!(found.rejected as f64 / scores.len() as f64 <= rate);
            }
            let _ = false_reject_limit(&scores, &labels, rate);
        }
        let _ = (outliers(&scores, 3.0), best_f1(&scores, &labels));
    }
}
