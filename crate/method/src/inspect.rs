use std::collections::HashMap;

use image::RgbImage;
use spotcheck_imaging::{Map, Mask, Rect, crop};

use crate::aggregate::{Canvas, component_score, sample_score};
use crate::dump::{Dump, Dumping};
use crate::error::{CLIP, CLIPSEG, ISNET, SAM, all_finite, answer};
use crate::features::{PatchFeatures, TileFeatures};
use crate::foreground::{self, Foreground, ForegroundSource, SamMask};
use crate::progress::Course;
use crate::prompts::{LocalisingVectors, Side, TextVectors, Weighted, compose};
use crate::texts::embed_texts;
use crate::tiles::{Tiled, tile, whole_image};
use crate::{
    CancellationToken, Component, Error, Inspection, Networks, Progress, Settings, Stage, StageSeconds, Tile,
    score, segment,
};

/// What one inspection does differently.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Used as the foreground instead of finding one; must have the picture's size.
    pub foreground: Option<Mask>,
    /// Leaves SAM out: the foreground is IS-Net's mask.
    pub no_sam: bool,
    /// All that is looked at of the picture; must have its size. The foreground and the map end at its edge; what is shown to the
    /// networks around it is not changed.
    pub region: Option<Mask>,
    /// Keeps what the networks know of each tile, so that it can be compared with others: it costs no network call, but
    /// memory (for CLIPSeg at 352 pixels 0.4 MB a tile).
    pub tile_features: bool,
}

impl Options {
    /// What of a mask lies in the region.
    fn cut(&self, mask: Mask) -> Mask {
        // They have one size: the input was checked.
        self.region.as_ref().and_then(|region| mask.and(region)).unwrap_or(mask)
    }
}

/// Inspects pictures one after another; what the prompts cost is paid once for each object's name.
pub struct Inspector<N> {
    networks: N,
    settings: Settings,
    texts: HashMap<String, TextVectors>,
    localising: Option<LocalisingVectors>,
}

impl<N: Networks> Inspector<N> {
    /// Refuses settings that are out of range.
    pub fn new(networks: N, settings: Settings) -> Result<Self, Error> {
        settings.validate()?;
        Ok(Self { networks, settings, texts: HashMap::new(), localising: None })
    }

    pub fn networks(&self) -> &N {
        &self.networks
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Changes the settings; text vectors of prompts that are no longer asked for are forgotten.
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), Error> {
        settings.validate()?;
        self.texts.retain(|_, texts| texts.fits(&settings));
        self.localising.take_if(|localising| !localising.fits(&settings));
        self.settings = settings;
        Ok(())
    }

    /// The text vectors of a name, when an inspection has made them: worth storing, for the same pack.
    pub fn text_vectors(&self, object: &str) -> Option<&TextVectors> {
        self.texts.get(object)
    }

    /// Puts stored text vectors back; `false` when they are not those of the settings' prompts.
    pub fn insert_text_vectors(&mut self, texts: TextVectors) -> bool {
        let fits = texts.fits(&self.settings);
        if fits {
            self.texts.insert(texts.object.clone(), texts);
        }
        fits
    }

    /// The vectors of the localising prompts, when an inspection has made them: worth storing, for the same pack.
    pub fn localising_vectors(&self) -> Option<&LocalisingVectors> {
        self.localising.as_ref()
    }

    /// Puts stored vectors back; `false` when they are not those of the settings' localising prompts.
    pub fn insert_localising_vectors(&mut self, localising: LocalisingVectors) -> bool {
        let fits = localising.fits(&self.settings);
        if fits {
            self.localising = Some(localising);
        }
        fits
    }

    /// Inspects a picture of `object`, whose name goes into the prompts as it is.
    ///
    /// Reports progress, in order, through `report`; stops with [`Error::Cancelled`] between two network calls.
    pub async fn inspect(
        &mut self,
        picture: &RgbImage,
        object: &str,
        options: &Options,
        report: &mut dyn FnMut(Progress),
        cancellation: &CancellationToken,
        dump: Option<&mut dyn Dump>,
    ) -> Result<Inspection, Error> {
        check_input(picture, object, options.region.as_ref())?;
        check_foreground(picture, options.foreground.as_ref())?;
        let (width, height) = picture.dimensions();
        let mut dump = Dumping(dump);
        let mut course = Course::new(report, cancellation);
        let mut seconds = StageSeconds::default();

        self.prepare_texts(object, &mut course).await?;
        seconds.prompts = course.next(Stage::Foreground);
        let mut foreground = self.foreground(picture, options, &mut course, &mut dump).await?;
        seconds.foreground = course.next(Stage::Tiles);
        let tiled = self.tiles(&mut foreground, options.region.as_ref());
        dump_tiles(&mut dump, &foreground, &tiled);
        seconds.tiles = course.next(Stage::Score);
        let (tiles, embeddings) = self.score(picture, object, &tiled, &mut course, &mut dump).await?;
        seconds.score = course.next(Stage::Segment);
        let mut patches = options.tile_features.then(Vec::new);
        let mut map = self.segment(picture, &tiles, patches.as_mut(), &mut course, &mut dump).await?;
        let with_embedding = |(patches, embedding)| TileFeatures { patches, embedding };
        let tile_features =
            patches.map(|patches| patches.into_iter().zip(embeddings).map(with_embedding).collect());
        if let Some(region) = &options.region {
            map.keep(region);
        }
        seconds.segment = course.next(Stage::Aggregate);
        let components = components(&tiled, &tiles);
        let scores: Vec<f32> = components.iter().map(|component| component.score).collect();
        let score = sample_score(&scores, self.settings.top_share);
        dump.map("map", &map);
        dump.array("score", &[1], &[score]);
        seconds.aggregate = course.end();

        Ok(Inspection {
            object: object.to_owned(),
            width,
            height,
            score,
            rejected: f64::from(score) >= self.settings.verdict_threshold,
            foreground_source: foreground.source,
            foreground: foreground.mask,
            dichotomous: foreground.dichotomous,
            sam_masks: foreground.sam_masks,
            components,
            tiles,
            map,
            tile_features,
            seconds,
            settings: self.settings.clone(),
        })
    }

    /// What each localising prompt marks in a tile: the prompt and the sigmoid of its logits, at the decoder's resolution, 0 to 1.
    /// The map of an inspection is the harmonic mean of these times the tile's score.
    pub async fn prompt_maps(&mut self, picture: &RgbImage, tile: Rect) -> Result<Vec<(String, Map)>, Error> {
        let localising = match self.localising.take() {
            Some(localising) => localising,
            None => {
                let prompts = LocalisingVectors::prompts(&self.settings);
                let (mut quiet, never) = (|_| {}, CancellationToken::default());
                let texts: Vec<&String> = prompts.texts.iter().collect();
                let embeddings =
                    embed_texts(&self.networks, &texts, &mut Course::new(&mut quiet, &never)).await?;
                LocalisingVectors { prompts, embeddings }
            }
        };
        let localising = self.localising.insert(localising);
        let logits = self.networks.localise(&crop(picture, tile), &localising.embeddings).await?;
        answer(CLIPSEG, logits.len() == localising.embeddings.len(), || {
            format!("{} maps for {} prompts", logits.len(), localising.embeddings.len())
        })?;
        let maps = localising.prompts.texts.iter().zip(logits).map(|(prompt, mut map)| {
            all_finite(CLIPSEG, map.data())?;
            map.data_mut().iter_mut().for_each(|value| *value = 1.0 / (1.0 + (-*value).exp()));
            Ok((prompt.clone(), map))
        });
        maps.collect()
    }

    /// Stage [`Stage::Prompts`]: whatever text is not known yet.
    async fn prepare_texts(&mut self, object: &str, course: &mut Course<'_>) -> Result<(), Error> {
        let settings = &self.settings;
        let known = self.texts.contains_key(object);
        let sides = [&settings.normal_states, &settings.anomalous_states].map(|states| {
            if known { Weighted::default() } else { compose(states, &settings.templates, object) }
        });
        let [normal, anomalous] = sides;
        let localising = if self.localising.is_some() {
            Weighted::default()
        } else {
            LocalisingVectors::prompts(settings)
        };

        let texts: Vec<&String> =
            [&normal, &anomalous, &localising].into_iter().flat_map(|w| &w.texts).collect();
        let mut embeddings = embed_texts(&self.networks, &texts, course).await?;

        let lengths =
            || Error::Answer { network: CLIP, what: "text embeddings of several lengths".to_owned() };
        let localising_embeddings = embeddings.split_off(normal.texts.len() + anomalous.texts.len());
        let anomalous_embeddings = embeddings.split_off(normal.texts.len());
        if !known {
            let normal = Side::new(normal, embeddings).ok_or_else(lengths)?;
            let anomalous = Side::new(anomalous, anomalous_embeddings).ok_or_else(lengths)?;
            let texts = TextVectors { object: object.to_owned(), normal, anomalous };
            self.texts.insert(object.to_owned(), texts);
        }
        if self.localising.is_none() {
            self.localising =
                Some(LocalisingVectors { prompts: localising, embeddings: localising_embeddings });
        }
        Ok(())
    }

    /// Stage [`Stage::Foreground`].
    async fn foreground(
        &self,
        picture: &RgbImage,
        options: &Options,
        course: &mut Course<'_>,
        dump: &mut Dumping<'_>,
    ) -> Result<Foreground, Error> {
        if let Some(mask) = &options.foreground {
            return Ok(Foreground {
                mask: options.cut(mask.clone()),
                source: ForegroundSource::Given,
                dichotomous: None,
                sam_masks: Vec::new(),
            });
        }
        course.check()?;
        let saliency = self.networks.saliency(picture, self.settings.saliency_at_half_size).await?;
        answer(ISNET, (saliency.width(), saliency.height()) == picture.dimensions(), || {
            format!("a saliency of {} × {} pixels", saliency.width(), saliency.height())
        })?;
        all_finite(ISNET, saliency.data())?;
        dump.map("saliency", &saliency);
        let dichotomous = options.cut(foreground::dichotomous(&saliency, &self.settings));
        dump.mask("dichotomous", &dichotomous);

        // Where D is empty no mask can lie in it.
        let masks = if options.no_sam || !dichotomous.data().contains(&true) {
            Vec::new()
        } else {
            self.sam_masks(picture, &dichotomous, course, dump).await?
        };
        let mut foreground = foreground::unite(dichotomous, masks);
        // A SAM mask may reach over the region's edge.
        foreground.mask = options.cut(foreground.mask);
        Ok(foreground)
    }

    /// SAM's automatic masks that lie in D.
    async fn sam_masks(
        &self,
        picture: &RgbImage,
        dichotomous: &Mask,
        course: &mut Course<'_>,
        dump: &mut Dumping<'_>,
    ) -> Result<Vec<SamMask>, Error> {
        let settings = &self.settings;
        let points = foreground::points(dichotomous, settings);
        // Saliency and encoding count as much as all the points together.
        let all = points.len() * 2 + 1;
        course.at(points.len() / 2, all);
        course.check()?;
        let embedding = self.networks.sam_encode(picture).await?;
        course.at(points.len(), all);

        let mut masks = Vec::new();
        let mut predicted = Vec::new();
        let least = foreground::least_predicted_iou(settings);
        let batch_size = settings.points_per_batch as usize;
        for (index, batch) in points.chunks(batch_size).enumerate() {
            course.check()?;
            let candidates = self.networks.sam_masks(&embedding, batch, least).await?;
            for candidate in candidates {
                let iou = candidate.predicted_iou;
                all_finite(SAM, &[iou])?;
                let &point = batch.get(candidate.point).ok_or_else(|| Error::Answer {
                    network: SAM,
                    what: format!("a mask for point {} of {}", candidate.point, batch.len()),
                })?;
                predicted.push(iou);
                if !foreground::is_predicted_good(iou, settings) {
                    continue;
                }
                let logits = candidate.logits.ok_or_else(|| Error::Answer {
                    network: SAM,
                    what: format!("no mask where it predicts an IoU of {iou}"),
                })?;
                let logits = self.networks.sam_upsample(&embedding, &logits);
                answer(SAM, (logits.width(), logits.height()) == picture.dimensions(), || {
                    format!("a mask of {} × {} pixels", logits.width(), logits.height())
                })?;
                masks.extend(foreground::binarise(&logits, iou, point, settings));
            }
            course.at(points.len() + index * batch_size + batch.len(), all);
        }
        dump.with("sam_points", || (vec![points.len(), 2], points.concat()));
        dump.array("sam_predicted_iou", &[points.len(), predicted.len() / points.len().max(1)], &predicted);

        let mut masks = foreground::suppress(masks, settings);
        masks.retain(|sam| foreground::lies_inside(&sam.mask, dichotomous, settings));
        for (index, sam) in masks.iter().enumerate() {
            dump.with(&format!("sam_mask_{index}"), || {
                let mask = sam.mask.to_mask();
                let values = mask.data().iter().map(|&v| f32::from(u8::from(v))).collect();
                (vec![mask.height() as usize, mask.width() as usize], values)
            });
        }
        dump.with("sam_scores", || {
            (vec![masks.len(), 2], masks.iter().flat_map(|sam| [sam.predicted_iou, sam.stability]).collect())
        });
        Ok(masks)
    }

    /// Stage [`Stage::Tiles`]; only specks are as good as nothing.
    fn tiles(&self, foreground: &mut Foreground, region: Option<&Mask>) -> Vec<Tiled> {
        let side = self.networks.segmenter_input();
        // Only SAM's foreground is made of parts.
        let parts: &[SamMask] =
            if foreground.source == ForegroundSource::Sam { &foreground.sam_masks } else { &[] };
        let (width, height) = (foreground.mask.width(), foreground.mask.height());
        if foreground.source != ForegroundSource::WholeImage {
            let tiled = tile(&foreground.mask, parts, side, &self.settings);
            if !tiled.is_empty() {
                return tiled;
            }
        }
        foreground.source = ForegroundSource::WholeImage;
        foreground.mask = region.cloned().unwrap_or_else(|| Mask::filled(width, height, true));
        // What a person drew is no speck, however small.
        let drawn = Settings { speck_share: 0.0, ..self.settings.clone() };
        let tiled = region.map(|region| match tile(region, &[], side, &self.settings) {
            specks if specks.is_empty() => tile(region, &[], side, &drawn),
            tiled => tiled,
        });
        let tiled = tiled.unwrap_or_default();
        if tiled.is_empty() { vec![whole_image(width, height, side)] } else { tiled }
    }

    /// Stage [`Stage::Score`]: the tiles and their image embeddings.
    async fn score(
        &self,
        picture: &RgbImage,
        object: &str,
        tiled: &[Tiled],
        course: &mut Course<'_>,
        dump: &mut Dumping<'_>,
    ) -> Result<(Vec<Tile>, Vec<Vec<f32>>), Error> {
        let Some(texts) = self.texts.get(object) else { return Err(Error::NoObjectName) };
        dump_texts(dump, texts);
        let count = tiled.iter().map(|component| component.tiles.len()).sum();
        let mut tiles = Vec::with_capacity(count);
        let mut embeddings = Vec::with_capacity(count);
        let all =
            tiled.iter().enumerate().flat_map(|(i, component)| component.tiles.iter().map(move |t| (i, *t)));
        for (index, (component, rect)) in all.enumerate() {
            course.check()?;
            let cut = crop(picture, rect);
            let embedding = self.networks.embed_image(&cut).await?;
            let length = texts.normal.mean.len();
            answer(CLIP, embedding.len() == length && texts.anomalous.mean.len() == length, || {
                format!("an image embedding of {} values, but texts of {length}", embedding.len())
            })?;
            all_finite(CLIP, &embedding)?;
            let scored = score::score(&embedding, texts, &self.settings);

            dump.with(&format!("tile_{index:02}_picture"), || {
                let values = cut.as_raw().iter().map(|&v| f32::from(v)).collect();
                (vec![cut.height() as usize, cut.width() as usize, 3], values)
            });
            dump.array(&format!("tile_{index:02}_embedding"), &[embedding.len()], &embedding);
            for (name, side) in [("normal", &texts.normal), ("anomalous", &texts.anomalous)] {
                dump.with(&format!("tile_{index:02}_cosines_{name}"), || {
                    (vec![side.vectors.len()], score::cosines(&embedding, side))
                });
            }
            tiles.push(Tile {
                component,
                rect,
                normal: scored.normal,
                anomalous: scored.anomalous,
                score: scored.score,
                normal_prompts: scored.normal_prompts,
                anomalous_prompts: scored.anomalous_prompts,
            });
            embeddings.push(embedding);
            course.at(tiles.len(), count);
        }
        dump.with("tile_scores", || {
            (vec![tiles.len(), 3], tiles.iter().flat_map(|t| [t.normal, t.anomalous, t.score]).collect())
        });
        Ok((tiles, embeddings))
    }

    /// Stage [`Stage::Segment`], pasted as it goes: a tile's maps are not kept, its patch features only where they are wanted.
    async fn segment(
        &self,
        picture: &RgbImage,
        tiles: &[Tile],
        mut patches: Option<&mut Vec<PatchFeatures>>,
        course: &mut Course<'_>,
        dump: &mut Dumping<'_>,
    ) -> Result<Map, Error> {
        let mut canvas = Canvas::new(picture.width(), picture.height());
        let Some(localising) = &self.localising else { return Ok(canvas.finish()) };
        dump.rows("text_localising", &localising.embeddings);
        for (index, tile) in tiles.iter().enumerate() {
            course.check()?;
            let (cut, prompts) = (crop(picture, tile.rect), &localising.embeddings);
            let logits = match &mut patches {
                None => self.networks.localise(&cut, prompts).await?,
                Some(patches) => {
                    let (logits, features) = self.networks.localise_with_features(&cut, prompts).await?;
                    for layer in features.layers() {
                        all_finite(CLIPSEG, layer)?;
                    }
                    patches.push(features);
                    logits
                }
            };
            for map in &logits {
                all_finite(CLIPSEG, map.data())?;
            }
            dump.with(&format!("tile_{index:02}_logits"), || {
                let (w, h) = logits.first().map_or((0, 0), |map| (map.width(), map.height()));
                let values = logits.iter().flat_map(|map| map.data()).copied().collect();
                (vec![logits.len(), h as usize, w as usize], values)
            });
            let map = segment::harmonic_mean(&logits, &localising.prompts.weights, &self.settings)
                .ok_or_else(|| {
                    let what = format!("{} maps for {} prompts", logits.len(), localising.embeddings.len());
                    Error::Answer { network: CLIPSEG, what }
                })?;
            dump.map(&format!("tile_{index:02}_map"), &map);
            canvas.paste(tile.rect, &map, tile.score);
            course.at(index + 1, tiles.len());
        }
        Ok(canvas.finish())
    }
}

/// Whether an inspection has something to look at: pixels, a name, and in a region, if there is one, which must have the
/// picture's size.
pub fn check_input(picture: &RgbImage, object: &str, region: Option<&Mask>) -> Result<(), Error> {
    let (picture_width, picture_height) = picture.dimensions();
    if picture_width == 0 || picture_height == 0 {
        return Err(Error::EmptyPicture);
    }
    if object.trim().is_empty() {
        return Err(Error::NoObjectName);
    }
    match region {
        Some(mask) if (mask.width(), mask.height()) != (picture_width, picture_height) => {
            let (width, height) = (mask.width(), mask.height());
            Err(Error::RegionSize { width, height, picture_width, picture_height })
        }
        Some(mask) if !mask.data().contains(&true) => Err(Error::EmptyRegion),
        _ => Ok(()),
    }
}

fn check_foreground(picture: &RgbImage, foreground: Option<&Mask>) -> Result<(), Error> {
    let (picture_width, picture_height) = picture.dimensions();
    match foreground {
        Some(mask) if (mask.width(), mask.height()) != (picture_width, picture_height) => {
            let (width, height) = (mask.width(), mask.height());
            Err(Error::ForegroundSize { width, height, picture_width, picture_height })
        }
        _ => Ok(()),
    }
}

fn components(tiled: &[Tiled], tiles: &[Tile]) -> Vec<Component> {
    let component = |(index, tiled): (usize, &Tiled)| {
        let own = tiles.iter().filter(|tile| tile.component == index);
        let scores: Vec<f32> = own.map(|tile| tile.score).collect();
        Component { rect: tiled.rect, area: tiled.area, parts: tiled.parts, score: component_score(&scores) }
    };
    tiled.iter().enumerate().map(component).collect()
}

fn dump_tiles(dump: &mut Dumping<'_>, foreground: &Foreground, tiled: &[Tiled]) {
    dump.mask("foreground", &foreground.mask);
    let row = |rect: &spotcheck_imaging::Rect| {
        [rect.x as f32, rect.y as f32, rect.width as f32, rect.height as f32]
    };
    dump.with("components", || {
        let values = tiled.iter().flat_map(|c| row(&c.rect).into_iter().chain([c.area as f32])).collect();
        (vec![tiled.len(), 5], values)
    });
    dump.with("tiles", || {
        let all = tiled.iter().enumerate().flat_map(|(i, c)| c.tiles.iter().map(move |rect| (i, rect)));
        let values: Vec<f32> = all.flat_map(|(i, rect)| std::iter::once(i as f32).chain(row(rect))).collect();
        (vec![values.len() / 5, 5], values)
    });
}

fn dump_texts(dump: &mut Dumping<'_>, texts: &TextVectors) {
    for (name, side) in [("text_normal", &texts.normal), ("text_anomalous", &texts.anomalous)] {
        dump.rows(name, &side.vectors);
        dump.array(&format!("{name}_mean"), &[side.mean.len()], &side.mean);
    }
}
