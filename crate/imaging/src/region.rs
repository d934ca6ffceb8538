use serde::{Deserialize, Serialize};

use crate::Mask;

/// Cross products of corners that are smaller are those of a line: a thousandth of a pixel in pictures of a million pixels a side.
const FLAT: f64 = 1e-9;

/// What counts of a picture, drawn on one and used on pictures of any size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// All that is looked at, together; all of the picture where there is none.
    #[serde(default)]
    pub inspect: Vec<Outline>,
    /// What is left out of that.
    #[serde(default)]
    pub ignore: Vec<Outline>,
}

/// An area of a picture. Lengths are shares of the picture's width and height, 0 to 1, from the upper left corner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outline {
    Rectangle {
        /// Left edge.
        x: f64,
        /// Upper edge.
        y: f64,
        width: f64,
        height: f64,
    },
    /// Its corners, (x, y); filled by the even–odd rule.
    Polygon(Vec<[f64; 2]>),
}

/// Why an outline cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutlineError {
    #[error("the rectangle has no area: its width and height must be above 0")]
    FlatRectangle,
    #[error("the polygon has no area: it needs at least three corners that are not on one line")]
    FlatPolygon,
    #[error("the area reaches beyond the picture: its edges must be from 0 to 1")]
    Outside,
}

impl Region {
    /// Whether nothing is drawn: all of the picture counts.
    pub fn is_empty(&self) -> bool {
        self.inspect.is_empty() && self.ignore.is_empty()
    }

    /// What counts of a picture that has areas of its own, beside those for all. Areas to inspect of its own take the place of
    /// those for all; ignored are both.
    pub fn of_picture(all: &Region, own: &Region) -> Region {
        let inspect = if own.inspect.is_empty() { &all.inspect } else { &own.inspect };
        Region { inspect: inspect.clone(), ignore: [&all.ignore[..], &own.ignore[..]].concat() }
    }

    /// The pixels that count of a picture of this size: those whose centres do. `None` where all do, because nothing is drawn;
    /// none may be left.
    pub fn mask(&self, width: u32, height: u32) -> Option<Mask> {
        if self.is_empty() {
            return None;
        }
        let mut mask = Mask::filled(width, height, self.inspect.is_empty());
        self.inspect.iter().for_each(|area| mask.fill_polygon(&area.corners(width, height), true));
        self.ignore.iter().for_each(|area| mask.fill_polygon(&area.corners(width, height), false));
        Some(mask)
    }
}

impl Outline {
    /// The rectangle between two opposite corners.
    pub fn between(a: [f64; 2], b: [f64; 2]) -> Self {
        Outline::Rectangle {
            x: a[0].min(b[0]),
            y: a[1].min(b[1]),
            width: (a[0] - b[0]).abs(),
            height: (a[1] - b[1]).abs(),
        }
    }

    /// Its corners in the pixels of a picture of this size, (x, y).
    pub fn corners(&self, width: u32, height: u32) -> Vec<[f64; 2]> {
        let (across, down) = (f64::from(width), f64::from(height));
        match self {
            Outline::Rectangle { x, y, width, height } => {
                let (right, lower) = (x + width, y + height);
                [[*x, *y], [right, *y], [right, lower], [*x, lower]]
                    .map(|[x, y]| [x * across, y * down])
                    .to_vec()
            }
            Outline::Polygon(corners) => corners.iter().map(|[x, y]| [x * across, y * down]).collect(),
        }
    }

    /// Whether it can be used: it lies in the picture and has an area.
    pub fn check(&self) -> Result<(), OutlineError> {
        let corners = self.corners(1, 1);
        // Rounding may put a sum of shares a hair beyond 1. No number is in no range.
        if corners.iter().flatten().any(|at| !(-FLAT..=1.0 + FLAT).contains(at)) {
            return Err(OutlineError::Outside);
        }
        match self {
            Outline::Rectangle { width, height, .. } if *width > 0.0 && *height > 0.0 => Ok(()),
            Outline::Rectangle { .. } => Err(OutlineError::FlatRectangle),
            Outline::Polygon(_) if spans(&corners) => Ok(()),
            Outline::Polygon(_) => Err(OutlineError::FlatPolygon),
        }
    }

    /// The same area elsewhere, as far as the picture reaches.
    #[must_use]
    pub fn moved(&self, by: [f64; 2]) -> Self {
        let corners = self.corners(1, 1);
        let step = |axis: usize| {
            let along = || corners.iter().filter_map(|corner| corner.get(axis).copied());
            let (least, most) = (along().fold(1.0, f64::min), along().fold(0.0, f64::max));
            let by = by.get(axis).copied().unwrap_or_default();
            // One that reaches beyond the picture on both sides stays where it is.
            if -least <= 1.0 - most { by.clamp(-least, 1.0 - most) } else { 0.0 }
        };
        let (dx, dy) = (step(0), step(1));
        match self {
            Outline::Rectangle { x, y, width, height } => {
                Outline::Rectangle { x: x + dx, y: y + dy, width: *width, height: *height }
            }
            Outline::Polygon(corners) => {
                Outline::Polygon(corners.iter().map(|[x, y]| [x + dx, y + dy]).collect())
            }
        }
    }
}

/// Whether corners are not all on one line.
fn spans(corners: &[[f64; 2]]) -> bool {
    let Some((&first, others)) = corners.split_first() else { return false };
    let far = |corner: &[f64; 2]| (corner[0] - first[0]).hypot(corner[1] - first[1]);
    let Some(&second) = others.iter().max_by(|a, b| far(a).total_cmp(&far(b))) else { return false };
    others.iter().any(|corner| {
        let cross =
            (second[0] - first[0]) * (corner[1] - first[1]) - (second[1] - first[1]) * (corner[0] - first[0]);
        cross.abs() > FLAT
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Outline {
        Outline::Rectangle { x, y, width, height }
    }

    fn rows(mask: &Mask) -> Vec<String> {
        let row = |row: &[bool]| row.iter().map(|&inside| if inside { '#' } else { '.' }).collect();
        mask.data().chunks(mask.width() as usize).map(row).collect()
    }

    #[test]
    fn nothing_drawn_is_all_of_the_picture() {
        assert_eq!(Region::default().mask(3, 2), None);
    }

    #[test]
    fn what_is_inspected_is_united_and_what_is_ignored_taken_out() {
        let region = Region {
            inspect: vec![rectangle(0.0, 0.0, 0.5, 0.5), rectangle(0.25, 0.25, 0.75, 0.75)],
            ignore: vec![Outline::Polygon(vec![[0.5, 0.5], [1.0, 0.5], [1.0, 1.0]])],
        };
        // The ignored triangle's slope passes through the centres of the pixels (4, 4) to (7, 7): its left edge, hence inside.
        #[rustfmt::skip]
        let wanted = [
            "####....",
            "####....",
            "########",
            "########",
            "..##....",
            "..###...",
            "..####..",
            "..#####.",
        ];
        assert_eq!(rows(&region.mask(8, 8).unwrap()), wanted);
        let ignored = Region { inspect: Vec::new(), ..region };
        assert_eq!(ignored.mask(8, 8).unwrap().area(), 64 - 10);
    }

    #[test]
    fn one_region_fits_pictures_of_any_size() {
        let half = Region { inspect: vec![rectangle(0.0, 0.0, 0.5, 1.0)], ..Region::default() };
        for (width, height, area) in [(512, 512, 256 * 512), (1, 1, 0), (3, 7, 7), (4000, 30, 2000 * 30)] {
            assert_eq!(half.mask(width, height).unwrap().area(), area, "{width} × {height}");
        }
    }

    #[test]
    fn nothing_may_be_left() {
        let region = Region {
            inspect: vec![rectangle(0.25, 0.25, 0.5, 0.5)],
            ignore: vec![rectangle(0.0, 0.0, 1.0, 1.0)],
        };
        assert_eq!(region.mask(10, 10).unwrap().area(), 0);
    }

    #[test]
    fn a_pictures_own_areas_go_with_those_for_all() {
        let [a, b, c, d] = [0.1, 0.2, 0.3, 0.4].map(|x| rectangle(x, 0.0, 0.1, 0.1));
        let all = Region { inspect: vec![a.clone()], ignore: vec![b.clone()] };
        let own = Region { inspect: Vec::new(), ignore: vec![c.clone()] };
        let both = Region { inspect: vec![a], ignore: vec![b.clone(), c.clone()] };
        assert_eq!(Region::of_picture(&all, &own), both);
        let own = Region { inspect: vec![d.clone()], ignore: vec![c.clone()] };
        assert_eq!(Region::of_picture(&all, &own), Region { inspect: vec![d], ignore: vec![b, c] });
    }

    #[test]
    fn outlines_without_an_area_are_refused() {
        assert_eq!(rectangle(0.2, 0.2, 0.8, 0.8).check(), Ok(()));
        assert_eq!(rectangle(0.5, 0.0, 0.5 + 1e-12, 0.3).check(), Ok(()), "sums are rounded");
        assert_eq!(rectangle(0.2, 0.2, 0.0, 0.5).check(), Err(OutlineError::FlatRectangle));
        assert_eq!(rectangle(0.2, 0.2, 0.5, -0.1).check(), Err(OutlineError::FlatRectangle));
        assert_eq!(rectangle(0.2, 0.2, 0.9, 0.5).check(), Err(OutlineError::Outside));
        assert_eq!(rectangle(f64::NAN, 0.2, 0.9, 0.5).check(), Err(OutlineError::Outside));
        let polygon = |corners: &[[f64; 2]]| Outline::Polygon(corners.to_vec()).check();
        assert_eq!(polygon(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), Ok(()));
        // Its halves' signed areas are each other's opposites.
        assert_eq!(polygon(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), Ok(()));
        for line in [
            &[][..],
            &[[0.5, 0.5]],
            &[[0.1, 0.1], [0.9, 0.9]],
            &[[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]],
            &[[0.3, 0.3], [0.3, 0.3], [0.3, 0.3]],
        ] {
            assert_eq!(polygon(line), Err(OutlineError::FlatPolygon), "{line:?}");
        }
        assert_eq!(polygon(&[[0.0, 0.0], [1.1, 0.0], [0.0, 1.0]]), Err(OutlineError::Outside));
    }

    #[test]
    fn an_area_stays_in_the_picture() {
        assert_eq!(rectangle(0.25, 0.5, 0.5, 0.25).moved([9.0, -9.0]), rectangle(0.5, 0.0, 0.5, 0.25));
        assert_eq!(
            rectangle(0.25, 0.5, 0.5, 0.25).moved([-0.125, 0.125]),
            rectangle(0.125, 0.625, 0.5, 0.25)
        );
        let triangle = Outline::Polygon(vec![[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]]);
        let moved = Outline::Polygon(vec![[0.5, 0.25], [1.0, 0.25], [0.5, 0.75]]);
        assert_eq!(triangle.moved([2.0, 0.25]), moved);
    }

    #[test]
    fn it_is_written_plainly_and_read_back() {
        let region = Region {
            inspect: vec![Outline::between([0.75, 0.5], [0.25, 0.0])],
            ignore: vec![Outline::Polygon(vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])],
        };
        let json = serde_json::to_value(&region).unwrap();
        let wanted = serde_json::json!({
            "inspect": [{ "rectangle": { "x": 0.25, "y": 0.0, "width": 0.5, "height": 0.5 } }],
            "ignore": [{ "polygon": [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]] }],
        });
        assert_eq!(json, wanted);
        assert_eq!(serde_json::from_value::<Region>(json).unwrap(), region);
        assert_eq!(serde_json::from_str::<Region>("{}").unwrap(), Region::default());
    }
}
