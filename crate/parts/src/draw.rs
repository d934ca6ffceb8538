//! From a request to a picture.

use image::{GrayImage, RgbImage};

use crate::background::Background;
use crate::camera::Camera;
use crate::defect::Defect;
use crate::flaw::Flaw;
use crate::floor::Floor;
use crate::kind::Kind;
use crate::light::Light;
use crate::picture::{DefectChoice, Error, Instance, Label, Picture, Request};
use crate::placement::arrange;
use crate::random::Random;
use crate::scene::{Scene, Sprite};
use crate::shadow::Shadow;
use crate::shape::build;
use crate::stage::{Rows, Stage, mark_shadow};

/// Draws one picture.
pub fn generate(request: &Request) -> Result<Picture, Error> {
    let (whole, defective) = draw(request, false)?;
    Ok(defective.or(whole).unwrap_or_else(|| empty(request)))
}

/// Draws the same scene twice: all parts whole, and with the defect. The two differ in nothing else. `request.defect`
/// of [`DefectChoice::Whole`] means any.
pub fn generate_pair(request: &Request) -> Result<(Picture, Picture), Error> {
    let defect = if request.defect == DefectChoice::Whole { DefectChoice::Any } else { request.defect };
    let (whole, defective) = draw(&Request { defect, ..*request }, true)?;
    Ok((whole.unwrap_or_else(|| empty(request)), defective.unwrap_or_else(|| empty(request))))
}

fn empty(request: &Request) -> Picture {
    let (w, h) = (request.width, request.height);
    Picture {
        rgb: RgbImage::new(w, h),
        instances: GrayImage::new(w, h),
        defect: GrayImage::new(w, h),
        shadow: GrayImage::new(w, h),
        label: label(request.seed, Kind::Washer, None, Vec::new()),
    }
}

fn label(seed: u64, kind: Kind, defect: Option<Defect>, instances: Vec<Instance>) -> Label {
    Label {
        kind: kind.name().to_owned(),
        name: kind.name().to_owned(),
        synonyms: kind.synonyms().iter().map(|&s| s.to_owned()).collect(),
        defect: defect.map(|d| d.name().to_owned()),
        seed,
        instances,
    }
}

/// A part of a smaller radius, in pixels, is small.
const SMALL: f32 = 48.0;

/// What each stream of random numbers is for.
mod purpose {
    pub const KIND: u64 = 1;
    pub const DEFECT: u64 = 2;
    pub const SHAPE: u64 = 3;
    pub const LIGHT: u64 = 4;
    pub const BACKGROUND: u64 = 5;
    pub const ARRANGEMENT: u64 = 6;
    pub const CAMERA: u64 = 7;
    pub const FLAW: u64 = 100;
}

fn one_of<T: Copy>(items: &[T], random: &mut Random) -> Option<T> {
    items.get(random.below(items.len() as u32) as usize).copied()
}

/// Mostly one, often a few, now and then a tray full; at most `most`.
fn how_many(most: u32, random: &mut Random) -> u32 {
    let (few, dice) = (most.min(5), random.unit());
    if few < 2 || dice < 0.6 {
        1
    } else if most <= 5 || dice < 0.93 {
        random.between(2, few)
    } else {
        random.between(6, most)
    }
}

fn draw(request: &Request, both: bool) -> Result<(Option<Picture>, Option<Picture>), Error> {
    request.check()?;
    let random = Random::new(request.seed);
    let kind = request.kind.or_else(|| one_of(&request.split.kinds(), &mut random.fork(purpose::KIND)));
    let kind = kind.unwrap_or(Kind::Washer);
    let defect = match request.defect {
        DefectChoice::Whole => None,
        DefectChoice::Any => one_of(&request.split.defects(), &mut random.fork(purpose::DEFECT)),
        DefectChoice::Only(defect) => Some(defect),
    };
    let product = request.series.map_or_else(|| random.clone(), Random::new);
    let shape = build(kind, &mut product.fork(purpose::SHAPE));
    let light = Light::new(&mut product.fork(purpose::LIGHT));
    let background = Background::new(&mut product.fork(purpose::BACKGROUND));
    let mut arrangement = random.fork(purpose::ARRANGEMENT);
    let count = request.instances.unwrap_or_else(|| how_many(request.max_instances, &mut arrangement));
    let placements = arrange(count, request.width, request.height, shape.bounds().y < 0.6, &mut arrangement);
    let (width, height) = (request.width as usize, request.height as usize);
    let samples = if width.max(height) > 1024 { 1 } else { 2 };
    let scene = Scene { shape: shape.as_ref(), light: &light, width, height, samples };
    // At least one part is defective, and of several not all.
    let mut choice = random.fork(purpose::DEFECT + 1000);
    let certain = choice.below(placements.len() as u32) as usize;
    let flawed: Vec<bool> = (0..placements.len())
        .map(|i| {
            defect.is_some()
                && (i == certain
                    || (placements.len() > 2 && i != (certain + 1) % placements.len() && choice.chance(0.25)))
        })
        .collect();
    let sprites: Vec<Sprite> = placements
        .iter()
        .enumerate()
        .map(|(i, placement)| {
            let mut flaws = random.fork(purpose::FLAW + i as u64);
            match defect {
                Some(defect) if flawed[i] => {
                    // From subtle to obvious; on a small part only what is obvious can be seen.
                    let least = if placement.radius < SMALL { 1.0 } else { 0.7 };
                    let size = flaws.range(least, 1.4);
                    let mut make =
                        |reach: f32, zoom: f32| Flaw::new(defect, scene.shape, reach, zoom, &mut flaws);
                    scene.draw(placement, Some((size, &mut make)))
                }
                _ => scene.draw(placement, None),
            }
        })
        .collect();
    let floor = Floor::new(&background, light.on_ground(), width, height);
    let stage = Stage { floor, sprites: &sprites, flawed: &flawed, width, height };
    let whole_shadow = Shadow::cast(&sprites, false, &light, width, height);
    let camera = Camera::new(width, height, request.camera, random.fork(purpose::CAMERA));
    let blank = || GrayImage::new(request.width, request.height);
    let finish = |shadow: &Shadow, defective: bool, mask: GrayImage| {
        let (instances, boxes) = stage.identify(defective);
        let mut in_shadow = blank();
        let (ids, marks): (&[u8], &mut [u8]) = (&instances, &mut in_shadow);
        let mut rows = Rows::default();
        let rgb = camera.photograph(|y, row| {
            stage.row((0, y), defective, shadow, &mut rows, row);
            let span = y * width..(y + 1) * width;
            mark_shadow(&rows.dark, &ids[span.clone()], &mut marks[span]);
        });
        Picture {
            rgb,
            shadow: in_shadow,
            instances,
            defect: mask,
            label: label(request.seed, kind, defect.filter(|_| defective), boxes),
        }
    };
    let whole = || finish(&whole_shadow, false, blank());
    if defect.is_none() {
        return Ok((Some(whole()), None));
    }
    let new_shadow =
        defect.filter(|d| d.reshapes()).map(|_| Shadow::cast(&sprites, true, &light, width, height));
    let changed_shadow = new_shadow.as_ref().unwrap_or(&whole_shadow);
    let mut mask = blank();
    for sprite in &sprites {
        stage.compare(sprite, [&whole_shadow, changed_shadow], &mut mask);
    }
    let first = both.then(whole);
    Ok((first, Some(finish(changed_shadow, true, mask))))
}
