use std::sync::Arc;

use leptos::prelude::*;
use spotcheck_protocol::Colours;

use super::legend::Legend;
use super::pixel_threshold::PixelThreshold;
use super::scale::Scale;
use super::scale_panel::ScalePanel;
use super::visible::{Layer, Visible};
use crate::bench::Bench;
use crate::item::{Outcome, Truth};

/// Everything that changes how the picture is shown.
#[component]
pub fn Tools(
    outcome: Memo<Option<Arc<Outcome>>>,
    colours: Memo<Arc<Colours>>,
    top: Memo<f32>,
) -> impl IntoView {
    view! {
        <div class="tools">
            <Layers outcome />
            <Sight />
            <Heat colours top />
            <PixelThreshold />
            <ScalePanel />
        </div>
    }
}

/// The layers to switch.
#[component]
fn Layers(outcome: Memo<Option<Arc<Outcome>>>) -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let truth = move || bench.selected_item().and_then(|item| item.truth);
    let masked = move || bench.selected_item().is_some_and(|item| item.mask.is_some());
    // Where there is nothing to switch on: why.
    let empty = move |layer| match layer {
        Layer::Parts => outcome
            .with(|outcome| outcome.as_ref().is_some_and(|outcome| outcome.findings.parts == 0))
            .then_some("SAM kept no mask in this picture"),
        Layer::Truth if truth() == Some(Truth::Whole) => {
            Some("Nothing is wrong with the parts in this picture")
        }
        Layer::Truth if truth() == Some(Truth::Defective) && !masked() => {
            Some("It is known that something is wrong, not where")
        }
        _ => None,
    };
    let title = move |layer: Layer| match truth() {
        Some(Truth::Whole) if layer == Layer::Truth => "Truth: whole",
        Some(Truth::Defective) if layer == Layer::Truth && !masked() => "Truth: defective",
        _ => layer.title(),
    };
    let buttons = Layer::ALL.map(|layer| {
        view! {
            <button
                type="button"
                class="toggle"
                aria-pressed=move || visible.shows(layer).to_string()
                title=move || match empty(layer) {
                    Some(why) => why.to_owned(),
                    None => format!("{} (key {})", layer.title(), layer.keys()),
                }
                disabled=move || empty(layer).is_some()
                hidden=move || layer == Layer::Truth && truth().is_none()
                on:click=move |_| visible.toggle(layer)
            >
                {move || title(layer)}
            </button>
        }
    });
    view! { <div class="layers" role="group" aria-label="Layers">{buttons.collect_view()}</div> }
}

/// Compare, loupe and zoom.
#[component]
fn Sight() -> impl IntoView {
    let visible: Visible = expect_context();
    let zoom = visible.zoom;
    let enlargement = move || {
        let (room, transform) = zoom.now()?;
        Some(format!("{:.0} %", room.enlargement(transform) * 100.0))
    };
    view! {
        <div class="sight" role="group" aria-label="View">
            <button
                type="button"
                class="toggle"
                aria-pressed=move || visible.comparing.get().to_string()
                title="The bare picture beside its layers (Space)"
                on:click=move |_| visible.comparing.update(|on| *on = !*on)
            >
                "Compare"
            </button>
            <button
                type="button"
                class="toggle"
                aria-pressed=move || visible.loupe.get().to_string()
                title="Magnifies the pixels and tells their values (key L)"
                on:click=move |_| visible.toggle_loupe()
            >
                "Loupe"
            </button>
            <div class="zoom" role="group" aria-label="Zoom">
                <button type="button" class="toggle" aria-label="Zoom out" title="Zoom out (key −)" on:click=move |_| zoom.farther()>
                    "−"
                </button>
                <output class="zoom-figure" title="Pixels of the screen a pixel of the picture">{enlargement}</output>
                <button type="button" class="toggle" aria-label="Zoom in" title="Zoom in (key +)" on:click=move |_| zoom.closer()>
                    "+"
                </button>
                <button type="button" class="toggle" title="All of the picture (key 0)" disabled=move || !zoom.is_zoomed() on:click=move |_| zoom.fit()>
                    "Fit"
                </button>
            </div>
        </div>
    }
}

/// How the heatmap is coloured.
#[component]
fn Heat(colours: Memo<Arc<Colours>>, top: Memo<f32>) -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let choose_scale = move |event| {
        let name = event_target_value(&event);
        if let Some(scale) = Scale::ALL.into_iter().find(|scale| scale.name() == name) {
            visible.scale.set(scale);
        }
    };
    let maps = move || {
        bench.colours.with(|all| {
            let options = all.iter().map(|map| {
                let name = map.name.clone();
                let selected = name.clone();
                view! {
                    <option value=name prop:selected=move || colours.with(|chosen| chosen.name == selected)>
                        {map.name.clone()}
                    </option>
                }
            });
            options.collect_view()
        })
    };
    let scales = Scale::ALL.map(|scale| {
        view! {
            <option value=scale.name() prop:selected=move || visible.scale.get() == scale>
                {scale.title()}
            </option>
        }
    });
    view! {
        <div class="heat" role="group" aria-label="Heatmap">
            <label class="heat-field">
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
            <label class="heat-field">
                <span>"Colours"</span>
                <select on:change=move |event| visible.colours.set(event_target_value(&event))>{maps}</select>
            </label>
            <label
                class="heat-field"
                title="On the scale of 0 to 1 pictures can be compared. Up to the highest value of one picture, a whole thing may look broken."
            >
                <span>"Scale"</span>
                <select on:change=choose_scale>{scales.collect_view()}</select>
            </label>
            <Legend colours top />
        </div>
    }
}
