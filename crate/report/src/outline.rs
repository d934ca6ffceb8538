use spotcheck_imaging::{Labels, Map, Mask, Rect, label};

use crate::contour::contours_left_of;
use crate::hull::longer_side;

/// How far a contour may be from the line that stands for it, in pixels.
const TOLERANCE: f64 = 0.25;

/// Where a map reaches a threshold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlines {
    /// How many regions there are.
    pub count: usize,
    /// Of all regions together, in pixels.
    pub area: u64,
    /// The regions with the highest values, highest first; of equal ones the largest first, then in scan order.
    pub worst: Vec<Outline>,
}

/// An 8-connected region of pixels that reach a threshold, with its contour and its measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The highest value in it.
    pub peak: f32,
    /// In pixels.
    pub area: u64,
    /// The smallest upright rectangle that holds it.
    pub rect: Rect,
    /// The longer side of the smallest rectangle around its pixels, at any angle, in pixels.
    pub length: f64,
    /// Closed polylines of (x, y) in pixels from the picture's upper left corner, without the first point once more at the
    /// end. By the even-odd rule they hold the region and not its holes.
    pub rings: Vec<Vec<[f32; 2]>>,
}

/// The regions of pixels of at least `threshold`, counted, and at most `most` of them described. Values that are not finite
/// are in none.
///
/// The contours are those of [`contours`](crate::contours), but closed: at the picture's edge they run along it. Points are left out where
/// the contour stays within a quarter of a pixel of the line between the others.
pub fn outlines(map: &Map, threshold: f32, most: usize) -> Outlines {
    let labels = {
        let inside = map.data().iter().map(|&value| value.is_finite() && value >= threshold).collect();
        label(&Mask::from_vec(map.width(), map.height(), inside).unwrap_or_else(|| Mask::filled(0, 0, false)))
    };
    let mut peaks = vec![f32::NEG_INFINITY; labels.components().len()];
    for (&number, &value) in labels.data().iter().zip(map.data()) {
        if let Some(peak) = index(number).and_then(|at| peaks.get_mut(at)) {
            *peak = peak.max(value);
        }
    }
    let mut all: Vec<_> = labels.components().iter().zip(peaks).collect();
    let (count, area) = (all.len(), all.iter().map(|(component, _)| component.area as u64).sum());
    // Stable: equal ones stay in scan order.
    all.sort_by(|(a, peak_a), (b, peak_b)| peak_b.total_cmp(peak_a).then(b.area.cmp(&a.area)));
    all.truncate(most);
    let mut places = vec![None; count];
    for (place, (component, _)) in all.iter().enumerate() {
        if let Some(slot) = index(component.label).and_then(|at| places.get_mut(at)) {
            *slot = Some(place);
        }
    }
    let place = |number: u32| index(number).and_then(|at| places.get(at).copied().flatten());
    let mut rings = vec![Vec::new(); all.len()];
    // What is below the threshold is left of a line by being no higher than this.
    let level = threshold.next_down();
    for (at, line) in contours_left_of(&walled(map, level), level, left_pixels(&labels, place)) {
        if let Some(rings) = rings.get_mut(at) {
            rings.extend(ring(&line, map.width(), map.height()));
        }
    }
    let lengths = lengths(&labels, all.len(), place);
    let worst = all.iter().zip(rings).zip(lengths).map(|(((component, peak), rings), length)| Outline {
        peak: *peak,
        area: component.area as u64,
        rect: component.rect,
        length,
        // Around a pixel of exactly the threshold a contour has no extent.
        rings: if rings.is_empty() { vec![corners(component.rect)] } else { rings },
    });
    Outlines { count, area, worst: worst.collect() }
}

/// The corners of a rectangle, in turn.
fn corners(rect: Rect) -> Vec<[f32; 2]> {
    let (left, upper) = (rect.x as f32, rect.y as f32);
    let (right, lower) = (rect.right() as f32, rect.bottom() as f32);
    vec![[left, upper], [right, upper], [right, lower], [left, lower]]
}

/// A label's place in the list of components; 0 has none.
fn index(number: u32) -> Option<usize> {
    (number as usize).checked_sub(1)
}

/// A map with a column or a row of `level` on every side, where contours close. What is not finite becomes that, too.
fn walled(map: &Map, level: f32) -> Map {
    let (width, height) = (map.width() as usize + 2, map.height() as usize + 2);
    let mut walled = Map::filled(width as u32, height as u32, level);
    let rows = walled.data_mut().chunks_exact_mut(width).skip(1);
    // A map without columns has no rows either.
    for (to, from) in rows.zip(map.data().chunks_exact((width - 2).max(1))) {
        for (to, &value) in to.iter_mut().skip(1).zip(from) {
            *to = if value.is_finite() { value } else { level };
        }
    }
    walled
}

/// The pixels of regions that have a place whose left neighbour is in none, with that place; as in the map with its wall.
/// Every contour passes left of one of them.
fn left_pixels(
    labels: &Labels,
    place: impl Fn(u32) -> Option<usize>,
) -> impl Iterator<Item = ([usize; 2], usize)> {
    let rows = labels.data().chunks(labels.width().max(1) as usize).enumerate();
    rows.flat_map(|(y, row)| {
        let before = std::iter::once(0).chain(row.iter().copied());
        let begun = row.iter().copied().zip(before).enumerate();
        begun
            .filter(|(_, (number, before))| *number > 0 && *before == 0)
            .map(move |(x, (number, _))| (x, y, number))
    })
    .filter_map(move |(x, y, number)| Some(([x + 1, y + 1], place(number)?)))
}

/// A closed line of the map with its wall as a ring in the picture, with as few points as its shape needs; `None` when it
/// holds nothing.
fn ring(line: &[[f32; 2]], width: u32, height: u32) -> Option<Vec<[f32; 2]>> {
    let points: Vec<[f32; 2]> = line
        .iter()
        .map(|&[x, y]| [(x - 1.0).clamp(0.0, width as f32), (y - 1.0).clamp(0.0, height as f32)])
        .collect();
    // Without the first point once more.
    let (first, points) = (points.first()?, points.get(..points.len() - 1)?);
    let far = (0..points.len()).max_by(|&a, &b| {
        let away = |at: usize| points.get(at).map_or(0.0, |point| squared(*first, *point));
        away(a).total_cmp(&away(b))
    })?;
    let mut kept = vec![false; points.len()];
    // Between the point and the one opposite, there and back.
    simplify(points, 0, far, &mut kept);
    simplify(points, far, points.len(), &mut kept);
    let ring: Vec<[f32; 2]> =
        points.iter().zip(kept).filter_map(|(point, kept)| kept.then_some(*point)).collect();
    // What is thinner than the tolerance keeps its shape.
    Some(if ring.len() > 2 { ring } else { points.to_vec() }).filter(|ring| ring.len() > 2)
}

/// Marks the points of a stretch that are needed (Ramer, Douglas and Peucker); `end` may be one past the last, which is the
/// first again.
fn simplify(points: &[[f32; 2]], start: usize, end: usize, kept: &mut [bool]) {
    let point = |at: usize| points.get(if at == points.len() { 0 } else { at }).copied().unwrap_or_default();
    let mut stretches = vec![(start, end)];
    while let Some((start, end)) = stretches.pop() {
        if let Some(kept) = kept.get_mut(start) {
            *kept = true;
        }
        let (from, to) = (point(start), point(end));
        let away = |at: usize| (distance(point(at), from, to), at);
        let furthest = (start + 1..end).map(away).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, at)) = furthest.filter(|(distance, _)| *distance > TOLERANCE * TOLERANCE) {
            stretches.push((start, at));
            stretches.push((at, end));
        }
    }
}

fn squared(a: [f32; 2], b: [f32; 2]) -> f64 {
    let (dx, dy) = (f64::from(a[0]) - f64::from(b[0]), f64::from(a[1]) - f64::from(b[1]));
    dx * dx + dy * dy
}

/// From a point to the line between two others, squared.
fn distance(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f64 {
    let [dx, dy] = [0, 1].map(|axis| f64::from(to[axis]) - f64::from(from[axis]));
    let [px, py] = [0, 1].map(|axis| f64::from(point[axis]) - f64::from(from[axis]));
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - along * dx).powi(2) + (py - along * dy).powi(2)
}

/// The lengths of the regions that have a place, in the order of their places.
fn lengths(labels: &Labels, regions: usize, place: impl Fn(u32) -> Option<usize>) -> Vec<f64> {
    // Of each row that a region is in: the row, the first pixel's left side and the last pixel's right side.
    let mut extents = vec![Vec::<[i32; 3]>::new(); regions];
    for (y, row) in labels.data().chunks(labels.width().max(1) as usize).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let (from, to) = (x, x + run.len());
            x = to;
            let number = run.first().copied().unwrap_or_default();
            let Some(rows) = place(number).and_then(|at| extents.get_mut(at)) else { continue };
            match rows.last_mut() {
                Some([at, _, end]) if *at == y as i32 => *end = to as i32,
                _ => rows.push([y as i32, from as i32, to as i32]),
            }
        }
    }
    extents.iter().map(|rows| longer_side(rows)).collect()
}
