use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::{Button, Div};
use leptos::prelude::*;
use spotcheck_protocol::Outline;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::drawing::Drawing;
use super::grip::{self, Grip};
use super::place::Place;
use super::words;
use crate::text;
use crate::viewer::stage::place;
use crate::viewer::transform::Point;
use crate::viewer::visible::Visible;

/// A handle's side, in CSS pixels, as the style has it.
const SIDE: f64 = 28.0;
/// How far an arrow key moves, in shares of the picture; with the Shift key ten times as far.
const STEP: f64 = 0.01;

/// Over the stage: the handles of the area that is chosen. They only take hold; the stage hears all that the pointer does then,
/// so that the wheel and two fingers zoom as ever.
#[component]
pub fn Handles(ground: NodeRef<Div>) -> impl IntoView {
    let drawing: Drawing = expect_context();
    let shown = Memo::new(move |_| drawing.editable());
    view! {
        <Show when=move || shown.with(Option::is_some)>
            <Editor ground shown />
        </Show>
    }
}

#[component]
fn Editor(ground: NodeRef<Div>, shown: Memo<Option<Place>>) -> impl IntoView {
    let visible: Visible = expect_context();
    let drawing: Drawing = expect_context();
    let zoom = visible.zoom;
    let area = Memo::new(move |_| shown.get().and_then(|place| drawing.area(place)));
    let handles = move || area.with(|area| area.as_ref().map(grip::handles).unwrap_or_default());
    let outline = move || {
        let (room, transform) = zoom.now()?;
        let (width, height) = room.picture();
        let seen = |corner: &[f64; 2]| {
            let (x, y) = transform.seen((corner[0] * width, corner[1] * height));
            format!("{x:.2},{y:.2}")
        };
        area.with(|area| Some(area.as_ref()?.corners(1, 1).iter().map(seen).collect::<Vec<_>>().join(" ")))
    };
    let cursor = move || area.with(|area| area.as_ref().map(|area| Grip::Whole.cursor(area)));
    let label = move || {
        let place = shown.get()?;
        area.with(|area| area.as_ref().map(|area| words::area(place.purpose, area, place.scope)))
    };
    // Wherever the focus is: what is pulled is put back.
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && !event.default_prevented() && drawing.put_back() {
            event.prevent_default();
        }
    });
    on_cleanup(move || escape.remove());
    view! {
        <div class="handles" role="application" aria-label=label>
            <div class="handles-ground">
                <svg class="handles-area" aria-hidden="true">
                    <polygon
                        data-grip=Grip::Whole.name()
                        points=outline
                        fill-rule="evenodd"
                        style:cursor=cursor
                        on:pointerdown=move |event| take(drawing, ground, Grip::Whole, &event)
                    />
                </svg>
                <For each=handles key=|grip| *grip let:grip>
                    <Handle ground shown area grip />
                </For>
            </div>
            <p class="unseen" id="handles-help">{text::region_handles_help}</p>
        </div>
    }
}

/// A corner, or the middle of an edge.
#[component]
fn Handle(
    ground: NodeRef<Div>,
    shown: Memo<Option<Place>>,
    area: Memo<Option<Outline>>,
    grip: Grip,
) -> impl IntoView {
    let visible: Visible = expect_context();
    let drawing: Drawing = expect_context();
    let zoom = visible.zoom;
    let button = NodeRef::<Button>::new();
    // A corner that came, or the one beside one that went, gets the keys.
    Effect::new(move |_| {
        if drawing.focused.get() == Some(grip)
            && let Some(button) = button.get()
        {
            drawing.focused.set(None);
            // It takes the focus: it is a button.
            let _ = button.focus();
        }
    });
    let seen = move |at: [f64; 2]| -> Option<Point> {
        let (room, transform) = zoom.now()?;
        let (width, height) = room.picture();
        Some(transform.seen((at[0] * width, at[1] * height)))
    };
    let at = move || area.with(|area| grip::place_of(area.as_ref()?, grip)).and_then(seen);
    let length = move || {
        let Grip::Edge(edge) = grip else { return f64::INFINITY };
        let ends = area.with(|area| grip::ends(area.as_ref()?, edge));
        let seen = ends.and_then(|(from, to)| Some((seen(from)?, seen(to)?)));
        seen.map_or(0.0, |(from, to)| (from.0 - to.0).hypot(from.1 - to.1))
    };
    // Between two corners, each with half of its handle there, is room for a third.
    let tight = Memo::new(move |_| length() < 2.0 * SIDE);
    let rectangle = move || area.with(|area| matches!(area, Some(Outline::Rectangle { .. })));
    // A rectangle's edge can be taken hold of anywhere between its corners.
    let long = move |upright: bool| {
        let along = rectangle() && matches!(grip, Grip::Edge(edge) if (edge % 2 == 1) == upright);
        (along && !tight.get()).then(|| format!("{}px", length() - SIDE))
    };
    let name = move || area.with(|area| area.as_ref().map(|area| words::handle(area, grip)));
    let cursor = move || area.with(|area| area.as_ref().map(|area| grip.cursor(area)));
    let nudge = move |by: [f64; 2]| {
        if let Some(place) = shown.get_untracked() {
            drawing.nudge(place, grip, by);
        }
    };
    let remove = move || {
        if let (Some(place), Grip::Corner(corner), false) = (shown.get_untracked(), grip, untrack(rectangle))
        {
            drawing.remove_corner(place, corner);
        }
    };
    let undo = move || {
        drawing.undo();
        if area.with_untracked(|area| area.as_ref().is_some_and(|area| grip::place_of(area, grip).is_none()))
        {
            // This corner has gone with what was taken back.
            drawing.focused.set(Some(Grip::Corner(0)));
        }
    };
    let leave = move || {
        drawing.chosen.set(None);
        let stage = ground.get_untracked().and_then(|ground| ground.parent_element());
        if let Some(stage) = stage.and_then(|stage| stage.dyn_into::<HtmlElement>().ok()) {
            // It takes the focus: it has a place in the order of tabs.
            let _ = stage.focus();
        }
    };
    let key = move |event: KeyboardEvent| {
        let command = event.ctrl_key() || event.meta_key();
        let far = if event.shift_key() { 10.0 * STEP } else { STEP };
        match event.key().as_str() {
            "z" if command && !event.alt_key() && !event.shift_key() => undo(),
            _ if command || event.alt_key() => return,
            "ArrowLeft" => nudge([-far, 0.0]),
            "ArrowRight" => nudge([far, 0.0]),
            "ArrowUp" => nudge([0.0, -far]),
            "ArrowDown" => nudge([0.0, far]),
            "Delete" | "Backspace" => remove(),
            "Escape" if drawing.put_back() => {}
            "Escape" => leave(),
            // Zoom and layers.
            _ => return,
        }
        // They would choose another picture.
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <button
            type="button"
            class="handle"
            class:handle--edge=matches!(grip, Grip::Edge(_))
            class:handle--tight=tight
            node_ref=button
            data-grip=grip.name()
            aria-label=name
            aria-describedby="handles-help"
            style:left=move || at().map(|(x, _)| format!("{x}px"))
            style:top=move || at().map(|(_, y)| format!("{y}px"))
            style:width=move || long(false)
            style:height=move || long(true)
            style:cursor=cursor
            on:pointerdown=move |event| take(drawing, ground, grip, &event)
            on:keydown=key
            on:focus=move |_| {
                // A pointer is where it is; by keys it may be out of sight.
                if !drawing.holds() && let Some(at) = area.with_untracked(|area| grip::place_of(area.as_ref()?, grip)) {
                    drawing.bring(at);
                }
            }
            on:click=move |event| {
                // A press of keys: a polygon's edge gets its corner. What a pointer does the stage hears.
                if event.detail() == 0 && matches!(grip, Grip::Edge(_)) && !untrack(rectangle) {
                    nudge([0.0, 0.0]);
                }
            }
        />
    }
}

/// Takes hold with the main button; the stage hears of it next.
fn take(drawing: Drawing, ground: NodeRef<Div>, grip: Grip, event: &PointerEvent) {
    if event.button() == 0
        && event.is_primary()
        && let Some(point) = place(ground, event)
    {
        drawing.hold(grip, point);
    }
}
