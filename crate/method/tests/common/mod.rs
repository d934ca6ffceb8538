#![allow(dead_code)] // Each test binary uses a part.

use std::cell::RefCell;
use std::path::PathBuf;

use image::RgbImage;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use spotcheck_imaging::{Map, Mask, Rect};
use spotcheck_method::{MaskCandidate, NetworkError, Networks, PatchFeatures, Settings};

/// A fixture of `tests/parity/method`.
pub fn fixture<T: DeserializeOwned>(name: &str) -> T {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/method").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A mask from alternating run lengths, beginning with unset.
pub fn mask(width: u32, height: u32, runs: &[usize]) -> Mask {
    let values = runs.iter().enumerate().flat_map(|(i, &n)| std::iter::repeat_n(i % 2 == 1, n)).collect();
    Mask::from_vec(width, height, values).unwrap()
}

pub fn settings(changes: &serde_json::Value) -> Settings {
    Settings::default().with_json(&changes.to_string()).unwrap()
}

pub fn rect([x, y, width, height]: [i64; 4]) -> Rect {
    Rect::new(x as i32, y as i32, width as u32, height as u32)
}

#[track_caller]
pub fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found}, not {expected}");
}

/// Networks that are formulas (the same as in `make_fixtures.py`) or replay what they are given, and keep a list of
/// what they were asked.
#[derive(Default)]
pub struct Fake {
    pub side: u32,
    pub saliency: Option<Map>,
    pub sam: Vec<Replay>,
    pub asked: RefCell<Vec<String>>,
    /// The call, counted from 0, that fails.
    pub fails_at: Option<usize>,
    /// Called after each call, with its number.
    pub after: Option<Box<dyn Fn(usize)>>,
    /// Puts a NaN into this network's answers.
    pub nan_in: Option<&'static str>,
}

/// What SAM answers at a point.
pub struct Replay {
    pub point: [f32; 2],
    pub ious: Vec<f32>,
    pub logits: Vec<Map>,
}

impl Fake {
    fn call(&self, network: &'static str, what: String) -> Result<f32, NetworkError> {
        let number = self.asked.borrow().len();
        self.asked.borrow_mut().push(format!("{network}: {what}"));
        if let Some(after) = &self.after {
            after(number);
        }
        if self.fails_at == Some(number) {
            return Err(NetworkError { network, message: "out of memory".to_owned(), cause: None });
        }
        Ok(if self.nan_in == Some(network) { f32::NAN } else { 0.0 })
    }

    pub fn calls(&self, network: &str) -> usize {
        self.asked.borrow().iter().filter(|call| call.starts_with(&format!("{network}: "))).count()
    }
}

pub fn text_vector(text: &str) -> Vec<f32> {
    let sum = |m: u64| -> u64 {
        text.chars().zip(1u64..).map(|(c, i)| u64::from(u32::from(c)) * i).sum::<u64>() % m
    };
    [97, 89, 83, 79].iter().map(|&m| (1.0 + sum(m) as f64 / m as f64) as f32).collect()
}

#[async_trait::async_trait(?Send)]
impl Networks for Fake {
    type SamEmbedding = (u32, u32);

    fn segmenter_input(&self) -> u32 {
        self.side
    }

    async fn saliency(&self, picture: &RgbImage, at_half_size: bool) -> Result<Map, NetworkError> {
        let what = if at_half_size { "saliency at half size" } else { "saliency" };
        let odd = self.call("IS-Net", what.to_owned())?;
        let mut map =
            self.saliency.clone().unwrap_or_else(|| Map::filled(picture.width(), picture.height(), 0.5));
        map.data_mut()[0] += odd;
        Ok(map)
    }

    async fn sam_encode(&self, picture: &RgbImage) -> Result<(u32, u32), NetworkError> {
        self.call("SAM", "encode".to_owned())?;
        Ok(picture.dimensions())
    }

    async fn sam_masks(
        &self,
        _: &(u32, u32),
        points: &[[f32; 2]],
        least: f32,
    ) -> Result<Vec<MaskCandidate>, NetworkError> {
        let odd = self.call("SAM", format!("{} points", points.len()))?;
        let mut out = Vec::new();
        for (index, point) in points.iter().enumerate() {
            let replay =
                self.sam.iter().find(|r| r.point == *point).expect("a point that was not to be asked");
            for (&iou, logits) in replay.ious.iter().zip(&replay.logits) {
                let predicted_iou = iou + odd;
                // What the method has no use for is not there.
                let logits = (predicted_iou > least).then(|| logits.clone());
                out.push(MaskCandidate { point: index, predicted_iou, logits });
            }
        }
        Ok(out)
    }

    fn sam_upsample(&self, &(width, height): &(u32, u32), logits: &Map) -> Map {
        logits.resize_bilinear(width, height)
    }

    async fn embed_image(&self, tile: &RgbImage) -> Result<Vec<f32>, NetworkError> {
        let odd = self.call("CLIP", format!("image of {} × {}", tile.width(), tile.height()))?;
        let count = f64::from(tile.width() * tile.height());
        let mut v = [0.0, 0.0, 0.0, 1.0];
        for pixel in tile.pixels() {
            for (sum, &value) in v.iter_mut().zip(&pixel.0) {
                *sum += f64::from(value) / 255.0 / count;
            }
        }
        let norm = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        Ok(v.iter().map(|v| (v / norm) as f32 + odd).collect())
    }

    async fn embed_texts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, NetworkError> {
        let odd = self.call("texts", texts.join(" | "))?;
        Ok(texts.iter().map(|text| text_vector(text).into_iter().map(|v| v + odd).collect()).collect())
    }

    fn text_length(&self, text: &str) -> usize {
        text.len()
    }

    fn texts_done(&self) {}

    async fn localise(&self, tile: &RgbImage, prompts: &[Vec<f32>]) -> Result<Vec<Map>, NetworkError> {
        let odd = self.call("CLIPSeg", format!("{} prompts", prompts.len()))?;
        let n = 8;
        let at = |i: u32| (2 * i + 1) * tile.width() / (2 * n);
        let logits = |p: &Vec<f32>| {
            let value = |i: u32| {
                let pixel = tile.get_pixel(at(i % n), at(i / n)).0;
                let colours: f64 = pixel
                    .iter()
                    .zip(p)
                    .map(|(&c, &p)| f64::from(c) / 255.0 * (f64::from(p) * 8.0 - 8.0))
                    .sum();
                (colours - 2.0 * f64::from(p[3]) + 3.0) as f32 + odd
            };
            Map::from_vec(n, n, (0..n * n).map(value).collect()).unwrap()
        };
        Ok(prompts.iter().map(logits).collect())
    }

    /// Two by two patches of three channels: the tile's colours in the middle of each quarter, and their negatives.
    async fn localise_with_features(
        &self,
        tile: &RgbImage,
        prompts: &[Vec<f32>],
    ) -> Result<(Vec<Map>, PatchFeatures), NetworkError> {
        let maps = self.localise(tile, prompts).await?;
        let odd = if self.nan_in == Some("features") { f32::NAN } else { 0.0 };
        let at = |i: u32, length: u32| (2 * i + 1) * length / 4;
        let pixels = (0..4).map(|i| tile.get_pixel(at(i % 2, tile.width()), at(i / 2, tile.height())).0);
        let layer: Vec<f32> = pixels.flatten().map(|value| f32::from(value) + odd).collect();
        let negative = layer.iter().map(|value| -value).collect();
        Ok((maps, PatchFeatures::new(2, 3, vec![layer, negative]).unwrap()))
    }
}

/// A rectangle as JSON has it.
pub type Numbers = [i64; 4];

#[derive(Deserialize)]
pub struct ComponentCase {
    pub rect: Numbers,
    pub area: usize,
    #[serde(default)]
    pub parts: usize,
    #[serde(default)]
    pub tiles: Vec<Numbers>,
    #[serde(default)]
    pub score: f64,
}
