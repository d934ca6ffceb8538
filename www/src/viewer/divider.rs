use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::visible::Visible;
use crate::text;
use crate::words;

/// How far a key moves it, in shares of the stage.
const STEP: f64 = 0.02;
const LEAP: f64 = 0.1;

/// The line between the bare picture and the layers. Its parent is what its place is measured on.
#[component]
pub fn Divider() -> impl IntoView {
    let visible: Visible = expect_context();
    let line = NodeRef::<Div>::new();
    let place = visible.divider;
    let held = StoredValue::new(None::<i32>);
    let press = move |event: PointerEvent| {
        // The stage must not take it for a drag.
        event.stop_propagation();
        if let Some(line) = line.get_untracked() {
            held.set_value(Some(event.pointer_id()));
            // Without the capture it is dragged while the pointer is on it.
            let _ = line.set_pointer_capture(event.pointer_id());
        }
    };
    let shift = move |event: PointerEvent| {
        event.stop_propagation();
        let stage = line.get_untracked().and_then(|line| line.parent_element());
        let (true, Some(stage)) = (held.get_value() == Some(event.pointer_id()), stage) else { return };
        let stage = stage.get_bounding_client_rect();
        if stage.width() > 0.0 {
            place.set(((f64::from(event.client_x()) - stage.left()) / stage.width()).clamp(0.0, 1.0));
        }
    };
    let key = move |event: KeyboardEvent| {
        let leap = if event.shift_key() { LEAP } else { STEP };
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => place.get_untracked() - leap,
            "ArrowRight" | "ArrowUp" => place.get_untracked() + leap,
            "PageDown" => place.get_untracked() - LEAP,
            "PageUp" => place.get_untracked() + LEAP,
            "Home" => 0.0,
            "End" => 1.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        place.set(to.clamp(0.0, 1.0));
    };
    let percent = move || (place.get() * 100.0).round().to_string();
    view! {
        <div
            class="divider"
            node_ref=line
            role="slider"
            tabindex="0"
            aria-label=text::divider
            aria-orientation="horizontal"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=percent
            aria-valuetext=move || text::divider_bare(words::percent(place.get(), 0))
            style:left=move || format!("{}%", place.get() * 100.0)
            on:pointerdown=press
            on:pointermove=shift
            on:pointerup=move |event| {
                event.stop_propagation();
                held.set_value(None);
            }
            on:pointercancel=move |_| held.set_value(None)
            on:keydown=key
        >
            <span class="divider-handle" aria-hidden="true">
                <svg viewBox="0 0 20 20"><path d="M7.5 5 2.5 10l5 5zM12.5 5l5 5-5 5z" /></svg>
            </span>
        </div>
    }
}
