use std::sync::Arc;

use leptos::prelude::*;

use super::words;
use crate::bench::Bench;
use crate::item::{Item, Outcome};
use crate::text;

/// What a result is of: how much of the picture was looked at, and whether an inspection would say the same now.
#[component]
pub fn RegionNote(item: Item, outcome: Arc<Outcome>) -> impl IntoView {
    let bench: Bench = expect_context();
    let id = item.id;
    let outdated = Memo::new(move |_| bench.outdated(&item));
    let drawn = (!outcome.findings.region.is_empty()).then(|| {
        view! { <p class="note">{move || words::looked_at(&outcome.findings.region)}</p> }
    });
    view! {
        {drawn}
        {move || {
            outdated.get().map(|by| {
                view! {
                    <p class="note region-outdated">
                        {move || crate::words::outdated(by)}
                        " "
                        <button type="button" class="link" on:click=move |_| bench.inspect_again(&[id])>
                            {text::region_inspect_this_again}
                        </button>
                    </p>
                }
            })
        }}
    }
}
