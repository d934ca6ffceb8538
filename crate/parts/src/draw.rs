//! From a request to a picture.

use image::{GrayImage, Luma, RgbImage};

use crate::background::Background;
use crate::camera::Camera;
use crate::colour::Colour;
use crate::defect::Defect;
use crate::flaw::Flaw;
use crate::kind::Kind;
use crate::light::{Light, ground};
use crate::picture::{DefectChoice, Error, Instance, Label, Picture, Request};
use crate::random::Random;
use crate::scene::{Scene, Sprite, VISIBLE, arrange, difference, over};
use crate::shadow::Shadow;
use crate::shape::build;

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
    let shape = build(kind, &mut random.fork(purpose::SHAPE));
    let light = Light::new(&mut random.fork(purpose::LIGHT));
    let background = Background::new(&mut random.fork(purpose::BACKGROUND));
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
    let lamp = light.on_ground();
    let side = 1.0 / width.max(height) as f32;
    let mut floor: Vec<Colour> = Vec::with_capacity(width * height);
    for y in 0..height {
        let row = (0..width).map(|x| ground(background.at(x as f32 * side, y as f32 * side), lamp, 0.8));
        floor.extend(row);
    }
    let camera = Camera::new(width, height, request.camera, random.fork(purpose::CAMERA));
    let canvas = |defective: bool, shadow: &Shadow| {
        let mut canvas: Vec<Colour> =
            floor.iter().zip(shadow.factors()).map(|(c, f)| [c[0] * f, c[1] * f, c[2] * f]).collect();
        for sprite in &sprites {
            paste(&mut canvas, sprite, defective, width);
        }
        canvas
    };
    let whole_shadow = Shadow::cast(&sprites, false, &light, width, height);
    let whole = canvas(false, &whole_shadow);
    let finish = |canvas: Vec<Colour>, shadow: &Shadow, defective: bool, mask: GrayImage| {
        let mut ids = GrayImage::new(request.width, request.height);
        let boxes = identify(&sprites, &flawed, defective, &mut ids);
        let shadow = GrayImage::from_fn(request.width, request.height, |x, y| {
            let i = y as usize * width + x as usize;
            Luma([if shadow.visible(i) && ids.get_pixel(x, y).0[0] == 0 { 255 } else { 0 }])
        });
        Picture {
            rgb: camera.photograph(&canvas),
            instances: ids,
            defect: mask,
            shadow,
            label: label(request.seed, kind, defect.filter(|_| defective), boxes),
        }
    };
    let blank = GrayImage::new(request.width, request.height);
    if defect.is_none() {
        return Ok((Some(finish(whole, &whole_shadow, false, blank)), None));
    }
    let new_shadow =
        defect.filter(|d| d.reshapes()).map(|_| Shadow::cast(&sprites, true, &light, width, height));
    let changed_shadow = new_shadow.as_ref().unwrap_or(&whole_shadow);
    let changed = canvas(true, changed_shadow);
    let mut mask = blank.clone();
    for sprite in &sprites {
        compare(&whole, &changed, sprite, width, &mut mask);
    }
    let first = both.then(|| finish(whole, &whole_shadow, false, blank));
    Ok((first, Some(finish(changed, changed_shadow, true, mask))))
}

fn paste(canvas: &mut [Colour], sprite: &Sprite, defective: bool, width: usize) {
    let window = sprite.window;
    let pixels = sprite.pixels(defective);
    for y in 0..window.height() {
        let row = (y + window.y0) * width + window.x0;
        for x in 0..window.width() {
            let pixel = pixels[y * window.width() + x];
            if pixel[3] > 0.0 {
                canvas[row + x] = over(pixel, canvas[row + x], 1.0);
            }
        }
    }
}

/// Marks the pixels of the part, whole or defective, that a defect visibly changes. Where the change happens to be
/// nil within the defect — a dent's slope that turns to the light as before — the neighbours decide.
fn compare(whole: &[Colour], changed: &[Colour], sprite: &Sprite, width: usize, mask: &mut GrayImage) {
    let Some(defective) = &sprite.defective else { return };
    let window = sprite.window;
    let (w, h) = (window.width(), window.height());
    let mut differs = vec![false; w * h];
    for (i, differs) in differs.iter_mut().enumerate() {
        let at = (i / w + window.y0) * width + i % w + window.x0;
        let part = sprite.whole[i][3] > 0.5 || defective[i][3] > 0.5;
        *differs = part && sprite.whole[i] != defective[i] && difference(whole[at], changed[at]) > VISIBLE;
    }
    let before = differs.clone();
    for y in 1..h.saturating_sub(1) {
        for x in 1..w.saturating_sub(1) {
            let i = y * w + x;
            if before[i] || sprite.whole[i] == defective[i] {
                continue;
            }
            let near = [i - w - 1, i - w, i - w + 1, i - 1, i + 1, i + w - 1, i + w, i + w + 1];
            let part = sprite.whole[i][3] > 0.5 || defective[i][3] > 0.5;
            differs[i] = part && near.into_iter().filter(|&n| before[n]).count() >= 5;
        }
    }
    for (i, _) in differs.iter().enumerate().filter(|(_, differs)| **differs) {
        mask.put_pixel((i % w + window.x0) as u32, (i / w + window.y0) as u32, Luma([255]));
    }
}

/// Writes each part's number where it is seen, and gives the boxes.
fn identify(sprites: &[Sprite], flawed: &[bool], defective: bool, ids: &mut GrayImage) -> Vec<Instance> {
    for (index, sprite) in sprites.iter().enumerate() {
        let window = sprite.window;
        for (i, _) in sprite.pixels(defective).iter().enumerate().filter(|(_, pixel)| pixel[3] > 0.5) {
            let (x, y) = (i % window.width() + window.x0, i / window.width() + window.y0);
            ids.put_pixel(x as u32, y as u32, Luma([index as u8 + 1]));
        }
    }
    // Parts that touch may cover a little of each other: the boxes are of what is left to see.
    let mut corners = vec![(u32::MAX, u32::MAX, 0, 0); sprites.len()];
    for (x, y, id) in ids.enumerate_pixels() {
        if let Some(corner) = usize::from(id.0[0]).checked_sub(1).and_then(|index| corners.get_mut(index)) {
            let (x0, y0, x1, y1) = *corner;
            *corner = (x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1));
        }
    }
    let boxed = |((x0, y0, x1, y1), &flawed): ((u32, u32, u32, u32), &bool)| {
        let (x, y) = if x1 == 0 { (0, 0) } else { (x0, y0) };
        Instance { x, y, w: x1 - x, h: y1 - y, defective: defective && flawed }
    };
    corners.into_iter().zip(flawed).map(boxed).collect()
}
