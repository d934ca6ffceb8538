use std::sync::Arc;

use js_sys::Float32Array;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::Colours;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement};

use super::visible::{Layer, Visible};
use crate::item::{Outcome, StoredLayers};
use crate::{overlay, pictures};

/// What a canvas over the picture shows.
#[derive(Clone, PartialEq)]
pub enum Paint {
    /// `top` gets the last colour.
    Heat {
        colours: Arc<Colours>,
        top: f32,
    },
    Foreground,
    Parts,
    Dichotomous,
}

/// One of the worker's layers on a canvas over the picture. It is drawn when it is seen for the first time, and again when its
/// paint changes.
#[component]
pub fn Raster(
    layer: Layer,
    outcome: Memo<Option<Arc<Outcome>>>,
    #[prop(into)] paint: Signal<Paint>,
    /// In percent.
    #[prop(into)]
    opacity: Signal<u32>,
) -> impl IntoView {
    let visible: Visible = expect_context();
    let canvas = NodeRef::<Canvas>::new();
    // The one that is on the canvas: layers of the picture before must not be seen over this one.
    let drawn = RwSignal::new(None::<Arc<Outcome>>);
    let attempts = StoredValue::new(0u32);
    Effect::new(move |_| {
        let (true, Some(wanted), Some(canvas)) = (visible.shows(layer), outcome.get(), canvas.get()) else {
            return;
        };
        let paint = paint.get();
        attempts.update_value(|attempt| *attempt += 1);
        let attempt = attempts.get_value();
        spawn_local(async move {
            let still_wanted = || attempts.try_get_value() == Some(attempt);
            // What cannot be read is not shown.
            if let Ok(true) = draw(&canvas, &wanted, &paint, &still_wanted).await {
                drawn.set(Some(wanted));
            }
        });
    });
    let shown = move || {
        let is_drawn = drawn.with(|drawn| {
            outcome.with(|outcome| {
                drawn.as_ref().zip(outcome.as_ref()).is_some_and(|(drawn, wanted)| Arc::ptr_eq(drawn, wanted))
            })
        });
        is_drawn && visible.shows(layer)
    };
    view! {
        <canvas
            class="layer"
            data-layer=layer.name()
            node_ref=canvas
            class:layer--shown=shown
            style:opacity=move || (f64::from(opacity.get()) / 100.0).to_string()
        />
    }
}

/// False when something else was wanted meanwhile.
async fn draw(
    canvas: &HtmlCanvasElement,
    outcome: &Outcome,
    paint: &Paint,
    still_wanted: &dyn Fn() -> bool,
) -> Result<bool, JsValue> {
    let layers = &outcome.layers;
    let columns = layers.width as usize;
    let rgba = match paint {
        Paint::Heat { colours, top: 1.0 } => overlay::heat(&bytes(layers, 0).await?, &colours.table),
        Paint::Heat { colours, top } => {
            let map = floats(&outcome.map).await?;
            overlay::heat(&stretched(&map, outcome, *top), &colours.table)
        }
        Paint::Foreground => overlay::foreground(&bytes(layers, 1).await?, columns),
        Paint::Parts => overlay::parts(&bytes(layers, 2).await?, columns),
        Paint::Dichotomous => overlay::dichotomous(&bytes(layers, 3).await?, columns),
    };
    if !still_wanted() {
        return Ok(false);
    }
    pictures::paint(canvas, &rgba, layers.width, layers.height)?;
    Ok(true)
}

/// The bytes of one of the stored layers, by its place among them.
pub async fn bytes(layers: &StoredLayers, place: u32) -> Result<Vec<u8>, JsValue> {
    let pixels = f64::from(layers.width) * f64::from(layers.height);
    let start = f64::from(place) * pixels;
    pictures::bytes(&layers.bytes.slice_with_f64_and_f64(start, start + pixels)?).await
}

/// A raw map's values. They stay outside of the page's own memory, which never shrinks.
pub async fn floats(map: &Blob) -> Result<Float32Array, JsValue> {
    Ok(Float32Array::new(&JsFuture::from(map.array_buffer()).await?))
}

/// The map with `top` as 255, in the layers' size: finer than the stored layer, which has 0 to 1 in 256 steps.
fn stretched(map: &Float32Array, outcome: &Outcome, top: f32) -> Vec<u8> {
    let (width, height) = (outcome.findings.width, outcome.findings.height);
    let (columns, rows) = (outcome.layers.width, outcome.layers.height);
    let mut strip = Vec::new();
    let mut values = Vec::with_capacity(columns as usize * rows as usize);
    for row in 0..rows {
        let lines = overlay::share(row, rows, height);
        let ends = [lines.start, lines.end].map(|line| line as u32 * width);
        let part = map.subarray(ends[0], ends[1]);
        strip.resize(part.length() as usize, 0.0);
        part.copy_to(&mut strip);
        let highest = overlay::highest(&strip, width, columns);
        values.extend(highest.into_iter().map(|value| ((value / top).clamp(0.0, 1.0) * 255.0).round() as u8));
    }
    values
}
