//! F1-max, AUROC and AUPRO against scikit-learn and scikit-image: `tests/parity/metrics`.

use serde::Deserialize;
use spotcheck_imaging::{Map, Mask};
use spotcheck_metrics::{Error, Picture, PixelHistogram, Ranking, aupro, pixel_ranking};

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
struct Restricted {
    name: String,
    limit: f64,
    regions: usize,
    f1: f64,
    auroc: f64,
    aupro: f64,
    maps: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(flatten)]
    drawn: Drawn,
    counts: Option<Vec<bool>>,
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
        let pictures: Vec<Picture> = pictures.iter().map(|(map, mask)| Picture::new(map, mask)).collect();
        let value = aupro(&pictures, case.limit).unwrap();
        assert!((value - case.aupro).abs() < TOLERANCE, "{}: AUPRO {value} for {}", case.name, case.aupro);
        let auroc = pixel_ranking(&pictures).unwrap().auroc().unwrap();
        assert!((auroc - case.auroc).abs() < TOLERANCE, "{}: AUROC {auroc} for {}", case.name, case.auroc);
    }
}

#[test]
fn what_does_not_count_is_on_neither_side() {
    let fixtures = include_str!("../../../tests/parity/metrics/restricted.json");
    let cases: Vec<Restricted> = serde_json::from_str(fixtures).unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let parts: Vec<(Map, Mask, Option<Mask>)> = case
            .maps
            .iter()
            .map(|Part { drawn: picture, counts }| {
                let (map, mask) = drawn(picture);
                let counts =
                    counts.clone().map(|data| Mask::from_vec(map.width(), map.height(), data).unwrap());
                (map, mask, counts)
            })
            .collect();
        let pictures: Vec<Picture> = parts
            .iter()
            .map(|(map, mask, counts)| Picture::new(map, mask).counting(counts.as_ref()))
            .collect();
        let near = |what: &str, found: f64, wanted: f64, error: f64| {
            assert!(
                (found - wanted).abs() <= TOLERANCE + error,
                "{}: {what} {found} for {wanted}",
                case.name
            );
        };
        near("AUPRO", aupro(&pictures, case.limit).unwrap(), case.aupro, 0.0);
        let ranking = pixel_ranking(&pictures).unwrap();
        near("AUROC", ranking.auroc().unwrap(), case.auroc, 0.0);
        near("F1-max", ranking.best_f1().unwrap().f1, case.f1, 0.0);

        let mut histogram = PixelHistogram::default();
        pictures.iter().for_each(|&picture| histogram.add(picture).unwrap());
        assert_eq!(
            (histogram.pictures(), histogram.regions()),
            (pictures.len(), case.regions),
            "{}",
            case.name
        );
        let (f1, auroc) = (histogram.best_f1().unwrap().f1, histogram.auroc().unwrap());
        let overlap = histogram.aupro(case.limit).unwrap();
        near("F1-max by bins", f1.value, case.f1, f1.error);
        near("AUROC by bins", auroc.value, case.auroc, auroc.error);
        near("AUPRO by bins", overlap.value, case.aupro, overlap.error);
        let error = f1.error.max(auroc.error).max(overlap.error);
        // Where many pixels are tied, bins cannot tell much.
        assert!(case.name == "tied" || error < 0.05, "{}: {error} hides what would be wrong", case.name);
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
    let [none, all, other] =
        [(2, false), (2, true), (3, true)].map(|(height, set)| Mask::filled(2, height, set));
    let picture = |mask| Picture::new(&map, mask);
    assert!(matches!(aupro(&[picture(&other)], 0.3), Err(Error::SizesDiffer { index: 0, .. })));
    let counting = [picture(&all), picture(&all).counting(Some(&other))];
    assert!(matches!(pixel_ranking(&counting), Err(Error::SizesDiffer { index: 1, .. })));
    assert_eq!(aupro(&[picture(&none)], 0.3), Err(Error::NothingAnomalous { count: 4 }));
    assert_eq!(aupro(&[picture(&all)], 0.3), Err(Error::NothingNormal { count: 4 }));
    let nothing = [picture(&all).counting(Some(&none))];
    assert_eq!(aupro(&nothing, 0.3), Err(Error::NothingAnomalous { count: 0 }));
    assert_eq!(aupro(&[], 0.0), Err(Error::BadLimit(0.0)));
}
