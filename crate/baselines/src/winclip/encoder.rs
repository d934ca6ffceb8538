use image::RgbImage;
use spotcheck_method::NetworkError;

/// What WinCLIP asks of CLIP's image tower. Pictures are given at the size they have; they are squeezed to the tower's square.
#[async_trait::async_trait(?Send)]
pub trait WindowEncoder {
    /// CLIP's image embedding of a picture, unit length.
    async fn embed_image(&self, picture: &RgbImage) -> Result<Vec<f32>, NetworkError>;

    /// The picture's tokens as they are before the tower's first norm.
    async fn patch_tokens(&self, picture: &RgbImage) -> Result<PatchTokens, NetworkError>;

    /// Windows of a side that are best embedded together: between two such calls an inspection can be cancelled.
    fn windows_at_a_time(&self, side: usize) -> usize;

    /// The embeddings, unit length, of windows of `side` × `side` patches at these corners, as [`PatchTokens::corners`] has
    /// them: the tower over the class token and the window's patches.
    async fn embed_windows(
        &self,
        tokens: &PatchTokens,
        side: usize,
        corners: &[[usize; 2]],
    ) -> Result<Vec<Vec<f32>>, NetworkError>;
}

/// A picture's class token and its patches' tokens, positions added.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchTokens {
    grid: usize,
    width: usize,
    values: Vec<f32>,
}

impl PatchTokens {
    /// Takes [1 + grid², width] values, the class token first, patches in scan order; `None` when there are more or fewer, or no
    /// patches.
    pub fn new(grid: usize, width: usize, values: Vec<f32>) -> Option<Self> {
        let count = grid.checked_mul(grid)?.checked_add(1)?.checked_mul(width)?;
        (grid > 0 && width > 0 && values.len() == count).then_some(Self { grid, width, values })
    }

    /// Patches along a side of the picture.
    pub fn grid(&self) -> usize {
        self.grid
    }

    /// The left upper patches, (x, y), of all windows of a side, in scan order.
    pub fn corners(&self, side: usize) -> Vec<[usize; 2]> {
        let along = (self.grid + 1).saturating_sub(side);
        (0..along).flat_map(|y| (0..along).map(move |x| [x, y])).collect()
    }

    /// The tokens of a window, [1 + side², width], the class token first; `None` when it is not inside the picture.
    pub fn window(&self, side: usize, [x, y]: [usize; 2]) -> Option<Vec<f32>> {
        if x.checked_add(side)? > self.grid {
            return None;
        }
        let mut window = self.values.get(..self.width)?.to_vec();
        for y in y..y.checked_add(side)? {
            let first = (1 + y * self.grid + x) * self.width;
            window.extend_from_slice(self.values.get(first..first + side * self.width)?);
        }
        Some(window)
    }
}
