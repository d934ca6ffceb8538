use spotcheck_imaging::label;

use crate::aupro::area_to;
use crate::{Error, Picture, PrecisionRecallPoint};

/// Bits of an `f32`'s mantissa that do not count: 11 are left, so that the scores of a bin differ by less than 1/2048 of
/// themselves.
const DROPPED_BITS: u32 = 12;
/// Zero has a bin of its own, and so has 1.
pub(crate) const BINS: usize = (1.0f32.to_bits() >> DROPPED_BITS) as usize + 2;

/// The pixels of any number of pictures, counted by score: pixel-level metrics in memory that does not grow with them.
///
/// Scores are 0 to 1 and fall into 260 098 bins of 11 bits of mantissa. [`pixel_ranking`](crate::pixel_ranking) and
/// [`aupro`](crate::aupro()) give the exact values, but sort all pixels at once; what is lost here is the order within a
/// bin, and every value comes with the most that this can change it.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelHistogram {
    pub(crate) bins: Vec<Bin>,
    pub(crate) regions: usize,
    pub(crate) pictures: usize,
}

/// Pixels of nearly the same score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bin {
    pub(crate) anomalous: u64,
    pub(crate) normal: u64,
    /// Over its anomalous pixels, the sum of one pixel's share of its region.
    pub(crate) overlap: f64,
}

impl Bin {
    pub(crate) fn is_empty(&self) -> bool {
        self.anomalous == 0 && self.normal == 0
    }
}

/// A value, and how far the exact one may be from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounded {
    pub value: f64,
    /// The exact value differs by no more than this.
    pub error: f64,
}

/// F1-max over the edges of the bins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundedF1 {
    /// The exact F1-max is no lower, and higher by no more than the error.
    pub f1: Bounded,
    /// Pixels of at least this are called anomalous.
    pub threshold: f32,
}

impl Default for PixelHistogram {
    fn default() -> Self {
        Self { bins: vec![Bin::default(); BINS], regions: 0, pictures: 0 }
    }
}

impl PixelHistogram {
    /// Counts a picture's pixels. A mask of another size than the map's, a score that is not a number and one outside of 0 to
    /// 1 are errors, and then nothing of the picture counts.
    pub fn add(&mut self, picture: Picture<'_>) -> Result<(), Error> {
        let mask = picture.anomalous(0)?;
        let scores = picture.map().data();
        if let Some(index) = scores.iter().position(|score| score.is_nan()) {
            return Err(Error::NotANumber { index });
        }
        if let Some(index) = scores.iter().position(|score| !(0.0..=1.0).contains(score)) {
            return Err(Error::OutOfRange { index });
        }
        let labels = label(&mask);
        for (score, number) in picture.pixels(labels.data()) {
            let Some(bin) = self.bins.get_mut(bin_of(score)) else { continue };
            match (number as usize).checked_sub(1).and_then(|index| labels.components().get(index)) {
                Some(region) => {
                    bin.anomalous += 1;
                    bin.overlap += 1.0 / region.area as f64;
                }
                None => bin.normal += 1,
            }
        }
        self.regions += labels.components().len();
        self.pictures += 1;
        Ok(())
    }

    /// How many pictures were counted.
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// How many anomalous regions there are: the masks' 8-connected components, as far as they count.
    pub fn regions(&self) -> usize {
        self.regions
    }

    /// F1-max, as [`Ranking::best_f1`](crate::Ranking::best_f1) has it.
    pub fn best_f1(&self) -> Result<BoundedF1, Error> {
        let (positives, _) = self.sides();
        if positives == 0 {
            return Err(Error::NothingAnomalous { count: self.count() });
        }
        let (mut found, mut called) = (0u64, 0u64);
        let (mut best, mut threshold, mut highest) = (0.0, f32::INFINITY, 0.0f64);
        for (index, bin) in self.filled() {
            // Were the bin's anomalous pixels all above its normal ones, this could be reached between them.
            let most = if is_one_score(index) {
                0.0
            } else {
                f1(found + bin.anomalous, called + bin.anomalous, positives)
            };
            found += bin.anomalous;
            called += bin.anomalous + bin.normal;
            let value = f1(found, called, positives);
            highest = highest.max(most).max(value);
            if value > best {
                (best, threshold) = (value, lowest_of(index));
            }
        }
        Ok(BoundedF1 { f1: Bounded { value: best, error: highest - best }, threshold })
    }

    /// Average precision, as [`Ranking::average_precision`](crate::Ranking::average_precision) has it.
    pub fn average_precision(&self) -> Result<Bounded, Error> {
        let (positives, _) = self.sides();
        if positives == 0 {
            return Err(Error::NothingAnomalous { count: self.count() });
        }
        let (mut sum, mut low, mut high) = (0.0, 0.0, 0.0);
        let (mut found, mut called) = (0u64, 0u64);
        for (index, bin) in self.filled() {
            let anomalous = bin.anomalous as f64;
            let together =
                anomalous * (found + bin.anomalous) as f64 / (called + bin.anomalous + bin.normal) as f64;
            sum += together;
            if is_one_score(index) {
                low += together;
                high += together;
            } else if bin.anomalous > 0 {
                // At worst all normal pixels of the bin come first, at best all anomalous ones, together.
                low += precisions(found, called + bin.normal, bin.anomalous);
                high += anomalous * (found + bin.anomalous) as f64 / (called + bin.anomalous) as f64;
            }
            found += bin.anomalous;
            called += bin.anomalous + bin.normal;
        }
        let positives = positives as f64;
        Ok(Bounded { value: sum / positives, error: (high - sum).max(sum - low).max(0.0) / positives })
    }

    /// Precision and recall at the lower edge of each bin that holds pixels, lowest score first, and then the point of recall 0
    /// and precision 1, as [`Ranking::precision_recall_curve`](crate::Ranking::precision_recall_curve) has it.
    pub fn precision_recall_curve(&self) -> Result<Vec<PrecisionRecallPoint>, Error> {
        let (positives, _) = self.sides();
        if positives == 0 {
            return Err(Error::NothingAnomalous { count: self.count() });
        }
        let mut points = vec![PrecisionRecallPoint { precision: 1.0, recall: 0.0, threshold: None }];
        let (mut found, mut called) = (0u64, 0u64);
        for (index, bin) in self.filled() {
            found += bin.anomalous;
            called += bin.anomalous + bin.normal;
            points.push(PrecisionRecallPoint {
                precision: found as f64 / called as f64,
                recall: found as f64 / positives as f64,
                threshold: Some(lowest_of(index)),
            });
        }
        points.reverse();
        Ok(points)
    }

    /// Area under the receiver operating characteristic, as [`Ranking::auroc`](crate::Ranking::auroc) has it.
    pub fn auroc(&self) -> Result<Bounded, Error> {
        let (positives, negatives) = self.both_sides()?;
        let (mut area, mut unsure, mut found) = (0.0, 0.0, 0u64);
        for (index, bin) in self.filled() {
            let (anomalous, normal) = (bin.anomalous as f64, bin.normal as f64);
            area += normal * (found as f64 + anomalous / 2.0);
            if !is_one_score(index) {
                // Pairs in a bin count half; each of them may be worth all or nothing.
                unsure += normal * anomalous / 2.0;
            }
            found += bin.anomalous;
        }
        let pairs = positives as f64 * negatives as f64;
        Ok(Bounded { value: area / pairs, error: unsure / pairs })
    }

    /// Area under the per-region overlap curve up to a false-positive rate of `limit`, as [`aupro`](crate::aupro()) has it.
    pub fn aupro(&self, limit: f64) -> Result<Bounded, Error> {
        if !(limit > 0.0 && limit <= 1.0) {
            return Err(Error::BadLimit(limit));
        }
        let (_, negatives) = self.both_sides()?;
        let mut points = vec![(0.0, 0.0)];
        let (mut mistaken, mut overlap, mut unsure) = (0u64, 0.0, 0.0);
        let mut before = (0.0, 0.0);
        for (index, bin) in self.filled() {
            mistaken += bin.normal;
            overlap += bin.overlap;
            let point = (mistaken as f64 / negatives as f64, overlap / self.regions as f64);
            if !is_one_score(index) && before.0 < limit {
                // Between its ends the curve only rises: it may be anywhere in the box around the bin, and the line that
                // stands for it halves the box, unless the limit cuts it.
                let box_area = (point.0.min(limit) - before.0) * (point.1 - before.1);
                unsure += if point.0 > limit { box_area } else { box_area / 2.0 };
            }
            points.push(point);
            before = point;
        }
        Ok(Bounded { value: area_to(limit, &points) / limit, error: unsure / limit })
    }

    /// The bins that hold pixels, highest score first.
    fn filled(&self) -> impl Iterator<Item = (usize, &Bin)> {
        self.bins.iter().enumerate().rev().filter(|(_, bin)| !bin.is_empty())
    }

    /// How many pixels are anomalous, and how many are not.
    fn sides(&self) -> (u64, u64) {
        self.bins.iter().fold((0, 0), |(a, n), bin| (a + bin.anomalous, n + bin.normal))
    }

    fn both_sides(&self) -> Result<(u64, u64), Error> {
        match self.sides() {
            (0, _) => Err(Error::NothingAnomalous { count: self.count() }),
            (_, 0) => Err(Error::NothingNormal { count: self.count() }),
            sides => Ok(sides),
        }
    }

    fn count(&self) -> usize {
        let (positives, negatives) = self.sides();
        (positives + negatives) as usize
    }
}

fn f1(found: u64, called: u64, positives: u64) -> f64 {
    2.0 * found as f64 / (called + positives) as f64
}

/// The sum of the precisions at `anomalous` pixels that come one after the other, when `found` of `called` pixels before them
/// are anomalous; never more than that.
fn precisions(found: u64, called: u64, anomalous: u64) -> f64 {
    // Σ (found + i) / (called + i) is `anomalous` less (called − found) times a stretch of the harmonic series, which the
    // logarithm is not below.
    let (wrong, called, anomalous) = ((called - found) as f64, called as f64, anomalous as f64);
    if wrong == 0.0 { anomalous } else { (anomalous - wrong * (anomalous / called).ln_1p()).max(0.0) }
}

/// The bin of a score from 0 to 1: the bits of such numbers are ordered as the numbers are.
fn bin_of(score: f32) -> usize {
    // Also of −0, whose bits are others.
    if score == 0.0 { 0 } else { (score.to_bits() >> DROPPED_BITS) as usize + 1 }
}

/// The lowest score of a bin.
fn lowest_of(bin: usize) -> f32 {
    bin.checked_sub(1).map_or(0.0, |bits| f32::from_bits((bits as u32) << DROPPED_BITS))
}

/// Whether all pixels of a bin have the same score, so that there is no order to be lost.
fn is_one_score(bin: usize) -> bool {
    bin == 0 || bin == BINS - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_in_the_order_of_the_scores() {
        let scores = [0.0, 1e-40, 1e-7, 0.1, 0.1001, 0.5, 0.75, 1.0f32.next_down(), 1.0];
        let bins = scores.map(bin_of);
        assert!(bins.is_sorted() && bins.windows(2).all(|pair| pair[0] < pair[1]), "{bins:?}");
        assert_eq!((bin_of(-0.0), bins[8]), (0, BINS - 1));
        for score in scores {
            let lowest = lowest_of(bin_of(score));
            assert!(lowest <= score && bin_of(lowest) == bin_of(score), "{score}: {lowest}");
            // Subnormal numbers have less than 11 bits.
            assert!(score < f32::MIN_POSITIVE || score - lowest <= score / 2048.0, "{score}: {lowest}");
        }
    }
}
