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
