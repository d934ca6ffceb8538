//! The viewer's layers: a byte a pixel, never larger than a screen shows.

use spotcheck_imaging::{Map, Mask};

/// A grid of at most `longest` × `longest` cells over a picture, each covering the same share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub width: u32,
    pub height: u32,
    from: (u32, u32),
}

impl Grid {
    /// One cell a pixel where the picture is no larger than `longest`.
    pub fn over(width: u32, height: u32, longest: u32) -> Self {
        let side = width.max(height);
        let shrink = |length: u32| match side <= longest {
            true => length,
            false => (u64::from(length) * u64::from(longest)).div_ceil(u64::from(side)) as u32,
        };
        Self { width: shrink(width), height: shrink(height), from: (width, height) }
    }

    /// The pixels of each cell, as ranges of columns and rows, in scan order.
    fn cells(self) -> impl Iterator<Item = [std::ops::Range<usize>; 2]> {
        let bounds = |at: u32, cells: u32, pixels: u32| {
            let edge = |at: u32| (u64::from(at) * u64::from(pixels) / u64::from(cells)) as usize;
            edge(at)..edge(at + 1)
        };
        (0..self.height).flat_map(move |y| {
            let rows = bounds(y, self.height, self.from.1);
            (0..self.width).map(move |x| [bounds(x, self.width, self.from.0), rows.clone()])
        })
    }

    /// The pixel in the middle of each cell, as a row-major position, in scan order.
    fn middles(self) -> impl Iterator<Item = usize> {
        let columns = self.from.0 as usize;
        self.cells().map(move |[x, y]| (y.start + y.end) / 2 * columns + (x.start + x.end) / 2)
    }
}

/// A map of 0..1 as 0..255; a cell has its highest value, so that a small find is not lost.
pub fn heat(map: &Map, grid: Grid) -> Vec<u8> {
    let columns = map.width() as usize;
    let value = |[x, y]: [std::ops::Range<usize>; 2]| {
        let rows = y.map(|row| &map.data()[row * columns + x.start..row * columns + x.end]);
        let highest = rows.flatten().copied().fold(0.0, f32::max);
        (highest.clamp(0.0, 1.0) * 255.0).round() as u8
    };
    grid.cells().map(value).collect()
}

/// 1 where a cell's middle is in the mask.
pub fn mask(mask: &Mask, grid: Grid) -> Vec<u8> {
    grid.middles().map(|at| u8::from(mask.data()[at])).collect()
}

/// The number of the smallest mask at each cell's middle, from 1 and round from 255 to 1; 0 where there is none.
pub fn parts<'a>(masks: impl Iterator<Item = &'a Mask>, grid: Grid) -> Vec<u8> {
    let mut numbered: Vec<_> = masks.enumerate().map(|(index, mask)| (mask.area(), index, mask)).collect();
    // The smaller ones are painted over the larger ones.
    numbered.sort_by_key(|&(area, index, _)| (std::cmp::Reverse(area), index));
    let mut cells = vec![0; grid.width as usize * grid.height as usize];
    for (_, index, mask) in numbered {
        let label = (index % 255) as u8 + 1;
        for (cell, at) in cells.iter_mut().zip(grid.middles()) {
            if mask.data()[at] {
                *cell = label;
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(width: u32, height: u32, value: impl Fn(u32, u32) -> f32) -> Map {
        let data = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Map::from_vec(width, height, data.map(|(x, y)| value(x, y)).collect()).unwrap()
    }

    #[test]
    fn a_small_picture_keeps_its_size() {
        let grid = Grid::over(3, 2, 4);
        assert_eq!((grid.width, grid.height), (3, 2));
        let heat = heat(&map(3, 2, |x, y| (x + 3 * y) as f32 / 5.0), grid);
        assert_eq!(heat, [0, 51, 102, 153, 204, 255]);
    }

    #[test]
    fn one_hot_pixel_survives_shrinking() {
        let grid = Grid::over(1001, 333, 100);
        assert_eq!((grid.width, grid.height), (100, 34));
        let heat = heat(&map(1001, 333, |x, y| if (x, y) == (1000, 332) { 1.0 } else { 0.0 }), grid);
        assert_eq!(heat.iter().filter(|&&value| value == 255).count(), 1);
        assert_eq!(heat.last(), Some(&255));
    }

    #[test]
    fn values_off_the_scale_are_clamped() {
        let off = Map::from_vec(3, 1, vec![f32::NAN, -1.0, 7.0]).unwrap();
        assert_eq!(heat(&off, Grid::over(3, 1, 9)), [0, 0, 255]);
    }

    #[test]
    fn the_smallest_part_lies_on_top() {
        let mask_of = |columns: std::ops::Range<usize>| {
            Mask::from_vec(6, 1, (0..6).map(|x| columns.contains(&x)).collect()).unwrap()
        };
        let masks = [mask_of(1..2), mask_of(0..5), mask_of(1..4)];
        assert_eq!(parts(masks.iter(), Grid::over(6, 1, 6)), [2, 1, 3, 3, 2, 0]);
    }

    #[test]
    fn a_shrunk_mask_is_read_at_the_cells_middles() {
        let left = Mask::from_vec(8, 2, (0..16).map(|at| at % 8 < 4).collect()).unwrap();
        assert_eq!(mask(&left, Grid::over(8, 2, 4)), [1, 1, 0, 0]);
    }
}
