use crate::Mask;

impl Mask {
    /// Sets the pixels whose centres lie in a polygon, by the even–odd rule: where it crosses itself, what it encloses twice is
    /// outside. Corners are (x, y) in pixels, the pixel in the upper left corner reaching from 0 to 1; they may lie beyond the
    /// mask. Polygons that share an edge share no pixel. A corner that is no number leaves the mask as it is.
    pub fn fill_polygon(&mut self, corners: &[[f64; 2]], value: bool) {
        if corners.iter().flatten().any(|at| !at.is_finite()) {
            return;
        }
        let width = self.width() as usize;
        let mut crossings = Vec::new();
        for (row, pixels) in self.data_mut().chunks_exact_mut(width.max(1)).enumerate() {
            let y = row as f64 + 0.5;
            crossings.clear();
            crossings.extend(edges(corners).filter_map(|edge| crossing(edge, y)));
            crossings.sort_unstable_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                // The first pixel whose centre is not left of a crossing; casts saturate.
                let mut columns = pair.iter().map(|x| ((x - 0.5).ceil() as usize).min(width));
                let (Some(from), Some(to)) = (columns.next(), columns.next()) else { continue };
                // Corners near the largest of numbers have no order; then nothing is filled.
                if let Some(inside) = pixels.get_mut(from..to) {
                    inside.fill(value);
                }
            }
        }
    }
}

/// Each corner with the next, and the last with the first.
fn edges(corners: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
    corners.iter().copied().zip(corners.iter().copied().cycle().skip(1))
}

/// Where an edge crosses a row's middle. Of its two ends the upper belongs to it, so that a corner on the row is not counted twice.
fn crossing(([ax, ay], [bx, by]): ([f64; 2], [f64; 2]), y: f64) -> Option<f64> {
    ((ay <= y) != (by <= y)).then(|| ax + (y - ay) / (by - ay) * (bx - ax))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(width: u32, height: u32, corners: &[[f64; 2]]) -> Vec<String> {
        let mut mask = Mask::filled(width, height, false);
        mask.fill_polygon(corners, true);
        let row = |row: &[bool]| row.iter().map(|&inside| if inside { '#' } else { '.' }).collect();
        mask.data().chunks(width as usize).map(row).collect()
    }

    #[test]
    fn a_triangle_has_the_pixels_whose_centres_it_encloses() {
        // Below the line from (0, 0) to (4, 4), that passes through the centres of the diagonal: of the right edge, outside.
        let lower = [[0.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
        assert_eq!(drawn(4, 4, &lower), ["....", "#...", "##..", "###."]);
        // The other half has the diagonal, so that the two together are the square.
        let upper = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]];
        assert_eq!(drawn(4, 4, &upper), ["####", ".###", "..##", "...#"]);
        // Apex above the third column's middle: 2.5 ± 0.25, 2.5 ± 0.75, 2.5 ± 1.25, 2.5 ± 1.75 on the rows' middles.
        let roof = [[2.5, 0.0], [4.5, 4.0], [0.5, 4.0]];
        assert_eq!(drawn(5, 4, &roof), ["..#..", "..#..", ".###.", ".###."]);
    }

    #[test]
    fn a_rectangle_begins_and_ends_at_centres() {
        let of = |x0: f64, y0: f64, x1: f64, y1: f64| [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
        assert_eq!(drawn(4, 3, &of(1.0, 1.0, 3.0, 2.0)), ["....", ".##.", "...."]);
        // 0.6 is right of the first column's centre, 2.6 of the third's.
        assert_eq!(drawn(4, 3, &of(0.6, 0.4, 2.6, 1.4)), [".##.", "....", "...."]);
        // A centre on the left or upper edge is inside, one on the right or lower edge is not.
        assert_eq!(drawn(4, 3, &of(0.5, 0.5, 2.5, 1.5)), ["##..", "....", "...."]);
        // Between two centres there is no pixel.
        assert_eq!(drawn(4, 3, &of(0.6, 0.0, 1.4, 3.0)), ["....", "....", "...."]);
        assert_eq!(drawn(3, 2, &of(-9.0, -9.0, 99.0, 1e12)), ["###", "###"]);
    }

    #[test]
    fn what_is_enclosed_twice_is_outside() {
        // A square of 6 whose outline goes on round a square of 2 in its middle.
        #[rustfmt::skip]
        let ring = [
            [0.0, 0.0], [6.0, 0.0], [6.0, 6.0], [0.0, 6.0], [0.0, 0.0],
            [2.0, 2.0], [4.0, 2.0], [4.0, 4.0], [2.0, 4.0], [2.0, 2.0],
        ];
        assert_eq!(drawn(6, 6, &ring), ["######", "######", "##..##", "##..##", "######", "######"]);
        // An hourglass: its waist is at (2, 2).
        let hourglass = [[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]];
        assert_eq!(drawn(4, 4, &hourglass), ["###.", ".#..", ".#..", "###."]);
    }

    #[test]
    fn what_is_no_polygon_fills_nothing() {
        let nothing = ["...", "..."];
        assert_eq!(drawn(3, 2, &[]), nothing);
        assert_eq!(drawn(3, 2, &[[1.0, 1.0]]), nothing);
        assert_eq!(drawn(3, 2, &[[0.0, 0.0], [3.0, 2.0]]), nothing);
        assert_eq!(drawn(3, 2, &[[0.0, 0.0], [3.0, f64::NAN], [3.0, 2.0]]), nothing);
        assert_eq!(drawn(3, 2, &[[0.0, 0.0], [f64::INFINITY, 0.0], [3.0, 2.0]]), nothing);
        let far = [[-1e308, -1e308], [1e308, 1e308], [1e308, -1e308]];
        assert_eq!(drawn(3, 2, &far).len(), 2, "whatever is in it");
        Mask::filled(0, 0, true).fill_polygon(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], true);
    }

    #[test]
    fn pixels_can_be_taken_out() {
        let mut mask = Mask::filled(3, 1, true);
        mask.fill_polygon(&[[1.0, 0.0], [2.0, 0.0], [2.0, 1.0], [1.0, 1.0]], false);
        assert_eq!(mask.data(), [true, false, true]);
    }

    proptest! {
        /// Against another way to say the same: a ray to the left of a centre crosses the outline an odd number of times.
        #[test]
        fn every_pixel_is_as_a_ray_from_its_centre_says(
            corners in prop::collection::vec([-3.0..15.0f64, -3.0..15.0f64], 0..9)
        ) {
            let mut mask = Mask::filled(12, 11, false);
            mask.fill_polygon(&corners, true);
            for (at, &inside) in mask.data().iter().enumerate() {
                let (x, y) = ((at % 12) as f64 + 0.5, (at / 12) as f64 + 0.5);
                let mut odd = false;
                for (i, &[ax, ay]) in corners.iter().enumerate() {
                    let [bx, by] = corners[(i + 1) % corners.len()];
                    let (low, high) = if ay < by { ([ax, ay], [bx, by]) } else { ([bx, by], [ax, ay]) };
                    // The sign of the cross product says on which side of the edge the centre is.
                    let side = (high[0] - low[0]) * (y - low[1]) - (high[1] - low[1]) * (x - low[0]);
                    odd ^= low[1] <= y && y < high[1] && side < 0.0;
                }
                prop_assert_eq!(inside, odd, "{}, {}", x, y);
            }
        }
    }
}
