use leptos::html::Details;
use leptos::prelude::*;

use super::visible::Visible;
use crate::bench::Bench;
use crate::measuring::{digits, scale_of};

/// The scale of all pictures: typed, or by a line of known length.
#[component]
pub fn ScalePanel() -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let trouble = RwSignal::new(None::<String>);
    let title = move || match bench.pixels_per_mm.get() {
        Some(scale) => format!("{} px/mm", digits(scale)),
        None => "Millimetres".into(),
    };
    let written = move || bench.pixels_per_mm.get().map(|scale| scale.to_string()).unwrap_or_default();
    let take = move |text: String| match scale_of(&text) {
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
        visible.ruling.set(true);
    };
    view! {
        <details class="popup popup--up popup--end scale-panel" node_ref=panel>
            <summary title="The scale of the pictures, for sizes in millimetres" aria-label=move || format!("Scale of the pictures: {}", title())>
                {title}
            </summary>
            <div class="popup-body">
                <p class="note">
                    "With a scale, areas and lengths are told in millimetres, here and in what is exported. It holds for all pictures."
                </p>
                <p>
                    <label class="choice">
                        <span>"Pixels per millimetre"</span>
                        <input
                            class="gauge-percent"
                            type="text"
                            inputmode="decimal"
                            placeholder="none"
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
                    {move || bench.pixels_per_mm.get().map(|scale| format!("A pixel is {} mm wide.", digits(1.0 / scale)))}
                </p>
                <p>
                    <button type="button" class="button button--small" on:click=draw>"Draw a line of known length"</button>
                </p>
                <button
                    type="button"
                    class="button button--small"
                    disabled=move || bench.pixels_per_mm.get().is_none()
                    on:click=move |_| take(String::new())
                >
                    "Without a scale"
                </button>
            </div>
        </details>
    }
}
