use std::sync::Arc;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use spotcheck_protocol::Colours;

use super::visible::Visible;
use crate::bench::Bench;
use crate::item::Outcome;
use crate::text;

/// Which value gets the colour map's last colour. 0 always gets the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// 1: what looks alike is alike, in every picture.
    #[default]
    Fixed,
    /// The picture's highest value.
    Picture,
    /// The highest value of all pictures that are done.
    Batch,
}

impl Scale {
    pub const ALL: [Scale; 3] = [Scale::Fixed, Scale::Picture, Scale::Batch];

    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Scale::Fixed => "fixed",
            Scale::Picture => "picture",
            Scale::Batch => "batch",
        }
    }

    pub fn title(self) -> String {
        match self {
            Scale::Fixed => text::scale_fixed(),
            Scale::Picture => text::scale_picture(),
            Scale::Batch => text::scale_batch(),
        }
    }
}

/// The colour map that was chosen, or the usual one; empty until the worker is ready.
pub fn colours(bench: Bench, visible: Visible) -> Memo<Arc<Colours>> {
    Memo::new(move |_| {
        bench.colours.with(|all| {
            let chosen =
                visible.colours.with(|name| all.iter().find(|colours| colours.name == *name).cloned());
            Arc::new(chosen.or_else(|| all.first().cloned()).unwrap_or_default())
        })
    })
}

/// The value that gets the last colour, above 0.
pub fn top(bench: Bench, visible: Visible, outcome: Memo<Option<Arc<Outcome>>>) -> Memo<f32> {
    Memo::new(move |_| {
        let peak = match visible.scale.get() {
            Scale::Fixed => 1.0,
            Scale::Picture => outcome.with(|outcome| outcome.as_ref().map_or(1.0, |it| it.findings.peak)),
            Scale::Batch => bench.items.with(|items| {
                let peaks = items.iter().filter_map(|item| Some(bench.shown(item)?.findings.peak));
                peaks.reduce(f32::max).unwrap_or(1.0)
            }),
        };
        // A map without any value has no range of its own.
        if peak > 0.0 { peak.min(1.0) } else { 1.0 }
    })
}
