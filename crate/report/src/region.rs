use spotcheck_imaging::{Map, Mask, Rect, label};

use crate::Rle;

/// A part of a picture that stands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub rle: Rle,
    pub rect: Rect,
    /// In pixels.
    pub area: u64,
    /// 0 to 1.
    pub score: f32,
}

impl Region {
    /// A region from its mask; `None` when no pixel is set.
    pub fn from_mask(mask: &Mask, score: f32) -> Option<Self> {
        let rle = Rle::encode(mask);
        let rect = rle.bounding_box()?;
        Some(Self { rect, area: rle.area(), rle, score })
    }
}

/// Where a map is above `level`: its 8-connected regions in scan order, each with its highest value as the score. One pass
/// however many there are.
pub fn regions(map: &Map, level: f32) -> Vec<Region> {
    let labels = label(&map.above(level));
    let mut scores = vec![level; labels.components().len()];
    for (&label, &value) in labels.data().iter().zip(map.data()) {
        let score = (label as usize).checked_sub(1).and_then(|index| scores.get_mut(index));
        if let Some(score) = score {
            *score = score.max(value);
        }
    }
    let masks = Rle::encode_components(&labels);
    let found = labels.components().iter().zip(masks).zip(scores);
    found
        .map(|((component, rle), score)| Region {
            rle,
            rect: component.rect,
            area: component.area as u64,
            score,
        })
        .collect()
}
