//! An outline while it is drawn.

use spotcheck_protocol::{Outline, OutlineError};

/// A point of the picture, (x, y) as shares of its width and height, 0 to 1.
pub type Corner = [f64; 2];

/// Whether an area is looked at or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Inspect,
    Ignore,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Inspect, Purpose::Ignore];

    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Inspect => "inspect",
            Purpose::Ignore => "ignore",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Rectangle,
    Polygon,
}

impl Form {
    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Form::Rectangle => "rectangle",
            Form::Polygon => "polygon",
        }
    }
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    pub purpose: Purpose,
    pub form: Form,
}

impl Tool {
    pub const ALL: [Tool; 4] = [
        Tool { purpose: Purpose::Inspect, form: Form::Rectangle },
        Tool { purpose: Purpose::Inspect, form: Form::Polygon },
        Tool { purpose: Purpose::Ignore, form: Form::Rectangle },
        Tool { purpose: Purpose::Ignore, form: Form::Polygon },
    ];
}

/// The corners that are there, and where the next would be. A rectangle has two corners, opposite ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    corners: Vec<Corner>,
    next: Option<Corner>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawn {
    /// It is not finished.
    Not,
    Finished(Outline),
    /// Finished it would be of no use. It stays a draft: a polygon as it is, a rectangle with its first corner.
    Refused(OutlineError),
}

impl Draft {
    pub fn is_empty(&self) -> bool {
        self.corners.is_empty()
    }

    /// How many corners are there.
    pub fn len(&self) -> usize {
        self.corners.len()
    }

    pub fn first(&self) -> Option<Corner> {
        self.corners.first().copied()
    }

    /// Puts a corner.
    pub fn put(&mut self, form: Form, at: Corner) -> Drawn {
        match (form, self.corners.as_slice()) {
            (Form::Rectangle, &[first, ..]) => self.finish(Outline::between(first, at)),
            _ => {
                // A second click on a corner is none more.
                if self.corners.last() != Some(&at) {
                    self.corners.push(at);
                }
                Drawn::Not
            }
        }
    }

    /// Says where the next corner would be.
    pub fn point(&mut self, at: Corner) {
        self.next = Some(at);
    }

    /// Takes the last corner back; false when there is none.
    pub fn back(&mut self) -> bool {
        self.corners.pop().is_some()
    }

    /// Closes a polygon; a rectangle gets its second corner where it is pointed at.
    pub fn close(&mut self, form: Form) -> Drawn {
        match (form, self.next) {
            (Form::Rectangle, Some(next)) => self.put(form, next),
            (Form::Rectangle, None) => Drawn::Not,
            (Form::Polygon, _) => self.finish(Outline::Polygon(self.corners.clone())),
        }
    }

    /// What is seen of it: the corners of its outline so far.
    pub fn outline(&self, form: Form) -> Vec<Corner> {
        match (form, self.corners.first(), self.next) {
            (Form::Rectangle, Some(&first), Some(next)) => Outline::between(first, next).corners(1, 1),
            _ => self.corners.iter().copied().chain(self.next.filter(|_| !self.is_empty())).collect(),
        }
    }

    fn finish(&mut self, outline: Outline) -> Drawn {
        match outline.check() {
            Ok(()) => {
                self.corners.clear();
                Drawn::Finished(outline)
            }
            Err(error) => Drawn::Refused(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_corners_are_a_rectangle_whichever_comes_first() {
        let wanted = Outline::Rectangle { x: 0.25, y: 0.25, width: 0.5, height: 0.25 };
        for (a, b) in [([0.25, 0.25], [0.75, 0.5]), ([0.75, 0.25], [0.25, 0.5]), ([0.75, 0.5], [0.25, 0.25])]
        {
            let mut draft = Draft::default();
            assert_eq!(draft.put(Form::Rectangle, a), Drawn::Not);
            draft.point([0.9, 0.9]);
            assert_eq!(draft.put(Form::Rectangle, b), Drawn::Finished(wanted.clone()));
            assert!(draft.is_empty());
        }
    }

    #[test]
    fn a_rectangle_is_closed_where_it_is_pointed_at() {
        let mut draft = Draft::default();
        draft.point([0.5, 0.5]);
        assert_eq!(draft.close(Form::Rectangle), Drawn::Not, "that is its first corner");
        assert_eq!(draft.outline(Form::Rectangle).len(), 4, "it has no size yet");
        draft.point([1.0, 0.75]);
        let wanted = Outline::Rectangle { x: 0.5, y: 0.5, width: 0.5, height: 0.25 };
        assert_eq!(draft.close(Form::Rectangle), Drawn::Finished(wanted));
    }

    #[test]
    fn a_rectangle_needs_an_area() {
        let mut draft = Draft::default();
        draft.put(Form::Rectangle, [0.5, 0.5]);
        assert_eq!(draft.put(Form::Rectangle, [0.5, 0.9]), Drawn::Refused(OutlineError::FlatRectangle));
        assert_eq!(draft.first(), Some([0.5, 0.5]), "the second corner can be put elsewhere");
        assert!(matches!(draft.put(Form::Rectangle, [0.6, 0.9]), Drawn::Finished(_)));
    }

    #[test]
    fn a_polygon_has_the_corners_that_were_put() {
        let corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
        let mut draft = Draft::default();
        for (count, corner) in corners.into_iter().enumerate() {
            assert_eq!(draft.len(), count);
            assert_eq!(draft.put(Form::Polygon, corner), Drawn::Not);
        }
        draft.put(Form::Polygon, [0.0, 1.0]);
        assert_eq!(draft.len(), 3, "a double click");
        draft.point([0.5, 0.5]);
        assert_eq!(draft.outline(Form::Polygon).last(), Some(&[0.5, 0.5]));
        // What is pointed at is no corner.
        assert_eq!(draft.close(Form::Polygon), Drawn::Finished(Outline::Polygon(corners.to_vec())));
    }

    #[test]
    fn a_polygon_needs_three_corners_off_one_line() {
        let mut draft = Draft::default();
        let refused = Drawn::Refused(OutlineError::FlatPolygon);
        assert_eq!(draft.close(Form::Polygon), refused);
        for at in [0.1, 0.5, 0.9] {
            draft.put(Form::Polygon, [at, at]);
            assert_eq!(draft.close(Form::Polygon), refused);
        }
        assert!(draft.back());
        draft.put(Form::Polygon, [0.9, 0.1]);
        assert!(matches!(draft.close(Form::Polygon), Drawn::Finished(_)));
        assert!(!draft.back());
    }
}
