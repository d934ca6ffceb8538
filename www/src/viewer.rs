use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::Findings;
use web_sys::HtmlCanvasElement;

use crate::bench::Bench;
use crate::item::{Outcome, Shown, State, Truth};
use crate::overlay;
use crate::pictures;
use crate::words;

/// What can be laid over the picture.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Heatmap,
    Foreground,
    Parts,
    Tiles,
    /// What is known to be wrong.
    Truth,
}

impl Layer {
    const ALL: [Layer; 5] = [Layer::Heatmap, Layer::Foreground, Layer::Parts, Layer::Tiles, Layer::Truth];

    fn title(self) -> &'static str {
        match self {
            Layer::Heatmap => "Heatmap",
            Layer::Foreground => "Foreground",
            Layer::Parts => "SAM masks",
            Layer::Tiles => "Tiles",
            Layer::Truth => "Truth",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Layer::Heatmap => "H",
            Layer::Foreground => "2",
            Layer::Parts => "3",
            Layer::Tiles => "4",
            Layer::Truth => "5",
        }
    }
}

/// Which layers are seen, and how strongly.
#[derive(Clone, Copy)]
pub struct Visible {
    layers: [RwSignal<bool>; 5],
    /// Of the heatmap, in percent.
    opacity: RwSignal<u32>,
    /// The component that the findings speak of.
    pub component: RwSignal<usize>,
}

impl Visible {
    pub fn new() -> Self {
        Self {
            layers: [true, false, false, false, false].map(RwSignal::new),
            opacity: RwSignal::new(80),
            component: RwSignal::new(0),
        }
    }

    pub fn toggle(self, layer: Layer) {
        self.signal(layer).update(|seen| *seen = !*seen);
    }

    fn signal(self, layer: Layer) -> RwSignal<bool> {
        let [heatmap, foreground, parts, tiles, truth] = self.layers;
        match layer {
            Layer::Heatmap => heatmap,
            Layer::Foreground => foreground,
            Layer::Parts => parts,
            Layer::Tiles => tiles,
            Layer::Truth => truth,
        }
    }
}

/// The selected picture with its layers.
#[component]
pub fn Viewer() -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let [heat, foreground, parts] = [(); 3].map(|()| NodeRef::<Canvas>::new());
    let outcome = Memo::new_with_compare(
        move |_| bench.selected_item().and_then(|item| item.outcome()),
        |a: Option<&Option<Arc<Outcome>>>, b| match (a.and_then(Option::as_ref), b.and_then(Option::as_ref)) {
            (Some(a), Some(b)) => !Arc::ptr_eq(a, b),
            (None, None) => false,
            _ => true,
        },
    );
    // How wide the picture is for its height: known from the findings, or from the picture when it was loaded.
    let natural = RwSignal::new(None::<(u32, u32)>);
    let size = move || {
        outcome
            .with(|outcome| outcome.as_ref().map(|o| (o.findings.width, o.findings.height)))
            .or(natural.get())
    };
    let address = Memo::new(move |_| match bench.selected_item()?.picture.get() {
        Shown::Yes { full, .. } => Some(full),
        Shown::Unknown | Shown::No => None,
    });
    // Layers of the picture before must not be seen over this one.
    let drawn = RwSignal::new(false);
    Effect::new(move |_| {
        drawn.set(false);
        visible.component.set(0);
        let (Some(outcome_now), Some(heat), Some(foreground), Some(parts)) =
            (outcome.get(), heat.get(), foreground.get(), parts.get())
        else {
            return;
        };
        let colours = bench.colours.get_untracked();
        spawn_local(async move {
            let canvases = [&heat, &foreground, &parts];
            let still_wanted =
                move || outcome.get_untracked().is_some_and(|wanted| Arc::ptr_eq(&wanted, &outcome_now));
            let Some(current) = outcome.get_untracked() else { return };
            if draw(&current, &colours, canvases, &still_wanted).await {
                drawn.set(true);
            }
        });
    });
    let note = move || {
        let item = bench.selected_item()?;
        item.state.with(|state| match state {
            State::Waiting => Some("Waiting".to_owned()),
            State::Running(progress) => Some(capital(words::doing(progress.get().stage))),
            State::Failed(message) => Some(format!("{}: {message}", item.name)),
            State::Cancelled => Some("Cancelled".to_owned()),
            State::Done(_) => None,
        })
    };
    let truth = move || match bench.selected_item()?.truth? {
        Truth::Marked(address) if visible.signal(Layer::Truth).get() => Some(address.to_string()),
        _ => None,
    };
    let shown = move |layer| move || drawn.get() && visible.signal(layer).get();
    view! {
        <section class="viewer" aria-label="Picture">
            <div class="stage">
                <div
                    class="frame"
                    style:--ratio=move || size().map_or(1.0, |(w, h)| f64::from(w.max(1)) / f64::from(h.max(1))).to_string()
                    hidden=move || address.with(Option::is_none)
                >
                    <img
                        class="picture"
                        src=move || address.get()
                        alt=move || bench.selected_item().map(|item| item.name.to_string())
                        on:load=move |event| {
                            let image: web_sys::HtmlImageElement = event_target(&event);
                            natural.set(Some((image.natural_width(), image.natural_height())));
                        }
                    />
                    <canvas class="layer" node_ref=foreground class:layer--shown=shown(Layer::Foreground) />
                    <canvas class="layer" node_ref=parts class:layer--shown=shown(Layer::Parts) />
                    <canvas
                        class="layer"
                        node_ref=heat
                        class:layer--shown=shown(Layer::Heatmap)
                        style:opacity=move || (f64::from(visible.opacity.get()) / 100.0).to_string()
                    />
                    // The truth needs no inspection.
                    {move || truth().map(|address| view! { <img class="layer layer--shown" src=address alt="" /> })}
                    {move || {
                        outcome
                            .get()
                            .filter(|_| shown(Layer::Tiles)())
                            .map(|outcome| view! { <Squares findings=outcome.findings.clone() /> })
                    }}
                </div>
                <p class="stage-note" hidden=move || note().is_none()>{note}</p>
            </div>
            <Tools visible outcome />
        </section>
    }
}

/// Outlines of the tiles and components, with the components' numbers.
#[component]
fn Squares(findings: Findings) -> impl IntoView {
    let visible: Visible = expect_context();
    let unit = f64::from(findings.width.max(findings.height)) / 100.0;
    let tiles = findings.tiles.iter().map(|tile| {
        let rect = tile.rect;
        view! { <rect class="tile" x=rect.x y=rect.y width=rect.width height=rect.height /> }
    });
    let components = findings.components.iter().enumerate().map(|(index, component)| {
        let rect = component.rect;
        view! {
            <g class="component" class:component--chosen=move || visible.component.get() == index>
                <rect x=rect.x y=rect.y width=rect.width height=rect.height />
                <text x=f64::from(rect.x) + unit y=f64::from(rect.y) + 3.4 * unit font-size=3.0 * unit>
                    {format!("#{} {:.2}", index + 1, component.score)}
                </text>
            </g>
        }
    });
    view! {
        <svg class="squares" viewBox=format!("0 0 {} {}", findings.width, findings.height) aria-hidden="true">
            {tiles.collect_view()}
            {components.collect_view()}
        </svg>
    }
}

/// Layers to switch, the heatmap's opacity and scale.
#[component]
fn Tools(visible: Visible, outcome: Memo<Option<Arc<Outcome>>>) -> impl IntoView {
    let bench: Bench = expect_context();
    let truth = move || bench.selected_item().and_then(|item| item.truth);
    // Where there is nothing to switch on: why.
    let empty = move |layer| match layer {
        Layer::Parts => outcome
            .with(|outcome| outcome.as_ref().is_some_and(|outcome| outcome.findings.parts == 0))
            .then_some("SAM kept no mask in this picture"),
        Layer::Truth if truth() == Some(Truth::Whole) => {
            Some("Nothing is wrong with the parts in this picture")
        }
        _ => None,
    };
    let title = move |layer: Layer| match truth() {
        Some(Truth::Whole) if layer == Layer::Truth => "Truth: whole",
        _ => layer.title(),
    };
    let scale = move || {
        let colours = bench.colours.get();
        let stops: Vec<String> = colours
            .chunks_exact(3)
            .enumerate()
            .step_by(15)
            .map(|(value, colour)| {
                let alpha = f64::from(overlay::opacity(value as u8)) / 255.0;
                format!("rgb({} {} {} / {alpha:.2})", colour[0], colour[1], colour[2])
            })
            .collect();
        (!stops.is_empty()).then(|| format!("linear-gradient(to right, {})", stops.join(", ")))
    };
    view! {
        <div class="tools" role="toolbar" aria-label="Layers">
            <div class="layers">
                {Layer::ALL
                    .map(|layer| {
                        view! {
                            <button
                                type="button"
                                class="toggle"
                                aria-pressed=move || visible.signal(layer).get().to_string()
                                title=move || match empty(layer) {
                                    Some(why) => why.to_owned(),
                                    None => format!("{} (key {})", layer.title(), layer.key()),
                                }
                                disabled=move || empty(layer).is_some()
                                hidden=move || layer == Layer::Truth && truth().is_none()
                                on:click=move |_| visible.toggle(layer)
                            >
                                {move || title(layer)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <label class="opacity">
                <span>"Opacity"</span>
                <input
                    type="range"
                    min="0"
                    max="100"
                    prop:value=move || visible.opacity.get().to_string()
                    on:input=move |event| {
                        if let Ok(percent) = event_target_value(&event).parse() {
                            visible.opacity.set(percent);
                        }
                    }
                />
            </label>
            <div class="legend" role="img" aria-label="Scale of the heatmap, from 0 to 1">
                <span>"0"</span>
                <span class="legend-scale"><span style:background-image=scale /></span>
                <span>"1"</span>
            </div>
        </div>
    }
}

/// Draws the layers; false when another picture was selected meanwhile, or nothing could be drawn.
async fn draw(
    outcome: &Outcome,
    colours: &[u8],
    [heat, foreground, parts]: [&HtmlCanvasElement; 3],
    still_wanted: &dyn Fn() -> bool,
) -> bool {
    let (width, height) = (outcome.layers.width, outcome.layers.height);
    let pixels = width as usize * height as usize;
    let Ok(bytes) = pictures::bytes(&outcome.layers.bytes).await else { return false };
    if bytes.len() != 3 * pixels || !still_wanted() {
        return false;
    }
    let (heat_bytes, rest) = bytes.split_at(pixels);
    let (foreground_bytes, parts_bytes) = rest.split_at(pixels);
    let columns = width as usize;
    [
        (heat, overlay::heat(heat_bytes, colours)),
        (foreground, overlay::foreground(foreground_bytes, columns)),
        (parts, overlay::parts(parts_bytes, columns)),
    ]
    .iter()
    .all(|(canvas, rgba)| pictures::paint(canvas, rgba, width, height).is_ok())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
