use std::ops::Range;

use leptos::html::{Div, Li};
use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::app::Pane;
use crate::bench::Bench;
use crate::item::{Decision, Item, Shown, State};
use crate::mark::{GoodMark, OutdatedMark, Verdict};
use crate::queue::ItemId;
use crate::ranking::{Filter, Outdated, Sorting};
use crate::text;
use crate::trouble;
use crate::words;

/// A row's height in pixels, as the style has it: rows that are not seen are not drawn.
const ROW: f64 = 64.0;
/// Rows that are drawn beyond the edges, so that scrolling finds them there.
const BEYOND: usize = 8;

/// The pictures that pass, those with the highest scores first unless the person wants another order.
#[component]
pub fn List() -> impl IntoView {
    let bench: Bench = expect_context();
    let place = NodeRef::<Div>::new();
    let (top, height) = (RwSignal::new(0.0), RwSignal::new(800.0));
    let measure = move || {
        // A frame that was asked for may come when the list is gone.
        if let Some(list) = place.try_get_untracked().flatten() {
            top.set(f64::from(list.scroll_top()));
            height.set(f64::from(list.client_height()));
        }
    };
    let listener = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || listener.remove());
    // Measured once it stands, and again when its pictures change.
    Effect::new(move |_| {
        place.track();
        bench.order.with(Vec::len);
        request_animation_frame(measure);
    });
    Effect::new(move |_| {
        let Some(id) = bench.selected.get() else { return };
        let (Some(list), Some(at)) = (place.get_untracked(), position(&bench.order.get_untracked(), id))
        else {
            return;
        };
        let (row, seen) = (at as f64 * ROW, f64::from(list.scroll_top()));
        let room = f64::from(list.client_height());
        if row < seen {
            list.set_scroll_top(row as i32);
        } else if row + ROW > seen + room {
            list.set_scroll_top((row + ROW - room).ceil() as i32);
        }
    });
    let drawn = Memo::new(move |_| {
        bench.order.with(|order| {
            let rows = rows(top.get(), height.get(), order.len());
            order.get(rows).map(<[ItemId]>::to_vec).unwrap_or_default()
        })
    });
    let none = move || bench.order.with(Vec::is_empty);
    view! {
        <section class="list" aria-label=text::pictures_list>
            <Tools />
            <Marked />
            <div
                class="list-rows"
                node_ref=place
                on:scroll=move |_| measure()
                on:pointerenter=move |_| bench.held.set(true)
                on:pointerleave=move |_| bench.held.set(false)
            >
                <ol style:height=move || format!("{}px", bench.order.with(Vec::len) as f64 * ROW)>
                    <For each=move || drawn.get() key=|id| *id let:id>
                        {bench.item_untracked(id).map(|item| view! { <Row item /> })}
                    </For>
                </ol>
                <p class="note list-none" hidden=move || !none()>{text::no_picture_passes}</p>
            </div>
        </section>
    }
}

/// Which rows are drawn when the list is scrolled by `top`.
fn rows(top: f64, height: f64, count: usize) -> Range<usize> {
    let first = (top / ROW).floor().max(0.0) as usize;
    let last = ((top + height) / ROW).ceil().max(0.0) as usize;
    first.saturating_sub(BEYOND).min(count)..(last + BEYOND).min(count)
}

fn position(order: &[ItemId], id: ItemId) -> Option<usize> {
    order.iter().position(|&other| other == id)
}

/// Search, order and filter.
#[component]
fn Tools() -> impl IntoView {
    let bench: Bench = expect_context();
    let sortings: [(Sorting, &str, text::Message); 3] = [
        (Sorting::Score, "score", text::order_score),
        (Sorting::Name, "name", text::order_name),
        (Sorting::Arrival, "arrival", text::order_arrival),
    ];
    let count = move |filter| bench.count(filter);
    let filter_name = |filter| match filter {
        Filter::All => text::filter_all(),
        Filter::Accept => text::filter_accept(),
        Filter::Reject => text::filter_reject(),
        Filter::Unsure => text::filter_unsure(),
        Filter::Undecided => text::filter_undecided(),
        Filter::Failed => text::filter_failed(),
        Filter::Outdated => text::filter_outdated(),
    };
    view! {
        <div class="list-tools">
            <input
                type="search"
                class="control list-search"
                placeholder=text::search_names
                aria-label=text::search_names
                prop:value=move || bench.search.get()
                on:input=move |event| bench.search.set(event_target_value(&event))
            />
            <select
                class="control"
                aria-label=text::filter
                on:change=move |event| {
                    let chosen = event_target_value(&event).parse().ok().and_then(|at: usize| Filter::ALL.get(at).copied());
                    bench.filter.set(chosen.unwrap_or_default());
                }
            >
                {Filter::ALL
                    .into_iter()
                    .enumerate()
                    .map(|(at, filter)| {
                        view! {
                            <option value=at.to_string() selected=move || bench.filter.get() == filter>
                                {move || format!("{} ({})", filter_name(filter), count(filter))}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <select
                class="control"
                aria-label=text::order
                on:change=move |event| {
                    let value = event_target_value(&event);
                    let chosen = sortings.iter().find(|(_, name, _)| *name == value);
                    bench.sorting.set(chosen.map(|(sorting, ..)| *sorting).unwrap_or_default());
                }
            >
                {sortings
                    .map(|(sorting, name, title)| {
                        view! {
                            <option value=name selected=move || bench.sorting.get() == sorting>{title}</option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

/// What can be done with the pictures that are marked.
#[component]
fn Marked() -> impl IntoView {
    let bench: Bench = expect_context();
    let count = move || bench.marked.with(|marked| marked.len());
    let decide = move |decision| bench.each_marked(|item| bench.say(item, Some(decision)));
    view! {
        <Show when=move || count() != 0>
            <div class="list-marked" role="toolbar" aria-label=text::marked_pictures>
                <span>{move || text::marked(count())}</span>
                {Decision::ALL
                    .map(|decision| {
                        view! {
                            <button type="button" class="button button--small" on:click=move |_| decide(decision)>
                                {move || words::decision(decision)}
                            </button>
                        }
                    })
                    .collect_view()}
                <button
                    type="button"
                    class="button button--small"
                    title=text::good_is
                    on:click=move |_| bench.each_marked(|item| {
                        if !item.good.get_untracked() {
                            bench.mark_good(item);
                        }
                    })
                >
                    {text::good}
                </button>
                <button type="button" class="button button--small" on:click=move |_| bench.each_marked(|item| bench.remove(item))>
                    {text::remove}
                </button>
                <button type="button" class="button button--small" on:click=move |_| bench.marked.update(|marked| marked.clear())>
                    {text::mark_none}
                </button>
            </div>
        </Show>
    }
}

#[component]
fn Row(item: Item) -> impl IntoView {
    let bench: Bench = expect_context();
    let pane: RwSignal<Pane> = expect_context();
    let outdated = Memo::new({
        let item = item.clone();
        move |_| bench.outdated(&item)
    });
    let shown = item.clone();
    let Item { id, name, state, picture, decision, note, good, .. } = item;
    let place = NodeRef::<Li>::new();
    let selected = Memo::new(move |_| bench.selected.get() == Some(id));
    let at = Memo::new(move |_| bench.order.with(|order| position(order, id)));
    let marked = Memo::new(move |_| bench.marked.with(|marked| marked.contains(&id)));
    let judged = Memo::new({
        let shown = shown.clone();
        move |_| bench.shown(&shown).map(|outcome| bench.judge(&outcome))
    });
    let partners = move || {
        let partners = bench.shown(&shown)?.findings.partners?;
        Some(format!("{} {}", partners.good, partners.others))
    };
    let is_good = good.clone();
    let state_name = {
        let state = state.clone();
        move || state.with(State::name)
    };
    let said = decision.clone();
    let thumbnail = move || match picture.get() {
        Shown::Yes { thumbnail, .. } => view! { <img class="thumbnail" src=thumbnail alt="" /> }.into_any(),
        Shown::Unknown | Shown::No => view! { <span class="thumbnail" /> }.into_any(),
    };
    view! {
        <li
            node_ref=place
            data-name=name.to_string()
            data-state=state_name
            data-score=move || judged.get().map(|(score, _)| score.to_string())
            data-verdict=move || judged.get().map(|(_, rejected)| words::verdict(rejected).name())
            data-partners=partners
            data-good=move || is_good.get().to_string()
            data-decision=move || said.get().map(Decision::name)
            style:transform=move || format!("translateY({}px)", at.get().unwrap_or(0) as f64 * ROW)
            aria-posinset=move || at.get().map(|at| (at + 1).to_string())
            aria-setsize=move || bench.order.with(Vec::len).to_string()
        >
            <button
                type="button"
                class="row"
                class:row--marked=marked
                aria-current=move || selected.get().to_string()
                on:click=move |event| choose(bench, pane, id, &event)
            >
                {thumbnail}
                <span class="row-name" title=name.to_string()>{name.to_string()}</span>
                <RowState state judged outdated decision note good />
            </button>
        </li>
    }
}

/// What there is to say about a picture: its score, how far it is, or what went wrong.
#[component]
fn RowState(
    state: ArcRwSignal<State>,
    judged: Memo<Option<(f32, bool)>>,
    outdated: Memo<Option<Outdated>>,
    decision: ArcRwSignal<Option<Decision>>,
    note: ArcRwSignal<std::sync::Arc<str>>,
    good: ArcRwSignal<bool>,
) -> impl IntoView {
    let bench: Bench = expect_context();
    let done = move || {
        let verdict = move || {
            let machine = judged.get().map(|(_, rejected)| words::verdict(rejected));
            match decision.get() {
                Some(decision) => view! { <Verdict decision by_person=true /> }.into_any(),
                None => machine.map(|decision| view! { <Verdict decision /> }).into_any(),
            }
        };
        view! {
            <span class="row-verdict">
                {verdict}
                {move || note.with(|note| (!note.is_empty()).then(|| view! { <span class="row-noted" title=note.to_string()>"✎"</span> }))}
                {move || good.get().then(|| view! { <GoodMark /> })}
                // Last, so that nothing moves when it comes or goes.
                {move || outdated.get().map(|by| view! { <OutdatedMark by /> })}
            </span>
            <span class="row-score">{move || judged.get().map(|(score, _)| bench.figure(f64::from(score)))}</span>
        }
    };
    move || {
        state.with(|state| match state {
            State::Waiting => view! { <span class="row-note">{text::waiting}</span> }.into_any(),
            State::Cancelled => view! { <span class="row-note">{text::cancelled}</span> }.into_any(),
            State::Running(progress) => {
                let (stage, width) = (progress.clone(), progress.clone());
                view! {
                    <span class="row-note">{move || words::doing(stage.get().stage)}</span>
                    <span
                        class="row-bar"
                        style:width=move || format!("{:.0}%", words::done(width.get()) * 100.0)
                        aria-hidden="true"
                    />
                }
                .into_any()
            }
            State::Failed(of) => {
                let (title, of) = (of.clone(), of.clone());
                view! {
                    <span class="row-note row-note--failed" title=move || trouble::sentence(&title)>
                        {move || trouble::sentence(&of)}
                    </span>
                }
                .into_any()
            }
            State::Done(_) => done.clone()().into_any(),
        })
    }
}

/// A click selects; with Ctrl or ⌘ it marks, with Shift it marks all from the selected one on.
fn choose(bench: Bench, pane: RwSignal<Pane>, id: ItemId, event: &MouseEvent) {
    if event.ctrl_key() || event.meta_key() {
        return bench.mark(id);
    }
    if event.shift_key() {
        return bench.mark_to(id);
    }
    bench.select(id);
    pane.set(Pane::Picture);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_near_the_view_are_drawn() {
        assert_eq!(rows(0.0, 640.0, 2000), 0..18);
        assert_eq!(rows(64_000.0, 640.0, 2000), 992..1018);
        assert_eq!(rows(127_360.0, 640.0, 2000), 1982..2000);
        assert_eq!(rows(0.0, 640.0, 3), 0..3);
        assert_eq!(rows(9999.0, 640.0, 0), 0..0);
    }
}
