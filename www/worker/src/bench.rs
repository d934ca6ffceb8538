use spotcheck_browser::pause;
use spotcheck_engine::{Engine, EngineKind, Preference};
use spotcheck_imaging::{ColourMap, Map};
use spotcheck_method::{CancellationToken, Error, Inspector, Options, Progress, Settings};
use spotcheck_networks::Models;
use spotcheck_pack::Pack;
use spotcheck_protocol::{
    self as protocol, EngineChoice, Failure, Kind, MaskFile, Method, PackPlace, PromptMap, Region, Reply,
    Report, Tile, Trouble,
};
use web_time::Instant;

use crate::drive::Drive;
use crate::layers::{self, Grid};
use crate::methods::{self, Loaded};
use crate::pausing::Pausing;
use crate::post::post;
use crate::read::read_picture;
use crate::stored::Stored;
use crate::texts::Texts;
use crate::{masks, report, site, trouble};

/// What is said about a region without a pixel.
const NOTHING_LEFT: &str =
    "its region leaves nothing to inspect. Delete an ignored area, or draw a larger area to inspect";

/// Engine, networks and method, made ready for one picture after another.
pub struct Bench {
    pack: Pack,
    place: PackPlace,
    texts: Option<Texts>,
    engine: Engine,
    inspector: Inspector<Pausing<Models>>,
    /// Another method, when a picture was inspected by one.
    baseline: Option<Loaded>,
    /// The pack's settings.
    defaults: Settings,
}

/// A picture to be inspected.
pub struct Wish {
    pub job: u32,
    pub method: Method,
    pub name: String,
    pub object: String,
    /// The picture's file.
    pub bytes: Vec<u8>,
    /// What counts of it.
    pub region: Region,
    /// What is known to be wrong in it.
    pub mask: Option<MaskFile>,
    pub with_picture: bool,
    pub cancellation: CancellationToken,
}

impl Bench {
    /// Chooses the engine and loads a pack.
    pub async fn open(place: PackPlace, choice: EngineChoice) -> Result<Self, Trouble> {
        let preference = match choice {
            EngineChoice::Auto => Preference::Auto,
            EngineChoice::Webgpu => Preference::Wonnx,
            EngineChoice::Cpu => Preference::Rten,
        };
        let engine = Engine::choose(preference).await.map_err(trouble::engine)?;
        let pack = match &place {
            PackPlace::Site(folder) => {
                let pack = Pack::open(site::download(folder).await.map_err(trouble::models)?).await;
                let pack = pack.map_err(trouble::models)?;
                pack.verify().await.map_err(trouble::models)?;
                pack
            }
            PackPlace::Stored(preset) => {
                let stored = Stored::open(Drive::open().await?, preset).await.map_err(trouble::models)?;
                Pack::open(stored).await.map_err(trouble::models)?
            }
        };
        let defaults = pack.settings().map_err(trouble::models)?;
        let inspector = inspector(&pack, &engine, defaults.clone()).await?;
        let texts = Texts::open(&pack, name(&engine)).await;
        Ok(Self { pack, place, texts, engine, inspector, baseline: None, defaults })
    }

    /// What the page is told about this bench.
    pub fn ready(&self) -> Reply {
        Reply::Ready {
            engine: self.engine(),
            pack: self.pack.name().to_owned(),
            place: self.place.clone(),
            colours: ColourMap::ALL.map(colours).into(),
            settings: Box::new(self.inspector.settings().clone()),
            defaults: Box::new(self.defaults.clone()),
            lacking: Method::ALL
                .into_iter()
                .filter_map(|method| Some((method, methods::lacking(&self.pack, method)?)))
                .collect(),
        }
    }

    /// Inspects with the pack's settings but for `changes`, a JSON object, from now on.
    pub fn change(&mut self, changes: &str) -> Result<(), Trouble> {
        let settings = self.defaults.with_json(changes).map_err(trouble::settings)?;
        self.inspector.set_settings(settings).map_err(trouble::settings)
    }

    pub async fn inspect(&mut self, wish: Wish) -> Result<Report, Failure> {
        let Wish { job, method, name, object, bytes, region, mask, with_picture, cancellation } = wish;
        let start = Instant::now();
        if let Some(trouble) = methods::lacking(&self.pack, method) {
            return Err(Failure::Failed(trouble));
        }
        pause().await;
        let picture = read_picture(&bytes).await.map_err(|error| Failure::Failed(error.into()))?;
        drop(bytes);
        let mut told = None;
        let mut tell = |progress: Progress| {
            // Hundredths are enough: a message costs more than they are worth.
            let now = (progress.stage, (progress.fraction * 100.0) as i32);
            if told.replace(now) != Some(now) {
                post(&Reply::Progress { job, progress });
            }
        };
        let region_mask = region.mask(picture.width(), picture.height());
        let options = Options { region: region_mask, tile_features: true, ..Options::default() };
        if options.region.as_ref().is_some_and(|mask| !mask.data().contains(&true)) {
            return Err(Failure::Failed(Trouble::new(Kind::NothingToInspect, NOTHING_LEFT)));
        }
        let truth_outside = match (&mask, &options.region) {
            // A mask that cannot be read says nothing.
            (Some(mask), Some(counts)) => {
                masks::read(mask).is_ok_and(|mask| masks::is_outside(&mask, counts))
            }
            _ => false,
        };
        let mut inspection = loop {
            self.prepare(method).await.map_err(Failure::Failed)?;
            let inspected = match self.baseline.as_mut().filter(|_| !method.is_own()) {
                Some(baseline) => {
                    if let Some(texts) = &self.texts {
                        baseline.restore(texts, &object).await;
                    }
                    let region = options.region.as_ref();
                    baseline.inspect(&picture, &object, region, &mut tell, &cancellation).await
                }
                None => {
                    if let Some(texts) = &self.texts {
                        texts.restore(&mut self.inspector, &object).await;
                    }
                    let inspector = &mut self.inspector;
                    inspector.inspect(&picture, &object, &options, &mut tell, &cancellation, None).await
                }
            };
            match inspected {
                Ok(inspection) => break inspection,
                Err(error) => self.go_on_after(error).await?,
            }
        };
        // The threshold may have changed since the method was loaded.
        inspection.settings.verdict_threshold = self.inspector.settings().verdict_threshold;
        inspection.rejected = f64::from(inspection.score) >= inspection.settings.verdict_threshold;
        let seconds = start.elapsed().as_secs_f64();
        if let Some(texts) = &self.texts {
            match self.baseline.as_ref().filter(|_| !method.is_own()) {
                Some(baseline) => baseline.keep(texts, &object).await,
                None => texts.keep(&self.inspector, &object).await,
            }
        }
        let engine = self.engine();
        let pack = self.pack.name();
        let from =
            report::From { method, name: &name, engine, pack, region: &region, truth_outside, seconds };
        report::report(inspection, &from, with_picture.then_some(&picture))
    }

    /// Loads the networks of another method than this program's own when it is first wanted; the one before makes room first.
    async fn prepare(&mut self, method: Method) -> Result<(), Trouble> {
        let loaded = self.baseline.as_ref().map(Loaded::method);
        if !method.is_own() && loaded != Some(method) {
            self.baseline = None;
            self.baseline = Loaded::load(method, &self.pack, &self.engine, &self.defaults).await?;
        }
        Ok(())
    }

    /// What each localising prompt marks in a tile.
    pub async fn explain(&mut self, bytes: &[u8], tile: &Tile) -> Result<Vec<PromptMap>, Trouble> {
        let picture = read_picture(bytes).await?;
        let maps = self.inspector.prompt_maps(&picture, tile.rect).await.map_err(trouble::inspection)?;
        let shown = |(prompt, map): (String, Map)| {
            let grid = Grid::over(map.width(), map.height(), map.width().max(map.height()));
            PromptMap {
                prompt,
                highest: map.range().map_or(0.0, |(_, highest)| highest),
                width: map.width(),
                height: map.height(),
                heat: js_sys::Uint8Array::from(layers::heat(&map, grid).as_slice()),
            }
        };
        Ok(maps.into_iter().map(shown).collect())
    }

    /// Makes the bench ready to do a picture once more, when the GPU is what failed: on another device, or on the CPU.
    /// Other errors are the picture's.
    async fn go_on_after(&mut self, error: Error) -> Result<(), Failure> {
        let cause = match &error {
            Error::Cancelled => return Err(Failure::Cancelled),
            Error::Network(network) => network.cause.as_deref(),
            _ => None,
        };
        let cause = cause.and_then(|cause| cause.downcast_ref::<spotcheck_engine::Error>());
        let recovered = match cause {
            Some(cause) => self.engine.recover(cause).await,
            None => false,
        };
        if !recovered {
            return Err(Failure::Failed(trouble::inspection(error)));
        }
        // Its networks were on the engine that failed.
        self.baseline = None;
        let settings = self.inspector.settings().clone();
        self.inspector = inspector(&self.pack, &self.engine, settings).await.map_err(Failure::Failed)?;
        self.texts = Texts::open(&self.pack, name(&self.engine)).await;
        // The engine may be another now.
        post(&self.ready());
        Ok(())
    }

    fn engine(&self) -> protocol::Engine {
        protocol::Engine {
            gpu: self.engine.kind() == EngineKind::Wonnx,
            reason: self.engine.reason().to_owned(),
        }
    }
}

fn colours(map: ColourMap) -> protocol::Colours {
    protocol::Colours {
        name: map.name().to_owned(),
        table: map.table().iter().flat_map(|colour| colour.0).collect(),
    }
}

fn name(engine: &Engine) -> &'static str {
    match engine.kind() {
        EngineKind::Wonnx => "wonnx",
        EngineKind::Rten => "rten",
    }
}

/// Loads a pack's models on an engine.
async fn inspector(
    pack: &Pack,
    engine: &Engine,
    settings: Settings,
) -> Result<Inspector<Pausing<Models>>, Trouble> {
    let models = pack.models(engine).await.map_err(trouble::models)?;
    Inspector::new(Pausing(models), settings).map_err(trouble::pack_settings)
}
