//! From a tile's patch features to vectors that can be compared: MuSc's LNAMD.

use spotcheck_method::PatchFeatures;

/// Layer norm's addition to the variance, as torch has it.
const EPSILON: f64 = 1e-5;

/// Unit vectors of patches, one list for each layer and size of neighbourhood.
///
/// All lists have the same patches in the same order; layers come in the features' order, the neighbourhoods of a layer in the
/// settings'.
#[derive(Clone, Debug, PartialEq)]
pub struct Descriptors {
    pub(crate) channels: usize,
    /// [patches, channels] each.
    pub(crate) lists: Vec<Vec<f32>>,
}

impl Descriptors {
    /// Describes the patches of a tile for which `kept` has `true`, in scan order.
    ///
    /// For each layer: layer norm over patches and channels together, without affine; for each of `neighbourhoods`, an odd side
    /// in patches, the mean over that square around a patch, zeros beyond the tile's edge; unit length (a patch of nothing but
    /// zeros stays zero). Patches that are not kept still count in their neighbours' means.
    pub fn new(features: &PatchFeatures, neighbourhoods: &[usize], kept: &[bool]) -> Self {
        let (side, channels) = (features.side(), features.channels());
        let mut lists = Vec::with_capacity(features.layers().len() * neighbourhoods.len());
        for layer in features.layers() {
            let layer = layer_norm(layer);
            for &neighbourhood in neighbourhoods {
                let means = neighbourhood_means(&layer, side, channels, neighbourhood);
                let patches = means.chunks_exact(channels).zip(kept);
                let mut list: Vec<f32> =
                    patches.filter(|&(_, &kept)| kept).flat_map(|(patch, _)| patch).copied().collect();
                list.chunks_exact_mut(channels).for_each(to_unit_length);
                lists.push(list);
            }
        }
        Self { channels, lists }
    }

    /// How many patches are described.
    pub fn patches(&self) -> usize {
        self.lists.first().map_or(0, |list| list.len() / self.channels.max(1))
    }

    /// [patches, channels] each.
    pub fn lists(&self) -> &[Vec<f32>] {
        &self.lists
    }

    /// With another tile's patches after its own.
    pub fn joined(mut self, other: Self) -> Self {
        for (list, others) in self.lists.iter_mut().zip(&other.lists) {
            list.extend_from_slice(others);
        }
        self
    }

    /// Those of the given patches.
    pub(crate) fn select(&self, patches: &[usize]) -> Self {
        let pick = |list: &Vec<f32>| {
            let vectors = patches.iter().filter_map(|&patch| list.chunks_exact(self.channels).nth(patch));
            vectors.flatten().copied().collect()
        };
        Self { channels: self.channels, lists: self.lists.iter().map(pick).collect() }
    }
}

fn layer_norm(values: &[f32]) -> Vec<f32> {
    let count = values.len() as f64;
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
    let variance = values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / count;
    let scale = 1.0 / (variance + EPSILON).sqrt();
    values.iter().map(|&v| ((f64::from(v) - mean) * scale) as f32).collect()
}

/// The mean over the `size` × `size` square around each patch, zeros beyond the edge. A square's mean is a row's of a
/// column's, so each value is added up 2 · `size` times instead of `size`².
fn neighbourhood_means(values: &[f32], side: usize, channels: usize, size: usize) -> Vec<f32> {
    if size <= 1 {
        return values.to_vec();
    }
    let down = sums(values, side * channels, size);
    let rows = down.chunks_exact(side * channels);
    let mut means: Vec<f32> = rows.flat_map(|row| sums(row, channels, size)).collect();
    let share = 1.0 / (size * size) as f32;
    means.iter_mut().for_each(|value| *value *= share);
    means
}

/// To each item of `length` values, the sum of the `size` items around it.
fn sums(values: &[f32], length: usize, size: usize) -> Vec<f32> {
    let items: Vec<&[f32]> = values.chunks_exact(length).collect();
    let mut out = vec![0.0; values.len()];
    for (i, sum) in out.chunks_exact_mut(length).enumerate() {
        let around = i.saturating_sub(size / 2)..(i + size / 2 + 1).min(items.len());
        for item in items.get(around).into_iter().flatten() {
            for (sum, value) in sum.iter_mut().zip(*item) {
                *sum += value;
            }
        }
    }
    out
}

fn to_unit_length(vector: &mut [f32]) {
    let norm = vector.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt();
    if norm > 0.0 {
        let scale = (1.0 / norm) as f32;
        vector.iter_mut().for_each(|value| *value *= scale);
    }
}
