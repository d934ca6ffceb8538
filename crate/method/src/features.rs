/// What the segmenter's image tower knows of a tile's patches: for each layer that its decoder reads, one feature vector a
/// patch.
///
/// For CLIPSeg these are the reduced activations of its extracted blocks, the last block first, without the class token:
/// what the decoder works on, and all that comes out of the vision pass.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchFeatures {
    side: usize,
    channels: usize,
    layers: Vec<Vec<f32>>,
}

impl PatchFeatures {
    /// Takes layers of `side`² patches in scan order with `channels` values each; `None` when a layer has another length, or
    /// when there is nothing.
    pub fn new(side: usize, channels: usize, layers: Vec<Vec<f32>>) -> Option<Self> {
        let length = side.checked_mul(side)?.checked_mul(channels)?;
        let fits = length > 0 && !layers.is_empty() && layers.iter().all(|layer| layer.len() == length);
        fits.then_some(Self { side, channels, layers })
    }

    /// Patches in a row of the tile, and in a column.
    pub fn side(&self) -> usize {
        self.side
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Each [patches, channels], row-major.
    pub fn layers(&self) -> &[Vec<f32>] {
        &self.layers
    }
}

/// What the networks know of a tile beyond its score and map: what a batch of pictures is compared by.
#[derive(Clone, Debug, PartialEq)]
pub struct TileFeatures {
    pub patches: PatchFeatures,
    /// CLIP's image embedding, unit length.
    pub embedding: Vec<f32>,
}
