//! How long a thing is that lies at any angle.

type Point = [i64; 2];

/// The longer side of the smallest rectangle, at any angle, around all pixels of these rows: of each its number and where it
/// begins and ends. 0 of nothing. A side of that rectangle lies on a side of the convex hull (Freeman and Shapira, 1975).
pub fn longer_side(rows: &[[i32; 3]]) -> f64 {
    let corners = rows.iter().flat_map(|&[y, from, to]| {
        let [y, from, to] = [y, from, to].map(i64::from);
        [[from, y], [to, y], [from, y + 1], [to, y + 1]]
    });
    let hull = convex_hull(corners.collect());
    let mut smallest: Option<(f64, f64)> = None;
    for (&[ax, ay], &[bx, by]) in hull.iter().zip(hull.iter().cycle().skip(1)) {
        let (dx, dy) = (bx - ax, by - ay);
        let length = ((dx * dx + dy * dy) as f64).sqrt();
        let along = span(hull.iter().map(|[x, y]| x * dx + y * dy)) / length;
        let across = span(hull.iter().map(|[x, y]| x * dy - y * dx)) / length;
        if smallest.is_none_or(|(area, _)| along * across < area) {
            smallest = Some((along * across, along.max(across)));
        }
    }
    smallest.map_or(0.0, |(_, longer)| longer)
}

fn span(values: impl Iterator<Item = i64>) -> f64 {
    let (low, high) = values.fold((i64::MAX, i64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    high.saturating_sub(low) as f64
}

/// Andrew's monotone chain, without points on the sides.
fn convex_hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_unstable();
    points.dedup();
    let mut hull = half(points.iter().copied());
    hull.extend(half(points.iter().rev().copied()));
    hull
}

/// From one end to the other by the one side, without the other end.
fn half(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut chain: Vec<Point> = Vec::new();
    for point in points {
        while let [.., a, b] = chain.as_slice()
            && turn(*a, *b, point) <= 0
        {
            chain.pop();
        }
        chain.push(point);
    }
    chain.pop();
    chain
}

fn turn(a: Point, b: Point, c: Point) -> i64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} for {expected}");
    }

    #[test]
    fn upright_things_are_as_long_as_their_box() {
        near(longer_side(&[[7, 3, 4]]), 1.0);
        near(longer_side(&[[0, 0, 9], [1, 0, 9]]), 9.0);
        let column: Vec<[i32; 3]> = (5..25).map(|y| [y, 2, 5]).collect();
        near(longer_side(&column), 20.0);
        near(longer_side(&[]), 0.0);
    }

    #[test]
    fn a_diagonal_is_longer_than_its_box() {
        // Ten pixels corner to corner: a strip of √2 across from (0, 0) to (10, 10).
        let diagonal: Vec<[i32; 3]> = (0..10).map(|i| [i, i, i + 1]).collect();
        near(longer_side(&diagonal), 10.0 * 2f64.sqrt());
    }

    #[test]
    fn the_gaps_in_a_row_do_not_matter() {
        // A "V" is as wide as its arms are apart: 11 by 5, upright, is smaller than any turned one.
        let v: Vec<[i32; 3]> = (0..5).map(|y| [y, y, 11 - y]).collect();
        near(longer_side(&v), 11.0);
    }
}
