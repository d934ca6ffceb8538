use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use image::RgbImage;
use serde_json::{Value, json};
use spotcheck_consensus::{Basis, Picture, Settings, drawn};
use spotcheck_evaluation::Task;
use spotcheck_imaging::Map;

use super::detector::{Class, Detection, Detector};
use crate::setup::Setup;
use crate::warm::Warm;

/// What the zero-shot method is joined by.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// The class's other pictures.
    pub consensus: bool,
    /// So many pictures that are known to be whole.
    pub references: usize,
}

impl Ways {
    pub fn any(self) -> bool {
        self.consensus || self.references > 0
    }

    /// What is put behind a method's name.
    pub fn name(self) -> String {
        let parts = [(self.consensus, "+consensus"), (self.references > 0, "+references")];
        parts.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect()
    }

    /// Puts what results depend on into a method's settings.
    pub fn describe(self, settings: &mut Value) -> Result<()> {
        if let (true, Some(settings)) = (self.any(), settings.as_object_mut()) {
            settings.insert("consensus".to_owned(), json!(self.consensus));
            settings.insert("references".to_owned(), json!(self.references));
            settings.insert("comparison".to_owned(), serde_json::to_value(Settings::default())?);
        }
        Ok(())
    }
}

/// The paper's method, joined by comparisons with other pictures.
///
/// Before a class's first picture it looks at some of the class, drawn by their places in the plan, without their labels: they say
/// what is ordinary. Each picture's result then depends on these and itself alone: stops and shards change nothing.
pub struct Comparing {
    warm: Warm,
    ways: Ways,
    settings: Settings,
    basis: Option<Basis>,
    /// The drawn pictures whose own turn has not come yet.
    drawn: BTreeMap<u64, Looked>,
}

/// A picture that was inspected.
struct Looked {
    picture: Picture,
    zero_shot: Map,
    seconds: f64,
}

impl Comparing {
    pub async fn load(mut setup: Setup, ways: Ways, cached: bool) -> Result<Self> {
        setup.options.tile_features = true;
        let warm = Warm::load(setup, cached).await?;
        Ok(Self { warm, ways, settings: Settings::default(), basis: None, drawn: BTreeMap::new() })
    }

    async fn look(&mut self, picture: &RgbImage, object: &str) -> Result<Looked> {
        let start = Instant::now();
        let mut inspected = self.warm.inspect(picture, object, None).await?;
        let picture = Picture::take(&mut inspected)?;
        Ok(Looked { picture, zero_shot: inspected.map, seconds: start.elapsed().as_secs_f64() })
    }

    /// Looks at the drawn pictures of a class. One that cannot be read makes room for the next: it is named when its own turn
    /// comes.
    async fn draw(&mut self, class: &Class<'_>) -> Result<()> {
        self.drawn.clear();
        let most = self.settings.references.unwrap_or(usize::MAX);
        let tasks: BTreeMap<u64, &Task> = class.tasks.iter().map(|task| (task.index as u64, *task)).collect();
        let all = Settings { references: None, ..self.settings.clone() };
        for number in drawn(&all, tasks.keys().copied()) {
            if self.drawn.len() == most {
                break;
            }
            if let Some(task) = tasks.get(&number)
                && let Ok(picture) = (class.read)(&task.path)
            {
                let looked = self.look(&picture, &task.object).await;
                self.drawn.insert(number, looked.with_context(|| task.path.clone())?);
            }
        }
        Ok(())
    }
}

#[async_trait::async_trait(?Send)]
impl Detector for Comparing {
    async fn begin(&mut self, class: &Class<'_>) -> Result<()> {
        self.basis = None;
        self.draw(class).await?;
        let found = self.drawn.len();
        ensure!(
            found > 1 || !self.ways.consensus,
            "a batch of {found}: pictures are compared with the others of their batch, and 2 are the least"
        );
        let object = class.tasks.first().map_or(class.name, |task| task.object.as_str());
        let mut good = Vec::with_capacity(class.good.len());
        // Numbers that no picture of the plan has.
        for (number, path) in (0..=u64::MAX).rev().zip(class.good) {
            let looked = match (class.read)(path) {
                Ok(picture) => self.look(&picture, object).await,
                Err(error) => Err(error),
            };
            good.push((number, looked.with_context(|| format!("the reference {path}"))?.picture));
        }
        let drawn = self.drawn.iter().map(|(&number, looked)| (number, looked.picture.clone())).collect();
        let mut basis = Basis::new(&self.settings, self.ways.consensus, drawn, good)?;
        while basis.measure()? {}
        self.basis = Some(basis);
        Ok(())
    }

    async fn detect(&mut self, task: &Task, picture: &RgbImage) -> Result<Detection> {
        let number = task.index as u64;
        let (looked, before) = match self.drawn.remove(&number) {
            Some(looked) => {
                let seconds = looked.seconds;
                (looked, seconds)
            }
            None => (self.look(picture, &task.object).await?, 0.0),
        };
        let basis = self.basis.as_ref().context("there are no pictures to compare with")?;
        let joined = basis.combine(number, &looked.picture, &looked.zero_shot)?;
        let combined =
            joined.context("the pictures show too little of parts to tell what is ordinary")?.combined;
        Ok(Detection { score: combined.score, map: combined.map, before })
    }
}
