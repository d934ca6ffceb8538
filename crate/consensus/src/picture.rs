//! A picture as the others see it.

use spotcheck_imaging::{Labels, Map, Rect, label};
use spotcheck_method::aggregate::Canvas;
use spotcheck_method::{Inspection, PatchFeatures, TileFeatures};

use crate::{Descriptors, Error};

/// A picture's tiles with their features, ready to be compared with other pictures'.
#[derive(Clone, Debug)]
pub struct Picture {
    width: u32,
    height: u32,
    tiles: Vec<Tile>,
}

/// A tile's features, and which of its patches show the tile's own component.
#[derive(Clone, Debug)]
pub struct Tile {
    pub rect: Rect,
    /// Index of the component it belongs to.
    pub component: usize,
    pub features: TileFeatures,
    /// One a patch, in scan order. The others are the ground, or another part: they are neither compared nor compared with.
    pub inside: Vec<bool>,
}

impl Picture {
    /// Takes an inspection's features out of it. Fails when it was made without
    /// [`Options::tile_features`](spotcheck_method::Options::tile_features).
    pub fn take(inspection: &mut Inspection) -> Result<Self, Error> {
        let features = inspection.tile_features.take().ok_or(Error::NoFeatures)?;
        if features.len() != inspection.tiles.len() {
            return Err(Error::NoFeatures);
        }
        let labels = label(&inspection.foreground);
        let tiles = inspection.tiles.iter().zip(features).map(|(tile, features)| {
            let component = inspection.components.get(tile.component);
            // Specks have labels, but are no components: the one of the same box and area is meant.
            let number = component.and_then(|component| {
                let same =
                    |c: &spotcheck_imaging::Component| (c.rect, c.area) == (component.rect, component.area);
                labels.components().iter().position(same)
            });
            let inside = number.map(|number| inside(&labels, number, tile.rect, features.patches.side()));
            // Where the whole picture is looked at, so is each patch.
            let all = || vec![true; features.patches.side().pow(2)];
            let inside = inside.filter(|inside| inside.contains(&true)).unwrap_or_else(all);
            Tile { rect: tile.rect, component: tile.component, inside, features }
        });
        let tiles = tiles.collect();
        Self::new(inspection.width, inspection.height, tiles)
    }

    /// Takes the tiles of a picture of `width` × `height` pixels. Fails without tiles, when two of them differ in layers, patches
    /// or channels, or when one has not a flag a patch.
    pub fn new(width: u32, height: u32, tiles: Vec<Tile>) -> Result<Self, Error> {
        let first = tiles.first().ok_or(Error::NoFeatures)?;
        let shape = shape(&first.features.patches);
        for tile in &tiles {
            let patches = &tile.features.patches;
            if self::shape(patches) != shape || tile.inside.len() != patches.side().pow(2) {
                return Err(Error::Shapes);
            }
        }
        Ok(Self { width, height, tiles })
    }

    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Width and height, in pixels.
    pub(crate) fn size(&self) -> [u32; 2] {
        [self.width, self.height]
    }

    /// Layers, patches a side and channels of every tile.
    pub(crate) fn shape(&self) -> [usize; 3] {
        self.tiles.first().map_or([0; 3], |tile| shape(&tile.features.patches))
    }

    /// The patches of each tile that lie inside.
    pub(crate) fn describe(&self, neighbourhoods: &[usize]) -> Vec<Descriptors> {
        let describe = |tile: &Tile| Descriptors::new(&tile.features.patches, neighbourhoods, &tile.inside);
        self.tiles.iter().map(describe).collect()
    }

    /// The picture's own embedding: the mean of its tiles', unit length.
    pub fn embedding(&self) -> Vec<f32> {
        let length = self.tiles.first().map_or(0, |tile| tile.features.embedding.len());
        let mut sum = vec![0.0f64; length];
        for tile in &self.tiles {
            sum.iter_mut().zip(&tile.features.embedding).for_each(|(sum, &value)| *sum += f64::from(value));
        }
        let norm = sum.iter().map(|v| v * v).sum::<f64>().sqrt();
        sum.into_iter().map(|v| if norm > 0.0 { (v / norm) as f32 } else { 0.0 }).collect()
    }

    /// Puts values of the patches inside, tile by tile, into the picture: bilinear within a tile, the mean where tiles overlap,
    /// 0 outside of all.
    pub(crate) fn map(&self, values: &[Vec<f32>]) -> Map {
        let mut canvas = Canvas::new(self.width, self.height);
        for (tile, values) in self.tiles.iter().zip(values) {
            let side = tile.features.patches.side() as u32;
            let mut values = values.iter();
            let spread = tile.inside.iter().map(|&inside| if inside { values.next().copied() } else { None });
            let spread = spread.map(Option::unwrap_or_default).collect();
            if let Some(map) = Map::from_vec(side, side, spread) {
                canvas.paste(tile.rect, &map, 1.0);
            }
        }
        canvas.finish()
    }
}

fn shape(features: &PatchFeatures) -> [usize; 3] {
    [features.layers().len(), features.side(), features.channels()]
}

/// For each patch of a tile, whether it shows a pixel of the component with this index.
fn inside(labels: &Labels, component: usize, rect: Rect, side: usize) -> Vec<bool> {
    let mut inside = vec![false; side * side];
    let Some(seen) = rect.within(labels.width(), labels.height()) else { return inside };
    let patch = |offset: i64, length: u32| (offset * side as i64 / i64::from(length.max(1))) as usize;
    let width = labels.width() as usize;
    for y in seen.y..seen.y + seen.height as i32 {
        let start = y as usize * width + seen.x as usize;
        let row = labels.data().get(start..start + seen.width as usize).unwrap_or_default();
        let line = patch(i64::from(y) - i64::from(rect.y), rect.height);
        for (x, &label) in (seen.x..).zip(row) {
            if label as usize == component + 1 {
                let column = patch(i64::from(x) - i64::from(rect.x), rect.width);
                if let Some(inside) = inside.get_mut(line * side + column) {
                    *inside = true;
                }
            }
        }
    }
    inside
}
