use leptos::html::Canvas;
use leptos::prelude::*;
use spotcheck_protocol::{PromptMap, Tile, Trouble};

use crate::bench::{Bench, Readiness};
use crate::item::Item;
use crate::overlay;
use crate::pictures;
use crate::text;
use crate::trouble;
use crate::words;

/// What each localising prompt marks in a tile, when the person asks.
#[component]
pub fn PromptMaps(item: Item, tile: Tile) -> impl IntoView {
    let bench: Bench = expect_context();
    let maps = RwSignal::new_local(None::<Result<Vec<PromptMap>, Trouble>>);
    let asked = RwSignal::new(false);
    let ask = move |_| {
        asked.set(true);
        // The panel may be gone when the answer comes.
        bench.explain(&item, tile.clone(), move |answer| {
            let _ = maps.try_set(Some(answer));
        });
    };
    let ready = move || matches!(bench.readiness.get(), Readiness::Ready { .. });
    view! {
        <button
            type="button"
            class="button button--small"
            hidden=move || asked.get()
            disabled=move || !ready()
            on:click=ask
        >
            {text::show_prompt_maps}
        </button>
        <p class="note" role="status" hidden=move || !asked.get() || maps.with(Option::is_some)>
            {text::making_prompt_maps}
        </p>
        {move || {
            maps.with(|maps| match maps {
                None => ().into_any(),
                Some(Err(of)) => {
                    let of = of.clone();
                    view! { <p class="note note--failed">{move || trouble::sentence(&of)}</p> }.into_any()
                }
                Some(Ok(maps)) => {
                    let maps = maps.iter().map(|map| view! { <OneMap map /> }).collect_view();
                    view! { <ul class="prompt-maps">{maps}</ul> }.into_any()
                }
            })
        }}
    }
}

#[component]
fn OneMap<'a>(map: &'a PromptMap) -> impl IntoView + use<> {
    let bench: Bench = expect_context();
    let place = NodeRef::<Canvas>::new();
    let (heat, width, height) = (map.heat.to_vec(), map.width, map.height);
    let highest = f64::from(map.highest);
    Effect::new(move |_| {
        if let Some(canvas) = place.get() {
            let rgba = bench.colours.with(|all| {
                all.first().map(|colours| overlay::heat(&heat, &colours.table)).unwrap_or_default()
            });
            // A canvas that cannot be drawn on stays empty.
            let _ = pictures::paint(&canvas, &rgba, width, height);
        }
    });
    view! {
        <li>
            <canvas node_ref=place aria-hidden="true" />
            <span>{map.prompt.clone()}</span>
            <span class="figure">{move || words::decimal(highest, 2)}</span>
        </li>
    }
}
