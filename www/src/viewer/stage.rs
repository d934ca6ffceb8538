use std::sync::Arc;

use js_sys::Reflect;
use leptos::ev::{KeyboardEvent, PointerEvent, WheelEvent};
use leptos::html::{Div, Img};
use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::Colours;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlImageElement, ResizeObserver};

use super::contours::Contours;
use super::divider::Divider;
use super::gestures::{Gesture, Gestures};
use super::loupe::Loupe;
use super::raster::{Paint, Raster};
use super::region::{Canvas, Drawing, Handles, Shapes};
use super::ruler::Ruler;
use super::squares::Squares;
use super::transform::Point;
use super::visible::{Layer, Visible};
use crate::bench::Bench;
use crate::item::{Outcome, Shown, State, Truth};
use crate::pictures;
use crate::queue::ItemId;
use crate::text;
use crate::trouble;
use crate::words;

/// How far an arrow key moves the zoomed picture, in CSS pixels, and the loupe, in pixels of the picture; with the Shift key
/// ten times as far.
const PAN: f64 = 48.0;
/// What the wheel turns for one step of e, in CSS pixels; with the Ctrl key, as browsers report pinching on a touchpad.
const WHEEL: f64 = 500.0;
const PINCH: f64 = 100.0;
/// CSS pixels a line of the wheel.
const LINE: f64 = 16.0;

/// The picture under its layers, to be zoomed, compared and looked at through the loupe.
#[component]
pub fn Stage(
    outcome: Memo<Option<Arc<Outcome>>>,
    colours: Memo<Arc<Colours>>,
    top: Memo<f32>,
) -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let drawing: Drawing = expect_context();
    let zoom = visible.zoom;
    let (stage, ground, picture) = (NodeRef::<Div>::new(), NodeRef::<Div>::new(), NodeRef::<Img>::new());
    measure(ground, move |size| zoom.set_stage(size));

    let address = Memo::new(move |_| match bench.selected_item()?.picture.get() {
        Shown::Yes { full, .. } => Some(full),
        Shown::Unknown | Shown::No => None,
    });
    // Of the image that has loaded: its address and size.
    let natural = RwSignal::new(None::<(String, (u32, u32))>);
    let loaded = RwSignal::new(0u32);
    // Known from the findings, or from the image when it has loaded.
    let size = Memo::new(move |_| {
        let found =
            outcome.with(|outcome| outcome.as_ref().map(|it| (it.findings.width, it.findings.height)));
        found.or_else(|| {
            natural.with(|natural| {
                let (of, size) = natural.as_ref()?;
                address.with(|address| (address.as_ref() == Some(of)).then_some(*size))
            })
        })
    });
    Effect::new(move |_| {
        let Some((width, height)) = size.get() else { return };
        zoom.set_picture((width, height));
        if visible.pixel.get_untracked().is_some_and(|(x, y)| x >= width || y >= height) {
            visible.pixel.set(None);
        }
    });

    let gestures = StoredValue::new(Gestures::default());
    // Whether the loupe was moved by keys: then its values are said.
    let heard = RwSignal::new(false);
    let point_at = move |point: Point| {
        heard.set(false);
        if let Some((room, transform)) = zoom.now_untracked() {
            visible.pixel.set(room.pixel(transform, point));
        }
    };
    let press = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let Some(point) = place(ground, &event) else { return };
        if let Some(stage) = stage.get_untracked() {
            // Without the capture it is followed while it is on the stage.
            let _ = stage.set_pointer_capture(event.pointer_id());
        }
        if gestures.with_value(Gestures::any) {
            // Two fingers zoom: what the first holds is put back.
            drawing.put_back();
        }
        gestures.update_value(|gestures| gestures.press(event.pointer_id(), point));
        point_at(point);
    };
    let shift = move |event: PointerEvent| {
        let Some(point) = place(ground, &event) else { return };
        let gesture =
            gestures.try_update_value(|gestures| gestures.shift(event.pointer_id(), point)).flatten();
        match gesture {
            Some(Gesture::Drag { .. }) if drawing.holds() => drawing.pull(point),
            // A finger has nothing but dragging to move the loupe with.
            Some(Gesture::Drag { .. })
                if visible.loupe.get_untracked() && event.pointer_type() == "touch" => {}
            Some(Gesture::Drag { by }) => zoom.pan(by),
            Some(Gesture::Pinch { from, to, factor }) => zoom.pinch(from, to, factor),
            Some(Gesture::DoubleTap { .. }) | None => {}
        }
        point_at(point);
    };
    let release = move |event: PointerEvent| {
        let Some(point) = place(ground, &event) else { return };
        let gesture = gestures
            .try_update_value(|gestures| gestures.release(event.pointer_id(), point, event.time_stamp()));
        let tapped = gestures.with_value(Gestures::tapped);
        match gesture.flatten() {
            Some(Gesture::DoubleTap { .. }) if drawing.double() => {}
            Some(Gesture::DoubleTap { at }) => {
                zoom.toggle(at);
                point_at(at);
            }
            _ => {
                if !drawing.let_go() && tapped {
                    drawing.choose_at(point);
                }
            }
        }
    };
    let lose = move |event: PointerEvent| {
        gestures.update_value(|gestures| gestures.lose(event.pointer_id()));
        drawing.drop_held();
    };
    let leave = move |event: PointerEvent| {
        // A finger that is lifted leaves, too; what it pointed at stays.
        if event.pointer_type() != "touch" && !gestures.with_value(Gestures::any) {
            visible.pixel.set(None);
        }
    };
    let turn = move |event: WheelEvent| {
        event.prevent_default();
        let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { LINE };
        let reach = if event.ctrl_key() { PINCH } else { WHEEL };
        // No more than one step of e at a time, whatever the wheel says.
        let turned = (-event.delta_y() * unit / reach).clamp(-1.0, 1.0);
        zoom.by(turned.exp(), place(ground, &event));
    };
    let key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let far = if event.shift_key() { 10 } else { 1 };
        let (dx, dy) = match event.key().as_str() {
            "ArrowLeft" => (-far, 0),
            "ArrowRight" => (far, 0),
            "ArrowUp" => (0, -far),
            "ArrowDown" => (0, far),
            _ => return,
        };
        if visible.loupe.get_untracked() {
            let at = visible.pixel.get_untracked().or_else(|| visible.middle());
            let (Some(at), Some((width, height))) = (at, size.get_untracked()) else { return };
            let step = |at: u32, by: i32, most: u32| at.saturating_add_signed(by).min(most.saturating_sub(1));
            let (x, y) = (step(at.0, dx, width), step(at.1, dy, height));
            heard.set(true);
            visible.pixel.set(Some((x, y)));
            zoom.show((f64::from(x) + 0.5, f64::from(y) + 0.5));
        } else if untrack(|| zoom.is_zoomed()) {
            zoom.pan((-PAN * f64::from(dx), -PAN * f64::from(dy)));
        } else {
            // They choose the next picture.
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };

    let note = move || {
        let item = bench.selected_item()?;
        item.state.with(|state| match state {
            State::Waiting => Some(text::stage_note_waiting()),
            State::Running(progress) => Some(capital(&words::doing(progress.get().stage))),
            State::Failed(of) => Some(format!("{}: {}", item.name, trouble::sentence(of))),
            State::Cancelled => Some(text::stage_note_cancelled()),
            State::Done(_) => None,
        })
    };
    let marked = marked(bench, visible);
    let truth = move || {
        let item = bench.selected_item().filter(|_| visible.shows(Layer::Truth))?;
        match item.truth? {
            Truth::Marked(address) => Some(address.to_string()),
            Truth::Defective => marked.get().filter(|(of, _)| *of == item.id).map(|(_, address)| address),
            Truth::Whole => None,
        }
    };
    let squares = move || {
        let shown = visible.shows(Layer::Tiles) || visible.shows(Layer::Components);
        outcome.get().filter(|_| shown).map(|outcome| view! { <Squares findings=outcome.findings.clone() /> })
    };
    let ratio = move || zoom.picture().map_or(1.0, |(w, h)| f64::from(w.max(1)) / f64::from(h.max(1)));
    // In its fitted size it stands where the style sheet puts it.
    let transform = move || {
        let (room, now) = zoom.now().filter(|_| zoom.is_zoomed())?;
        let fitted = room.fitted();
        let (x, y) = (now.x - fitted.x, now.y - fitted.y);
        Some(format!("translate({x}px, {y}px) scale({})", now.scale / fitted.scale))
    };
    let scale = move || zoom.now().map_or(1.0, |(_, transform)| transform.scale);
    let clip = move || {
        let (room, transform) = zoom.now().filter(|_| visible.comparing.get())?;
        let (x, _) = transform.under((visible.divider.get() * room.stage().0, 0.0));
        let bare = (x / room.picture().0 * 100.0).clamp(0.0, 100.0);
        Some(format!("inset(0 0 0 {bare}%)"))
    };
    let image = picture;
    let hundred = Signal::derive(|| 100);
    view! {
        <div
            class="stage"
            class:stage--zoomed=move || zoom.is_zoomed()
            class:stage--loupe=visible.loupe
            style:cursor=move || drawing.cursor_held()
            node_ref=stage
            tabindex="0"
            role="group"
            aria-label=text::view_of_picture
            aria-describedby="stage-help"
            on:pointerdown=press
            on:pointermove=shift
            on:pointerup=release
            on:pointercancel=lose
            on:pointerleave=leave
            on:wheel=turn
            on:keydown=key
        >
            <div class="ground" node_ref=ground>
                <div
                    class="frame"
                    class:frame--crisp=move || zoom.now().is_some_and(|(room, transform)| room.is_crisp(transform))
                    style:--ratio=move || ratio().to_string()
                    style:--zoom=move || scale().to_string()
                    style:transform=transform
                    hidden=move || address.with(Option::is_none)
                >
                    <img
                        class="picture"
                        draggable="false"
                        node_ref=picture
                        src=move || address.get()
                        alt=move || bench.selected_item().map(|item| item.name.to_string())
                        on:load=move |event| {
                            let image: HtmlImageElement = event_target(&event);
                            natural.set(Some((image.src(), (image.natural_width(), image.natural_height()))));
                            loaded.update(|times| *times += 1);
                        }
                    />
                    <div class="overlays" style:clip-path=clip>
                        <Raster layer=Layer::Foreground outcome paint=Signal::derive(|| Paint::Foreground) opacity=hundred />
                        <Raster layer=Layer::Dichotomous outcome paint=Signal::derive(|| Paint::Dichotomous) opacity=hundred />
                        <Raster layer=Layer::Parts outcome paint=Signal::derive(|| Paint::Parts) opacity=hundred />
                        <Raster
                            layer=Layer::Heatmap
                            outcome
                            paint=Signal::derive(move || Paint::Heat { colours: colours.get(), top: top.get() })
                            opacity=visible.opacity
                        />
                        // The truth needs no inspection.
                        {move || {
                            truth()
                                .map(|address| {
                                    view! { <img class="layer layer--shown" data-layer="truth" src=address alt="" draggable="false" /> }
                                })
                        }}
                        {squares}
                        <Shapes />
                        <Contours outcome />
                    </div>
                </div>
                <Handles ground />
                <Show when=move || visible.comparing.get()>
                    <Divider />
                </Show>
                <Show when=move || visible.loupe.get()>
                    <Loupe picture=image loaded outcome heard />
                </Show>
                <Show when=move || drawing.tool.with(Option::is_some)>
                    <Canvas ground />
                </Show>
                <Show when=move || visible.ruling.get()>
                    <Ruler />
                </Show>
            </div>
            <p class="stage-note" hidden=move || note().is_none()>{note}</p>
            <p class="unseen" id="stage-help">
                {text::stage_help}
            </p>
        </div>
    }
}

/// The mask of the selected picture as marks to lay over it: the picture's number and their address, once they are wanted.
fn marked(bench: Bench, visible: Visible) -> RwSignal<Option<(ItemId, String)>> {
    let marked = RwSignal::new(None::<(ItemId, String)>);
    Effect::new(move |_| {
        let item = bench.selected_item().filter(|_| visible.shows(Layer::Truth));
        let Some((id, mask)) = item.and_then(|item| Some((item.id, item.mask?))) else { return };
        if marked.with_untracked(|marked| marked.as_ref().is_some_and(|(of, _)| *of == id)) {
            return;
        }
        spawn_local(async move {
            // A mask that cannot be read shows nothing, like an empty one.
            if let Ok(address) = pictures::marking(&mask).await
                && let Some(Some((_, old))) = marked.try_update(|marked| marked.replace((id, address)))
            {
                pictures::revoke_address(&old);
            }
        });
    });
    marked
}

/// Where on the ground something happened. web-sys rounds it to whole CSS pixels, of which a picture may have several pixels
/// in one.
pub fn place(ground: NodeRef<Div>, event: &JsValue) -> Option<Point> {
    let corner = ground.get_untracked()?.get_bounding_client_rect();
    let along = |name: &str| Reflect::get(event, &name.into()).ok()?.as_f64();
    Some((along("clientX")? - corner.left(), along("clientY")? - corner.top()))
}

/// Tells an element's size now and whenever it changes.
fn measure(element: NodeRef<Div>, tell: impl Fn(Point) + Copy + 'static) {
    // The callback lives as long as the observer.
    let observing = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn Fn()>)>);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let element: Element = element.unchecked_into();
        let watched = element.clone();
        let callback = Closure::<dyn Fn()>::new(move || {
            let size = watched.get_bounding_client_rect();
            tell((size.width(), size.height()));
        });
        // Every browser that runs WebAssembly as this page needs it has observers.
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            observing.set_value(Some((observer, callback)));
        }
    });
    on_cleanup(move || {
        if let Some(Some((observer, _))) = observing.try_update_value(Option::take) {
            observer.disconnect();
        }
    });
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
