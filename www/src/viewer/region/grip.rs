//! What of an area can be taken hold of, and what pulling it does.

use spotcheck_protocol::Outline;

use super::draft::Corner;

/// A rectangle's sides are kept at least so long, in shares of the picture: what its numbers are exact to.
const SHORTEST: f64 = 0.001;
/// A polygon keeps at least so many corners.
const FEWEST: usize = 3;

/// What of an area is taken hold of. Corners and edges are counted along the outline; an edge begins at the corner of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grip {
    Whole,
    Corner(usize),
    /// Of a rectangle: moves it. Of a polygon: its middle becomes a corner.
    Edge(usize),
}

impl Grip {
    /// Its name in the document.
    pub fn name(self) -> String {
        match self {
            Grip::Whole => "whole".into(),
            Grip::Corner(at) => format!("corner-{at}"),
            Grip::Edge(at) => format!("edge-{at}"),
        }
    }

    /// The style sheet's name for the pointer over it.
    pub fn cursor(self, outline: &Outline) -> &'static str {
        match (self, outline) {
            (Grip::Whole, _) => "move",
            (Grip::Corner(0 | 2), Outline::Rectangle { .. }) => "nwse-resize",
            (Grip::Corner(_), Outline::Rectangle { .. }) => "nesw-resize",
            (Grip::Edge(0 | 2), Outline::Rectangle { .. }) => "ns-resize",
            (Grip::Edge(_), Outline::Rectangle { .. }) => "ew-resize",
            (Grip::Corner(_), Outline::Polygon(_)) => "grab",
            (Grip::Edge(_), Outline::Polygon(_)) => "copy",
        }
    }

    /// What is held once it was pulled: the middle of a polygon's edge is a corner then.
    pub fn after(self, outline: &Outline) -> Self {
        match (self, outline) {
            (Grip::Edge(at), Outline::Polygon(_)) => Grip::Corner(at + 1),
            _ => self,
        }
    }
}

/// The handles of an outline, each corner before the edge that begins there.
pub fn handles(outline: &Outline) -> Vec<Grip> {
    (0..outline.corners(1, 1).len()).flat_map(|at| [Grip::Corner(at), Grip::Edge(at)]).collect()
}

/// Where a handle is: a corner, or the middle of an edge. `None` where the outline has none such.
pub fn place_of(outline: &Outline, grip: Grip) -> Option<Corner> {
    match grip {
        Grip::Whole => None,
        Grip::Corner(at) => outline.corners(1, 1).get(at).copied(),
        Grip::Edge(at) => ends(outline, at).map(|([ax, ay], [bx, by])| [(ax + bx) / 2.0, (ay + by) / 2.0]),
    }
}

/// An edge's two ends.
pub fn ends(outline: &Outline, edge: usize) -> Option<(Corner, Corner)> {
    let corners = outline.corners(1, 1);
    let from = corners.get(edge)?;
    // The last edge leads back to the first corner.
    let to = corners.get(edge + 1).or(corners.first())?;
    Some((*from, *to))
}

/// The outline whose `grip` was moved by so much, as far as the picture reaches. A rectangle is not turned over.
pub fn pulled(outline: &Outline, grip: Grip, [dx, dy]: [f64; 2]) -> Outline {
    let within = |[x, y]: Corner| [(x + dx).clamp(0.0, 1.0), (y + dy).clamp(0.0, 1.0)];
    match (outline, grip) {
        (_, Grip::Whole) => outline.moved([dx, dy]),
        (&Outline::Rectangle { x, y, width, height }, _) => {
            let [across, down] = sides(grip);
            let (x, width) = stretched(x, width, across, dx);
            let (y, height) = stretched(y, height, down, dy);
            Outline::Rectangle { x, y, width, height }
        }
        (Outline::Polygon(corners), Grip::Corner(at)) => {
            let mut corners = corners.clone();
            if let Some(corner) = corners.get_mut(at) {
                *corner = within(*corner);
            }
            Outline::Polygon(corners)
        }
        (Outline::Polygon(corners), Grip::Edge(at)) => {
            let mut corners = corners.clone();
            if let Some(middle) = place_of(outline, grip) {
                corners.insert(at + 1, within(middle));
            }
            Outline::Polygon(corners)
        }
    }
}

/// A polygon without one of its corners; `None` where too few would remain, or where there is no such corner.
pub fn without(outline: &Outline, corner: usize) -> Option<Outline> {
    let Outline::Polygon(corners) = outline else { return None };
    if corners.len() <= FEWEST || corner >= corners.len() {
        return None;
    }
    let mut corners = corners.clone();
    corners.remove(corner);
    Some(Outline::Polygon(corners))
}

/// Whether a point lies in an outline, by the even–odd rule as its pixels do.
pub fn holds(outline: &Outline, [x, y]: Corner) -> bool {
    let corners = outline.corners(1, 1);
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    // Edges that a ray to the right crosses.
    let crossed = edges
        .filter(|([ax, ay], [bx, by])| (ay > &y) != (by > &y) && x < ax + (y - ay) / (by - ay) * (bx - ax));
    crossed.count() % 2 == 1
}

/// How large the smallest upright rectangle around an outline is, in shares of the picture.
pub fn extent(outline: &Outline) -> f64 {
    let corners = outline.corners(1, 1);
    let along = |axis: usize| {
        let at = || corners.iter().filter_map(|corner| corner.get(axis).copied());
        at().fold(f64::NEG_INFINITY, f64::max) - at().fold(f64::INFINITY, f64::min)
    };
    along(0) * along(1)
}

/// Which end of a side moves.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// Which ends of a rectangle's sides a handle moves: across, and down.
fn sides(grip: Grip) -> [Option<End>; 2] {
    use End::{First, Last};
    match grip {
        Grip::Corner(0) => [Some(First), Some(First)],
        Grip::Corner(1) => [Some(Last), Some(First)],
        Grip::Corner(2) => [Some(Last), Some(Last)],
        Grip::Corner(3) => [Some(First), Some(Last)],
        Grip::Edge(0) => [None, Some(First)],
        Grip::Edge(1) => [Some(Last), None],
        Grip::Edge(2) => [None, Some(Last)],
        Grip::Edge(3) => [Some(First), None],
        Grip::Whole | Grip::Corner(_) | Grip::Edge(_) => [None, None],
    }
}

/// A side, from where and how long, one end of which was moved.
fn stretched(from: f64, length: f64, end: Option<End>, by: f64) -> (f64, f64) {
    // One that is shorter already does not grow by being touched.
    let shortest = SHORTEST.min(length);
    let to = from + length;
    match end {
        None => (from, length),
        Some(End::First) => {
            // Rounding may put the limit a hair beyond the picture.
            let from = (from + by).clamp(0.0, (to - shortest).max(0.0));
            (from, to - from)
        }
        Some(End::Last) => (from, (length + by).clamp(shortest, (1.0 - from).max(shortest))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Outline {
        Outline::Rectangle { x, y, width, height }
    }

    fn polygon(corners: &[Corner]) -> Outline {
        Outline::Polygon(corners.to_vec())
    }

    #[test]
    fn a_rectangles_handles_move_their_sides_alone() {
        let outline = rectangle(0.25, 0.25, 0.5, 0.25);
        let by = [0.125, -0.125];
        for (grip, wanted) in [
            (Grip::Whole, rectangle(0.375, 0.125, 0.5, 0.25)),
            (Grip::Corner(0), rectangle(0.375, 0.125, 0.375, 0.375)),
            (Grip::Corner(1), rectangle(0.25, 0.125, 0.625, 0.375)),
            (Grip::Corner(2), rectangle(0.25, 0.25, 0.625, 0.125)),
            (Grip::Corner(3), rectangle(0.375, 0.25, 0.375, 0.125)),
            (Grip::Edge(0), rectangle(0.25, 0.125, 0.5, 0.375)),
            (Grip::Edge(1), rectangle(0.25, 0.25, 0.625, 0.25)),
            (Grip::Edge(2), rectangle(0.25, 0.25, 0.5, 0.125)),
            (Grip::Edge(3), rectangle(0.375, 0.25, 0.375, 0.25)),
        ] {
            assert_eq!(pulled(&outline, grip, by), wanted, "{grip:?}");
            // Its place follows what it moved.
            let (before, after) = (place_of(&outline, grip), place_of(&wanted, grip));
            assert_eq!(before.is_some(), grip != Grip::Whole);
            if let Grip::Corner(_) = grip {
                assert_eq!(after, before.map(|[x, y]| [x + by[0], y + by[1]]), "{grip:?}");
            }
        }
    }

    #[test]
    fn nothing_leaves_the_picture_or_is_turned_over() {
        let outline = rectangle(0.25, 0.25, 0.5, 0.25);
        let triangle = polygon(&[[0.25, 0.25], [0.75, 0.25], [0.25, 0.7]]);
        for outline in [&outline, &triangle] {
            for grip in handles(outline).into_iter().chain([Grip::Whole]) {
                for by in [[9.0, 9.0], [-9.0, 9.0], [9.0, -9.0], [-9.0, -9.0], [0.3, 0.0], [0.0, -0.2]] {
                    let found = pulled(outline, grip, by);
                    assert!(found.check().is_ok(), "{grip:?} by {by:?}: {found:?}");
                }
            }
        }
        assert_eq!(pulled(&outline, Grip::Corner(2), [9.0, 9.0]), rectangle(0.25, 0.25, 0.75, 0.75));
        let Outline::Rectangle { x, width, .. } = pulled(&outline, Grip::Edge(3), [9.0, 0.0]) else {
            panic!()
        };
        assert!((x - 0.749).abs() < 1e-12 && (width - SHORTEST).abs() < 1e-12, "{x} + {width}");
        let thin = rectangle(0.5, 0.5, 1e-4, 0.5);
        assert_eq!(pulled(&thin, Grip::Edge(1), [-1.0, 0.0]), thin);
    }

    #[test]
    fn a_polygons_edge_gives_a_corner_where_it_is_pulled() {
        let square = polygon(&[[0.0, 0.0], [0.5, 0.0], [0.5, 0.5], [0.0, 0.5]]);
        assert_eq!(
            pulled(&square, Grip::Edge(1), [0.25, 0.125]),
            polygon(&[[0.0, 0.0], [0.5, 0.0], [0.75, 0.375], [0.5, 0.5], [0.0, 0.5]])
        );
        // The last edge leads back to the first corner.
        let closed = pulled(&square, Grip::Edge(3), [0.125, 0.0]);
        assert_eq!(place_of(&closed, Grip::Edge(3).after(&square)), Some([0.125, 0.25]));
        assert_eq!(
            pulled(&square, Grip::Corner(2), [9.0, 0.25]),
            polygon(&[[0.0, 0.0], [0.5, 0.0], [1.0, 0.75], [0.0, 0.5]])
        );
        assert_eq!(handles(&square).len(), 8);
    }

    #[test]
    fn three_corners_remain() {
        let square = polygon(&[[0.0, 0.0], [0.5, 0.0], [0.5, 0.5], [0.0, 0.5]]);
        let triangle = without(&square, 3).unwrap();
        assert_eq!(triangle, polygon(&[[0.0, 0.0], [0.5, 0.0], [0.5, 0.5]]));
        assert_eq!(without(&triangle, 0), None);
        assert_eq!(without(&square, 4), None);
        assert_eq!(without(&rectangle(0.0, 0.0, 1.0, 1.0), 0), None);
    }

    #[test]
    fn a_point_is_found_in_what_is_drawn() {
        let outline = rectangle(0.25, 0.25, 0.5, 0.25);
        assert!(holds(&outline, [0.3, 0.3]) && holds(&outline, [0.7, 0.49]));
        assert!(!holds(&outline, [0.2, 0.3]) && !holds(&outline, [0.8, 0.3]) && !holds(&outline, [0.5, 0.6]));
        assert_eq!(extent(&outline), 0.125);
        // An hourglass: its waist's sides are outside.
        let glass = polygon(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]);
        assert!(holds(&glass, [0.5, 0.25]) && holds(&glass, [0.5, 0.75]));
        assert!(!holds(&glass, [0.1, 0.5]) && !holds(&glass, [0.9, 0.5]));
    }
}
