use leptos::html::Details;
use leptos::prelude::*;

use super::region::Drawing;
use super::visible::Visible;
use crate::bench::Bench;
use crate::measuring::{digits, length, scale_of};
use crate::text;
use crate::words;

/// The scale of all pictures: typed, or by a line of known length.
#[component]
pub fn ScalePanel() -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let drawing: Drawing = expect_context();
    let trouble = RwSignal::new(None::<String>);
    let title = move || match bench.pixels_per_mm.get() {
        Some(scale) => text::pixels_per_millimetre(digits(scale)),
        None => text::scale_unknown(),
    };
    let written = move || {
        bench.pixels_per_mm.get().map(|scale| words::localised(&scale.to_string())).unwrap_or_default()
    };
    let take = move |typed: String| match scale_of(&typed) {
        Ok(scale) => {
            trouble.set(None);
            bench.set_pixels_per_mm(scale);
        }
        Err(message) => trouble.set(Some(message)),
    };
    let panel = NodeRef::<Details>::new();
    let draw = move |_| {
        trouble.set(None);
        // It would lie over the picture.
        if let Some(panel) = panel.get_untracked() {
            panel.set_open(false);
        }
        // One thing is drawn at a time.
        if drawing.tool.get_untracked().is_some() {
            drawing.leave();
        }
        visible.ruling.set(true);
    };
    view! {
        <details class="popup popup--up popup--end scale-panel" node_ref=panel>
            <summary title=text::scale_of_pictures_is aria-label=move || text::scale_of_pictures(title())>
                {title}
            </summary>
            <div class="popup-body">
                <p class="note">
                    {text::scale_what}
                </p>
                <p>
                    <label class="choice">
                        <span>{text::scale_field}</span>
                        <input
                            class="gauge-percent"
                            type="text"
                            inputmode="decimal"
                            placeholder=text::scale_none
                            aria-invalid=move || trouble.with(Option::is_some).to_string()
                            aria-describedby="scale-trouble"
                            prop:value=written
                            on:change=move |event| take(event_target_value(&event))
                        />
                    </label>
                </p>
                <p id="scale-trouble" class="note note--failed" role="alert" hidden=move || trouble.with(Option::is_none)>
                    {trouble}
                </p>
                <p class="note" hidden=move || bench.pixels_per_mm.get().is_none()>
                    {move || bench.pixels_per_mm.get().map(|scale| text::scale_pixel_is(length(1.0, scale)))}
                </p>
                <p>
                    <button type="button" class="button button--small" on:click=draw>{text::scale_draw}</button>
                </p>
                <button
                    type="button"
                    class="button button--small"
                    disabled=move || bench.pixels_per_mm.get().is_none()
                    on:click=move |_| take(String::new())
                >
                    {text::scale_clear}
                </button>
            </div>
        </details>
    }
}
