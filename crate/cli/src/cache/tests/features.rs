//! The same of a baseline's text features.

use std::rc::Rc;

use spotcheck_baselines::{Averaging, Finding, PromptEnsemble};
use spotcheck_method::{Course, Error, StageSeconds, TextEncoder};

use super::*;

/// A method that looks at the texts alone.
struct TextsAlone(PromptEnsemble);

#[async_trait::async_trait(?Send)]
impl ZeroShot for TextsAlone {
    fn ensemble(&self) -> &PromptEnsemble {
        &self.0
    }

    async fn find(
        &self,
        picture: &RgbImage,
        texts: &TextFeatures,
        _: &mut Course<'_>,
        _: &mut StageSeconds,
    ) -> Result<Finding, Error> {
        let [normal, anomalous] = texts.cosines(&[0.6, 0.8])?;
        let map = Map::filled(picture.width(), picture.height(), 0.5);
        let score = texts.probability([normal, anomalous]) as f32;
        Ok(Finding { method: "a test", normal: normal as f32, anomalous: anomalous as f32, score, map })
    }
}

struct Shared(Rc<Counting>);

#[async_trait::async_trait(?Send)]
impl TextEncoder for Shared {
    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        Networks::embed_texts(&*self.0, texts).await
    }

    fn text_length(&self, text: &str) -> usize {
        text.len()
    }

    fn texts_done(&self) {}
}

fn ensemble() -> PromptEnsemble {
    let Settings { normal_states, anomalous_states, templates, .. } = settings();
    PromptEnsemble {
        normal_states,
        anomalous_states,
        templates,
        averaging: Averaging::Raw,
        logit_scale: 0.01,
    }
}

/// Texts of that ensemble for one name.
const TEXTS: usize = 4;

/// Inspects as `spotcheck evaluate` does; the score, and how many texts were encoded.
fn score(cache: &TextCache, ensemble: PromptEnsemble, object: &str) -> (f32, usize) {
    let counting = Rc::new(Counting::default());
    let encoder = Box::new(Shared(counting.clone()));
    let mut baseline = Baseline::new(TextsAlone(ensemble), encoder, &Settings::default()).unwrap();
    cache.restore_features(&mut baseline, object);
    let (picture, token) = (RgbImage::new(9, 9), CancellationToken::default());
    let found = block_on(baseline.inspect(&picture, object, None, &mut |_| {}, &token)).unwrap();
    cache.keep_features(&baseline, object).unwrap();
    (found.score, counting.0.get())
}

#[test]
fn the_second_time_no_text_is_encoded_and_the_score_is_the_same() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder, "pack", "rten");
    let (first, encoded) = score(&cache, ensemble(), "cap");
    assert_eq!((encoded, files(&folder).len()), (TEXTS, 1));
    assert_eq!(score(&cache, ensemble(), "cap"), (first, 0));
    assert_eq!(score(&cache, ensemble(), "lid").1, TEXTS);
    assert_eq!(files(&folder).len(), 2);
}

#[test]
fn what_the_features_depend_on_makes_them_others() {
    let folder = TempDir::new().unwrap();
    let caches = [["pack", "rten"], ["another", "rten"], ["pack", "wonnx"]];
    for [pack, engine] in caches {
        assert_eq!(score(&cache(&folder, pack, engine), ensemble(), "cap").1, TEXTS);
    }
    let cache = cache(&folder, "pack", "rten");
    let unit = PromptEnsemble { averaging: Averaging::Unit, ..ensemble() };
    assert_eq!(score(&cache, unit, "cap").1, TEXTS);
    let mut edited = ensemble();
    edited.templates.swap_remove(0);
    assert_eq!(score(&cache, edited, "cap").1, 2);
    // Nor are they this program's own texts, though the prompts are the same.
    assert_eq!(inspect(&cache, settings(), "cap").1, ALL);
    assert_eq!(score(&cache, ensemble(), "cap").1, 0);
}

#[test]
fn another_objects_file_is_not_taken() {
    let folder = TempDir::new().unwrap();
    let cache = cache(&folder, "pack", "rten");
    score(&cache, ensemble(), "cap");
    let [cap] = files(&folder).try_into().unwrap();
    score(&cache, ensemble(), "lid");
    let lid = files(&folder).into_iter().find(|file| *file != cap).unwrap();
    fs::copy(&cap, &lid).unwrap();
    assert_eq!(score(&cache, ensemble(), "lid").1, TEXTS);
}
