//! Shows a part of the picture as large as is sensible.

use super::transform::{Point, Room, Transform};

/// The part takes up at most this share of the stage: it is seen with its surroundings.
const SHARE: f64 = 0.5;
/// A part of a few pixels is enlarged no further than this, in device pixels a pixel: one must see what it is a part of.
const MOST: f64 = 8.0;

impl Room {
    /// A rectangle of the picture in the stage's middle, given by its upper left corner and its size. It is never smaller than
    /// in the fitted picture.
    pub fn framing(self, (x, y): Point, (width, height): Point) -> Transform {
        let (stage, middle) = (self.stage(), self.middle());
        let fill = (stage.0 / width.max(1.0)).min(stage.1 / height.max(1.0)) * SHARE;
        // Device pixels a pixel at a scale of 1.
        let fineness = self.enlargement(Transform { scale: 1.0, x: 0.0, y: 0.0 });
        let scale = self.limited(fill.min((MOST / fineness).max(self.fit())));
        let centre = (x + width / 2.0, y + height / 2.0);
        self.clamped(Transform { scale, x: middle.0 - scale * centre.0, y: middle.1 - scale * centre.1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stage of 400 × 300 with a picture of 1000 × 500: fitted at 0.4.
    fn room() -> Room {
        Room::new((400.0, 300.0), (1000.0, 500.0), 1.0).unwrap()
    }

    #[test]
    fn a_part_is_in_the_middle_with_its_surroundings() {
        // 100 × 50 on half of 400 × 300: twice as large.
        let transform = room().framing((450.0, 225.0), (100.0, 50.0));
        assert_eq!(transform.scale, 2.0);
        assert_eq!(transform.seen((500.0, 250.0)), (200.0, 150.0));
    }

    #[test]
    fn a_small_part_is_not_enlarged_to_squares_alone() {
        assert_eq!(room().framing((500.0, 250.0), (1.0, 1.0)).scale, 8.0);
        assert_eq!(room().framing((500.0, 250.0), (0.0, 0.0)).scale, 8.0);
    }

    #[test]
    fn what_fills_the_picture_shows_all_of_it() {
        assert_eq!(room().framing((0.0, 0.0), (1000.0, 500.0)), room().fitted());
    }

    #[test]
    fn at_the_edge_the_picture_stays_in_place() {
        let transform = room().framing((0.0, 0.0), (100.0, 50.0));
        assert_eq!(transform, room().clamped(transform));
        let (x, y) = transform.seen((50.0, 25.0));
        assert!((0.0..400.0).contains(&x) && (0.0..300.0).contains(&y), "{x}, {y}");
    }
}
