//! Scores, harmonic mean and aggregation against `tests/parity/method/make_fixtures.py`; prompts by the paper's text.

mod common;

use common::{Numbers, fixture, near, rect};
use serde::Deserialize;
use spotcheck_imaging::Map;
use spotcheck_method::aggregate::{Canvas, component_score, sample_score};
use spotcheck_method::prompts::{Side, Weighted, compose};
use spotcheck_method::score::{cosines, score};
use spotcheck_method::segment::harmonic_mean;
use spotcheck_method::{Settings, TextVectors};

#[derive(Deserialize)]
struct Fixture {
    tiles: Vec<TileCase>,
    harmonic: Vec<HarmonicCase>,
    top: Vec<TopCase>,
    paste: Vec<PasteCase>,
}

#[derive(Deserialize)]
struct TileCase {
    normal_vectors: Vec<Vec<f32>>,
    anomalous_vectors: Vec<Vec<f32>>,
    image: Vec<f32>,
    scale: f64,
    normal: f64,
    anomalous: f64,
    score: f64,
    cosines_normal: Vec<f64>,
    cosines_anomalous: Vec<f64>,
}

#[derive(Deserialize)]
struct HarmonicCase {
    width: u32,
    height: u32,
    logits: Vec<Vec<f32>>,
    order: Vec<usize>,
    limit: f64,
    mean: Vec<f64>,
}

#[derive(Deserialize)]
struct TopCase {
    scores: Vec<f32>,
    share: f64,
    score: f64,
}

#[derive(Deserialize)]
struct PasteCase {
    width: u32,
    height: u32,
    tiles: Vec<Pasted>,
    map: Vec<f64>,
}

#[derive(Deserialize)]
struct Pasted {
    rect: Numbers,
    values: Vec<f32>,
    score: f32,
}

fn side(vectors: Vec<Vec<f32>>) -> Side {
    let prompts: Weighted = (0..vectors.len()).map(|i| i.to_string()).collect();
    Side::new(prompts, vectors).unwrap()
}

#[test]
fn tile_scores_equal_the_script() {
    for case in fixture::<Fixture>("scores.json").tiles {
        let texts = TextVectors {
            object: String::new(),
            normal: side(case.normal_vectors),
            anomalous: side(case.anomalous_vectors),
        };
        let settings = Settings { logit_scale: case.scale, fired_prompts: 3, ..Settings::default() };
        let found = score(&case.image, &texts, &settings);
        near(f64::from(found.normal), case.normal, 1e-6);
        near(f64::from(found.anomalous), case.anomalous, 1e-6);
        // A difference of 1e-7 in a cosine is one of 2.5e-6 in the score at a scale of 100.
        near(f64::from(found.score), case.score, 1e-5);
        for (side, fired, expected) in [
            (&texts.normal, &found.normal_prompts, &case.cosines_normal),
            (&texts.anomalous, &found.anomalous_prompts, &case.cosines_anomalous),
        ] {
            for (found, expected) in cosines(&case.image, side).into_iter().zip(expected) {
                near(f64::from(found), *expected, 1e-6);
            }
            let mut order: Vec<usize> = (0..expected.len()).collect();
            order.sort_by(|&a, &b| expected[b].total_cmp(&expected[a]));
            order.truncate(3);
            let order: Vec<f64> = order.iter().map(|&i| expected[i]).collect();
            assert_eq!(fired.len(), order.len());
            for (fired, cosine) in fired.iter().zip(order) {
                near(f64::from(fired.cosine), cosine, 1e-6);
                near(expected[fired.prompt.parse::<usize>().unwrap()], cosine, 1e-6);
            }
        }
    }
}

#[test]
fn the_score_is_a_softmax_at_clips_own_scale() {
    let texts = TextVectors {
        object: String::new(),
        normal: side(vec![vec![1.0, 0.0]]),
        anomalous: side(vec![vec![0.0, 2.0]]),
    };
    // Cosines 0.30 and 0.32: 1 / (1 + e^−2).
    let image = [0.30, 0.32];
    near(f64::from(score(&image, &texts, &Settings::default()).score), 0.880_797, 1e-5);
    let far = score(&[1.0, -1.0], &texts, &Settings { logit_scale: 1e6, ..Settings::default() });
    assert_eq!(far.score, 0.0);
}

#[test]
fn harmonic_means_equal_the_script() {
    for case in fixture::<Fixture>("scores.json").harmonic {
        let map = |values: Vec<f32>| Map::from_vec(case.width, case.height, values).unwrap();
        let maps: Vec<Map> = case.logits.into_iter().map(map).collect();
        let mut weights = vec![0; maps.len()];
        case.order.iter().for_each(|&i| weights[i] += 1);
        let settings = Settings { logit_limit: case.limit, ..Settings::default() };
        let found = harmonic_mean(&maps, &weights, &settings).unwrap();
        for (&found, &expected) in found.data().iter().zip(&case.mean) {
            near(f64::from(found), expected, expected * 1e-6);
        }
    }
}

#[test]
fn harmonic_means_of_odd_input() {
    let settings = Settings::default();
    assert!(harmonic_mean(&[], &[], &settings).is_none());
    let map = Map::filled(2, 1, 0.0);
    assert!(harmonic_mean(std::slice::from_ref(&map), &[1, 1], &settings).is_none());
    assert!(harmonic_mean(std::slice::from_ref(&map), &[0], &settings).is_none());
    assert!(harmonic_mean(&[map.clone(), Map::filled(1, 2, 0.0)], &[1, 1], &settings).is_none());
    // One prompt that sees nothing silences the others.
    let quiet =
        harmonic_mean(&[Map::filled(1, 1, 8.0), Map::filled(1, 1, -8.0)], &[1, 1], &settings).unwrap();
    assert!(quiet.data()[0] < 1e-3);
}

#[test]
fn aggregation_equals_the_script() {
    let fixture: Fixture = fixture("scores.json");
    for case in fixture.top {
        let settings = Settings { top_share: case.share, ..Settings::default() };
        near(f64::from(sample_score(&case.scores, settings.top_share)), case.score, 1e-6);
    }
    for case in fixture.paste {
        let mut canvas = Canvas::new(case.width, case.height);
        for tile in case.tiles {
            let map = Map::from_vec(4, 3, tile.values).unwrap();
            canvas.paste(rect(tile.rect), &map, tile.score);
        }
        for (&found, &expected) in canvas.finish().data().iter().zip(&case.map) {
            near(f64::from(found), expected, 1e-6);
        }
    }
}

#[test]
fn the_top_quarter_is_rounded_up() {
    let settings = Settings::default();
    assert_eq!(sample_score(&[0.1, 0.9, 0.5, 0.2], settings.top_share), 0.9);
    assert_eq!(sample_score(&[0.1, 1.0, 0.5, 0.2, 0.3], settings.top_share), 0.75);
    assert_eq!(sample_score(&[], settings.top_share), 0.0);
    assert_eq!(component_score(&[0.25, 0.75]), 0.5);
}

#[test]
fn the_papers_prompts() {
    let settings = Settings::default();
    let normal = compose(&settings.normal_states, &settings.templates, "macaroni2");
    let anomalous = compose(&settings.anomalous_states, &settings.templates, "macaroni2");
    assert_eq!((normal.texts.len(), anomalous.texts.len()), (418, 506));
    assert!(normal.weights.iter().chain(&anomalous.weights).all(|&w| w == 1));
    // The paper's Fig. 1.
    assert!(anomalous.texts.contains(&"a photo of a broken macaroni2.".to_owned()));
    assert_eq!(normal.texts[0], "a cropped photo of the macaroni2.");
    assert!(
        normal
            .texts
            .contains(&"a photo of the macaroni2 in good condition for visual inspection.".to_owned())
    );
    let localising: Weighted = settings.localising_prompts.iter().cloned().collect();
    assert_eq!(localising.texts.len(), 18);
    assert_eq!(localising.weights.iter().sum::<u32>(), 19);
    let error = localising.texts.iter().position(|t| t == "an error").unwrap();
    assert_eq!((error, localising.weights[error]), (10, 2));
}

#[test]
fn names_go_in_as_they_are() {
    let list = |texts: &[&str]| texts.iter().map(|t| t.to_string()).collect::<Vec<_>>();
    let found = compose(&list(&["bad [o]", "bad [o]"]), &list(&["the [o], a [o]."]), " [o] Öse ");
    assert_eq!(found.texts, ["the bad  [o] Öse , a bad  [o] Öse ."]);
    assert_eq!(found.weights, [2]);
}

#[test]
fn sides_weigh_and_refuse() {
    let prompts: Weighted = ["a", "b", "a"].map(str::to_owned).into_iter().collect();
    let side = Side::new(prompts.clone(), vec![vec![3.0, 4.0], vec![0.0, 2.0]]).unwrap();
    assert_eq!(side.vectors, [[0.6, 0.8], [0.0, 1.0]]);
    near(f64::from(side.mean[0]), 0.4, 1e-7);
    near(f64::from(side.mean[1]), 2.6 / 3.0, 1e-7);
    assert!(Side::new(prompts.clone(), vec![vec![1.0]]).is_none());
    assert!(Side::new(prompts, vec![vec![1.0], vec![1.0, 2.0]]).is_none());
    assert!(Side::new(Weighted::default(), vec![]).is_none());
}
