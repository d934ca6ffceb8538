//! Where a picture stands on its stage. Lengths are CSS pixels from the stage's upper left corner, unless said otherwise.

/// The most that a picture is enlarged, in device pixels a pixel.
const MOST: f64 = 32.0;
/// From here on its pixels are shown as squares, in device pixels a pixel.
const CRISP: f64 = 4.0;
/// Scales that differ by less look the same.
const SAME: f64 = 1e-6;

pub type Point = (f64, f64);

/// A point `p` of the picture, in its pixels, is seen at `scale * p + (x, y)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    pub scale: f64,
    pub x: f64,
    pub y: f64,
}

impl Transform {
    /// Where a point of the picture is seen.
    pub fn seen(self, (x, y): Point) -> Point {
        (self.scale * x + self.x, self.scale * y + self.y)
    }

    /// The point of the picture that is seen there.
    pub fn under(self, (x, y): Point) -> Point {
        ((x - self.x) / self.scale, (y - self.y) / self.scale)
    }

    /// Another scale; what is seen at `from` is seen at `to`.
    pub fn carried(self, from: Point, to: Point, scale: f64) -> Self {
        let (x, y) = self.under(from);
        Self { scale, x: to.0 - scale * x, y: to.1 - scale * y }
    }

    pub fn moved(self, (dx, dy): Point) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..self }
    }
}

/// A stage and the picture on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    stage: Point,
    /// In its own pixels.
    picture: Point,
    /// Device pixels a CSS pixel.
    fineness: f64,
}

impl Room {
    /// `None` while there is nothing to be seen: a side is 0.
    pub fn new(stage: Point, picture: Point, fineness: f64) -> Option<Self> {
        let sides = [stage.0, stage.1, picture.0, picture.1, fineness];
        sides.iter().all(|side| side.is_finite() && *side > 0.0).then_some(Self { stage, picture, fineness })
    }

    pub fn stage(self) -> Point {
        self.stage
    }

    pub fn picture(self) -> Point {
        self.picture
    }

    pub fn middle(self) -> Point {
        (self.stage.0 / 2.0, self.stage.1 / 2.0)
    }

    /// The scale at which all of the picture is just seen.
    pub fn fit(self) -> f64 {
        (self.stage.0 / self.picture.0).min(self.stage.1 / self.picture.1)
    }

    /// All of the picture, in the stage's middle.
    pub fn fitted(self) -> Transform {
        let (x, y) = self.margins();
        Transform { scale: self.fit(), x, y }
    }

    pub fn is_fitted(self, transform: Transform) -> bool {
        transform.scale <= self.fit() * (1.0 + SAME)
    }

    /// Device pixels a pixel of the picture: 1 shows it as it is.
    pub fn enlargement(self, transform: Transform) -> f64 {
        transform.scale * self.fineness
    }

    pub fn is_crisp(self, transform: Transform) -> bool {
        self.enlargement(transform) >= CRISP * (1.0 - SAME)
    }

    /// 1:1; where the fitted picture is larger than that already, the next doubling.
    pub fn closer(self) -> f64 {
        let fit = self.fit() * self.fineness;
        let mut enlargement = 1.0;
        while enlargement <= fit * (1.0 + SAME) {
            enlargement *= 2.0;
        }
        self.limited(enlargement / self.fineness)
    }

    /// From the whole picture to [`MOST`].
    pub fn limited(self, scale: f64) -> f64 {
        scale.clamp(self.fit(), (MOST / self.fineness).max(self.fit()))
    }

    /// The nearest transform within the limits. No more of the stage is left empty on any side than when all of the picture
    /// is seen.
    pub fn clamped(self, transform: Transform) -> Transform {
        let scale = self.limited(transform.scale);
        let margins = self.margins();
        let along = |at: f64, stage: f64, picture: f64, margin: f64| {
            let least = stage - scale * picture - margin;
            // Rounding may put the one a hair beyond the other.
            at.clamp(least.min(margin), margin)
        };
        Transform {
            scale,
            x: along(transform.x, self.stage.0, self.picture.0, margins.0),
            y: along(transform.y, self.stage.1, self.picture.1, margins.1),
        }
    }

    /// `factor` times as large, within the limits; what is seen at `from` is seen at `to`.
    pub fn enlarged(self, transform: Transform, factor: f64, from: Point, to: Point) -> Transform {
        self.clamped(transform.carried(from, to, self.limited(transform.scale * factor)))
    }

    /// The transform on a stage of another size that has the same point in its middle.
    pub fn taken_over(self, before: Room, transform: Transform) -> Transform {
        self.clamped(transform.carried(before.middle(), self.middle(), transform.scale))
    }

    /// Moved no further than is needed to see a point of the picture, with `around` of its surroundings.
    pub fn showing(self, transform: Transform, point: Point, around: f64) -> Transform {
        let (x, y) = transform.seen(point);
        let step = |at: f64, stage: f64| {
            let around = around.min(stage / 2.0);
            at.clamp(around, stage - around) - at
        };
        self.clamped(transform.moved((step(x, self.stage.0), step(y, self.stage.1))))
    }

    /// The pixel of the picture that is seen there.
    pub fn pixel(self, transform: Transform, point: Point) -> Option<(u32, u32)> {
        let (x, y) = transform.under(point);
        let inside = (0.0..self.picture.0).contains(&x) && (0.0..self.picture.1).contains(&y);
        inside.then_some((x as u32, y as u32))
    }

    fn margins(self) -> Point {
        let fit = self.fit();
        ((self.stage.0 - fit * self.picture.0) / 2.0, (self.stage.1 - fit * self.picture.1) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stage of 400 × 300 with a picture of 1000 × 500: fitted at 0.4, with 50 above and below.
    fn room() -> Room {
        Room::new((400.0, 300.0), (1000.0, 500.0), 1.0).unwrap()
    }

    fn near(a: Point, b: Point) -> bool {
        (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9
    }

    #[test]
    fn all_is_seen_in_the_middle() {
        assert_eq!(room().fitted(), Transform { scale: 0.4, x: 0.0, y: 50.0 });
        assert_eq!(room().clamped(room().fitted()), room().fitted());
        assert!(Room::new((400.0, 0.0), (10.0, 10.0), 1.0).is_none());
    }

    #[test]
    fn what_is_under_a_point_stays_there() {
        let mut transform = room().fitted();
        let point = (301.0, 77.0);
        let under = transform.under(point);
        for _ in 0..40 {
            transform = room().enlarged(transform, 1.2, point, point);
            assert!(near(transform.seen(under), point), "{transform:?}");
        }
        assert_eq!(transform.scale, MOST);
        for _ in 0..80 {
            transform = room().enlarged(transform, 1.0 / 1.2, point, point);
        }
        let fitted = room().fitted();
        assert!(near((transform.x, transform.y), (fitted.x, fitted.y)), "{transform:?}");
        assert!(room().is_fitted(transform));
    }

    #[test]
    fn two_fingers_carry_what_is_under_them() {
        let transform = room().fitted().carried((100.0, 100.0), (140.0, 120.0), 0.8);
        assert!(near(transform.seen(room().fitted().under((100.0, 100.0))), (140.0, 120.0)));
    }

    #[test]
    fn the_picture_is_never_lost() {
        // Of 2000 × 1000: the edges stop where they were when all was seen, 0 from the sides, 50 from above and below.
        let far = |x, y| room().clamped(Transform { scale: 2.0, x, y });
        assert_eq!(far(9e9, 9e9), Transform { scale: 2.0, x: 0.0, y: 50.0 });
        assert_eq!(far(-9e9, -9e9), Transform { scale: 2.0, x: -1600.0, y: -750.0 });
        assert_eq!(far(-20.0, -30.0), Transform { scale: 2.0, x: -20.0, y: -30.0 });
        assert_eq!(room().clamped(Transform { scale: 1e-9, x: -5.0, y: 999.0 }), room().fitted());
        assert_eq!(room().clamped(Transform { scale: 1e9, x: 0.0, y: 0.0 }).scale, MOST);
    }

    #[test]
    fn the_limits_are_in_device_pixels() {
        let fine = Room::new((400.0, 300.0), (1000.0, 500.0), 2.0).unwrap();
        assert_eq!(fine.limited(1e9), 16.0);
        assert_eq!(fine.closer(), 0.5);
        assert_eq!(fine.enlargement(fine.fitted()), 0.8);
        let at = |scale| Transform { scale, x: 0.0, y: 0.0 };
        assert!(fine.is_crisp(at(2.0)) && !fine.is_crisp(at(1.9)));
    }

    #[test]
    fn closer_is_larger_than_all() {
        assert_eq!(room().closer(), 1.0);
        // Fitted at 1.5 and at 40.
        assert_eq!(Room::new((300.0, 300.0), (200.0, 200.0), 1.0).unwrap().closer(), 2.0);
        let tiny = Room::new((400.0, 400.0), (10.0, 10.0), 1.0).unwrap();
        assert_eq!((tiny.closer(), tiny.limited(32.0)), (40.0, 40.0));
    }

    #[test]
    fn another_stage_has_the_same_middle() {
        let wide = Room::new((600.0, 300.0), (1000.0, 500.0), 1.0).unwrap();
        let transform = room().clamped(Transform { scale: 3.0, x: -700.0, y: -500.0 });
        let after = wide.taken_over(room(), transform);
        assert!(near(after.under(wide.middle()), transform.under(room().middle())));
    }

    #[test]
    fn a_point_is_brought_into_sight() {
        let transform = room().clamped(Transform { scale: 4.0, x: 0.0, y: 0.0 });
        let shown = room().showing(transform, (500.0, 20.0), 10.0);
        assert_eq!(shown.seen((500.0, 20.0)), (390.0, 80.0));
        assert_eq!(room().showing(shown, (499.0, 20.0), 10.0), shown);
    }

    #[test]
    fn pixels_are_found_under_points() {
        let fitted = room().fitted();
        assert_eq!(room().pixel(fitted, (0.0, 50.0)), Some((0, 0)));
        assert_eq!(room().pixel(fitted, (399.9, 249.9)), Some((999, 499)));
        assert_eq!(room().pixel(fitted, (200.0, 49.9)), None);
        assert_eq!(room().pixel(fitted, (200.0, 250.1)), None);
    }
}
