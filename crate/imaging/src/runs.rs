use crate::{Mask, Rect};

/// A mask kept as the runs of its set pixels: what one of SAM's hundreds of masks of a large photograph is kept as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunMask {
    width: u32,
    height: u32,
    /// Row, first column, one past the last column; in scan order.
    runs: Vec<[u32; 3]>,
}

impl RunMask {
    pub fn from_mask(mask: &Mask) -> Self {
        let mut runs = Vec::new();
        for (y, row) in mask.data().chunks(mask.width().max(1) as usize).enumerate() {
            for_each_run(row, |start, end| runs.push([y as u32, start as u32, end as u32]));
        }
        Self { width: mask.width(), height: mask.height(), runs }
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// How many pixels are set.
    pub fn area(&self) -> usize {
        self.runs.iter().map(|[_, start, end]| (end - start) as usize).sum()
    }

    /// The smallest rectangle that holds all set pixels; `None` when none is set.
    pub fn bounding_box(&self) -> Option<Rect> {
        let (&[upper, ..], &[lower, ..]) = (self.runs.first()?, self.runs.last()?);
        let left = self.runs.iter().map(|r| r[1]).min()?;
        let right = self.runs.iter().map(|r| r[2]).max()?;
        Some(Rect::new(left as i32, upper as i32, right - left, lower - upper + 1))
    }

    pub fn to_mask(&self) -> Mask {
        let mut mask = Mask::filled(self.width, self.height, false);
        self.paint(&mut mask);
        mask
    }

    /// Sets this mask's pixels in another of the same size; does nothing when the sizes differ.
    pub fn paint(&self, mask: &mut Mask) {
        if (mask.width(), mask.height()) != (self.width, self.height) {
            return;
        }
        for range in self.ranges() {
            mask.data_mut()[range].fill(true);
        }
    }

    /// The set pixels as ranges of row-major positions, in scan order.
    pub fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        let width = self.width as usize;
        self.runs.iter().map(move |&[y, start, end]| {
            let row = y as usize * width;
            row + start as usize..row + end as usize
        })
    }

    /// How many of the set pixels are set in `mask` too; `None` when the sizes differ.
    pub fn intersection_area(&self, mask: &Mask) -> Option<usize> {
        let same = (mask.width(), mask.height()) == (self.width, self.height);
        same.then(|| self.ranges().map(|r| mask.data()[r].iter().filter(|&&v| v).count()).sum())
    }
}

/// Calls `found` with first position and one past the last of every run of `true`.
pub(crate) fn for_each_run(row: &[bool], mut found: impl FnMut(usize, usize)) {
    let mut at = 0;
    while let Some(start) = row[at..].iter().position(|&v| v).map(|i| i + at) {
        let end = row[start..].iter().position(|&v| !v).map_or(row.len(), |i| i + start);
        found(start, end);
        at = end;
    }
}
