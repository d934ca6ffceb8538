use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::scale::Scale;
use super::zoom::Zoom;
use crate::text;

/// The key of what is remembered until the tab is closed.
const KEPT: &str = "spotcheck.viewer";

/// What can be laid over the picture.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Heatmap,
    Foreground,
    /// IS-Net's mask D, which the foreground is made with.
    Dichotomous,
    Parts,
    Tiles,
    Components,
    /// What is drawn to be inspected and ignored.
    Region,
    /// What is known to be wrong.
    Truth,
    /// Where the map reaches the pixel threshold.
    Contours,
}

impl Layer {
    pub const ALL: [Layer; 9] = [
        Layer::Heatmap,
        Layer::Foreground,
        Layer::Dichotomous,
        Layer::Parts,
        Layer::Tiles,
        Layer::Components,
        Layer::Region,
        Layer::Truth,
        Layer::Contours,
    ];

    pub fn title(self) -> String {
        match self {
            Layer::Heatmap => text::layer_heatmap(),
            Layer::Foreground => text::layer_foreground(),
            Layer::Dichotomous => text::layer_dichotomous(),
            Layer::Parts => text::layer_parts(),
            Layer::Tiles => text::layer_tiles(),
            Layer::Components => text::layer_components(),
            Layer::Region => text::layer_region(),
            Layer::Truth => text::layer_truth(),
            Layer::Contours => text::layer_contours(),
        }
    }

    /// The keys that switch it, as they are shown.
    pub fn keys(self) -> String {
        match self {
            Layer::Heatmap => text::one_or_other("1", "H"),
            Layer::Foreground => "2".into(),
            Layer::Dichotomous => "7".into(),
            Layer::Parts => "3".into(),
            Layer::Tiles => "4".into(),
            Layer::Components => "5".into(),
            Layer::Region => "8".into(),
            Layer::Truth => "6".into(),
            Layer::Contours => text::one_or_other("9", "C"),
        }
    }

    /// Its name in the document, for styles and tests.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Heatmap => "heatmap",
            Layer::Foreground => "foreground",
            Layer::Dichotomous => "dichotomous",
            Layer::Parts => "parts",
            Layer::Tiles => "tiles",
            Layer::Components => "components",
            Layer::Region => "region",
            Layer::Truth => "truth",
            Layer::Contours => "contours",
        }
    }
}

/// What the viewer shows, and how. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Visible {
    /// In the order of [`Layer::ALL`].
    layers: [RwSignal<bool>; 9],
    /// Of the heatmap, in percent.
    pub opacity: RwSignal<u32>,
    /// The colour map's name; the usual one where there is none of that name.
    pub colours: RwSignal<String>,
    pub scale: RwSignal<Scale>,
    pub zoom: Zoom,
    /// Whether the picture is shown bare on the divider's left.
    pub comparing: RwSignal<bool>,
    /// Where on the stage the divider stands, 0 to 1.
    pub divider: RwSignal<f64>,
    pub loupe: RwSignal<bool>,
    /// The pixel of the picture under the loupe.
    pub pixel: RwSignal<Option<(u32, u32)>>,
    /// Whether a line of known length is drawn over the picture.
    pub ruling: RwSignal<bool>,
    /// The component that the findings speak of.
    pub component: RwSignal<usize>,
}

/// What is remembered until the tab is closed.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    layers: [bool; 9],
    opacity: u32,
    colours: String,
    scale: Scale,
}

impl Default for Kept {
    fn default() -> Self {
        let shown = |layer| matches!(layer, Layer::Heatmap | Layer::Region | Layer::Contours);
        let layers = Layer::ALL.map(shown);
        Self { layers, opacity: 80, colours: String::new(), scale: Scale::default() }
    }
}

impl Visible {
    pub fn new() -> Self {
        let kept = Kept::read();
        let visible = Self {
            layers: kept.layers.map(RwSignal::new),
            opacity: RwSignal::new(kept.opacity.min(100)),
            colours: RwSignal::new(kept.colours),
            scale: RwSignal::new(kept.scale),
            zoom: Zoom::new(),
            comparing: RwSignal::new(false),
            divider: RwSignal::new(0.5),
            loupe: RwSignal::new(false),
            pixel: RwSignal::new(None),
            ruling: RwSignal::new(false),
            component: RwSignal::new(0),
        };
        Effect::new(move |_| {
            let kept = Kept {
                layers: visible.layers.map(|layer| layer.get()),
                opacity: visible.opacity.get(),
                colours: visible.colours.get(),
                scale: visible.scale.get(),
            };
            kept.write();
        });
        visible
    }

    pub fn toggle(self, layer: Layer) {
        self.signal(layer).update(|seen| *seen = !*seen);
    }

    /// Switches a layer on.
    pub fn show(self, layer: Layer) {
        self.signal(layer).set(true);
    }

    pub fn shows(self, layer: Layer) -> bool {
        self.signal(layer).get()
    }

    /// Switches the loupe; without a pointer it begins in the middle of what is seen.
    pub fn toggle_loupe(self) {
        self.loupe.update(|on| *on = !*on);
        if self.pixel.get_untracked().is_none() {
            self.pixel.set(self.middle());
        }
    }

    /// The pixel in the middle of what is seen.
    pub fn middle(self) -> Option<(u32, u32)> {
        let (room, transform) = self.zoom.now_untracked()?;
        room.pixel(transform, room.middle())
    }

    fn signal(self, layer: Layer) -> RwSignal<bool> {
        let [heatmap, foreground, dichotomous, parts, tiles, components, region, truth, contours] =
            self.layers;
        match layer {
            Layer::Heatmap => heatmap,
            Layer::Foreground => foreground,
            Layer::Dichotomous => dichotomous,
            Layer::Parts => parts,
            Layer::Tiles => tiles,
            Layer::Components => components,
            Layer::Region => region,
            Layer::Truth => truth,
            Layer::Contours => contours,
        }
    }
}

impl Kept {
    fn read() -> Self {
        let storage = window().session_storage().ok().flatten();
        let text = storage.and_then(|storage| storage.get_item(KEPT).ok().flatten());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Where the browser remembers nothing, a reload begins anew.
    fn write(&self) {
        if let (Ok(Some(storage)), Ok(text)) = (window().session_storage(), serde_json::to_string(self)) {
            let _ = storage.set_item(KEPT, &text);
        }
    }
}
