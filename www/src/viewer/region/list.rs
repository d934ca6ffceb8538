use leptos::ev::KeyboardEvent;
use leptos::html::Summary;
use leptos::prelude::*;
use spotcheck_protocol::Outline;

use super::draft::{Form, Purpose, Tool};
use super::drawing::Drawing;
use super::place::{Place, Scope};
use super::words;
use crate::text;

/// How far an arrow key moves an area, in shares of the picture; with the Shift key ten times as far.
const STEP: f64 = 0.01;

/// The areas with their numbers, and a rectangle by numbers: all that can be drawn can be done by keys.
#[component]
pub fn Areas() -> impl IntoView {
    let drawing: Drawing = expect_context();
    let summary = NodeRef::<Summary>::new();
    let places = Memo::new(move |_| drawing.places());
    let rows = move || places.get().into_iter().map(|place| view! { <Area place summary /> }).collect_view();
    view! {
        <details class="fold region-areas">
            <summary node_ref=summary>{move || text::region_areas(places.with(Vec::len))}</summary>
            <p class="note" id="region-areas-help" hidden=move || places.with(Vec::is_empty)>
                {text::region_areas_help}
            </p>
            <ul class="region-list">{rows}</ul>
            <ByNumbers />
        </details>
    }
}

/// An area: a button that points it out and moves it, its sides if it is a rectangle, and what can be done with it.
#[component]
fn Area(
    place: Place,
    /// What gets the focus when the area is here no more.
    summary: NodeRef<Summary>,
) -> impl IntoView {
    let drawing: Drawing = expect_context();
    let leave = move || {
        if let Some(summary) = summary.get_untracked() {
            // It has a focus to give: it is a summary.
            let _ = summary.focus();
        }
    };
    let delete = move || {
        leave();
        drawing.delete(place);
    };
    let outline = Memo::new(move |_| drawing.area(place));
    let title = move || outline.get().map(|outline| words::area(place.purpose, &outline, place.scope));
    let key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let far = if event.shift_key() { 10.0 * STEP } else { STEP };
        let by = match event.key().as_str() {
            "ArrowLeft" => [-far, 0.0],
            "ArrowRight" => [far, 0.0],
            "ArrowUp" => [0.0, -far],
            "ArrowDown" => [0.0, far],
            "Delete" => return delete(),
            _ => return,
        };
        // They would choose another picture.
        event.prevent_default();
        event.stop_propagation();
        drawing.chosen.set(Some(place));
        if let Some(outline) = outline.get_untracked() {
            drawing.adjust(place, outline.moved(by));
        }
    };
    let sides = move || matches!(outline.get(), Some(Outline::Rectangle { .. }));
    view! {
        <li class="region-area" data-purpose=place.purpose.name() data-scope=place.scope.name()>
            <button
                type="button"
                class="toggle region-name"
                aria-pressed=move || (drawing.chosen.get() == Some(place)).to_string()
                aria-describedby="region-areas-help"
                on:click=move |_| drawing.chosen.update(|chosen| *chosen = (*chosen != Some(place)).then_some(place))
                on:keydown=key
            >
                {title}
            </button>
            <Show when=sides>
                <Sides
                    sides=Signal::derive(move || outline.get().and_then(|outline| sides_of(&outline)).unwrap_or_default())
                    on_change=move |sides| drawing.adjust(place, rectangle(sides))
                />
            </Show>
            <span class="note" hidden=move || drawing.counts(place)>{text::region_not_counted}</span>
            <button
                type="button"
                class="button button--small"
                on:click=move |_| {
                    leave();
                    drawing.hand_over(place);
                }
            >
                {move || words::hand_over(place.scope.other())}
            </button>
            <button
                type="button"
                class="button button--small"
                aria-label=move || title().map(text::region_delete_area)
                on:click=move |_| delete()
            >
                {text::region_delete}
            </button>
        </li>
    }
}

/// The four sides of a rectangle in percent: left, top, width, height.
#[component]
fn Sides(
    /// As shares, 0 to 1.
    #[prop(into)]
    sides: Signal<[f64; 4]>,
    on_change: impl Fn([f64; 4]) + Copy + 'static,
) -> impl IntoView {
    let fields = words::SIDES.into_iter().enumerate().map(|(at, name)| {
        // Counted with: what is refused is put back.
        let tries = RwSignal::new(0u32);
        let value = move || {
            tries.track();
            words::percent(sides.get().get(at).copied().unwrap_or_default())
        };
        view! {
            <label class="region-side">
                <span>{name}</span>
                <input
                    class="control"
                    type="number"
                    min="0"
                    max="100"
                    step="0.1"
                    prop:value=value
                    on:change=move |event| {
                        let typed = event_target_value(&event).replace(',', ".").parse::<f64>();
                        let mut changed = sides.get_untracked();
                        if let (Ok(percent), Some(side)) = (typed, changed.get_mut(at)) {
                            *side = percent / 100.0;
                            on_change(changed);
                        }
                        tries.update(|tries| *tries += 1);
                    }
                />
            </label>
        }
    });
    fields.collect_view()
}

/// Adds a rectangle without a pointer.
#[component]
fn ByNumbers() -> impl IntoView {
    let drawing: Drawing = expect_context();
    let purpose = RwSignal::new(Purpose::Inspect);
    let sides = RwSignal::new([0.25, 0.25, 0.5, 0.5]);
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some(chosen) = Purpose::ALL.into_iter().find(|purpose| purpose.name() == name) {
            purpose.set(chosen);
        }
    };
    let add = move |_| {
        let outline = rectangle(sides.get_untracked());
        match outline.check() {
            Ok(()) => {
                drawing.trouble.set(None);
                drawing.add(Tool { purpose: purpose.get_untracked(), form: Form::Rectangle }, outline);
            }
            Err(error) => drawing.trouble.set(Some(error)),
        }
    };
    let options = Purpose::ALL.map(|which| {
        view! {
            <option value=which.name() prop:selected=move || purpose.get() == which>
                {move || words::purpose(which)}
            </option>
        }
    });
    view! {
        <div class="region-area region-add" role="group" aria-label=text::region_by_numbers>
            <select class="control" aria-label=text::region_purpose on:change=choose>{options.collect_view()}</select>
            <Sides sides=sides on_change=move |changed| sides.set(changed) />
            <button type="button" class="button button--small" on:click=add>
                {move || text::region_add(words::scope(scope_of(drawing)))}
            </button>
        </div>
    }
}

fn scope_of(drawing: Drawing) -> Scope {
    drawing.scope.get()
}

fn sides_of(outline: &Outline) -> Option<[f64; 4]> {
    match outline {
        Outline::Rectangle { x, y, width, height } => Some([*x, *y, *width, *height]),
        Outline::Polygon(_) => None,
    }
}

fn rectangle([x, y, width, height]: [f64; 4]) -> Outline {
    Outline::Rectangle { x, y, width, height }
}
