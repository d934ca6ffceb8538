use crate::Mask;

/// One `f32` a pixel, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    width: u32,
    height: u32,
    data: Vec<f32>,
}

impl Map {
    /// A map of one value everywhere.
    pub fn filled(width: u32, height: u32, value: f32) -> Self {
        Self { width, height, data: vec![value; width as usize * height as usize] }
    }

    /// Takes `data` of `width` × `height` values, row-major; `None` when the length differs.
    pub fn from_vec(width: u32, height: u32, data: Vec<f32>) -> Option<Self> {
        (data.len() == width as usize * height as usize).then_some(Self { width, height, data })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// All values, row-major.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    pub fn into_vec(self) -> Vec<f32> {
        self.data
    }

    /// Lowest and highest finite value; `None` when there is none.
    pub fn range(&self) -> Option<(f32, f32)> {
        let finite = self.data.iter().copied().filter(|v| v.is_finite());
        finite.fold(None, |range, v| match range {
            None => Some((v, v)),
            Some((low, high)) => Some((v.min(low), v.max(high))),
        })
    }

    /// Scales to 0..1 by the map's own lowest and highest value; a constant map becomes 0, and so does a NaN.
    pub fn min_max_normalised(&self) -> Map {
        let (low, high) = self.range().unwrap_or((0.0, 0.0));
        let span = high - low;
        let normalise = |&v: &f32| {
            let scaled = (v - low) / span;
            if span > 0.0 && !scaled.is_nan() { scaled.clamp(0.0, 1.0) } else { 0.0 }
        };
        Map { width: self.width, height: self.height, data: self.data.iter().map(normalise).collect() }
    }

    /// Sets what lies outside of `mask`, which has the map's size, to 0.
    pub fn keep(&mut self, mask: &Mask) {
        for (value, &inside) in self.data.iter_mut().zip(mask.data()) {
            *value = if inside { *value } else { 0.0 };
        }
    }

    /// The pixels above `threshold`; never a NaN.
    pub fn above(&self, threshold: f32) -> Mask {
        let mut mask = Mask::filled(self.width, self.height, false);
        for (above, &value) in mask.data_mut().iter_mut().zip(&self.data) {
            *above = value > threshold;
        }
        mask
    }
}
