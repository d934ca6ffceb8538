use serde::{Deserialize, Serialize};

/// A rectangle in pixels. It may reach over the image's edges: crops of such a rectangle are padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    pub width: u32,
    pub height: u32,
}

impl Rect {
    pub fn new(x: i32, y: i32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    /// One past the last column.
    pub fn right(&self) -> i64 {
        i64::from(self.x) + i64::from(self.width)
    }

    /// One past the last row.
    pub fn bottom(&self) -> i64 {
        i64::from(self.y) + i64::from(self.height)
    }

    /// The part that lies in a picture of `width` × `height`; `None` when nothing does.
    pub fn within(&self, width: u32, height: u32) -> Option<Rect> {
        let left = self.x.max(0);
        let upper = self.y.max(0);
        let right = self.right().min(i64::from(width));
        let lower = self.bottom().min(i64::from(height));
        let (w, h) = (right - i64::from(left), lower - i64::from(upper));
        (w > 0 && h > 0).then(|| Rect::new(left, upper, w as u32, h as u32))
    }

    /// Longer side over shorter side, at least 1; infinite when one side is zero.
    pub fn aspect_ratio(&self) -> f64 {
        let (a, b) = (f64::from(self.width), f64::from(self.height));
        a.max(b) / a.min(b)
    }
}
