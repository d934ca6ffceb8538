use anyhow::Result;
use clap::ValueEnum;
use image::RgbImage;
use serde_json::{Value, json};
use spotcheck_evaluation::Task;
use spotcheck_imaging::Map;

use super::comparing::{Comparing, Ways};
use crate::setup::Setup;
use crate::warm::Warm;

/// The methods that can be evaluated.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
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
    pub read: &'a dyn Fn(&str) -> Result<RgbImage>,
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

    /// Loads the networks. `cached`: what texts cost is kept for the next call. `ways` are for [`Method::Vvv`].
    pub async fn load(self, setup: Setup, ways: Ways, cached: bool) -> Result<Box<dyn Detector>> {
        match self {
            Self::Vvv if ways.any() => Ok(Box::new(Comparing::load(setup, ways, cached).await?)),
            Self::Vvv => Ok(Box::new(Vvv { warm: Warm::load(setup, cached).await? })),
        }
    }
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
