//! The networks, and what each method says of a kind's pictures.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use spotcheck_baselines::{AprilGan, Baseline, WinClip, ZeroShot};
use spotcheck_consensus::Picture;
use spotcheck_engine::{Engine, Preference};
use spotcheck_imaging::{Map, Mask};
use spotcheck_method::{CancellationToken, Inspection, Inspector, Options, Settings};
use spotcheck_networks::Models;
use spotcheck_pack::{Folder, Pack};

use crate::drawn::{Drawn, Set};
use crate::measured::{Found, Measured};
use crate::ways::{Compare, METHODS, PARTS};

/// What is measured of a kind: a row each, by name.
pub type Rows = Vec<(&'static str, Measured)>;

/// A kind's rows: the methods, and what they are without some of their parts.
pub struct Kind {
    pub methods: Rows,
    pub parts: Rows,
}

pub struct Bench {
    vvv: Inspector<Models>,
    settings: Settings,
    win_clip: Baseline<WinClip<spotcheck_networks::ClipWindows>>,
    april_gan: Baseline<AprilGan<spotcheck_networks::AprilGan>>,
}

impl Bench {
    pub async fn open(folder: &Path) -> Result<Self> {
        // The same on every machine: the CPU.
        let engine = Engine::choose(Preference::Rten).await?;
        let pack = Pack::open(Folder::new(folder)).await?;
        let settings = pack.settings()?;
        let (windows, text) = pack.winclip(&engine).await?;
        let win_clip = Baseline::new(WinClip::new(windows), Box::new(text), &settings)?;
        let (stages, text) = pack.april_gan(&engine).await?;
        let april_gan = Baseline::new(AprilGan::new(stages), Box::new(text), &settings)?;
        let vvv = Inspector::new(pack.models(&engine).await?, settings.clone())?;
        Ok(Self { vvv, settings, win_clip, april_gan })
    }

    pub fn kind(&mut self, set: &Set, kind: usize) -> Result<Kind> {
        let mut batch = set.draw(kind)?;
        let good = batch.split_off(set.count);
        let methods = vec![
            ("WinCLIP", baseline(&mut self.win_clip, &batch)?.measure(&batch)?),
            ("APRIL-GAN", baseline(&mut self.april_gan, &batch)?.measure(&batch)?),
        ];
        pollster::block_on(self.vvv(&batch, &good, methods))
    }

    async fn vvv(&mut self, batch: &[Drawn], good: &[Drawn], mut methods: Rows) -> Result<Kind> {
        let with_features = |_: usize| Options { tile_features: true, ..Options::default() };
        self.vvv.set_settings(self.settings.clone())?;
        let take = |mut inspected: Inspection| {
            let picture = Picture::take(&mut inspected)?;
            anyhow::Ok((picture, inspected))
        };
        let start = Instant::now();
        let whole = self.inspect(batch, with_features).await?;
        let seconds = start.elapsed().as_secs_f64();
        let (pictures, whole): (Vec<Picture>, Vec<Inspection>) =
            whole.into_iter().map(take).collect::<Result<Vec<_>>>()?.into_iter().unzip();
        let good = self.inspect(good, with_features).await?.into_iter().map(|one| Ok(take(one)?.0));
        let good: Vec<Picture> = good.collect::<Result<_>>()?;
        let maps: Vec<Map> = whole.iter().map(|one| one.map.clone()).collect();
        let masks: Vec<Mask> = whole.iter().map(|one| one.foreground.clone()).collect();
        let scores = whole.iter().map(|one| one.score).collect();
        methods.push(("VVV", Found { scores, maps: maps.clone(), seconds }.measure(batch)?));

        let compare = Compare { pictures: &pictures, zero_shot: &maps, good: &good };
        for way in &METHODS {
            let mut found = compare.by(way)?;
            found.seconds += seconds;
            methods.push((way.name, found.measure(batch)?));
        }
        let mut parts = self.stages(batch, &masks).await?;
        for way in &PARTS {
            parts.push((way.name, compare.by(way)?.measure(batch)?));
        }
        Ok(Kind { methods, parts })
    }

    /// The method without each of its stages in turn; `masks` are the foregrounds that it finds.
    async fn stages(&mut self, batch: &[Drawn], masks: &[Mask]) -> Result<Rows> {
        let known = |index: usize| Options { foreground: masks.get(index).cloned(), ..Options::default() };
        let everything = |index: usize| {
            let mask = masks.get(index).map(|mask| Mask::filled(mask.width(), mask.height(), true));
            Options { foreground: mask, ..Options::default() }
        };
        let mut rows = Rows::new();
        let no_sam = self.inspect(batch, |_| Options { no_sam: true, ..Options::default() }).await?;
        rows.push(("VVV without SAM: IS-Net's mask", found(no_sam).measure(batch)?));
        let flat = self.inspect(batch, everything).await?;
        rows.push(("VVV without a foreground: the picture is the object", found(flat).measure(batch)?));
        // All tiles alike: what is left is the map.
        self.vvv.set_settings(Settings { logit_scale: 1e-9, ..self.settings.clone() })?;
        let mut even = found(self.inspect(batch, known).await?);
        even.scores = even.maps.iter().map(|map| map.range().map_or(0.0, |(_, most)| most)).collect();
        rows.push(("VVV without the tile score: the map alone", even.measure(batch)?));
        let one = Settings { localising_prompts: vec!["a defect".into()], ..self.settings.clone() };
        self.vvv.set_settings(one)?;
        let one = self.inspect(batch, known).await?;
        rows.push(("VVV with one localising prompt, “a defect”", found(one).measure(batch)?));
        Ok(rows)
    }

    async fn inspect(
        &mut self,
        batch: &[Drawn],
        options: impl Fn(usize) -> Options,
    ) -> Result<Vec<Inspection>> {
        let mut inspected = Vec::with_capacity(batch.len());
        let never = CancellationToken::default();
        for (index, drawn) in batch.iter().enumerate() {
            let (options, mut quiet) = (options(index), |_| {});
            let looked = self.vvv.inspect(&drawn.rgb, &drawn.object, &options, &mut quiet, &never, None);
            inspected.push(looked.await.with_context(|| format!("a picture of a {}", drawn.object))?);
        }
        Ok(inspected)
    }
}

fn found(inspected: Vec<Inspection>) -> Found {
    let mut found = Found::default();
    inspected.into_iter().for_each(|one| found.push(one.score, one.map));
    found
}

fn baseline(method: &mut Baseline<impl ZeroShot>, batch: &[Drawn]) -> Result<Found> {
    let mut inspected = Vec::with_capacity(batch.len());
    let (start, never) = (Instant::now(), CancellationToken::default());
    for drawn in batch {
        let mut quiet = |_| {};
        let looked = method.inspect(&drawn.rgb, &drawn.object, None, &mut quiet, &never);
        inspected.push(pollster::block_on(looked)?);
    }
    Ok(Found { seconds: start.elapsed().as_secs_f64(), ..found(inspected) })
}
