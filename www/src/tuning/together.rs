use leptos::prelude::*;
use spotcheck_protocol::LEAST_PICTURES;

use crate::bench::Bench;
use crate::text;

/// Whether the pictures of a batch are compared with each other. No network runs for it, so it is applied at once.
#[component]
pub fn TogetherField() -> impl IntoView {
    let bench: Bench = expect_context();
    view! {
        <div class="field">
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || bench.together.get()
                    on:change=move |event| bench.compare_together(event_target_checked(&event))
                />
                <span>
                    {text::together}
                    <small>{move || text::together_is(LEAST_PICTURES)}</small>
                </span>
            </label>
        </div>
    }
}
