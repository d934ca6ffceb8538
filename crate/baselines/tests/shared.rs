//! What the baselines share: text features by hand, and the inspection of a whole picture.

use std::cell::RefCell;
use std::rc::Rc;

use image::RgbImage;
use pollster::block_on;
use spotcheck_baselines::{Averaging, Baseline, Finding, PromptEnsemble, TextFeatures, ZeroShot};
use spotcheck_imaging::{Map, Mask, Rect};
use spotcheck_method::{
    CancellationToken, Course, Error, ForegroundSource, NetworkError, Progress, Settings, Stage,
    StageSeconds, TextEncoder,
};

/// Gives each text the vector of its list.
#[derive(Default)]
struct Encoder {
    vectors: Vec<(&'static str, Vec<f32>)>,
    asked: RefCell<Vec<String>>,
    done: RefCell<usize>,
}

#[async_trait::async_trait(?Send)]
impl TextEncoder for Encoder {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        self.asked.borrow_mut().extend_from_slice(texts);
        let vector = |text: &String| self.vectors.iter().find(|(t, _)| t == text).unwrap().1.clone();
        Ok(texts.iter().map(vector).collect())
    }

    fn text_length(&self, text: &str) -> usize {
        text.len()
    }

    fn texts_done(&self) {
        *self.done.borrow_mut() += 1;
    }
}

fn ensemble(averaging: Averaging) -> PromptEnsemble {
    let list = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    PromptEnsemble {
        normal_states: list(&["[o]", "perfect [o]"]),
        anomalous_states: list(&["bad [o]"]),
        templates: list(&["a [o].", "a [o]."]),
        averaging,
        logit_scale: 10.0,
    }
}

fn encoder() -> Encoder {
    let vectors =
        vec![("a perfect cap.", vec![3.0, 0.0]), ("a cap.", vec![0.0, 1.0]), ("a bad cap.", vec![-3.0, 4.0])];
    Encoder { vectors, ..Encoder::default() }
}

fn encode(ensemble: &PromptEnsemble, encoder: &Encoder) -> Result<TextFeatures, Error> {
    let (mut quiet, never) = (|_| {}, CancellationToken::default());
    block_on(ensemble.encode(encoder, "cap", &mut Course::new(&mut quiet, &never)))
}

#[track_caller]
fn near(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-6, "{found}, not {expected}");
    }
}

#[test]
fn features_are_means_of_unit_length() {
    let encoder = encoder();
    // (3, 0) and (0, 1): as they are (3, 1)/√10, each of unit length first (1, 1)/√2.
    let raw = encode(&ensemble(Averaging::Raw), &encoder).unwrap();
    near(&raw.normal, &[3.0 / 10f64.sqrt(), 1.0 / 10f64.sqrt()]);
    near(&raw.anomalous, &[-0.6, 0.8]);
    // Each text once, though the template is listed twice, and the shortest first.
    assert_eq!(*encoder.asked.borrow(), ["a cap.", "a bad cap.", "a perfect cap."]);
    assert_eq!(*encoder.done.borrow(), 1);
    let unit = encode(&ensemble(Averaging::Unit), &encoder).unwrap();
    near(&unit.normal, &[0.5f64.sqrt(), 0.5f64.sqrt()]);
    assert_eq!(unit.object, "cap");
}

#[test]
fn a_text_listed_twice_counts_twice() {
    let mut ensemble = ensemble(Averaging::Raw);
    ensemble.normal_states.push("[o]".to_owned());
    // 2 · (0, 1) + (3, 0)
    near(&encode(&ensemble, &encoder()).unwrap().normal, &[3.0 / 13f64.sqrt(), 2.0 / 13f64.sqrt()]);
}

#[test]
fn probability_is_the_softmax_of_scaled_cosines() {
    let features = encode(&ensemble(Averaging::Raw), &encoder()).unwrap();
    let [normal, anomalous] = features.cosines(&[0.6, 0.8]).unwrap();
    assert!((normal - 2.6 / 10f64.sqrt()).abs() < 1e-6 && (anomalous - 0.28).abs() < 1e-6);
    let [n, a] = [normal, anomalous].map(|cosine| (10.0 * cosine).exp());
    assert!((features.probability([normal, anomalous]) - a / (n + a)).abs() < 1e-12);
    assert_eq!(features.probability([0.3, 0.3]), 0.5);
    let message = features.cosines(&[1.0, 0.0, 0.0]).unwrap_err().to_string();
    assert!(message.contains("3 values") && message.contains("texts of 2"), "{message}");
}

#[test]
fn useless_embeddings_are_refused() {
    for vector in [vec![], vec![1.0], vec![0.0, 0.0], vec![f32::NAN, 1.0]] {
        let mut encoder = encoder();
        encoder.vectors[2].1 = vector.clone();
        let error = encode(&ensemble(Averaging::Raw), &encoder).unwrap_err();
        assert!(matches!(error, Error::Answer { network: "CLIP", .. }), "{vector:?}: {error}");
    }
    // One of several on the same side is shorter.
    let mut encoder = encoder();
    encoder.vectors[0].1.pop();
    let error = encode(&ensemble(Averaging::Raw), &encoder).unwrap_err().to_string();
    assert!(error.contains("several lengths"), "{error}");
}

#[test]
fn encoding_tells_how_far_it_is_and_stops_between_batches() {
    let mut ensemble = ensemble(Averaging::Raw);
    ensemble.templates = (0..40).map(|i| format!("{i:02} [o]")).collect();
    struct Any;
    #[async_trait::async_trait(?Send)]
    impl TextEncoder for Any {
        async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
            Ok(vec![vec![1.0]; texts.len()])
        }
        fn text_length(&self, text: &str) -> usize {
            text.len()
        }
        fn texts_done(&self) {}
    }
    let token = CancellationToken::default();
    let mut fractions = Vec::new();
    let mut report = |progress: Progress| {
        assert_eq!(progress.stage, Stage::Prompts);
        fractions.push(progress.fraction);
        if progress.fraction > 0.5 {
            token.cancel();
        }
    };
    let encoded = block_on(ensemble.encode(&Any, "cap", &mut Course::new(&mut report, &token)));
    assert!(matches!(encoded, Err(Error::Cancelled)));
    // 120 texts, 32 at a time; the next batch after more than half of them is not begun.
    assert_eq!(fractions, [0.0, 32.0 / 120.0, 64.0 / 120.0]);
}

fn finding() -> Finding {
    let map = Map::from_vec(3, 2, vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).unwrap();
    Finding { method: "WinCLIP", normal: 0.25, anomalous: 0.5, score: 0.75, map }
}

/// Finds in every picture the same.
struct Same(PromptEnsemble);

#[async_trait::async_trait(?Send)]
impl ZeroShot for Same {
    fn ensemble(&self) -> &PromptEnsemble {
        &self.0
    }

    async fn find(
        &self,
        _: &RgbImage,
        texts: &TextFeatures,
        course: &mut Course<'_>,
        seconds: &mut StageSeconds,
    ) -> Result<Finding, Error> {
        course.check()?;
        assert_eq!(texts.object, "cap");
        seconds.score = course.next(Stage::Aggregate);
        Ok(finding())
    }
}

#[test]
fn a_baseline_encodes_an_object_once() {
    let encoder = Rc::new(encoder());
    struct Shared(Rc<Encoder>);
    #[async_trait::async_trait(?Send)]
    impl TextEncoder for Shared {
        async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
            self.0.embed_texts(texts).await
        }
        fn text_length(&self, text: &str) -> usize {
            self.0.text_length(text)
        }
        fn texts_done(&self) {
            self.0.texts_done();
        }
    }
    let own = Settings { verdict_threshold: 0.8, logit_scale: 100.0, ..Settings::default() };
    let method = Same(ensemble(Averaging::Raw));
    let mut baseline = Baseline::new(method, Box::new(Shared(Rc::clone(&encoder))), &own).unwrap();
    assert_eq!(baseline.text_features("cap"), None);
    let (picture, token) = (RgbImage::new(3, 2), CancellationToken::default());
    let mut stages = Vec::new();
    let mut report = |progress: Progress| stages.push((progress.stage, progress.fraction));
    let found = block_on(baseline.inspect(&picture, "cap", None, &mut report, &token)).unwrap();
    // The threshold is the caller's, texts and factor the method's.
    assert!(!found.rejected && found.settings.verdict_threshold == 0.8);
    assert_eq!(found.settings.logit_scale, 10.0);
    assert_eq!(stages.first(), Some(&(Stage::Prompts, 0.0)));
    let rest = [(Stage::Prompts, 1.0), (Stage::Score, 0.0), (Stage::Score, 1.0)];
    assert_eq!(stages[stages.len() - 5..][..3], rest);
    assert_eq!(stages[stages.len() - 2..], [(Stage::Aggregate, 0.0), (Stage::Aggregate, 1.0)]);
    assert_eq!(encoder.asked.borrow().len(), 3);
    block_on(baseline.inspect(&picture, "cap", None, &mut |_| {}, &token)).unwrap();
    assert_eq!(encoder.asked.borrow().len(), 3);
    assert!(baseline.text_features("cap").is_some());

    let mut refused = |picture: &RgbImage, object: &str, region: Option<&Mask>, token: &CancellationToken| {
        block_on(baseline.inspect(picture, object, region, &mut |_| {}, token)).unwrap_err()
    };
    assert!(matches!(refused(&RgbImage::new(0, 2), "cap", None, &token), Error::EmptyPicture));
    assert!(matches!(refused(&picture, " ", None, &token), Error::NoObjectName));
    let region = Mask::filled(3, 2, false);
    assert!(matches!(refused(&picture, "cap", Some(&region), &token), Error::EmptyRegion));
    token.cancel();
    assert!(matches!(refused(&picture, "cap", None, &token), Error::Cancelled));
    let wrong = Settings { verdict_threshold: 1.5, ..own };
    let made = Baseline::new(Same(ensemble(Averaging::Raw)), Box::new(Shared(encoder)), &wrong);
    assert!(matches!(made, Err(Error::Settings(_))));
}

fn settings(threshold: f64) -> Settings {
    Settings { verdict_threshold: threshold, ..ensemble(Averaging::Raw).settings(&Settings::default()) }
}

#[test]
fn a_finding_is_an_inspection_of_one_tile() {
    let picture = RgbImage::new(3, 2);
    let seconds = StageSeconds { score: 2.0, ..StageSeconds::default() };
    let found = finding().inspection(&picture, "cap", None, settings(0.75), seconds).unwrap();
    assert_eq!((found.object.as_str(), found.width, found.height), ("cap", 3, 2));
    assert_eq!((found.score, found.rejected), (0.75, true));
    assert_eq!(found.foreground_source, ForegroundSource::WholeImage);
    assert_eq!(found.foreground, Mask::filled(3, 2, true));
    assert_eq!(found.map.data(), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    let [component] = &found.components[..] else { panic!("{:?}", found.components) };
    assert_eq!((component.rect, component.area, component.score), (Rect::new(0, 0, 3, 2), 6, 0.75));
    let [tile] = &found.tiles[..] else { panic!("{:?}", found.tiles) };
    assert_eq!((tile.component, tile.rect, tile.score), (0, Rect::new(0, 0, 3, 2), 0.75));
    assert_eq!((tile.normal, tile.anomalous), (0.25, 0.5));
    assert_eq!(found.seconds, seconds);
    assert_eq!((found.settings.logit_scale, found.settings.templates.len()), (10.0, 2));
    let found = finding().inspection(&picture, "cap", None, settings(0.76), seconds).unwrap();
    assert!(!found.rejected);
}

#[test]
fn nothing_is_seen_outside_of_a_region() {
    let picture = RgbImage::new(3, 2);
    let region = Mask::from_vec(3, 2, vec![false, true, false, false, true, true]).unwrap();
    let seconds = StageSeconds::default();
    let found = finding().inspection(&picture, "cap", Some(&region), settings(0.5), seconds).unwrap();
    assert_eq!(found.map.data(), [0.0, 0.2, 0.0, 0.0, 0.5, 0.6]);
    assert_eq!(found.foreground, region);
    assert_eq!((found.components[0].rect, found.components[0].area), (Rect::new(1, 0, 2, 2), 3));
    assert_eq!((found.tiles[0].rect, found.score), (Rect::new(0, 0, 3, 2), 0.75));
}

#[test]
fn what_is_no_finding_is_refused() {
    let seconds = StageSeconds::default();
    let refused = |finding: Finding, picture: &RgbImage| {
        finding.inspection(picture, "cap", None, settings(0.5), seconds).unwrap_err().to_string()
    };
    let message = refused(finding(), &RgbImage::new(2, 3));
    assert_eq!(message, "WinCLIP gave a map of 3 × 2 pixels");
    let mut odd = finding();
    odd.map.data_mut()[4] = f32::NAN;
    let message = refused(odd, &RgbImage::new(3, 2));
    assert!(message.contains("not finite"), "{message}");
    let message = refused(Finding { score: f32::INFINITY, ..finding() }, &RgbImage::new(3, 2));
    assert!(message.contains("not finite"), "{message}");
}
