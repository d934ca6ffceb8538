//! Scores that like pictures share: MuSc's RsCIN.

/// Min-max normalises the scores over the batch; then each becomes the mean of those of its `k` most similar pictures, itself
/// among them, weighted by similarity; and that is averaged over the `neighbours` k.
///
/// `embeddings` are one unit vector a picture (MuSc: the image embedding); similarity is their product, and negative ones
/// count as none. A k above the batch's size takes the whole batch, 0 is left out; without any k the scores are returned as
/// they are, and so they are where there is not one embedding a score.
pub fn rescore(scores: &[f32], embeddings: &[Vec<f32>], neighbours: &[usize]) -> Vec<f32> {
    let ks: Vec<usize> = neighbours.iter().copied().filter(|&k| k > 0).collect();
    if ks.is_empty() || scores.len() != embeddings.len() {
        return scores.to_vec();
    }
    let (low, high) = scores
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &score| (low.min(score), high.max(score)));
    let span = high - low;
    let normalised: Vec<f64> =
        scores.iter().map(|&score| if span > 0.0 { f64::from((score - low) / span) } else { 0.0 }).collect();
    let shared = |(own, embedding): (usize, &Vec<f32>)| {
        let mut similar: Vec<(usize, f64)> =
            embeddings.iter().map(|other| product(embedding, other).max(0.0)).enumerate().collect();
        // A picture is the first of those that are as similar to it as it is itself.
        similar.sort_by(|(i, a), (j, b)| b.total_cmp(a).then((*i != own).cmp(&(*j != own))));
        let means = ks.iter().map(|&k| {
            let nearest = || similar.iter().take(k);
            let weight: f64 = nearest().map(|(_, similarity)| similarity).sum();
            let sum =
                nearest().filter_map(|&(i, similarity)| Some(similarity * normalised.get(i)?)).sum::<f64>();
            if weight > 0.0 { sum / weight } else { normalised.get(own).copied().unwrap_or(0.0) }
        });
        (means.sum::<f64>() / ks.len() as f64) as f32
    };
    embeddings.iter().enumerate().map(shared).collect()
}

fn product(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}
