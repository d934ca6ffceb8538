use anyhow::Result;
use clap::ValueEnum;
use image::RgbImage;
use serde_json::{Value, json};
use spotcheck_imaging::Map;

use crate::setup::Setup;
use crate::warm::Warm;

/// The methods that can be evaluated.
#[derive(Clone, Copy, ValueEnum)]
pub enum Method {
    /// Variance Vigilance Vanguard: the method of this program (Baugh et al., 2023).
    Vvv,
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
        }
    }

    /// Loads the networks. `cached`: what texts cost is kept for the next call.
    pub async fn load(self, setup: Setup, cached: bool) -> Result<Box<dyn Detector>> {
        match self {
            Self::Vvv => Ok(Box::new(Vvv { warm: Warm::load(setup, cached).await? })),
        }
    }
}

struct Vvv {
    warm: Warm,
}

#[async_trait::async_trait(?Send)]
impl Detector for Vvv {
    async fn detect(&mut self, picture: &RgbImage, object: &str) -> Result<Detection> {
        let inspected = self.warm.inspect(picture, object, None).await?;
        Ok(Detection { score: inspected.score, map: inspected.map })
    }
}
