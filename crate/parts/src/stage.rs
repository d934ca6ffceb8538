//! Parts on their ground: the picture before the camera, and the masks of what is seen.

use image::GrayImage;

use crate::colour::Colour;
use crate::floor::{Floor, Lines};
use crate::picture::Instance;
use crate::scene::{Sprite, VISIBLE, difference, over};
use crate::shadow::{Shadow, is_seen};
use crate::window::Window;

pub(crate) struct Stage<'a> {
    pub floor: Floor<'a>,
    pub sprites: &'a [Sprite],
    /// Which parts have a defect.
    pub flawed: &'a [bool],
    pub width: usize,
    pub height: usize,
}

/// What is kept from row to row.
#[derive(Default)]
pub(crate) struct Rows {
    /// The share of the light that the last row's shadows took, for the whole width.
    pub dark: Vec<f32>,
    half: Vec<f32>,
    lines: Lines,
}

impl Stage<'_> {
    /// The light that comes from the pixels of a row, from column `x0` on; from whole parts or with their defects.
    pub fn row(
        &self,
        (x0, y): (usize, usize),
        defective: bool,
        shadow: &Shadow,
        rows: &mut Rows,
        row: &mut [Colour],
    ) {
        let Rows { dark, half, lines } = rows;
        dark.resize(self.width, 0.0);
        shadow.row(y, half, dark);
        self.floor.row((x0, y), &dark[x0..], lines, row);
        for sprite in self.sprites {
            sprite.stretches(defective, y, x0..x0 + row.len(), |x, colours, cover| {
                let pixels = colours.iter().zip(cover);
                for (there, (&colour, &cover)) in row[x - x0..].iter_mut().zip(pixels) {
                    if cover > 0.0 {
                        *there = over((colour, cover), *there, 1.0);
                    }
                }
            });
        }
    }

    /// Each part's number where it is seen, and the boxes.
    pub fn identify(&self, defective: bool) -> (GrayImage, Vec<Instance>) {
        let mut image = GrayImage::new(self.width as u32, self.height as u32);
        let ids: &mut [u8] = &mut image;
        for (sprite, id) in self.sprites.iter().zip(1u8..) {
            let window = sprite.window();
            for y in window.y0..window.y1 {
                let row = &mut ids[y * self.width..(y + 1) * self.width];
                sprite.stretches(defective, y, 0..self.width, |x, _, cover| {
                    for (there, &cover) in row[x..].iter_mut().zip(cover) {
                        *there = if cover > 0.5 { id } else { *there };
                    }
                });
            }
        }
        // Parts that touch may cover a little of each other: the boxes are of what is left to see.
        let seen = |sprite: &Sprite, id: u8| {
            let window = sprite.window();
            let mut seen: Option<Window> = None;
            for y in window.y0..window.y1 {
                let row = &ids[y * self.width..][window.x0..window.x1];
                let is_own = |&v: &u8| v == id;
                if let (Some(first), Some(last)) = (row.iter().position(is_own), row.iter().rposition(is_own))
                {
                    let (x0, x1) = (window.x0 + first, window.x0 + last + 1);
                    let line = Window { x0, y0: y, x1, y1: y + 1 };
                    seen = Some(seen.map_or(line, |seen| seen.hull(line)));
                }
            }
            seen.unwrap_or(Window::of_size(0, 0))
        };
        let boxed = |((sprite, &flawed), id): ((&Sprite, &bool), u8)| {
            let seen = seen(sprite, id);
            let (x, y, w, h) = (seen.x0 as u32, seen.y0 as u32, seen.width() as u32, seen.height() as u32);
            Instance { x, y, w, h, defective: defective && flawed }
        };
        let boxes = self.sprites.iter().zip(self.flawed).zip(1u8..).map(boxed).collect();
        (image, boxes)
    }

    /// Marks the pixels of a part, whole or defective, that its defect visibly changes. Where the change happens to be
    /// nil within the defect — a dent's slope that turns to the light as before — the neighbours decide. The shadows are
    /// those of the whole parts and of the defective ones.
    pub fn compare(&self, sprite: &Sprite, shadows: [&Shadow; 2], mask: &mut GrayImage) {
        let Some(defective) = &sprite.defective else { return };
        let window = defective.window;
        let (w, h) = (window.width(), window.height());
        let mut altered = vec![false; w * h];
        let mut differs = vec![false; w * h];
        let mut rows = Rows::default();
        let (mut whole, mut changed) = (vec![[0.0; 3]; w], vec![[0.0; 3]; w]);
        for y in window.y0..window.y1 {
            let row = (y - window.y0) * w..(y - window.y0 + 1) * w;
            let (altered, differs) = (&mut altered[row.clone()], &mut differs[row]);
            for (altered, x) in altered.iter_mut().zip(window.x0..) {
                let (before, after) = (sprite.whole.pixel(x, y), defective.pixel(x, y));
                *altered = before != after && (before.1 > 0.5 || after.1 > 0.5);
            }
            if altered.contains(&true) {
                self.row((window.x0, y), false, shadows[0], &mut rows, &mut whole);
                self.row((window.x0, y), true, shadows[1], &mut rows, &mut changed);
                for (i, (differs, &altered)) in differs.iter_mut().zip(&*altered).enumerate() {
                    *differs = altered && difference(whole[i], changed[i]) > VISIBLE;
                }
            }
        }
        let before = differs.clone();
        for y in 1..h.saturating_sub(1) {
            for x in 1..w.saturating_sub(1) {
                let i = y * w + x;
                if before[i] || !altered[i] {
                    continue;
                }
                let near = [i - w - 1, i - w, i - w + 1, i - 1, i + 1, i + w - 1, i + w, i + w + 1];
                differs[i] = near.into_iter().filter(|&n| before[n]).count() >= 5;
            }
        }
        let mask: &mut [u8] = mask;
        for (differs, y) in differs.chunks(w.max(1)).zip(window.y0..) {
            let row = &mut mask[y * self.width + window.x0..];
            for (out, _) in row.iter_mut().zip(differs).filter(|(_, differs)| **differs) {
                *out = 255;
            }
        }
    }
}

/// Marks those of a row's pixels on the ground, which no part hides, where the shadow that takes this share of the light is
/// seen.
pub(crate) fn mark_shadow(dark: &[f32], ids: &[u8], mask: &mut [u8]) {
    for ((out, &dark), &id) in mask.iter_mut().zip(dark).zip(ids) {
        *out = if is_seen(dark) && id == 0 { 255 } else { 0 };
    }
}
