use std::sync::Arc;

use leptos::prelude::*;

use super::words;
use crate::bench::Bench;
use crate::item::{Item, Outcome};

/// Which region a result is of: how much of the picture was looked at, and whether that is what is drawn now.
#[component]
pub fn RegionNote(item: Item, outcome: Arc<Outcome>) -> impl IntoView {
    let bench: Bench = expect_context();
    let id = item.id;
    let outdated = Memo::new(move |_| bench.is_outdated(&item));
    let findings = &outcome.findings;
    let drawn = (!findings.region.is_empty()).then(|| {
        view! { <p class="note">{words::looked_at(&findings.region)}</p> }
    });
    view! {
        {drawn}
        <Show when=move || outdated.get()>
            <p class="note region-outdated">
                {words::OUTDATED}
                " "
                <button type="button" class="link" on:click=move |_| bench.inspect_again(&[id])>
                    {words::INSPECT_THIS_AGAIN}
                </button>
            </p>
        </Show>
    }
}
