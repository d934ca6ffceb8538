use super::transform::Point;

/// A second tap within so many milliseconds and CSS pixels is a double tap.
const TAP_TIME: f64 = 400.0;
const TAP_REACH: f64 = 24.0;
/// A pointer that moves further than that drags.
const DRAG: f64 = 4.0;

/// What the pointers that are down on the stage do: one drags, two pinch, two taps in short order are a double tap.
#[derive(Default)]
pub struct Gestures {
    down: Vec<Finger>,
    last_tap: Option<(f64, Point)>,
    /// Whether two were down since the first came.
    pinched: bool,
}

struct Finger {
    id: i32,
    began: Point,
    at: Point,
    dragged: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gesture {
    Drag { by: Point },
    Pinch { from: Point, to: Point, factor: f64 },
    DoubleTap { at: Point },
}

impl Gestures {
    pub fn press(&mut self, id: i32, at: Point) {
        self.pinched = !self.down.is_empty();
        self.down.retain(|finger| finger.id != id);
        self.down.push(Finger { id, began: at, at, dragged: false });
    }

    pub fn shift(&mut self, id: i32, at: Point) -> Option<Gesture> {
        let before: Vec<Point> = self.down.iter().map(|finger| finger.at).collect();
        let finger = self.down.iter_mut().find(|finger| finger.id == id)?;
        let from = finger.at;
        finger.at = at;
        finger.dragged |= distance(finger.began, at) > DRAG;
        let dragged = finger.dragged;
        match (before.as_slice(), self.down.as_slice()) {
            ([_], [_]) => dragged.then_some(Gesture::Drag { by: (at.0 - from.0, at.1 - from.1) }),
            ([a, b], [c, d]) => {
                // Fingers on one spot are no measure.
                let factor = distance(c.at, d.at) / distance(*a, *b).max(1.0);
                Some(Gesture::Pinch { from: middle(*a, *b), to: middle(c.at, d.at), factor })
            }
            _ => None,
        }
    }

    /// `time` is in milliseconds.
    pub fn release(&mut self, id: i32, at: Point, time: f64) -> Option<Gesture> {
        let place = self.down.iter().position(|finger| finger.id == id)?;
        let finger = self.down.remove(place);
        let tapped = !finger.dragged && !self.pinched;
        let before = self.last_tap.take();
        if !tapped {
            return None;
        }
        match before {
            Some((then, there)) if time - then <= TAP_TIME && distance(there, at) <= TAP_REACH => {
                Some(Gesture::DoubleTap { at })
            }
            _ => {
                self.last_tap = Some((time, at));
                None
            }
        }
    }

    /// The browser took the pointer for something else.
    pub fn lose(&mut self, id: i32) {
        self.down.retain(|finger| finger.id != id);
        self.last_tap = None;
    }

    /// Whether what was last heard of is a tap that may become a double tap.
    pub fn tapped(&self) -> bool {
        self.last_tap.is_some()
    }

    /// Whether a pointer is down.
    pub fn any(&self) -> bool {
        !self.down.is_empty()
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

fn middle(a: Point, b: Point) -> Point {
    ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pointer_drags() {
        let mut gestures = Gestures::default();
        gestures.press(1, (10.0, 10.0));
        assert_eq!(gestures.shift(1, (12.0, 10.0)), None);
        assert_eq!(gestures.shift(1, (20.0, 13.0)), Some(Gesture::Drag { by: (8.0, 3.0) }));
        assert_eq!(gestures.shift(2, (0.0, 0.0)), None, "it only hovers");
        assert_eq!(gestures.release(1, (20.0, 13.0), 0.0), None);
        assert!(!gestures.any());
    }

    #[test]
    fn two_pointers_pinch() {
        let mut gestures = Gestures::default();
        gestures.press(1, (0.0, 0.0));
        gestures.press(2, (10.0, 0.0));
        let pinch = Gesture::Pinch { from: (5.0, 0.0), to: (10.0, 0.0), factor: 2.0 };
        assert_eq!(gestures.shift(2, (20.0, 0.0)), Some(pinch));
        gestures.release(2, (20.0, 0.0), 5.0);
        assert_eq!(gestures.release(1, (0.0, 0.0), 6.0), None, "no tap after a pinch");
        gestures.press(3, (0.0, 0.0));
        assert_eq!(gestures.release(3, (0.0, 0.0), 7.0), None);
    }

    #[test]
    fn two_taps_are_a_double_tap() {
        let mut gestures = Gestures::default();
        let mut tap = |at, time| {
            gestures.press(1, at);
            gestures.release(1, at, time)
        };
        assert_eq!(tap((5.0, 5.0), 0.0), None);
        assert_eq!(tap((8.0, 5.0), 200.0), Some(Gesture::DoubleTap { at: (8.0, 5.0) }));
        assert_eq!(tap((8.0, 5.0), 300.0), None, "the third begins anew");
        assert_eq!(tap((90.0, 5.0), 400.0), None, "too far away");
        assert_eq!(tap((90.0, 5.0), 900.0), None, "too late");
        assert!(gestures.tapped());
        gestures.press(1, (0.0, 0.0));
        gestures.shift(1, (50.0, 0.0));
        gestures.release(1, (50.0, 0.0), 1000.0);
        assert!(!gestures.tapped(), "it was dragged");
    }
}
