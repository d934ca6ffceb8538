//! WinCLIP's aggregation, its windows and the calls it makes, by hand.

use std::cell::RefCell;

use image::RgbImage;
use pollster::block_on;
use spotcheck_baselines::winclip::{harmonic_mean, patch_scores};
use spotcheck_baselines::{Baseline, PatchTokens, WinClip, WindowEncoder};
use spotcheck_method::{CancellationToken, Error, NetworkError, Settings, Stage, TextEncoder};

#[test]
fn the_harmonic_mean_is_ruled_by_its_smallest() {
    let mean = |scores: &[f64]| harmonic_mean(scores.iter().copied());
    assert!((mean(&[1.0, 0.5, 0.25]) - 3.0 / 7.0).abs() < 1e-15);
    assert_eq!(mean(&[0.7]), 0.7);
    assert_eq!(mean(&[0.9, 0.0]), 0.0);
    assert_eq!(mean(&[0.0, 0.0]), 0.0);
    // So small that its inverse is infinite.
    assert_eq!(mean(&[0.9, 1e-310]), 0.0);
    assert_eq!(mean(&[]), 0.0);
}

#[test]
fn a_patch_has_the_windows_that_it_lies_in() {
    // Windows of 2 × 2 in a grid of 3 × 3: in the corners one, at the edges two, in the middle all four.
    let [a, b, c, d] = [1.0, 0.5, 0.25, 0.2];
    let two = |x: f64, y: f64| 2.0 / (1.0 / x + 1.0 / y);
    let all = 4.0 / (1.0 + 2.0 + 4.0 + 5.0);
    let expected = [a, two(a, b), b, two(a, c), all, two(b, d), c, two(c, d), d];
    for (found, expected) in patch_scores(&[a, b, c, d], 2, 3).into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-15, "{found}, not {expected}");
    }
    assert_eq!(patch_scores(&[0.3], 3, 3), [0.3; 9]);
    // No window fits: no score.
    assert_eq!(patch_scores(&[], 4, 3), [0.0; 9]);
}

#[test]
fn windows_are_cut_from_the_tokens() {
    // Tokens of two values: the class token, then patches 1 to 9.
    let values = (0..10).flat_map(|i| [i as f32, -(i as f32)]).collect::<Vec<_>>();
    let tokens = PatchTokens::new(3, 2, values.clone()).unwrap();
    assert_eq!(tokens.corners(2), [[0, 0], [1, 0], [0, 1], [1, 1]]);
    assert_eq!(tokens.corners(3), [[0, 0]]);
    assert!(tokens.corners(4).is_empty());
    let window = |patches: &[i32]| patches.iter().flat_map(|&i| [i as f32, -(i as f32)]).collect::<Vec<_>>();
    assert_eq!(tokens.window(2, [1, 0]), Some(window(&[0, 2, 3, 5, 6])));
    assert_eq!(tokens.window(3, [0, 0]), Some(values.clone()));
    for (side, corner) in [(2, [2, 0]), (2, [0, 2]), (1, [3, 0]), (1, [0, 3]), (2, [usize::MAX, 0])] {
        assert_eq!(tokens.window(side, corner), None, "{side} at {corner:?}");
    }
    for (grid, width) in [(3, 3), (2, 2), (0, 2), (3, 0), (usize::MAX, 2)] {
        assert_eq!(PatchTokens::new(grid, width, values.clone()), None);
    }
}

/// A tower whose embeddings are what is asked; two windows at a time.
#[derive(Default)]
struct Fake {
    asked: RefCell<Vec<String>>,
    /// Answers with one embedding too few, or with what is no number.
    short: bool,
    nan: bool,
}

#[async_trait::async_trait(?Send)]
impl WindowEncoder for &Fake {
    async fn embed_image(&self, _: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        self.asked.borrow_mut().push("picture".to_owned());
        Ok(vec![1.0, 0.0])
    }

    async fn patch_tokens(&self, _: &RgbImage) -> Result<PatchTokens, NetworkError> {
        self.asked.borrow_mut().push("tokens".to_owned());
        Ok(PatchTokens::new(3, 1, vec![0.0; 10]).unwrap())
    }

    fn windows_at_a_time(&self, _: usize) -> usize {
        2
    }

    async fn embed_windows(
        &self,
        _: &PatchTokens,
        side: usize,
        corners: &[[usize; 2]],
    ) -> Result<Vec<Vec<f32>>, NetworkError> {
        self.asked.borrow_mut().push(format!("{side}: {corners:?}"));
        let mut out = vec![vec![0.0, if self.nan { f32::NAN } else { 1.0 }]; corners.len()];
        out.truncate(corners.len() - usize::from(self.short));
        Ok(out)
    }
}

/// Normal texts point along x, anomalous ones along y.
struct Texts;

#[async_trait::async_trait(?Send)]
impl TextEncoder for Texts {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        let anomalous = |text: &str| {
            ["damaged cap", "cap with flaw", "cap with defect", "cap with damage"]
                .iter()
                .any(|s| text.contains(s))
        };
        Ok(texts.iter().map(|text| if anomalous(text) { vec![0.0, 2.0] } else { vec![3.0, 0.0] }).collect())
    }

    fn text_length(&self, text: &str) -> usize {
        text.len()
    }

    fn texts_done(&self) {}
}

fn baseline(fake: &Fake) -> Baseline<WinClip<&Fake>> {
    Baseline::new(WinClip::new(fake), Box::new(Texts), &Settings::default()).unwrap()
}

#[test]
fn score_and_map_come_from_the_picture_and_its_windows() {
    let fake = Fake::default();
    let picture = RgbImage::new(7, 4);
    let token = CancellationToken::default();
    let found = block_on(baseline(&fake).inspect(&picture, "cap", None, &mut |_| {}, &token)).unwrap();
    let asked = ["picture", "tokens", "2: [[0, 0], [1, 0]]", "2: [[0, 1], [1, 1]]", "3: [[0, 0]]"];
    assert_eq!(*fake.asked.borrow(), asked);
    // The picture looks normal, every window anomalous: softmax of (1, 0) / 0.07, and of (0, 1) / 0.07.
    let low = 1.0 / (1.0 + (1.0f64 / 0.07).exp());
    assert!((f64::from(found.score) / low - 1.0).abs() < 1e-6);
    assert!(!found.rejected);
    assert_eq!((found.tiles[0].normal, found.tiles[0].anomalous), (1.0, 0.0));
    let pixel = 3.0 / (1.0 / low + 2.0 / (1.0 - low));
    assert_eq!((found.map.width(), found.map.height()), (7, 4));
    assert!(found.map.data().iter().all(|&v| (f64::from(v) / pixel - 1.0).abs() < 1e-6));
    let settings = &found.settings;
    let counts = [&settings.normal_states, &settings.anomalous_states, &settings.templates].map(Vec::len);
    assert_eq!((counts, settings.logit_scale), ([7, 4, 22], 1.0 / 0.07));
}

#[test]
fn it_stops_between_two_batches_of_windows() {
    let fake = Fake::default();
    let token = CancellationToken::default();
    let mut report = |progress: spotcheck_method::Progress| {
        if progress.stage == Stage::Segment && progress.fraction > 0.3 {
            token.cancel();
        }
    };
    let error = block_on(baseline(&fake).inspect(&RgbImage::new(7, 4), "cap", None, &mut report, &token));
    assert!(matches!(error, Err(Error::Cancelled)));
    assert_eq!(fake.asked.borrow().len(), 3);
}

#[test]
fn useless_answers_are_refused() {
    let token = CancellationToken::default();
    for (fake, what) in [
        (Fake { short: true, ..Fake::default() }, "1 embeddings for 2 windows"),
        (Fake { nan: true, ..Fake::default() }, "not finite"),
    ] {
        let error = block_on(baseline(&fake).inspect(&RgbImage::new(7, 4), "cap", None, &mut |_| {}, &token))
            .unwrap_err()
            .to_string();
        assert!(error.contains(what) && error.starts_with("WinCLIP"), "{error}");
    }
}
