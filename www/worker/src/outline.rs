use std::fmt::Write;

use spotcheck_imaging::Map;
use spotcheck_protocol::{MapRegion, MapRegions, Reply};
use spotcheck_report::{Outline, Outlines, outlines};
use web_sys::Blob;

use crate::js::said;
use crate::{maps, trouble};

/// Regions that are described: more are in no list that a person reads.
const MOST_REGIONS: usize = 100;
/// Points of all contours together: what the page draws without a long task.
const MOST_POINTS: usize = 40_000;

/// Finds where maps reach thresholds. It remembers the last map: a slider asks for one again and again.
#[derive(Default)]
pub struct Outliner {
    last: Option<(u32, Map)>,
}

impl Outliner {
    /// The answer to a request; `number` is the map's own.
    pub fn outline(&mut self, job: u32, number: u32, size: (u32, u32), map: &Blob, threshold: f32) -> Reply {
        if self.last.as_ref().is_none_or(|(of, _)| *of != number) {
            // The old one makes room first.
            self.last = None;
            match maps::read(map, size) {
                Ok(map) => self.last = Some((number, map)),
                Err(error) => {
                    let trouble = trouble::map(said(error));
                    return Reply::Unanswered { job, trouble };
                }
            }
        }
        let found = self.last.as_ref().map(|(_, map)| outlines(map, threshold, MOST_REGIONS));
        Reply::Outlined { job, regions: told(threshold, &found.unwrap_or_default(), MOST_POINTS) }
    }
}

/// What the page is told; of a contour that would have too many points, the rectangle.
fn told(threshold: f32, found: &Outlines, most_points: usize) -> MapRegions {
    let mut left = most_points;
    let worst = found.worst.iter().map(|region| {
        let points = region.rings.iter().map(Vec::len).sum();
        let path = match left.checked_sub(points) {
            Some(rest) => {
                left = rest;
                path(&region.rings)
            }
            None => rectangle(region),
        };
        MapRegion {
            peak: region.peak,
            area: region.area as f64,
            length: region.length,
            rect: [
                region.rect.x.max(0) as u32,
                region.rect.y.max(0) as u32,
                region.rect.width,
                region.rect.height,
            ],
            path,
        }
    });
    MapRegions { threshold, count: found.count, area: found.area as f64, worst: worst.collect() }
}

/// Rings as an SVG path, to hundredths of a pixel.
fn path(rings: &[Vec<[f32; 2]>]) -> String {
    let mut path = String::new();
    for ring in rings {
        for (index, [x, y]) in ring.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            let [x, y] = [x, y].map(|at| (at * 100.0).round() / 100.0);
            // Writing to a string cannot fail.
            let _ = write!(path, "{command}{x} {y}");
        }
        path.push('Z');
    }
    path
}

fn rectangle(region: &Outline) -> String {
    let rect = region.rect;
    format!("M{} {}h{}v{}h-{}Z", rect.x, rect.y, rect.width, rect.height, rect.width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spotcheck_imaging::Rect;

    fn region(points: usize) -> Outline {
        let ring = (0..points).map(|at| [at as f32 / 3.0, 0.5]).collect();
        Outline { peak: 0.5, area: 7, rect: Rect::new(1, 2, 3, 4), length: 5.0, rings: vec![ring] }
    }

    #[test]
    fn rings_are_closed_paths() {
        let rings =
            [vec![[0.0, 0.5], [1.0 / 3.0, 2.0], [4.0, 1.25]], vec![[9.0, 9.0], [10.0, 9.0], [9.0, 10.0]]];
        assert_eq!(path(&rings), "M0 0.5L0.33 2L4 1.25ZM9 9L10 9L9 10Z");
    }

    #[test]
    fn contours_of_too_many_points_are_rectangles() {
        let found = Outlines { count: 9, area: 63, worst: vec![region(4), region(8), region(4)] };
        let told = told(0.5, &found, 10);
        assert_eq!((told.count, told.area, told.worst.len()), (9, 63.0, 3));
        let paths: Vec<bool> = told.worst.iter().map(|region| region.path == "M1 2h3v4h-3Z").collect();
        assert_eq!(paths, [false, true, false], "a smaller one after it has room");
        assert_eq!(told.worst[0].rect, [1, 2, 3, 4]);
    }
}
