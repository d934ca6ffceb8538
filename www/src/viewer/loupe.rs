use std::sync::Arc;

use js_sys::{Float32Array, Reflect};
use leptos::html::{Canvas, Img};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use super::raster::{bytes, floats};
use super::visible::Visible;
use crate::bench::Bench;
use crate::item::Outcome;
use crate::measuring::length;
use crate::text;
use crate::words;

/// The glass's side, and the size of the glass with the values, in CSS pixels.
const GLASS: f64 = 132.0;
const SIZE: (f64, f64) = (292.0, 148.0);
/// How far from its pixel it stays: a finger is wide.
const GAP: f64 = 28.0;
/// The least side of the mark on the picture, in CSS pixels.
const SPOT: f64 = 6.0;
/// CSS pixels a pixel of the picture.
const MAGNIFICATION: f64 = 4.0;

/// What a picture's pixels are looked up in, read when the loupe is switched on.
#[derive(Clone)]
struct Data {
    outcome: Arc<Outcome>,
    map: Float32Array,
    foreground: Vec<u8>,
}

/// Magnifies the pixels around one, and tells its values. It keeps off the pixel.
#[component]
pub fn Loupe(
    picture: NodeRef<Img>,
    /// Changes whenever the image has loaded.
    #[prop(into)]
    loaded: Signal<u32>,
    outcome: Memo<Option<Arc<Outcome>>>,
    /// Whether the values are said to those who hear the page.
    #[prop(into)]
    heard: Signal<bool>,
) -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let zoom = visible.zoom;
    let canvas = NodeRef::<Canvas>::new();
    let data = RwSignal::new_local(None::<Data>);
    let colour = RwSignal::new(None::<[u8; 3]>);
    Effect::new(move |_| {
        data.set(None);
        let Some(wanted) = outcome.get() else { return };
        spawn_local(async move {
            let read =
                async { Ok::<_, JsValue>((floats(&wanted.map).await?, bytes(&wanted.layers, 1).await?)) };
            // What cannot be read is not told.
            let Ok((map, foreground)) = read.await else { return };
            if outcome.try_get_untracked().flatten().is_some_and(|now| Arc::ptr_eq(&now, &wanted)) {
                data.set(Some(Data { outcome: wanted, map, foreground }));
            }
        });
    });
    // How many pixels are on a side of the glass: an odd number, so that one is in the middle.
    let side = Memo::new(move |_| {
        let scale = zoom.now().map_or(0.0, |(_, transform)| transform.scale);
        let across = GLASS / MAGNIFICATION.max(2.0 * scale);
        2 * (across / 2.0) as u32 + 1
    });
    Effect::new(move |_| {
        loaded.track();
        let side = side.get();
        let (Some(pixel), Some(size)) = (visible.pixel.get(), zoom.picture()) else {
            return colour.set(None);
        };
        let (Some(picture), Some(canvas)) = (picture.get(), canvas.get()) else { return };
        colour.set(magnify(&picture, &canvas, pixel, size, side).ok());
    });
    let position = move || {
        let ((x, y), (room, transform)) = (visible.pixel.get()?, zoom.now()?);
        let (x, y) = transform.seen((f64::from(x) + 0.5, f64::from(y) + 0.5));
        let left = (x - SIZE.0 / 2.0).min(room.stage().0 - SIZE.0).max(0.0);
        let above = y - GAP - SIZE.1;
        Some((left, if above >= 0.0 { above } else { y + GAP }))
    };
    // The pixel itself, no smaller than can be seen.
    let spot = move || {
        let ((x, y), (_, transform)) = (visible.pixel.get()?, zoom.now()?);
        Some((transform.seen((f64::from(x) + 0.5, f64::from(y) + 0.5)), transform.scale.max(SPOT)))
    };
    let spot_place =
        move || spot().map(|((x, y), side)| format!("translate({}px, {}px)", x - side / 2.0, y - side / 2.0));
    let place = move || visible.pixel.get().map(|(x, y)| format!("{x}, {y}"));
    let value = move || {
        let pixel = visible.pixel.get()?;
        data.with(|data| data.as_ref()?.value(pixel)).map(|value| words::decimal(f64::from(value), 4))
    };
    let rgb = move || colour.get().map(|[r, g, b]| format!("{r} {g} {b}"));
    let component = move || {
        let pixel = visible.pixel.get()?;
        data.with(|data| data.as_ref()?.component(pixel)).map(|index| format!("#{}", index + 1))
    };
    // What the glass shows of the picture, from side to side.
    let across = move || {
        let pixels = side.get();
        match bench.pixels_per_mm.get() {
            Some(scale) => format!("{} · {}", text::length_pixels(pixels), length(pixels.into(), scale)),
            None => text::length_pixels(pixels),
        }
    };
    let summary = move || {
        let said = [Some(place()?), value().map(text::loupe_says_map), rgb().map(|it| format!("RGB {it}"))];
        let said = said.into_iter().chain([component().map(text::loupe_says_component)]);
        Some(said.flatten().collect::<Vec<_>>().join("; "))
    };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".into());
    view! {
        <span
            class="loupe-spot"
            aria-hidden="true"
            hidden=move || position().is_none()
            style:width=move || spot().map(|(_, side)| format!("{side}px"))
            style:transform=spot_place
        />
        <div
            class="loupe"
            hidden=move || position().is_none()
            style:width=format!("{}px", SIZE.0)
            style:height=format!("{}px", SIZE.1)
            style:transform=move || position().map(|(left, top)| format!("translate({left}px, {top}px)"))
        >
            <div class="glass" aria-hidden="true" style:width=format!("{GLASS}px") style:height=format!("{GLASS}px")>
                <canvas class="glass-pixels" node_ref=canvas />
                <span class="glass-mark" style:width=move || format!("{}px", GLASS / f64::from(side.get())) />
                <span class="glass-size" data-value="across">{across}</span>
            </div>
            <dl class="loupe-values">
                <dt>"x, y"</dt>
                <dd data-value="place">{move || or_none(place())}</dd>
                <dt>{text::loupe_map}</dt>
                <dd data-value="map">{move || or_none(value())}</dd>
                <dt>"RGB"</dt>
                <dd data-value="rgb">{move || or_none(rgb())}</dd>
                <dt>{text::loupe_component}</dt>
                <dd data-value="component">{move || or_none(component())}</dd>
            </dl>
        </div>
        <p class="unseen" role="status">{move || heard.get().then(summary)}</p>
    }
}

impl Data {
    /// The map's value at a pixel.
    fn value(&self, (x, y): (u32, u32)) -> Option<f32> {
        let findings = &self.outcome.findings;
        (x < findings.width && y < findings.height).then(|| self.map.get_index(y * findings.width + x))
    }

    /// The component that a pixel is in: the smallest whose box is around it, if it is in the foreground.
    fn component(&self, (x, y): (u32, u32)) -> Option<usize> {
        let (findings, layers) = (&self.outcome.findings, &self.outcome.layers);
        let cell =
            |at: u32, pixels: u32, cells: u32| u64::from(at) * u64::from(cells) / u64::from(pixels.max(1));
        let row = cell(y, findings.height, layers.height);
        let at = row * u64::from(layers.width) + cell(x, findings.width, layers.width);
        if self.foreground.get(at as usize).is_none_or(|&inside| inside == 0) {
            return None;
        }
        let (x, y) = (i64::from(x), i64::from(y));
        let within = |at: i64, start: i32, length: u32| {
            (i64::from(start)..i64::from(start) + i64::from(length)).contains(&at)
        };
        let around = findings.components.iter().map(|component| component.rect).enumerate();
        let around = around
            .filter(|(_, rect)| within(x, rect.x, rect.width) && within(y, rect.y, rect.height))
            .min_by_key(|(_, rect)| u64::from(rect.width) * u64::from(rect.height));
        around.map(|(index, _)| index)
    }
}

/// Draws `side` × `side` pixels around one, a pixel each, and reads that one's colour.
fn magnify(
    picture: &HtmlImageElement,
    canvas: &HtmlCanvasElement,
    (x, y): (u32, u32),
    (width, height): (u32, u32),
    side: u32,
) -> Result<[u8; 3], JsValue> {
    if canvas.width() != side || canvas.height() != side {
        canvas.set_width(side);
        canvas.set_height(side);
    }
    let context = context(canvas)?;
    let middle = side / 2;
    let full = f64::from(side);
    context.clear_rect(0.0, 0.0, full, full);
    context.set_image_smoothing_enabled(false);
    // What the worker decoded may be shown smaller than it is.
    let (across, down) = (
        f64::from(picture.natural_width()) / f64::from(width.max(1)),
        f64::from(picture.natural_height()) / f64::from(height.max(1)),
    );
    let (left, top) = (f64::from(x) - f64::from(middle), f64::from(y) - f64::from(middle));
    context.draw_image_with_html_image_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        picture,
        left * across,
        top * down,
        full * across,
        full * down,
        0.0,
        0.0,
        full,
        full,
    )?;
    let data = context.get_image_data(f64::from(middle), f64::from(middle), 1.0, 1.0)?.data();
    match data.as_slice() {
        &[r, g, b, 255] => Ok([r, g, b]),
        _ => Err("the picture has not loaded".into()),
    }
}

fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let options = js_sys::Object::new();
    // It is read after every drawing.
    Reflect::set(&options, &"willReadFrequently".into(), &true.into())?;
    let context = canvas.get_context_with_context_options("2d", &options)?;
    Ok(context.ok_or("this canvas cannot be drawn on")?.dyn_into()?)
}
