use js_sys::Reflect;
use leptos::ev::{KeyboardEvent, PointerEvent, SubmitEvent};
use leptos::html::{Button, Div, Input};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::transform::Point;
use super::visible::Visible;
use crate::bench::Bench;
use crate::measuring::scale_by_line;
use crate::text;
use crate::words;

/// A line is at least so long, in CSS pixels: a shorter one is a tap.
const SHORTEST: f64 = 4.0;

/// Over the stage: a line of known length is drawn on the picture, which gives the scale. It is dragged, or tapped from end
/// to end; by keys the scale is typed. Ends are points of the picture, in its pixels.
#[component]
pub fn Ruler() -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let zoom = visible.zoom;
    let (plate, field, leave) = (NodeRef::<Div>::new(), NodeRef::<Input>::new(), NodeRef::<Button>::new());
    let line = RwSignal::new(None::<(Point, Point)>);
    // The pointer that draws.
    let held = RwSignal::new(None::<i32>);
    let trouble = RwSignal::new(None::<String>);

    let under = move |event: &PointerEvent| {
        let corner = plate.get_untracked()?.get_bounding_client_rect();
        let (room, transform) = zoom.now_untracked()?;
        let along = |name: &str| Reflect::get(event.as_ref(), &JsValue::from(name)).ok()?.as_f64();
        let (x, y) = transform.under((along("clientX")? - corner.left(), along("clientY")? - corner.top()));
        let (width, height) = room.picture();
        Some((x.clamp(0.0, width), y.clamp(0.0, height)))
    };
    let is_drawn = move |(from, to): (Point, Point)| {
        let scale = zoom.now().map_or(1.0, |(_, transform)| transform.scale);
        distance(from, to) * scale >= SHORTEST
    };
    let drawn = move || line.get().filter(|line| is_drawn(*line));
    let press = move |event: PointerEvent| {
        // The stage must not take it for a drag.
        event.stop_propagation();
        let Some(at) = under(&event).filter(|_| event.button() == 0) else { return };
        if let Some(plate) = plate.get_untracked() {
            // Without the capture it is followed while it is on the stage.
            let _ = plate.set_pointer_capture(event.pointer_id());
        }
        held.set(Some(event.pointer_id()));
        trouble.set(None);
        line.update(|line| {
            *line = Some(match *line {
                // A tap before was the one end, this is the other.
                Some((from, to)) if untrack(|| !is_drawn((from, to))) => (from, at),
                _ => (at, at),
            });
        });
    };
    let shift = move |event: PointerEvent| {
        if held.get_untracked() != Some(event.pointer_id()) {
            return;
        }
        event.stop_propagation();
        if let Some(at) = under(&event) {
            line.update(|line| *line = line.map(|(from, _)| (from, at)));
        }
    };
    let release = move |event: PointerEvent| {
        event.stop_propagation();
        held.set(None);
        if let Some(field) = field.get_untracked() {
            // A field that is not seen does not take the focus.
            let _ = field.focus();
        }
    };
    let close = move || visible.ruling.set(false);
    let take = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some((from, to)), Some(field)) = (untrack(drawn), field.get_untracked()) else { return };
        match scale_by_line(distance(from, to), &field.value()) {
            Ok(scale) => {
                bench.set_pixels_per_mm(Some(scale));
                close();
            }
            Err(message) => trouble.set(Some(message)),
        }
    };
    let key = move |event: KeyboardEvent| {
        // What is typed here moves neither the picture nor the list.
        event.stop_propagation();
        if event.key() == "Escape" {
            close();
        }
    };
    // So that the keyboard can leave it, and hears what to do.
    Effect::new(move |_| {
        if let Some(leave) = leave.get() {
            let _ = leave.focus();
        }
    });
    let ends = move || {
        let (_, transform) = zoom.now()?;
        line.get().map(|(from, to)| (transform.seen(from), transform.seen(to)))
    };
    let ruled = move || {
        ends().map(|((x1, y1), (x2, y2))| {
            view! {
                <line class="contour-ground" x1=x1 y1=y1 x2=x2 y2=y2 />
                <line class="contour-line" x1=x1 y1=y1 x2=x2 y2=y2 />
                <circle cx=x1 cy=y1 r="4" />
                <circle cx=x2 cy=y2 r="4" />
            }
        })
    };
    let pixels = move || {
        let length = |(from, to)| text::length_pixels(words::decimal(distance(from, to), 1));
        drawn().map(length).map(text::ruler_pixels_are)
    };
    view! {
        <div class="ruler" on:keydown=key>
            <div
                class="ruler-plate"
                node_ref=plate
                on:pointerdown=press
                on:pointermove=shift
                on:pointerup=release
                on:pointercancel=move |_| held.set(None)
            >
                <svg class="ruler-line" aria-hidden="true">{ruled}</svg>
            </div>
            <form class="ruler-form" aria-label=text::ruler on:submit=take on:pointerdown=move |event| event.stop_propagation()>
                <p id="ruler-help" hidden=move || drawn().is_some()>{text::ruler_help}</p>
                <label hidden=move || drawn().is_none()>
                    <span class="ruler-length">{pixels}</span>
                    " "
                    <input
                        class="gauge-percent"
                        type="text"
                        inputmode="decimal"
                        aria-label=text::ruler_length
                        aria-invalid=move || trouble.with(Option::is_some).to_string()
                        aria-describedby="ruler-trouble"
                        node_ref=field
                    />
                    " "
                    {text::ruler_unit}
                </label>
                <button type="submit" class="button button--small" hidden=move || drawn().is_none()>{text::ruler_take}</button>
                <button type="button" class="button button--small" node_ref=leave aria-describedby="ruler-help" on:click=move |_| close()>
                    {text::ruler_leave}
                </button>
                <p id="ruler-trouble" class="note note--failed" role="alert" hidden=move || trouble.with(Option::is_none)>
                    {trouble}
                </p>
            </form>
        </div>
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}
