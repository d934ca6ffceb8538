use serde::{Deserialize, Serialize};
use spotcheck_imaging::{Labels, Mask, Rect};

/// The most pixels of a mask whose runs are read: as many as of a picture that is read by default.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Why runs are not a mask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RleError {
    #[error("the runs cover {runs} pixels, the mask of {width} × {height} has {pixels}")]
    Length { runs: u64, width: u32, height: u32, pixels: u64 },
    #[error("a mask of {width} × {height} has more than the {MAX_PIXELS} pixels that are read")]
    TooLarge { width: u32, height: u32 },
    #[error("byte {at} of the compressed runs is none that a run is written with")]
    Byte { at: usize },
    #[error("the compressed runs end within run {run}")]
    Cut { run: usize },
    #[error("run {run} is not a length that a mask can have")]
    Run { run: usize },
}

/// A mask as COCO keeps it: lengths of runs, column by column from the left, the first of unset pixels (0 when the first
/// pixel is set). As JSON it is `{"size": [height, width], "counts": […]}`, COCO's uncompressed form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Rle {
    /// Height, then width.
    size: [u32; 2],
    counts: Vec<u64>,
}

#[derive(Deserialize)]
struct Unchecked {
    size: [u32; 2],
    counts: Vec<u64>,
}

impl TryFrom<Unchecked> for Rle {
    type Error = RleError;

    fn try_from(Unchecked { size: [height, width], counts }: Unchecked) -> Result<Self, RleError> {
        Self::from_counts(width, height, counts)
    }
}

/// The same with the runs in COCO's own text: what pycocotools writes and reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompressedRle {
    /// Height, then width.
    pub size: [u32; 2],
    pub counts: String,
}

impl Rle {
    pub fn encode(mask: &Mask) -> Self {
        let (width, height) = (mask.width() as usize, mask.height() as usize);
        let mut runs = Runs::default();
        for x in 0..width {
            let column = mask.data().iter().skip(x).step_by(width);
            for (y, _) in column.enumerate().filter(|&(_, &set)| set) {
                runs.set((x * height + y) as u64);
            }
        }
        runs.end(mask.width(), mask.height())
    }

    /// Each component by itself, in their order; one pass over the picture however many there are.
    pub fn encode_components(labels: &Labels) -> Vec<Self> {
        let (width, height) = (labels.width() as usize, labels.height() as usize);
        let mut runs: Vec<Runs> = labels.components().iter().map(|_| Runs::default()).collect();
        for x in 0..width {
            let column = labels.data().iter().skip(x).step_by(width);
            for (y, &label) in column.enumerate() {
                let component = (label as usize).checked_sub(1).and_then(|index| runs.get_mut(index));
                if let Some(component) = component {
                    component.set((x * height + y) as u64);
                }
            }
        }
        runs.into_iter().map(|runs| runs.end(labels.width(), labels.height())).collect()
    }

    /// Takes runs as COCO has them, the first of unset pixels. They must cover the mask, and that have at most
    /// [`MAX_PIXELS`].
    pub fn from_counts(width: u32, height: u32, counts: Vec<u64>) -> Result<Self, RleError> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MAX_PIXELS {
            return Err(RleError::TooLarge { width, height });
        }
        let runs = counts.iter().fold(0u64, |sum, &run| sum.saturating_add(run));
        if runs != pixels {
            return Err(RleError::Length { runs, width, height, pixels });
        }
        Ok(Self { size: [height, width], counts })
    }

    pub fn width(&self) -> u32 {
        self.size[1]
    }

    pub fn height(&self) -> u32 {
        self.size[0]
    }

    /// Lengths of unset and set pixels in turn.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// How many pixels are set.
    pub fn area(&self) -> u64 {
        self.counts.iter().skip(1).step_by(2).sum()
    }

    /// The smallest rectangle that holds all set pixels; `None` when none is set.
    pub fn bounding_box(&self) -> Option<Rect> {
        let height = u64::from(self.height()).max(1);
        let (mut left, mut right, mut upper, mut lower) = (u64::MAX, 0, u64::MAX, 0);
        let mut at = 0u64;
        for (index, &run) in self.counts.iter().enumerate() {
            let start = at;
            at += run;
            if index % 2 == 0 || run == 0 {
                continue;
            }
            let last = at - 1;
            left = left.min(start / height);
            right = right.max(last / height);
            // A run that goes on in the next column touches the lower edge and the upper one.
            let one_column = start / height == last / height;
            upper = upper.min(if one_column { start % height } else { 0 });
            lower = lower.max(if one_column { last % height } else { height - 1 });
        }
        (left != u64::MAX).then(|| {
            Rect::new(left as i32, upper as i32, (right - left + 1) as u32, (lower - upper + 1) as u32)
        })
    }

    pub fn to_mask(&self) -> Mask {
        let mut mask = Mask::filled(self.width(), self.height(), false);
        let (columns, rows) = (self.width() as usize, self.height() as usize);
        let mut at = 0usize;
        for (index, &run) in self.counts.iter().enumerate() {
            let end = at + run as usize;
            if index % 2 == 1 {
                for position in at..end {
                    mask.data_mut()[position % rows * columns + position / rows] = true;
                }
            }
            at = end;
        }
        mask
    }

    /// The runs as COCO's text: from the fourth on the difference to the run two before, five bits a character, the lowest
    /// first, a sixth bit when more follow (`rleToString` of maskApi.c).
    pub fn compress(&self) -> CompressedRle {
        let mut text = String::new();
        for (index, &run) in self.counts.iter().enumerate() {
            let mut rest = run as i64;
            if index > 2 {
                rest -= self.counts[index - 2] as i64;
            }
            loop {
                let bits = (rest & 0x1f) as u8;
                rest >>= 5;
                // The highest bit of the last five is the sign.
                let more = if bits & 0x10 != 0 { rest != -1 } else { rest != 0 };
                text.push(char::from(48 + bits + if more { 0x20 } else { 0 }));
                if !more {
                    break;
                }
            }
        }
        CompressedRle { size: self.size, counts: text }
    }
}

impl CompressedRle {
    /// Reads the runs; an error when the text is not COCO's, or the runs do not cover the mask.
    pub fn expand(&self) -> Result<Rle, RleError> {
        let mut counts: Vec<u64> = Vec::new();
        let (mut value, mut shift) = (0i64, 0u32);
        for (at, byte) in self.counts.bytes().enumerate() {
            let run = counts.len();
            let bits = byte.checked_sub(48).filter(|&bits| bits < 64).ok_or(RleError::Byte { at })?;
            // No mask has runs of 60 bits: longer numbers are not ours, and would overflow.
            if shift >= 60 {
                return Err(RleError::Run { run });
            }
            value |= i64::from(bits & 0x1f) << shift;
            shift += 5;
            if bits & 0x20 != 0 {
                continue;
            }
            if bits & 0x10 != 0 {
                value |= -1 << shift;
            }
            if let Some(&before) = run.checked_sub(2).filter(|_| run > 2).and_then(|two| counts.get(two)) {
                value = value.saturating_add_unsigned(before);
            }
            counts.push(u64::try_from(value).map_err(|_| RleError::Run { run })?);
            (value, shift) = (0, 0);
        }
        if shift != 0 {
            return Err(RleError::Cut { run: counts.len() });
        }
        let [height, width] = self.size;
        Rle::from_counts(width, height, counts)
    }
}

/// Runs while they are found, by positions that only grow.
#[derive(Default)]
struct Runs {
    counts: Vec<u64>,
    /// One past the last set pixel.
    end: u64,
}

impl Runs {
    fn set(&mut self, at: u64) {
        match self.counts.last_mut() {
            Some(run) if self.end == at => *run += 1,
            _ => self.counts.extend([at - self.end, 1]),
        }
        self.end = at + 1;
    }

    fn end(mut self, width: u32, height: u32) -> Rle {
        let rest = u64::from(width) * u64::from(height) - self.end;
        // No last run of no pixels, unless it is the only one.
        if rest > 0 || self.counts.is_empty() {
            self.counts.push(rest);
        }
        Rle { size: [height, width], counts: self.counts }
    }
}
