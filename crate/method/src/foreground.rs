//! Which pixels are object: IS-Net's dichotomous mask D, and the SAM masks that lie in it (paper section 2,
//! *Foreground extraction*; SAM's automatic masks as segment-anything's `automatic_mask_generator.py` makes them).

use serde::{Deserialize, Serialize};
use spotcheck_imaging::{Map, Mask, RunMask};

use crate::Settings;

/// D: where the saliency, min-max normalised, is above the threshold. A constant map gives an empty mask.
pub fn dichotomous(saliency: &Map, settings: &Settings) -> Mask {
    saliency.min_max_normalised().above(settings.saliency_threshold as f32)
}

/// The points at which SAM is asked, (x, y) in pixels, x fastest: the centres of a grid's cells, without those
/// outside of D dilated by one grid step.
pub fn points(dichotomous: &Mask, settings: &Settings) -> Vec<[f32; 2]> {
    let (width, height, n) = (dichotomous.width(), dichotomous.height(), settings.points_per_side);
    let near = settings
        .points_near_object_only
        .then(|| dichotomous.dilate(width.div_ceil(n.max(1)), height.div_ceil(n.max(1))));
    let along = |i: u32, size: u32| ((f64::from(i) + 0.5) / f64::from(n) * f64::from(size)) as f32;
    let all = (0..n).flat_map(|y| (0..n).map(move |x| [along(x, width), along(y, height)]));
    all.filter(|&[x, y]| near.as_ref().is_none_or(|near| near.get(x as u32, y as u32))).collect()
}

/// A mask that SAM gave at a point, at the picture's size.
#[derive(Clone, Debug, PartialEq)]
pub struct SamMask {
    pub mask: RunMask,
    /// The mask decoder's own estimate of the mask's IoU.
    pub predicted_iou: f32,
    /// Area above the raised threshold over area above the lowered one, 0 to 1.
    pub stability: f32,
    /// (x, y) in the picture's pixels.
    pub point: [f32; 2],
}

/// Whether a candidate's predicted IoU is high enough for its logits to be looked at.
pub fn is_predicted_good(predicted_iou: f32, settings: &Settings) -> bool {
    predicted_iou > least_predicted_iou(settings)
}

/// What a candidate's predicted IoU must be above.
pub fn least_predicted_iou(settings: &Settings) -> f32 {
    settings.predicted_iou_threshold as f32
}

/// Binarises a candidate's logits, already at the picture's size; `None` when it is not stable.
pub fn binarise(logits: &Map, predicted_iou: f32, point: [f32; 2], settings: &Settings) -> Option<SamMask> {
    let (threshold, offset) = (settings.mask_threshold as f32, settings.stability_offset as f32);
    let (raised, lowered) = (threshold + offset, threshold - offset);
    let (mut inner, mut outer) = (0usize, 0usize);
    for &logit in logits.data() {
        inner += usize::from(logit > raised);
        outer += usize::from(logit > lowered);
    }
    // 0/0 is NaN, which is not at least anything.
    let stability = inner as f32 / outer as f32;
    (stability >= settings.stability_threshold as f32).then(|| SamMask {
        mask: RunMask::from_mask(&logits.above(threshold)),
        predicted_iou,
        stability,
        point,
    })
}

/// Removes masks whose box overlaps that of a better one (torchvision's `nms`); the rest by predicted IoU, highest
/// first, the earlier of two equal ones first.
pub fn suppress(mut masks: Vec<SamMask>, settings: &Settings) -> Vec<SamMask> {
    masks.sort_by(|a, b| b.predicted_iou.total_cmp(&a.predicted_iou));
    let mut boxes: Vec<Bounds> = Vec::new();
    masks.retain(|mask| {
        let bounds = Bounds::of(&mask.mask);
        let covered = boxes.iter().any(|other| other.iou(&bounds) > settings.box_nms_threshold as f32);
        if !covered {
            boxes.push(bounds);
        }
        !covered
    });
    masks
}

/// First and last column and row, both inclusive; the area is taken without the one more, as segment-anything does.
struct Bounds([f32; 4]);

impl Bounds {
    fn of(mask: &RunMask) -> Self {
        Self(
            mask.bounding_box().map_or([0.0; 4], |b| {
                [b.x as f32, b.y as f32, (b.right() - 1) as f32, (b.bottom() - 1) as f32]
            }),
        )
    }

    fn area(&self) -> f32 {
        let [left, upper, right, lower] = self.0;
        (right - left) * (lower - upper)
    }

    /// NaN for two boxes without an area.
    fn iou(&self, other: &Self) -> f32 {
        let [left, upper, right, lower] = self.0;
        let [l, u, r, d] = other.0;
        let width = (right.min(r) - left.max(l)).max(0.0);
        let height = (lower.min(d) - upper.max(u)).max(0.0);
        let both = width * height;
        both / (self.area() + other.area() - both)
    }
}

/// Whether enough of a mask's area lies in D.
pub fn lies_inside(mask: &RunMask, dichotomous: &Mask, settings: &Settings) -> bool {
    let (area, inside) = (mask.area(), mask.intersection_area(dichotomous).unwrap_or(0));
    area > 0 && inside as f64 / area as f64 >= settings.mask_inside_object
}

/// Which of the foreground's sources was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForegroundSource {
    /// SAM masks that lie in the dichotomous mask, united.
    Sam,
    /// The dichotomous mask: no SAM mask was kept, or SAM was left out.
    Dichotomous,
    /// The whole picture: the dichotomous mask was empty, or only specks were found.
    WholeImage,
    /// A mask that the caller gave.
    Given,
}

/// The object's pixels, and how they were found.
#[derive(Clone, Debug)]
pub struct Foreground {
    pub mask: Mask,
    pub source: ForegroundSource,
    /// Absent when the foreground was given.
    pub dichotomous: Option<Mask>,
    /// The SAM masks that make up the foreground, by predicted IoU, highest first.
    pub sam_masks: Vec<SamMask>,
}

/// Unites the kept masks; without any D is the foreground, and without D the whole picture.
pub fn unite(dichotomous: Mask, sam_masks: Vec<SamMask>) -> Foreground {
    let (width, height) = (dichotomous.width(), dichotomous.height());
    let (mask, source) = if !sam_masks.is_empty() {
        let mut mask = Mask::filled(width, height, false);
        sam_masks.iter().for_each(|sam| sam.mask.paint(&mut mask));
        (mask, ForegroundSource::Sam)
    } else if dichotomous.data().contains(&true) {
        (dichotomous.clone(), ForegroundSource::Dichotomous)
    } else {
        (Mask::filled(width, height, true), ForegroundSource::WholeImage)
    };
    Foreground { mask, source, dichotomous: Some(dichotomous), sam_masks }
}
