use spotcheck_engine::EngineKind;
use spotcheck_method::Settings;
use spotcheck_pack::{Manifest, NetworkSet};

use super::measured::{Measured, Work};

/// Prints what a run computed, in GFLOP (a multiplication and an addition counted as two), beside the naive way: SAM asked
/// at every point of its grid, every prompt, duplicates too, encoded alone and padded to the whole context, and CLIPSeg's
/// image tower run for each prompt.
pub fn print(manifest: &Manifest, engine: EngineKind, settings: &Settings, measured: &Measured) {
    let NetworkSet { isnet, sam, clip, clipseg, .. } = &manifest.networks;
    let calls = |work| measured.meter(work).calls as f64;
    let runs = |work, batch: usize| -> f64 {
        measured.sizes(work).iter().map(|size| size.div_ceil(batch.max(1)) as f64).fold(0.0, |a, b| a + b)
    };
    let text = |tokens: usize, texts: usize| -> f64 {
        let graph = clip.text.iter().find(|graph| graph.tokens == tokens);
        graph.map_or(0.0, |graph| (texts.div_ceil(graph.texts.max(1)) as u64 * graph.graph.flops) as f64)
    };
    let whole = clip.text.iter().max_by_key(|graph| graph.tokens);
    let whole = whole.map_or(0.0, |graph| graph.graph.flops as f64 / graph.texts.max(1) as f64);
    let states = settings.normal_states.len() + settings.anomalous_states.len();
    let prompts = states * settings.templates.len() + settings.localising_prompts.len();
    let grid = f64::from(settings.points_per_side).powi(2);
    let (tiles, point) = (calls(Work::Localise), sam.decoder.flops as f64 / sam.points.max(1) as f64);
    let (vision, decoder) = (clipseg.vision.flops as f64, clipseg.decoder.flops as f64);
    let prompt = vision + decoder / clipseg.prompts.max(1) as f64;

    let both = |work, flops: u64| [calls(work) * flops as f64; 2];
    let half = isnet.half_graph.as_ref().filter(|_| settings.saliency_at_half_size);
    let saliency = half.unwrap_or(&isnet.graph).flops;
    let batches = runs(Work::Masks, sam.points);
    let masks = match sam.parts_for(engine) {
        Some(parts) => {
            batches * parts.points.flops as f64 + measured.drawn() as f64 * parts.masks.flops as f64
        }
        None => batches * sam.decoder.flops as f64,
    };
    let rows = [
        (
            Work::Texts,
            [
                measured.texts().iter().fold(0.0, |sum, &(length, texts)| sum + text(length, texts)),
                prompts as f64 * whole,
            ],
        ),
        (Work::Saliency, [saliency, isnet.graph.flops].map(|flops| calls(Work::Saliency) * flops as f64)),
        (Work::Encode, both(Work::Encode, sam.encoder.flops)),
        (Work::Masks, [masks, if calls(Work::Encode) > 0.0 { grid * point } else { 0.0 }]),
        (Work::Image, both(Work::Image, clip.vision.flops)),
        (
            Work::Localise,
            [
                tiles * vision + runs(Work::Localise, clipseg.prompts) * decoder,
                tiles * settings.localising_prompts.len() as f64 * prompt,
            ],
        ),
    ];
    println!("{:<24} {:>8} {:>8}", "GFLOP", "here", "naive");
    let mut sums = [0.0f64; 2];
    for (work, row) in rows {
        println!("  {:<22} {:>8.1} {:>8.1}", work.name(), row[0] / 1e9, row[1] / 1e9);
        sums = [sums[0] + row[0], sums[1] + row[1]];
    }
    println!("  {:<22} {:>8.1} {:>8.1}", "together", sums[0] / 1e9, sums[1] / 1e9);
    if sums[0] > 0.0 {
        println!("  1/{:.1} of the naive way", sums[1] / sums[0]);
    }
}
