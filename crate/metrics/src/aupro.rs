use spotcheck_imaging::label;

use crate::{Error, Picture, Ranking};

/// All pixels that count of a class's pictures, normal ones included, as one ranking. A mask of another size than its map
/// is an error.
pub fn pixel_ranking(pictures: &[Picture<'_>]) -> Result<Ranking, Error> {
    let (mut scores, mut labels) = (Vec::new(), Vec::new());
    for (index, picture) in pictures.iter().enumerate() {
        let mask = picture.anomalous(index)?;
        for (score, anomalous) in picture.pixels(mask.data()) {
            scores.push(score);
            labels.push(anomalous);
        }
    }
    Ranking::new(&scores, &labels)
}

/// Area under the per-region overlap curve up to a false-positive rate of `limit` (0.3 in the literature), over the
/// limit: 0 to 1.
///
/// Regions are the masks' 8-connected components, as far as they count, all of equal weight; the false-positive rate is
/// taken over all normal pixels that count. Pixels of equal score are taken together; the curve is linear in between and cut at the limit
/// (Bergmann et al., *The MVTec Anomaly Detection Dataset*, 2021).
pub fn aupro(pictures: &[Picture<'_>], limit: f64) -> Result<f64, Error> {
    if !(limit > 0.0 && limit <= 1.0) {
        return Err(Error::BadLimit(limit));
    }
    let mut pixels: Vec<(f32, f64)> = Vec::new();
    let mut regions = 0usize;
    let mut normal = 0usize;
    for (index, picture) in pictures.iter().enumerate() {
        let mask = picture.anomalous(index)?;
        let labels = label(&mask);
        regions += labels.components().len();
        for (score, number) in picture.pixels(labels.data()) {
            if score.is_nan() {
                return Err(Error::NotANumber { index: pixels.len() });
            }
            // A share of its region, or 0 for a normal pixel.
            let region = (number as usize).checked_sub(1).and_then(|index| labels.components().get(index));
            normal += usize::from(region.is_none());
            pixels.push((score, region.map_or(0.0, |region| 1.0 / region.area as f64)));
        }
    }
    if regions == 0 {
        return Err(Error::NothingAnomalous { count: pixels.len() });
    }
    if normal == 0 {
        return Err(Error::NothingNormal { count: pixels.len() });
    }
    pixels.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    Ok(area_to(limit, &curve(&pixels, regions, normal)) / limit)
}

/// The points (false-positive rate, mean overlap), from (0, 0) to (1, 1).
fn curve(pixels: &[(f32, f64)], regions: usize, normal: usize) -> Vec<(f64, f64)> {
    let mut points = vec![(0.0, 0.0)];
    let (mut false_positives, mut overlap) = (0usize, 0.0);
    for step in pixels.chunk_by(|a, b| a.0 == b.0) {
        for &(_, share) in step {
            false_positives += usize::from(share == 0.0);
            overlap += share;
        }
        points.push((false_positives as f64 / normal as f64, overlap / regions as f64));
    }
    points
}

/// The area under a curve from 0 to `limit`, linear between its points.
pub(crate) fn area_to(limit: f64, points: &[(f64, f64)]) -> f64 {
    let mut area = 0.0;
    for (&(x0, y0), &(x1, y1)) in points.iter().zip(points.iter().skip(1)) {
        if x0 >= limit {
            break;
        }
        let end = x1.min(limit);
        let y_end = if x1 > x0 { y0 + (y1 - y0) * (end - x0) / (x1 - x0) } else { y1 };
        area += (end - x0) * (y0 + y_end) / 2.0;
    }
    area
}
