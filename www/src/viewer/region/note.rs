use std::sync::Arc;

use leptos::prelude::*;

use super::words;
use crate::bench::Bench;
use crate::item::{Item, Outcome};
use crate::text;

/// Which region a result is of: how much of the picture was looked at, and whether that is what is drawn now.
#[component]
pub fn RegionNote(item: Item, outcome: Arc<Outcome>) -> impl IntoView {
    let bench: Bench = expect_context();
    let id = item.id;
    let outdated = Memo::new(move |_| bench.is_outdated(&item));
    let drawn = (!outcome.findings.region.is_empty()).then(|| {
        view! { <p class="note">{move || words::looked_at(&outcome.findings.region)}</p> }
    });
    view! {
        {drawn}
        <Show when=move || outdated.get()>
            <p class="note region-outdated">
                {text::region_outdated}
                " "
                <button type="button" class="link" on:click=move |_| bench.inspect_again(&[id])>
                    {text::region_inspect_this_again}
                </button>
            </p>
        </Show>
    }
}
