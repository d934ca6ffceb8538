use std::collections::HashSet;

use anyhow::{Context, Result};
use image::RgbImage;
use spotcheck_method::{CancellationToken, Dump, Inspection, Inspector, Options, Report, Settings};
use spotcheck_networks::Models;

use crate::cache::TextCache;
use crate::setup::Setup;

/// Loaded models, and what the texts of each object that was asked for have cost.
pub struct Warm {
    inspector: Inspector<Models>,
    options: Options,
    engine: String,
    pack: String,
    cache: Option<TextCache>,
    /// Objects whose texts are ready, and kept for the next call.
    ready: HashSet<String>,
}

impl Warm {
    /// Loads the networks. `cached`: what texts cost is kept for the next call.
    pub async fn load(setup: Setup, cached: bool) -> Result<Self> {
        let Setup { pack, engine, settings, options } = setup;
        let models = pack.models(&engine).await.context("the pack's models cannot be loaded")?;
        let inspector = Inspector::new(models, settings)?;
        let engine = engine.kind().to_string();
        let cache = match cached {
            true => TextCache::for_user(pack.fingerprint(), &engine),
            false => None,
        };
        Ok(Self { inspector, options, engine, pack: pack.name().to_owned(), cache, ready: HashSet::new() })
    }

    /// Inspects a picture of an `object`, which is named as prompts name it.
    pub async fn inspect(
        &mut self,
        picture: &RgbImage,
        object: &str,
        dump: Option<&mut dyn Dump>,
    ) -> Result<Inspection> {
        let cache = self.cache.as_ref().filter(|_| !self.ready.contains(object));
        if let Some(cache) = cache {
            cache.restore(&mut self.inspector, object);
        }
        let (mut quiet, never) = (|_| {}, CancellationToken::default());
        let inspection =
            self.inspector.inspect(picture, object, &self.options, &mut quiet, &never, dump).await?;
        if let Some(cache) = cache {
            if let Err(error) = cache.keep(&self.inspector, object) {
                // The next call is slower; this one's result is as good.
                eprintln!("the texts' vectors are not stored: {error}");
            }
            self.ready.insert(object.to_owned());
        }
        Ok(inspection)
    }

    /// What is told of an inspection; `total` is in seconds.
    pub fn report<'a>(&'a self, inspection: &'a Inspection, path: &'a str, total: f64) -> Report<'a> {
        Report::new(inspection, path, &self.engine, &self.pack, total)
    }

    pub fn settings(&self) -> &Settings {
        self.inspector.settings()
    }

    /// `wonnx` or `rten`.
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// The pack's name.
    pub fn pack(&self) -> &str {
        &self.pack
    }
}
