//! Confusions against scikit-learn, and a hand-worked one.

mod common;

use common::{cases, near};
use spotcheck_metrics::{Confusion, Ranking};

#[test]
fn counts_and_rates_equal_scikit_learn() {
    for case in cases() {
        let ranking = case.ranking();
        for wanted in &case.confusions {
            let found = ranking.confusion(wanted.threshold);
            let name = format!("{} at {}: {found:?}", case.name, wanted.threshold);
            let Confusion { true_positives, false_positives, true_negatives, false_negatives } = found;
            let counts = [true_positives, false_positives, true_negatives, false_negatives];
            assert_eq!(counts, wanted.counts, "{name}");
            assert!(near(found.precision(), wanted.precision), "{name}");
            assert!(near(found.recall(), wanted.recall), "{name}");
            assert!(near(found.f1(), wanted.f1), "{name}");
            assert!(near(found.false_reject_rate(), Some(wanted.false_reject_rate)), "{name}");
            assert!(near(found.false_accept_rate(), Some(wanted.false_accept_rate)), "{name}");
        }
    }
}

#[test]
fn a_score_at_the_threshold_is_rejected() {
    let ranking = Ranking::new(&[0.5, 0.5, 0.25, 0.75, 0.125], &[true, false, true, true, false]).unwrap();
    let found = ranking.confusion(0.5);
    assert_eq!(
        found,
        Confusion { true_positives: 2, false_positives: 1, true_negatives: 1, false_negatives: 1 }
    );
    assert_eq!((found.rejected(), found.accepted()), (3, 2));
    assert_eq!((found.positives(), found.negatives()), (3, 2));
    assert_eq!(ranking.confusion(0.5 + 1e-12).rejected(), 1);
    assert_eq!(ranking.confusion(f64::NAN).rejected(), 0);
}

#[test]
fn an_empty_class_has_no_rate() {
    let nothing = Confusion::default();
    assert_eq!([nothing.precision(), nothing.recall(), nothing.f1()], [None; 3]);
    assert_eq!([nothing.false_reject_rate(), nothing.false_accept_rate()], [None; 2]);

    let whole = Ranking::new(&[0.2, 0.8], &[false, false]).unwrap().confusion(0.5);
    assert_eq!((whole.precision(), whole.recall(), whole.f1()), (Some(0.0), None, None));
    assert_eq!((whole.false_reject_rate(), whole.false_accept_rate()), (Some(0.5), None));

    let accepted = Ranking::new(&[0.2], &[true]).unwrap().confusion(0.5);
    assert_eq!((accepted.precision(), accepted.recall(), accepted.f1()), (None, Some(0.0), Some(0.0)));
    assert_eq!((accepted.false_reject_rate(), accepted.false_accept_rate()), (None, Some(1.0)));
}
