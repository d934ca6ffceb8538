use serde::Serialize;

use crate::{Component, ForegroundSource, Inspection, StageSeconds, Tile};

/// An inspection as JSON: what the command line prints and writes, and what the page saves.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// The picture's path, or its name where it has none.
    pub path: &'a str,
    pub width: u32,
    pub height: u32,
    pub object: &'a str,
    /// 0 to 1.
    pub score: f32,
    /// `reject` when the score reached the threshold, otherwise `accept`.
    pub verdict: &'static str,
    pub foreground: ForegroundSource,
    pub components: &'a [Component],
    pub tiles: &'a [Tile],
    pub seconds: ReportSeconds,
    /// `wonnx` or `rten`.
    pub engine: &'a str,
    /// The pack's name.
    pub pack: &'a str,
}

/// Wall-clock seconds per stage, and in total.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ReportSeconds {
    #[serde(flatten)]
    pub stages: StageSeconds,
    /// From the picture's file to its result: reading and decoding count, too.
    pub total: f64,
}

impl<'a> Report<'a> {
    /// `total` is in seconds.
    pub fn new(
        inspection: &'a Inspection,
        path: &'a str,
        engine: &'a str,
        pack: &'a str,
        total: f64,
    ) -> Self {
        Self {
            path,
            width: inspection.width,
            height: inspection.height,
            object: &inspection.object,
            score: inspection.score,
            verdict: if inspection.rejected { "reject" } else { "accept" },
            foreground: inspection.foreground_source,
            components: &inspection.components,
            tiles: &inspection.tiles,
            seconds: ReportSeconds { stages: inspection.seconds, total },
            engine,
            pack,
        }
    }
}
