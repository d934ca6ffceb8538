use serde::Serialize;
use spotcheck_method::Settings;

use crate::Manifest;

/// What an inspection of one object costs, in floating-point operations, stage by stage, next to the naive method.
///
/// The naive method is what one writes down first with the published models: SAM is asked at every point of the grid,
/// every prompt runs through the whole of CLIPSeg (both towers and the decoder), and no text embedding is kept.
/// SAM's decoder is counted with every mask drawn: how many need not be is not known beforehand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The object's share of the picture; SAM is asked at that share of its points.
    pub object_share: f64,
    pub stages: Vec<Stage>,
}

/// A network's part in an [`Estimate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    pub name: &'static str,
    /// How often it runs, in words.
    pub runs: String,
    pub flops: u64,
    pub naive_flops: u64,
}

impl Estimate {
    /// For one object that takes up `object_share` of the picture (0 to 1) and fits in one tile.
    pub fn new(manifest: &Manifest, settings: &Settings, object_share: f64) -> Self {
        let networks = &manifest.networks;
        let (isnet, sam, clip, clipseg) = (&networks.isnet, &networks.sam, &networks.clip, &networks.clipseg);
        let half = isnet.half_graph.as_ref().filter(|_| settings.saliency_at_half_size);
        let saliency = half.unwrap_or(&isnet.graph);
        let all = u64::from(settings.points_per_side).saturating_pow(2);
        let near = if settings.points_near_object_only { object_share.clamp(0.0, 1.0) } else { 1.0 };
        let points = (all as f64 * near).ceil() as u64;
        let batches = |n: u64, at_a_time: usize| n.div_ceil((at_a_time as u64).max(1));
        let sam_decoder = |points: u64| sam.decoder.flops.saturating_mul(batches(points, sam.points));

        let listed = settings.localising_prompts.len() as u64;
        let mut different = settings.localising_prompts.clone();
        different.sort();
        different.dedup();
        let different = different.len() as u64;
        let decoder = |prompts: u64| clipseg.decoder.flops.saturating_mul(batches(prompts, clipseg.prompts));

        // A text by itself, at the whole context.
        let longest = clip.text.iter().max_by_key(|text| text.tokens);
        let text = longest.map_or(0, |text| text.graph.flops / (text.texts as u64).max(1));
        let states = (settings.normal_states.len() + settings.anomalous_states.len()) as u64;
        let sentences = states.saturating_mul(settings.templates.len() as u64);
        // The blocks of the image tower that no prompt reads, reckoned from those that one reads.
        let blocks = clipseg.config.clip.vision_config.num_hidden_layers as u64;
        let read = clipseg.config.extract_layers.iter().max().map_or(blocks, |&last| last as u64 + 1).max(1);
        let vision = clipseg.vision.flops / read * blocks.max(read);

        let stage = |name, runs: String, flops, naive_flops| Stage { name, runs, flops, naive_flops };
        Self {
            object_share,
            stages: vec![
                stage("IS-Net", "once".into(), saliency.flops, isnet.graph.flops),
                stage("SAM encoder", "once".into(), sam.encoder.flops, sam.encoder.flops),
                stage(
                    "SAM decoder",
                    format!("{points} of {all} points, {} at a time", sam.points),
                    sam_decoder(points),
                    sam_decoder(all),
                ),
                stage("CLIP image", "a tile".into(), clip.vision.flops, clip.vision.flops),
                stage(
                    "CLIP text",
                    format!("kept, instead of {sentences} sentences and {listed} prompts"),
                    0,
                    text.saturating_mul(sentences + listed),
                ),
                stage("CLIPSeg vision", "a tile".into(), clipseg.vision.flops, vision.saturating_mul(listed)),
                stage(
                    "CLIPSeg decoder",
                    format!("{different} prompts, {} at a time", clipseg.prompts),
                    decoder(different),
                    // Filling up a batch is no part of the naive method.
                    (clipseg.decoder.flops / (clipseg.prompts as u64).max(1)).saturating_mul(listed),
                ),
            ],
        }
    }

    /// Operations of WinCLIP for one picture, texts kept; `None` when the pack has no graphs for it.
    pub fn winclip(manifest: &Manifest) -> Option<u64> {
        let (clip, vision) = (&manifest.networks.clip, &manifest.networks.clipseg.config.clip.vision_config);
        let graphs = clip.windows.as_ref()?;
        let grid = vision.image_size.checked_div(vision.patch_size)?;
        let windows = graphs.windows.iter().map(|window| {
            let all = (grid + 1).saturating_sub(window.side).saturating_pow(2);
            window.graph.flops.saturating_mul(all.div_ceil(window.windows.max(1)) as u64)
        });
        let picture = clip.vision.flops.saturating_add(graphs.tokens.flops);
        Some(windows.fold(picture, u64::saturating_add))
    }

    /// Operations of all stages.
    pub fn flops(&self) -> u64 {
        self.stages.iter().fold(0, |sum, stage| sum.saturating_add(stage.flops))
    }

    /// Operations of all stages in the naive method.
    pub fn naive_flops(&self) -> u64 {
        self.stages.iter().fold(0, |sum, stage| sum.saturating_add(stage.naive_flops))
    }
}
