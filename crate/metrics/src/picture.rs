use std::borrow::Cow;

use spotcheck_imaging::{Map, Mask};

use crate::Error;

/// A picture's map with the truth about its pixels.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    map: &'a Map,
    mask: &'a Mask,
    counts: Option<&'a Mask>,
}

impl<'a> Picture<'a> {
    /// A picture of which all pixels count; `mask` is set where it is anomalous.
    pub fn new(map: &'a Map, mask: &'a Mask) -> Self {
        Self { map, mask, counts: None }
    }

    /// The same, of which only the pixels set in `counts` count, or all without it. The others are neither anomalous nor normal,
    /// and a region of the mask is what is left of it.
    #[must_use]
    pub fn counting(self, counts: Option<&'a Mask>) -> Self {
        Self { counts, ..self }
    }

    /// Scores of the pixels that count, each with what `of` says of its place.
    pub(crate) fn pixels<T: Copy>(&self, of: &'a [T]) -> impl Iterator<Item = (f32, T)> + use<'a, T> {
        let counts = self.counts.map(Mask::data);
        let pixels = self.map.data().iter().copied().zip(of.iter().copied()).enumerate();
        pixels.filter_map(move |(at, pixel)| {
            counts.is_none_or(|counts| counts.get(at) == Some(&true)).then_some(pixel)
        })
    }

    /// The anomalous pixels that count. Masks of other sizes than the map's are an error; `index` is the picture's in it.
    pub(crate) fn anomalous(&self, index: usize) -> Result<Cow<'a, Mask>, Error> {
        let (map_width, map_height) = (self.map.width(), self.map.height());
        for mask in [Some(self.mask), self.counts].into_iter().flatten() {
            let (mask_width, mask_height) = (mask.width(), mask.height());
            if (mask_width, mask_height) != (map_width, map_height) {
                return Err(Error::SizesDiffer { index, map_width, map_height, mask_width, mask_height });
            }
        }
        // Their sizes are the same: both are the map's.
        let both = self.counts.and_then(|counts| self.mask.and(counts));
        Ok(both.map_or(Cow::Borrowed(self.mask), Cow::Owned))
    }

    pub(crate) fn map(&self) -> &'a Map {
        self.map
    }
}
