use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;
use image::RgbImage;
use serde_json::{Value, json};
use spotcheck_baselines::winclip::WINDOW_SIDES;
use spotcheck_baselines::{AprilGan, Baseline, PromptEnsemble, WinClip, ZeroShot, april_gan, winclip};
use spotcheck_evaluation::Task;
use spotcheck_imaging::Map;
use spotcheck_method::CancellationToken;

use super::comparing::{Comparing, Ways};
use crate::cache::TextCache;
use crate::comparing::Comparer;
use crate::setup::Setup;
use crate::warm::Warm;

/// The methods that can be evaluated.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Variance Vigilance Vanguard: the method of this program (Baugh et al., 2023).
    Vvv,
    /// WinCLIP without reference pictures (Jeong et al., 2023), over the pack's CLIP. Its prompts and numbers are its own: no
    /// setting of the method changes its results.
    Winclip,
    /// APRIL-GAN without reference pictures (Chen et al., 2023), over the pack's CLIP and layers that were trained on pictures with
    /// defects, which the pack must have. Its prompts and numbers are its own, too.
    #[value(name = "aprilgan")]
    AprilGan,
}

/// What a method says of a picture.
pub struct Detection {
    /// Of the sample; higher means more anomalous.
    pub score: f32,
    /// Of the pixels, 0 to 1, at the picture's own size: a method that works at another one brings its map there.
    pub map: Map,
    /// Seconds that were spent on the picture before its turn came.
    pub before: f64,
}

/// The pictures of a class.
pub struct Class<'a> {
    pub name: &'a str,
    /// Those that are to be scored, by this run or another one.
    pub tasks: Vec<&'a Task>,
    /// Paths of whole pictures that are not.
    pub good: &'a [String],
    /// Reads a picture by its path.
    pub read: &'a dyn Fn(&Path) -> Result<RgbImage>,
}

/// A method that is ready to score pictures.
#[async_trait::async_trait(?Send)]
pub trait Detector {
    /// Is told of a class before its first picture: methods that compare pictures look at others here.
    async fn begin(&mut self, _: &Class<'_>) -> Result<()> {
        Ok(())
    }

    /// Scores a picture of the class that was begun last.
    async fn detect(&mut self, task: &Task, picture: &RgbImage) -> Result<Detection>;
}

impl Method {
    /// As it is named on the command line, in files and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vvv => "vvv",
            Self::Winclip => "winclip",
            Self::AprilGan => "aprilgan",
        }
    }

    /// All that its results depend on, pack and engine aside: when one of these differs, results are others.
    pub fn settings(self, setup: &Setup) -> Result<Value> {
        match self {
            Self::Vvv => {
                let mut settings = serde_json::to_value(&setup.settings)?;
                if let Some(settings) = settings.as_object_mut() {
                    settings.insert("no_sam".to_owned(), json!(setup.options.no_sam));
                }
                Ok(settings)
            }
            Self::Winclip => {
                let mut settings = texts(winclip::ensemble());
                settings["window_sides"] = json!(WINDOW_SIDES);
                Ok(settings)
            }
            Self::AprilGan => Ok(texts(april_gan::ensemble())),
        }
    }

    /// Loads the networks. `cached`: what texts cost is kept for the next call. `ways` are for [`Method::Vvv`].
    pub async fn load(self, setup: Setup, ways: Ways, cached: bool) -> Result<Box<dyn Detector>> {
        let cache = match cached {
            true => TextCache::for_user(setup.pack.fingerprint(), &setup.engine.kind().to_string()),
            false => None,
        };
        match self {
            Self::Vvv if ways.any() => {
                let comparer = Comparer::load(setup, cached).await?;
                Ok(Box::new(Comparing { comparer, ways }))
            }
            Self::Vvv => Ok(Box::new(Vvv { warm: Warm::load(setup, cached).await? })),
            Self::Winclip => {
                let models = setup.pack.winclip(&setup.engine).await;
                let (windows, texts) = models.context("WinCLIP's models cannot be loaded")?;
                let baseline = Baseline::new(WinClip::new(windows), Box::new(texts), &setup.settings)?;
                Ok(Box::new(Published { baseline, cache }))
            }
            Self::AprilGan => {
                let models = setup.pack.april_gan(&setup.engine).await;
                let (stages, texts) = models.context("APRIL-GAN's models cannot be loaded")?;
                let baseline = Baseline::new(AprilGan::new(stages), Box::new(texts), &setup.settings)?;
                Ok(Box::new(Published { baseline, cache }))
            }
        }
    }
}

/// The texts of a baseline, as settings.
fn texts(ensemble: PromptEnsemble) -> Value {
    let PromptEnsemble { normal_states, anomalous_states, templates, logit_scale, .. } = ensemble;
    json!({
        "normal_states": normal_states,
        "anomalous_states": anomalous_states,
        "templates": templates,
        "logit_scale": logit_scale,
    })
}

/// The paper's method, picture by picture.
struct Vvv {
    warm: Warm,
}

#[async_trait::async_trait(?Send)]
impl Detector for Vvv {
    async fn detect(&mut self, task: &Task, picture: &RgbImage) -> Result<Detection> {
        let inspected = self.warm.inspect(picture, &task.object, None).await?;
        Ok(Detection { score: inspected.score, map: inspected.map, before: 0.0 })
    }
}

/// A published method, with what its texts have cost.
struct Published<M> {
    baseline: Baseline<M>,
    cache: Option<TextCache>,
}

#[async_trait::async_trait(?Send)]
impl<M: ZeroShot> Detector for Published<M> {
    async fn detect(&mut self, task: &Task, picture: &RgbImage) -> Result<Detection> {
        let object = task.object.as_str();
        let cache = self.cache.as_ref().filter(|_| self.baseline.text_features(object).is_none());
        if let Some(cache) = cache {
            cache.restore_features(&mut self.baseline, object);
        }
        let (mut quiet, never) = (|_| {}, CancellationToken::default());
        let inspected = self.baseline.inspect(picture, object, None, &mut quiet, &never).await?;
        if let Some(cache) = cache
            && let Err(error) = cache.keep_features(&self.baseline, object)
        {
            // The next call is slower; this one's result is as good.
            eprintln!("the texts' vectors are not stored: {error}");
        }
        Ok(Detection { score: inspected.score, map: inspected.map, before: 0.0 })
    }
}
