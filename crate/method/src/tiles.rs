//! The foreground's components and the squares they are looked at in (paper section 2, *Image tiling*).

use spotcheck_imaging::{Labels, Mask, Rect, label};

use crate::Settings;
use crate::foreground::SamMask;

/// A connected component that is not a speck, and its tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiled {
    /// Bounding box.
    pub rect: Rect,
    /// In pixels.
    pub area: usize,
    /// How many of the SAM masks are its parts.
    pub parts: usize,
    /// Squares, in order along the component. They reach over the picture only where that is smaller.
    pub tiles: Vec<Rect>,
}

/// Components in scan order with their tiles, at least `side` wide; none when the foreground has only specks.
///
/// `sam_masks` are those that make up the foreground: without them there are no strips.
pub fn tile(foreground: &Mask, sam_masks: &[SamMask], side: u32, settings: &Settings) -> Vec<Tiled> {
    let (width, height) = (foreground.width(), foreground.height());
    let smallest = settings.speck_share * f64::from(width) * f64::from(height);
    let labels = label(foreground);
    let parts = count_parts(&labels, sam_masks, settings);
    let components = labels.components().iter().zip(parts);
    let large = components.filter(|(component, _)| component.area as f64 >= smallest);
    large
        .map(|(component, parts)| {
            let rect = component.rect;
            let strip =
                rect.aspect_ratio() > settings.strip_aspect_ratio && parts > settings.strip_parts as usize;
            let tiles = strip
                .then(|| strip_tiles(rect, side, (width, height), settings.strip_step))
                .flatten()
                .unwrap_or_else(|| {
                    vec![square(rect, rect.width.max(rect.height).max(side), (width, height))]
                });
            Tiled { rect, area: component.area, parts, tiles }
        })
        .collect()
}

/// The whole picture as one component.
pub fn whole_image(width: u32, height: u32, side: u32) -> Tiled {
    let rect = Rect::new(0, 0, width, height);
    let tile = square(rect, width.max(height).max(side), (width, height));
    Tiled { rect, area: width as usize * height as usize, parts: 0, tiles: vec![tile] }
}

/// For each component the number of masks that have enough of their area in it.
fn count_parts(labels: &Labels, sam_masks: &[SamMask], settings: &Settings) -> Vec<usize> {
    let mut parts = vec![0; labels.components().len()];
    // Pixels of a mask in each component, and in none at 0; made once, cleared after every mask.
    let mut inside = vec![0usize; parts.len() + 1];
    for sam in sam_masks {
        let here = || sam.mask.ranges().filter_map(|range| labels.data().get(range)).flatten();
        let mut touched = Vec::new();
        for &label in here() {
            let label = label as usize;
            if inside[label] == 0 {
                touched.push(label);
            }
            inside[label] += 1;
        }
        let area = sam.mask.area() as f64;
        for label in touched {
            if label > 0 && inside[label] as f64 / area >= settings.part_inside_component {
                parts[label - 1] += 1;
            }
            inside[label] = 0;
        }
    }
    parts
}

/// A square around a box's centre, moved into the picture.
fn square(rect: Rect, side: u32, (width, height): (u32, u32)) -> Rect {
    let x = centred(rect.x, rect.width, side, width);
    let y = centred(rect.y, rect.height, side, height);
    Rect::new(x, y, side, side)
}

/// Where a stretch of `side` starts that is centred on a box's stretch (rounded down) and then moved as little as
/// needed: into the picture, or, where that is shorter, until it covers the picture.
fn centred(start: i32, length: u32, side: u32, picture: u32) -> i32 {
    let centre = (2 * i64::from(start) + i64::from(length)).div_euclid(2);
    let slack = i64::from(picture) - i64::from(side);
    (centre - i64::from(side / 2)).clamp(slack.min(0), slack.max(0)) as i32
}

/// Squares of the box's shorter side along its longer one, the last flush with its end; `None` when one is enough.
fn strip_tiles(rect: Rect, side: u32, picture: (u32, u32), step: f64) -> Option<Vec<Rect>> {
    let (short, long) = (rect.width.min(rect.height), rect.width.max(rect.height));
    let side = short.max(side);
    if side >= long {
        return None;
    }
    let step = ((f64::from(short) * step) as usize).max(1);
    let last = long - side;
    let offsets = (0..last).step_by(step).chain([last]);
    let across = square(rect, side, picture);
    let place = |offset: u32| {
        if rect.width > rect.height {
            Rect { x: rect.x + offset as i32, ..across }
        } else {
            Rect { y: rect.y + offset as i32, ..across }
        }
    };
    Some(offsets.map(place).collect())
}
