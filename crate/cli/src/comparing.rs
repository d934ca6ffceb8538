//! Inspecting pictures beside others: what the prompts say of one is joined by how it differs from its batch and from good ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use image::RgbImage;
use spotcheck_consensus::{Basis, Joined, Picture, Settings, drawn};
use spotcheck_method::Inspection;

use crate::setup::Setup;
use crate::warm::Warm;

const NOTHING_TO_COMPARE: &str = "there are no pictures to compare with";

/// Inspects the pictures of a batch that has been begun.
///
/// Before the batch's first picture it looks at some of the batch, drawn by their numbers: they say what is ordinary. What is said of a
/// picture then depends on these, the good ones and itself alone: stops, shards and the order change nothing.
pub struct Comparer {
    warm: Warm,
    settings: Settings,
    basis: Option<Basis>,
    /// The drawn pictures whose own turn has not come yet.
    waiting: BTreeMap<u64, Looked>,
}

/// A picture of a batch, for its beginning.
pub struct Member<'a> {
    pub number: u64,
    /// What the thing in it is.
    pub object: &'a str,
    pub path: &'a Path,
}

/// What is said of a picture.
pub struct Beside {
    /// By the prompts alone.
    pub zero_shot: Inspection,
    /// `None` where there is nothing to compare it with.
    pub joined: Option<Joined>,
    /// Seconds that were spent on the picture before its turn came.
    pub before: f64,
}

/// A picture that was inspected.
struct Looked {
    inspection: Inspection,
    picture: Picture,
    seconds: f64,
}

impl Comparer {
    /// Loads the networks. `cached`: what texts cost is kept for the next call.
    pub async fn load(mut setup: Setup, cached: bool) -> Result<Self> {
        setup.options.tile_features = true;
        let warm = Warm::load(setup, cached).await?;
        Ok(Self { warm, settings: Settings::default(), basis: None, waiting: BTreeMap::new() })
    }

    pub fn warm(&self) -> &Warm {
        &self.warm
    }

    /// Begins a batch: fixes what its pictures are compared with, each other where `together`, and `good` ones, which may be
    /// of the batch. `read` reads a picture by its path. One of the batch that cannot be read or inspected makes room for the next:
    /// it is named when its own turn comes.
    pub async fn begin(
        &mut self,
        batch: &[Member<'_>],
        good: &[Member<'_>],
        together: bool,
        read: &dyn Fn(&Path) -> Result<RgbImage>,
    ) -> Result<()> {
        self.basis = None;
        self.draw(batch, read).await;
        let found = self.waiting.len();
        ensure!(
            found > 1 || !together,
            "a batch of {found}: pictures are compared with the others of their batch, and 2 are the least"
        );
        let mut whole = Vec::with_capacity(good.len());
        for Member { number, object, path } in good {
            let drawn = self.waiting.get(number).map(|looked| looked.picture.clone());
            let picture = match drawn {
                Some(picture) => picture,
                None => {
                    let what = || format!("the reference {}", path.display());
                    let picture = read(path).with_context(what)?;
                    self.look(&picture, object).await.with_context(what)?.picture
                }
            };
            whole.push((*number, picture));
        }
        let drawn = self.waiting.iter().map(|(&number, looked)| (number, looked.picture.clone())).collect();
        let mut basis = Basis::new(&self.settings, together, drawn, whole)?;
        while basis.measure()? {}
        self.basis = Some(basis);
        Ok(())
    }

    /// Inspects a picture of the batch.
    pub async fn inspect(&mut self, number: u64, picture: &RgbImage, object: &str) -> Result<Beside> {
        // Before the networks run for nothing.
        ensure!(self.basis.is_some(), NOTHING_TO_COMPARE);
        let (looked, before) = match self.waiting.remove(&number) {
            Some(looked) => {
                let seconds = looked.seconds;
                (looked, seconds)
            }
            None => (self.look(picture, object).await?, 0.0),
        };
        let basis = self.basis.as_ref().context(NOTHING_TO_COMPARE)?;
        let joined = basis.combine(number, &looked.picture, &looked.inspection.map)?;
        Ok(Beside { zero_shot: looked.inspection, joined, before })
    }

    async fn draw(&mut self, batch: &[Member<'_>], read: &dyn Fn(&Path) -> Result<RgbImage>) {
        self.waiting.clear();
        let most = self.settings.references.unwrap_or(usize::MAX);
        let batch: BTreeMap<u64, &Member<'_>> = batch.iter().map(|member| (member.number, member)).collect();
        let all = Settings { references: None, ..self.settings.clone() };
        for number in drawn(&all, batch.keys().copied()) {
            if self.waiting.len() == most {
                break;
            }
            if let Some(member) = batch.get(&number)
                && let Ok(picture) = read(member.path)
                && let Ok(looked) = self.look(&picture, member.object).await
            {
                self.waiting.insert(number, looked);
            }
        }
    }

    async fn look(&mut self, picture: &RgbImage, object: &str) -> Result<Looked> {
        let start = Instant::now();
        let mut inspection = self.warm.inspect(picture, object, None).await?;
        let picture = Picture::take(&mut inspection)?;
        Ok(Looked { inspection, picture, seconds: start.elapsed().as_secs_f64() })
    }
}
