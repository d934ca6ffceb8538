use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::draft::{Corner, Form};
use super::drawing::Drawing;
use super::words;
use crate::text;
use crate::viewer::gestures::{Gesture, Gestures};
use crate::viewer::stage::place;
use crate::viewer::transform::Point;
use crate::viewer::visible::Visible;

/// How near to a polygon's first corner a click closes it, in CSS pixels: with a mouse, with a finger.
const NEAR: f64 = 10.0;
const NEAR_TOUCH: f64 = 24.0;
/// How far an arrow key moves, in shares of the picture; with the Shift key ten times as far.
const STEP: f64 = 0.01;

/// What the pointer does since it came down.
#[derive(Clone, Copy)]
struct Press {
    id: i32,
    /// Whether it has moved further than a click does, even if it is back by now.
    dragged: bool,
    /// Whether it put the first corner of a rectangle: then dragging draws it.
    first: bool,
    /// Another finger came, or it is the middle button: the picture is moved, and nothing is drawn.
    moves: bool,
}

/// Lies over the stage while something is drawn and takes the pointer and the keys. The wheel still zooms, and so do two fingers.
#[component]
pub fn Canvas(ground: NodeRef<Div>) -> impl IntoView {
    let visible: Visible = expect_context();
    let drawing: Drawing = expect_context();
    let zoom = visible.zoom;
    let canvas = NodeRef::<Div>::new();
    // The keys are for the canvas as soon as there is one.
    Effect::new(move |_| {
        if drawing.tool.get().is_some()
            && let Some(canvas) = canvas.get()
        {
            // It takes the focus: it has a place in the order of tabs.
            let _ = canvas.focus();
        }
    });
    let gestures = StoredValue::new(Gestures::default());
    let pressed = StoredValue::new(None::<Press>);
    let form = move || drawing.tool.get_untracked().map(|tool| tool.form);
    let corner_at = move |point: Point| -> Option<Corner> {
        let (room, transform) = zoom.now_untracked()?;
        let ((x, y), (width, height)) = (transform.under(point), room.picture());
        Some([(x / width).clamp(0.0, 1.0), (y / height).clamp(0.0, 1.0)])
    };
    let point_at = move |point: Point| {
        if let Some(corner) = corner_at(point) {
            drawing.cursor.set(None);
            drawing.draft.update(|draft| draft.point(corner));
        }
    };
    let is_near_first = move |point: Point, touch: bool| {
        let first = drawing.draft.with_untracked(|draft| draft.first().filter(|_| draft.len() >= 3));
        let (Some([x, y]), Some((room, transform))) = (first, zoom.now_untracked()) else { return false };
        let (width, height) = room.picture();
        let seen = transform.seen((x * width, y * height));
        distance(seen, point) <= if touch { NEAR_TOUCH } else { NEAR }
    };

    let press = move |event: PointerEvent| {
        // The stage would move the picture.
        event.stop_propagation();
        let (Some(point), Some(form)) = (place(ground, &event), form()) else { return };
        if !matches!(event.button(), 0 | 1) {
            return;
        }
        if let Some(canvas) = canvas.get_untracked() {
            // Without the capture it is followed while it is over the canvas.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        let more = gestures.with_value(Gestures::any);
        gestures.update_value(|gestures| gestures.press(event.pointer_id(), point));
        let before = pressed.get_value();
        if more {
            // Two fingers zoom: what the first has begun to draw is taken back.
            if let Some(press) = before {
                if press.first {
                    drawing.back();
                }
                pressed.set_value(Some(Press { first: false, moves: true, ..press }));
            }
            return;
        }
        let moves = event.button() == 1;
        let first = !moves && form == Form::Rectangle && drawing.draft.with_untracked(|it| it.is_empty());
        pressed.set_value(Some(Press { id: event.pointer_id(), dragged: false, first, moves }));
        if moves {
            // The browser would scroll by itself.
            event.prevent_default();
        } else {
            point_at(point);
            if let Some(corner) = corner_at(point).filter(|_| first) {
                drawing.put(corner);
            }
        }
    };
    let shift = move |event: PointerEvent| {
        event.stop_propagation();
        let Some(point) = place(ground, &event) else { return };
        let gesture =
            gestures.try_update_value(|gestures| gestures.shift(event.pointer_id(), point)).flatten();
        let moves = pressed.get_value().is_some_and(|press| press.moves);
        if matches!(gesture, Some(Gesture::Drag { .. })) {
            pressed.update_value(|press| press.iter_mut().for_each(|press| press.dragged = true));
        }
        match gesture {
            Some(Gesture::Pinch { from, to, factor }) => zoom.pinch(from, to, factor),
            Some(Gesture::Drag { by }) if moves || form() == Some(Form::Polygon) => zoom.pan(by),
            _ if moves => {}
            _ => point_at(point),
        }
    };
    let release = move |event: PointerEvent| {
        event.stop_propagation();
        let Some(point) = place(ground, &event) else { return };
        let double = gestures
            .try_update_value(|gestures| gestures.release(event.pointer_id(), point, event.time_stamp()))
            .flatten()
            .is_some();
        let Some(press) = pressed.get_value() else { return };
        if !gestures.with_value(Gestures::any) {
            pressed.set_value(None);
        }
        let (Some(form), Some(corner)) = (form(), corner_at(point)) else { return };
        if press.id != event.pointer_id() || press.moves {
            return;
        }
        match form {
            // The first of two clicks.
            Form::Rectangle if press.first && !press.dragged => {}
            Form::Rectangle => drawing.put(corner),
            Form::Polygon if press.dragged => {}
            // Two quick clicks are two corners while there are too few to close.
            Form::Polygon if double && drawing.draft.with_untracked(|draft| draft.len() >= 3) => {
                drawing.close()
            }
            Form::Polygon if is_near_first(point, event.pointer_type() == "touch") => drawing.close(),
            Form::Polygon => drawing.put(corner),
        }
    };
    let lose = move |event: PointerEvent| {
        gestures.update_value(|gestures| gestures.lose(event.pointer_id()));
        if let Some(press) = pressed.get_value().filter(|press| press.id == event.pointer_id()) {
            if press.first {
                drawing.back();
            }
            pressed.set_value(None);
        }
    };

    let go = move |dx: f64, dy: f64| {
        let middle = || {
            let (room, transform) = zoom.now_untracked()?;
            let ((x, y), (width, height)) = (transform.under(room.middle()), room.picture());
            Some([(x / width).clamp(0.0, 1.0), (y / height).clamp(0.0, 1.0)])
        };
        let at = match drawing.cursor.get_untracked() {
            // Whole steps, whatever it has come from.
            Some([x, y]) => [rounded(x + dx), rounded(y + dy)],
            None => match middle() {
                Some([x, y]) => [rounded(x), rounded(y)],
                None => return,
            },
        };
        drawing.cursor.set(Some(at));
        drawing.draft.update(|draft| draft.point(at));
        drawing.said.set(words::cursor(at));
        if let Some((width, height)) = untrack(|| zoom.picture()) {
            zoom.show((at[0] * f64::from(width), at[1] * f64::from(height)));
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let far = if event.shift_key() { 10.0 * STEP } else { STEP };
        match event.key().as_str() {
            "ArrowLeft" => go(-far, 0.0),
            "ArrowRight" => go(far, 0.0),
            "ArrowUp" => go(0.0, -far),
            "ArrowDown" => go(0.0, far),
            " " => match drawing.cursor.get_untracked() {
                Some(at) => drawing.put(at),
                // The first press shows where the keys point at.
                None => go(0.0, 0.0),
            },
            "Enter" => drawing.close(),
            "Backspace" => drawing.back(),
            "Escape" => drawing.leave(),
            // Zoom and layers.
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    // Wherever the focus is.
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && !event.default_prevented() && drawing.tool.get_untracked().is_some() {
            drawing.leave();
        }
    });
    on_cleanup(move || escape.remove());

    let label = move || drawing.tool.get().map(words::drawing);
    let hint = move || drawing.tool.get().map(words::hint);
    let polygon = move || drawing.tool.get().is_some_and(|tool| tool.form == Form::Polygon);
    // Its buttons are no part of the drawing.
    let keep = |event: PointerEvent| event.stop_propagation();
    view! {
        <div
            class="canvas"
            node_ref=canvas
            tabindex="0"
            role="application"
            aria-label=label
            aria-describedby="region-hint"
            on:pointerdown=press
            on:pointermove=shift
            on:pointerup=release
            on:pointercancel=lose
            on:keydown=key
        ></div>
        <div class="canvas-bar" on:pointerdown=keep on:pointermove=keep on:pointerup=keep>
            <p id="region-hint">{hint}</p>
            <p class="note note--failed" role="alert" hidden=move || drawing.trouble.with(Option::is_none)>
                {move || drawing.trouble.get().map(words::refused)}
            </p>
            <div class="canvas-buttons">
                <button
                    type="button"
                    class="button button--small"
                    hidden=move || !polygon()
                    disabled=move || drawing.draft.with(|draft| draft.len() < 3)
                    on:click=move |_| drawing.close()
                >
                    {text::region_close}
                </button>
                <button type="button" class="button button--small" on:click=move |_| drawing.leave()>
                    {text::region_leave}
                </button>
            </div>
        </div>
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// The nearest whole step within the picture.
fn rounded(at: f64) -> f64 {
    ((at / STEP).round() * STEP).clamp(0.0, 1.0)
}
