use crate::Rect;

/// One `bool` a pixel, row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    data: Vec<bool>,
}

impl Mask {
    /// A mask of one value everywhere.
    pub fn filled(width: u32, height: u32, value: bool) -> Self {
        Self { width, height, data: vec![value; width as usize * height as usize] }
    }

    /// Takes `data` of `width` × `height` values, row-major; `None` when the length differs.
    pub fn from_vec(width: u32, height: u32, data: Vec<bool>) -> Option<Self> {
        (data.len() == width as usize * height as usize).then_some(Self { width, height, data })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// All values, row-major.
    pub fn data(&self) -> &[bool] {
        &self.data
    }

    pub fn data_mut(&mut self) -> &mut [bool] {
        &mut self.data
    }

    /// How many pixels are set.
    pub fn area(&self) -> usize {
        self.data.iter().filter(|&&v| v).count()
    }

    /// Whether a pixel is set; `false` outside of the mask.
    pub fn get(&self, x: u32, y: u32) -> bool {
        x < self.width && y < self.height && self.data[y as usize * self.width as usize + x as usize]
    }

    /// Whether both masks have one size; the pixel-wise operations below ask for that.
    pub fn same_size(&self, other: &Mask) -> bool {
        (self.width, self.height) == (other.width, other.height)
    }

    /// Sets the pixels that are set in either; `None` when the sizes differ.
    pub fn or(&self, other: &Mask) -> Option<Mask> {
        self.zip(other, |a, b| a | b)
    }

    /// Keeps the pixels that are set in both; `None` when the sizes differ.
    pub fn and(&self, other: &Mask) -> Option<Mask> {
        self.zip(other, |a, b| a & b)
    }

    /// How many pixels are set in both; `None` when the sizes differ.
    pub fn intersection_area(&self, other: &Mask) -> Option<usize> {
        self.same_size(other).then(|| self.data.iter().zip(&other.data).filter(|&(&a, &b)| a & b).count())
    }

    fn zip(&self, other: &Mask, f: impl Fn(bool, bool) -> bool) -> Option<Mask> {
        self.same_size(other).then(|| Mask {
            width: self.width,
            height: self.height,
            data: self.data.iter().zip(&other.data).map(|(&a, &b)| f(a, b)).collect(),
        })
    }

    /// The smallest rectangle that holds all set pixels; `None` when none is set.
    pub fn bounding_box(&self) -> Option<Rect> {
        let (mut left, mut right, mut upper, mut lower) = (usize::MAX, 0, None, 0);
        for (y, row) in self.data.chunks(self.width.max(1) as usize).enumerate() {
            if let Some(first) = row.iter().position(|&v| v) {
                let last = row.iter().rposition(|&v| v).unwrap_or(first);
                left = left.min(first);
                right = right.max(last);
                upper.get_or_insert(y);
                lower = y;
            }
        }
        let upper = upper?;
        Some(Rect::new(left as i32, upper as i32, (right - left + 1) as u32, (lower - upper + 1) as u32))
    }

    /// Sets every pixel that has a set one within `dx` columns and `dy` rows.
    pub fn dilate(&self, dx: u32, dy: u32) -> Mask {
        let width = self.width as usize;
        let mut out = Mask::filled(self.width, self.height, false);
        if self.data.is_empty() {
            return out;
        }
        // A rectangle is a row and then a column: each pass walks a line once, remembering the last set pixel.
        for (from, to) in self.data.chunks_exact(width).zip(out.data.chunks_exact_mut(width)) {
            spread(|i| from[i], |i| to[i] = true, width, dx as usize);
        }
        let across = out.data.clone();
        for x in 0..width {
            let set = |i: usize| out.data[i * width + x] = true;
            spread(|i| across[i * width + x], set, self.height as usize, dy as usize);
        }
        out
    }
}

fn spread(is_set: impl Fn(usize) -> bool, mut set: impl FnMut(usize), length: usize, reach: usize) {
    let mut next = 0;
    for at in (0..length).filter(|&i| is_set(i)) {
        let start = at.saturating_sub(reach).max(next);
        next = at.saturating_add(reach).saturating_add(1).min(length);
        (start..next).for_each(&mut set);
    }
}
