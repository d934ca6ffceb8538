//! Fewer patches that stand for many: PatchCore's greedy coreset (Roth et al., CVPR 2022, section 3.2).

use crate::Descriptors;

/// Indices of at most `size` patches, each the farthest from those before it (k-centre, greedy), the first one first.
///
/// The distance of two patches is taken over all of their descriptors together, so that one choice serves every list.
/// Ends early when each patch left equals a chosen one.
pub fn coreset(descriptors: &Descriptors, size: usize) -> Vec<usize> {
    let patches = descriptors.patches();
    let mut chosen = Vec::with_capacity(size.min(patches));
    // Squared distance of each patch to the nearest chosen one.
    let mut far = vec![f32::INFINITY; patches];
    let mut next = (patches > 0 && size > 0).then_some(0);
    while let Some(patch) = next {
        chosen.push(patch);
        let mut sums = vec![0.0f32; patches];
        for list in &descriptors.lists {
            let vectors = || list.chunks_exact(descriptors.channels);
            let Some(centre) = vectors().nth(patch) else { continue };
            for (sum, vector) in sums.iter_mut().zip(vectors()) {
                *sum += vector.iter().zip(centre).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
            }
        }
        for (far, sum) in far.iter_mut().zip(sums) {
            *far = far.min(sum);
        }
        let farthest = far.iter().enumerate().max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)));
        next = farthest.filter(|&(_, &far)| far > 0.0 && chosen.len() < size).map(|(patch, _)| patch);
    }
    chosen
}
