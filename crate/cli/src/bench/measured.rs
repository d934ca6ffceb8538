use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use image::RgbImage;
use spotcheck_imaging::Map;
use spotcheck_method::{MaskCandidate, NetworkError, Networks, PatchFeatures};
use spotcheck_networks::{Models, SamEmbedding};

/// What the method asks networks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    Texts,
    Saliency,
    Encode,
    Masks,
    Upsample,
    Image,
    Localise,
}

impl Work {
    pub fn name(self) -> &'static str {
        match self {
            Self::Texts => "CLIP, texts",
            Self::Saliency => "IS-Net",
            Self::Encode => "SAM, picture",
            Self::Masks => "SAM, points",
            Self::Upsample => "SAM, masks made large",
            Self::Image => "CLIP, tiles",
            Self::Localise => "CLIPSeg, tiles",
        }
    }
}

/// How often something was asked for, for how many texts, points or prompts in all, and how long it took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    pub calls: u64,
    pub items: u64,
    pub seconds: f64,
    /// Of all threads together; 0 where the system does not tell.
    pub cpu_seconds: f64,
}

/// A stop-watch of wall and processor.
pub struct Watch {
    start: Instant,
    cpu: f64,
}

impl Watch {
    pub fn start() -> Self {
        Self { start: Instant::now(), cpu: cpu_seconds() }
    }

    /// Seconds since the start, and those of the processor.
    pub fn read(&self) -> [f64; 2] {
        [self.start.elapsed().as_secs_f64(), cpu_seconds() - self.cpu]
    }
}

/// What this process has had of the processors, in hundredths of a second.
fn cpu_seconds() -> f64 {
    let ticks = || -> Option<f64> {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        // The program's name may hold spaces; it ends with the last parenthesis. Fields 14 and 15 of all.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        Some(fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?)
    };
    ticks().map_or(0.0, |ticks| ticks / 100.0)
}

/// Networks with a stop-watch.
pub struct Measured {
    models: Models,
    asked: RefCell<Asked>,
}

#[derive(Default)]
struct Asked {
    meters: BTreeMap<Work, Meter>,
    /// Items of each call.
    sizes: BTreeMap<Work, Vec<usize>>,
    /// Points whose masks were drawn.
    drawn: usize,
    /// Texts of each call by the length of the graph that they took: a length, how many.
    texts: Vec<(usize, usize)>,
}

impl Measured {
    pub fn new(models: Models) -> Self {
        Self { models, asked: RefCell::default() }
    }

    /// Sets everything to zero.
    pub fn reset(&self) {
        self.asked.replace(Asked::default());
    }

    pub fn meter(&self, work: Work) -> Meter {
        self.asked.borrow().meters.get(&work).copied().unwrap_or_default()
    }

    /// Items of each call.
    pub fn sizes(&self, work: Work) -> Vec<usize> {
        self.asked.borrow().sizes.get(&work).cloned().unwrap_or_default()
    }

    /// Points whose masks were drawn: at least one of them was good enough to be looked at.
    pub fn drawn(&self) -> usize {
        self.asked.borrow().drawn
    }

    /// Lengths in tokens, each with the texts that took its graph in one call.
    pub fn texts(&self) -> Vec<(usize, usize)> {
        self.asked.borrow().texts.clone()
    }

    fn done(&self, work: Work, items: usize, watch: &Watch) {
        let mut asked = self.asked.borrow_mut();
        let meter = asked.meters.entry(work).or_default();
        meter.calls += 1;
        meter.items += items as u64;
        let [seconds, cpu_seconds] = watch.read();
        meter.seconds += seconds;
        meter.cpu_seconds += cpu_seconds;
        asked.sizes.entry(work).or_default().push(items);
    }
}

#[async_trait::async_trait(?Send)]
impl Networks for Measured {
    type SamEmbedding = SamEmbedding;

    fn segmenter_input(&self) -> u32 {
        self.models.segmenter_input()
    }

    async fn saliency(&self, picture: &RgbImage, at_half_size: bool) -> Result<Map, NetworkError> {
        let watch = Watch::start();
        let answer = self.models.saliency(picture, at_half_size).await;
        self.done(Work::Saliency, 1, &watch);
        answer
    }

    async fn sam_encode(&self, picture: &RgbImage) -> Result<SamEmbedding, NetworkError> {
        let watch = Watch::start();
        let answer = self.models.sam_encode(picture).await;
        self.done(Work::Encode, 1, &watch);
        answer
    }

    async fn sam_masks(
        &self,
        embedding: &SamEmbedding,
        points: &[[f32; 2]],
        least: f32,
    ) -> Result<Vec<MaskCandidate>, NetworkError> {
        let watch = Watch::start();
        let answer = self.models.sam_masks(embedding, points, least).await;
        self.done(Work::Masks, points.len(), &watch);
        let candidates = answer.iter().flatten().filter(|candidate| candidate.logits.is_some());
        let drawn: BTreeSet<usize> = candidates.map(|candidate| candidate.point).collect();
        self.asked.borrow_mut().drawn += drawn.len();
        answer
    }

    fn sam_upsample(&self, embedding: &SamEmbedding, logits: &Map) -> Map {
        let watch = Watch::start();
        let answer = self.models.sam_upsample(embedding, logits);
        self.done(Work::Upsample, 1, &watch);
        answer
    }

    async fn embed_image(&self, tile: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        let watch = Watch::start();
        let answer = self.models.embed_image(tile).await;
        self.done(Work::Image, 1, &watch);
        answer
    }

    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        let watch = Watch::start();
        let answer = self.models.embed_texts(texts).await;
        self.done(Work::Texts, texts.len(), &watch);
        if let Ok(lengths) = self.models.clip_text.lengths(texts) {
            self.asked.borrow_mut().texts.extend(lengths);
        }
        answer
    }

    fn text_length(&self, text: &str) -> usize {
        self.models.text_length(text)
    }

    fn texts_done(&self) {
        self.models.texts_done();
    }

    async fn localise(&self, tile: &RgbImage, prompts: &[Vec<f32>]) -> Result<Vec<Map>, NetworkError> {
        let watch = Watch::start();
        let answer = self.models.localise(tile, prompts).await;
        self.done(Work::Localise, prompts.len(), &watch);
        answer
    }

    async fn localise_with_features(
        &self,
        tile: &RgbImage,
        prompts: &[Vec<f32>],
    ) -> Result<(Vec<Map>, PatchFeatures), NetworkError> {
        let watch = Watch::start();
        let answer = self.models.localise_with_features(tile, prompts).await;
        self.done(Work::Localise, prompts.len(), &watch);
        answer
    }
}
