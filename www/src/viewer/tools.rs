use std::sync::Arc;

use leptos::prelude::*;
use spotcheck_protocol::Colours;

use super::legend::Legend;
use super::pixel_threshold::PixelThreshold;
use super::region::{Drawing, Panel, Scope};
use super::scale::Scale;
use super::scale_panel::ScalePanel;
use super::visible::{Layer, Visible};
use crate::bench::Bench;
use crate::item::{Outcome, Truth};
use crate::text;
use crate::words;

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
            <Panel />
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
    let drawing: Drawing = expect_context();
    let truth = move || bench.selected_item().and_then(|item| item.truth);
    let masked = move || bench.selected_item().is_some_and(|item| item.mask.is_some());
    // Where there is nothing to switch on: why.
    let empty = move |layer| match layer {
        Layer::Parts => outcome
            .with(|outcome| outcome.as_ref().is_some_and(|outcome| outcome.findings.parts == 0))
            .then(text::no_sam_masks),
        Layer::Dichotomous => outcome
            .with(|outcome| outcome.as_ref().is_some_and(|outcome| !outcome.layers.have_dichotomous()))
            .then(text::without_dichotomous),
        Layer::Region => {
            Scope::ALL.into_iter().all(|scope| !drawing.has_areas(scope)).then(text::nothing_drawn)
        }
        Layer::Truth if truth() == Some(Truth::Whole) => Some(text::nothing_wrong()),
        Layer::Truth if truth() == Some(Truth::Defective) && !masked() => Some(text::wrong_but_where()),
        _ => None,
    };
    let title = move |layer: Layer| match truth() {
        Some(Truth::Whole) if layer == Layer::Truth => text::truth_whole(),
        Some(Truth::Defective) if layer == Layer::Truth && !masked() => text::truth_defective(),
        _ => layer.title(),
    };
    let buttons = Layer::ALL.map(|layer| {
        view! {
            <button
                type="button"
                class="toggle"
                aria-pressed=move || visible.shows(layer).to_string()
                title=move || match empty(layer) {
                    Some(why) => why,
                    None => text::with_key(layer.keys(), layer.title()),
                }
                disabled=move || empty(layer).is_some()
                hidden=move || layer == Layer::Truth && truth().is_none()
                on:click=move |_| visible.toggle(layer)
            >
                {move || title(layer)}
            </button>
        }
    });
    view! { <div class="layers" role="group" aria-label=text::layers>{buttons.collect_view()}</div> }
}

/// Compare, loupe and zoom.
#[component]
fn Sight() -> impl IntoView {
    let visible: Visible = expect_context();
    let zoom = visible.zoom;
    let enlargement = move || {
        let (room, transform) = zoom.now()?;
        Some(words::percent(room.enlargement(transform), 0))
    };
    view! {
        <div class="sight" role="group" aria-label=text::view>
            <button
                type="button"
                class="toggle"
                aria-pressed=move || visible.comparing.get().to_string()
                title=text::compare_is
                on:click=move |_| visible.comparing.update(|on| *on = !*on)
            >
                {text::compare}
            </button>
            <button
                type="button"
                class="toggle"
                aria-pressed=move || visible.loupe.get().to_string()
                title=text::loupe_is
                on:click=move |_| visible.toggle_loupe()
            >
                {text::loupe}
            </button>
            <div class="zoom" role="group" aria-label=text::zoom>
                <button type="button" class="toggle" aria-label=text::zoom_out title=text::zoom_out_is on:click=move |_| zoom.farther()>
                    "−"
                </button>
                <output class="zoom-figure" title=text::zoom_figure_is>{enlargement}</output>
                <button type="button" class="toggle" aria-label=text::zoom_in title=text::zoom_in_is on:click=move |_| zoom.closer()>
                    "+"
                </button>
                <button type="button" class="toggle" title=text::fit_is disabled=move || !zoom.is_zoomed() on:click=move |_| zoom.fit()>
                    {text::fit}
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
                {move || scale.title()}
            </option>
        }
    });
    view! {
        <div class="heat" role="group" aria-label=text::heatmap>
            <label class="heat-field">
                <span>{text::opacity}</span>
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
                <span>{text::colours}</span>
                <select class="control" on:change=move |event| visible.colours.set(event_target_value(&event))>{maps}</select>
            </label>
            <label
                class="heat-field"
                title=text::scale_is
            >
                <span>{text::scale}</span>
                <select class="control" on:change=choose_scale>{scales.collect_view()}</select>
            </label>
            <Legend colours top />
        </div>
    }
}
