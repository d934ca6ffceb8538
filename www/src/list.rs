use leptos::html::Li;
use leptos::prelude::*;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::app::Pane;
use crate::bench::Bench;
use crate::item::{Item, Shown, State};
use crate::mark::Verdict;
use crate::queue::ItemId;
use crate::words;

/// All pictures, those with the highest scores first.
#[component]
pub fn List() -> impl IntoView {
    let bench: Bench = expect_context();
    view! {
        <section class="list" aria-label="Pictures, highest score first">
            <ol>
                <For each=move || bench.order.get() key=|id| *id let:id>
                    {bench.item(id).map(|item| view! { <Row item /> })}
                </For>
            </ol>
        </section>
    }
}

#[component]
fn Row(item: Item) -> impl IntoView {
    let bench: Bench = expect_context();
    let pane: RwSignal<Pane> = expect_context();
    let Item { id, name, state, picture, .. } = item;
    let selected = Memo::new(move |_| bench.selected.get() == Some(id));
    let place = NodeRef::<Li>::new();
    Effect::new(move |_| {
        if let (true, Some(row)) = (selected.get(), place.get()) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let score = {
        let state = state.clone();
        move || {
            state.with(|state| match state {
                State::Done(outcome) => Some(outcome.findings.score.to_string()),
                _ => None,
            })
        }
    };
    let verdict = {
        let state = state.clone();
        move || {
            state.with(|state| match state {
                State::Done(outcome) => Some(if outcome.findings.rejected { "reject" } else { "accept" }),
                _ => None,
            })
        }
    };
    let state_name = {
        let state = state.clone();
        move || state.with(State::name)
    };
    let thumbnail = move || match picture.get() {
        Shown::Yes { thumbnail, .. } => view! { <img class="thumbnail" src=thumbnail alt="" /> }.into_any(),
        Shown::Unknown | Shown::No => view! { <span class="thumbnail" /> }.into_any(),
    };
    view! {
        <li
            node_ref=place
            data-name=name.to_string()
            data-state=state_name
            data-score=score
            data-verdict=verdict
        >
            <button
                type="button"
                class="row"
                aria-current=move || selected.get().to_string()
                on:click=move |_| choose(bench, pane, id)
            >
                {thumbnail}
                <span class="row-name" title=name.to_string()>{name.to_string()}</span>
                <RowState state />
            </button>
        </li>
    }
}

/// What there is to say about a picture: its score, how far it is, or what went wrong.
#[component]
fn RowState(state: ArcRwSignal<State>) -> impl IntoView {
    move || {
        state.with(|state| match state {
            State::Waiting => view! { <span class="row-note">"waiting"</span> }.into_any(),
            State::Cancelled => view! { <span class="row-note">"cancelled"</span> }.into_any(),
            State::Running(progress) => {
                let percent = format!("{:.0}%", words::done(*progress) * 100.0);
                view! {
                    <span class="row-note">{words::doing(progress.stage)}</span>
                    <span class="row-bar" style:width=percent aria-hidden="true" />
                }
                .into_any()
            }
            State::Failed(message) => {
                view! { <span class="row-note row-note--failed">{message.to_string()}</span> }.into_any()
            }
            State::Done(outcome) => view! {
                <span class="row-verdict"><Verdict rejected=outcome.findings.rejected /></span>
                <span class="row-score">{format!("{:.2}", outcome.findings.score)}</span>
            }
            .into_any(),
        })
    }
}

fn choose(bench: Bench, pane: RwSignal<Pane>, id: ItemId) {
    bench.select(id);
    pane.set(Pane::Picture);
}
