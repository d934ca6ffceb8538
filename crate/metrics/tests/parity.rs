//! F1-max, AUROC and AUPRO against scikit-learn and scikit-image: `tests/parity/metrics`.

use serde::Deserialize;
use spotcheck_imaging::{Map, Mask};
use spotcheck_metrics::{Error, Ranking, aupro, pixel_ranking};

/// Both sides add up f64 in another order.
const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Fixtures {
    rankings: Vec<Scores>,
    pictures: Vec<Pictures>,
}

#[derive(Deserialize)]
struct Scores {
    name: String,
    scores: Vec<f32>,
    labels: Vec<bool>,
    f1: f64,
    threshold: f32,
    auroc: f64,
}

#[derive(Deserialize)]
struct Pictures {
    name: String,
    limit: f64,
    aupro: f64,
    auroc: f64,
    maps: Vec<Drawn>,
}

#[derive(Deserialize)]
struct Drawn {
    width: u32,
    height: u32,
    values: Vec<f32>,
    mask: Vec<bool>,
}

fn fixtures() -> Fixtures {
    serde_json::from_str(include_str!("../../../tests/parity/metrics/metrics.json")).unwrap()
}

fn drawn(picture: &Drawn) -> (Map, Mask) {
    (
        Map::from_vec(picture.width, picture.height, picture.values.clone()).unwrap(),
        Mask::from_vec(picture.width, picture.height, picture.mask.clone()).unwrap(),
    )
}

#[test]
fn rankings_equal_scikit_learn() {
    for case in fixtures().rankings {
        let ranking = Ranking::new(&case.scores, &case.labels).unwrap();
        let best = ranking.best_f1().unwrap();
        assert!((best.f1 - case.f1).abs() < TOLERANCE, "{}: F1 {} for {}", case.name, best.f1, case.f1);
        assert_eq!(best.threshold, case.threshold, "{}: threshold", case.name);
        let auroc = ranking.auroc().unwrap();
        assert!((auroc - case.auroc).abs() < TOLERANCE, "{}: AUROC {auroc} for {}", case.name, case.auroc);
    }
}

#[test]
fn regions_equal_the_definition() {
    for case in fixtures().pictures {
        let pictures: Vec<(Map, Mask)> = case.maps.iter().map(drawn).collect();
        let pictures: Vec<(&Map, &Mask)> = pictures.iter().map(|(map, mask)| (map, mask)).collect();
        let value = aupro(&pictures, case.limit).unwrap();
        assert!((value - case.aupro).abs() < TOLERANCE, "{}: AUPRO {value} for {}", case.name, case.aupro);
        let auroc = pixel_ranking(&pictures).unwrap().auroc().unwrap();
        assert!((auroc - case.auroc).abs() < TOLERANCE, "{}: AUROC {auroc} for {}", case.name, case.auroc);
    }
}

#[test]
fn a_constant_score_is_worth_calling_everything_anomalous() {
    // Two of five: precision 2/5, recall 1, F1 4/7.
    let labels = [true, false, false, true, false];
    let ranking = Ranking::new(&[0.5; 5], &labels).unwrap();
    assert!((ranking.constant_f1().unwrap() - 4.0 / 7.0).abs() < TOLERANCE);
    assert_eq!(ranking.best_f1().unwrap().f1, ranking.constant_f1().unwrap());
    assert_eq!(ranking.auroc().unwrap(), 0.5);
}

#[test]
fn what_has_no_value_is_an_error() {
    let whole = Ranking::new(&[0.1, 0.2], &[false, false]).unwrap();
    assert_eq!(whole.best_f1(), Err(Error::NothingAnomalous { count: 2 }));
    assert_eq!(whole.auroc(), Err(Error::NothingAnomalous { count: 2 }));
    let broken = Ranking::new(&[0.1, 0.2], &[true, true]).unwrap();
    assert_eq!(broken.auroc(), Err(Error::NothingNormal { count: 2 }));
    assert_eq!(broken.best_f1().unwrap().f1, 1.0);
    assert_eq!(Ranking::new(&[0.1], &[]).unwrap_err(), Error::Unpaired { scores: 1, labels: 0 });
    assert_eq!(Ranking::new(&[0.1, f32::NAN], &[true, false]).unwrap_err(), Error::NotANumber { index: 1 });

    let map = Map::filled(2, 2, 0.5);
    assert!(matches!(
        aupro(&[(&map, &Mask::filled(2, 3, true))], 0.3),
        Err(Error::SizesDiffer { index: 0, .. })
    ));
    assert_eq!(aupro(&[(&map, &Mask::filled(2, 2, false))], 0.3), Err(Error::NothingAnomalous { count: 4 }));
    assert_eq!(aupro(&[(&map, &Mask::filled(2, 2, true))], 0.3), Err(Error::NothingNormal { count: 4 }));
    assert_eq!(aupro(&[], 0.0), Err(Error::BadLimit(0.0)));
}
