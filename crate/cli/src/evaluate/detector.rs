use anyhow::{Context, Result};
use clap::ValueEnum;
use image::RgbImage;
use serde_json::{Value, json};
use spotcheck_baselines::winclip::WINDOW_SIDES;
use spotcheck_baselines::{AprilGan, Baseline, PromptEnsemble, WinClip, ZeroShot, april_gan, winclip};
use spotcheck_imaging::Map;
use spotcheck_method::{CancellationToken, Inspector, Options};
use spotcheck_networks::Models;

use crate::cache::TextCache;
use crate::setup::Setup;

/// The methods that can be evaluated.
#[derive(Clone, Copy, ValueEnum)]
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
}

/// A method that is ready to score pictures.
#[async_trait::async_trait(?Send)]
pub trait Detector {
    /// Scores a picture of an `object`, which is named as prompts name it.
    async fn detect(&mut self, picture: &RgbImage, object: &str) -> Result<Detection>;
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

    /// Loads the networks. `cached`: what texts cost is kept for the next call.
    pub async fn load(self, setup: Setup, cached: bool) -> Result<Box<dyn Detector>> {
        match self {
            Self::Vvv => Ok(Box::new(Vvv::load(setup, cached).await?)),
            Self::Winclip => {
                let models = setup.pack.winclip(&setup.engine).await;
                let (windows, texts) = models.context("WinCLIP's models cannot be loaded")?;
                Ok(Box::new(Baseline::new(WinClip::new(windows), Box::new(texts), &setup.settings)?))
            }
            Self::AprilGan => {
                let models = setup.pack.april_gan(&setup.engine).await;
                let (stages, texts) = models.context("APRIL-GAN's models cannot be loaded")?;
                Ok(Box::new(Baseline::new(AprilGan::new(stages), Box::new(texts), &setup.settings)?))
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

struct Vvv {
    inspector: Inspector<Models>,
    options: Options,
    cache: Option<TextCache>,
    /// The object whose texts are ready.
    object: Option<String>,
}

impl Vvv {
    async fn load(setup: Setup, cached: bool) -> Result<Self> {
        let Setup { pack, engine, settings, options } = setup;
        let models = pack.models(&engine).await.context("the pack's models cannot be loaded")?;
        let inspector = Inspector::new(models, settings)?;
        let cache = match cached {
            true => TextCache::for_user(pack.fingerprint(), &engine.kind().to_string()),
            false => None,
        };
        Ok(Self { inspector, options, cache, object: None })
    }
}

#[async_trait::async_trait(?Send)]
impl Detector for Vvv {
    async fn detect(&mut self, picture: &RgbImage, object: &str) -> Result<Detection> {
        let is_new = self.object.as_deref() != Some(object);
        let cache = self.cache.as_ref().filter(|_| is_new);
        if let Some(cache) = cache {
            cache.restore(&mut self.inspector, object);
        }
        let (mut quiet, never) = (|_| {}, CancellationToken::default());
        let inspected =
            self.inspector.inspect(picture, object, &self.options, &mut quiet, &never, None).await?;
        if let Some(cache) = cache
            && let Err(error) = cache.keep(&self.inspector, object)
        {
            // The next call is slower; this one's result is as good.
            eprintln!("the texts' vectors are not stored: {error}");
        }
        self.object = Some(object.to_owned());
        Ok(Detection { score: inspected.score, map: inspected.map })
    }
}

#[async_trait::async_trait(?Send)]
impl<M: ZeroShot> Detector for Baseline<M> {
    async fn detect(&mut self, picture: &RgbImage, object: &str) -> Result<Detection> {
        let (mut quiet, never) = (|_| {}, CancellationToken::default());
        let inspected = self.inspect(picture, object, None, &mut quiet, &never).await?;
        Ok(Detection { score: inspected.score, map: inspected.map })
    }
}
