use leptos::prelude::*;
use spotcheck_protocol::PackPlace;

use crate::bench::{Bench, Readiness};
use crate::comparing::Comparing;
use crate::item::State;
use crate::keeper::Keeping;
use crate::memory;
use crate::models::open_panel;
use crate::ranking::{Filter, Standing};
use crate::text;
use crate::trouble;
use crate::words;

/// One line on how far everything is.
#[component]
pub fn Strip() -> impl IntoView {
    let bench: Bench = expect_context();
    let comparing: Comparing = expect_context();
    let running = Memo::new_with_compare(
        move |_| {
            bench.items.with(|items| {
                let running = items.iter().filter_map(|item| match item.state.get() {
                    State::Running(progress) => Some((item.name.clone(), progress)),
                    _ => None,
                });
                running.collect::<Vec<_>>()
            })
        },
        |_, _| true,
    );
    let all = move || bench.items.with(Vec::len);
    let count = move |wanted: fn(Standing) -> bool| {
        bench.ranked.with(|ranked| ranked.iter().filter(|picture| wanted(picture.standing)).count())
    };
    let open = move || count(|standing| standing == Standing::Open);
    let fraction = move || {
        let begun: f64 = running.with(|running| running.iter().map(|(_, p)| words::done(p.get())).sum());
        ((all() - open()) as f64 + begun) / all().max(1) as f64
    };
    let text = move || match (bench.readiness.get(), all(), open()) {
        (Readiness::Broken(of), ..) => trouble::sentence(&of),
        (Readiness::Starting(None), ..) => text::starting_engine(),
        (Readiness::Starting(Some(fraction)), ..) => text::loading_models(words::percent(fraction, 0)),
        (Readiness::Ready { .. }, 0, _) => text::ready(),
        (Readiness::Ready { .. }, all, 0) => {
            let mut text = format!(
                "{} · {} · {}",
                text::pictures(all),
                text::count_accept(bench.count(Filter::Accept)),
                text::count_reject(bench.count(Filter::Reject)),
            );
            for (filter, counted) in [
                (Filter::Unsure, text::count_unsure as fn(usize) -> String),
                (Filter::Failed, text::count_failed),
            ] {
                let some = bench.count(filter);
                if some > 0 {
                    text.push_str(&format!(" · {}", counted(some)));
                }
            }
            text
        }
        (Readiness::Ready { .. }, all, open) => {
            let mut text = text::done_of(all, all - open);
            if bench.paused.get() {
                text.push_str(&format!(" · {}", text::paused()));
            }
            running.with(|running| match running.as_slice() {
                [] => {}
                [(name, progress)] => {
                    text.push_str(&format!(" · {name}: {}", words::doing(progress.get().stage)));
                }
                several => text.push_str(&format!(" · {}", text::several_at_once(several.len()))),
            });
            if let Some(left) = bench.seconds_left() {
                text.push_str(&format!(" · {}", text::time_left(words::seconds(left))));
            }
            text
        }
    };
    // One text: a second one behind it would be moved by each change of the first.
    let told = move || match comparing.progress.get() {
        Some((done, total)) => format!("{} · {}", text(), text::comparing(done, total)),
        None => text(),
    };
    let name = document().title();
    let title = Memo::new(move |_| match open() {
        0 => name.clone(),
        open => format!("{} · {name}", text::done_of(all(), all() - open)),
    });
    // Only where it is another one: the browser's window hears of each.
    Effect::new(move |_| title.with(|title| document().set_title(title)));
    let without_stored_pack = move || {
        matches!(bench.readiness.get(), Readiness::Broken(_))
            && matches!(bench.place.get(), PackPlace::Stored(_))
    };
    let not_compared = move || {
        let first = comparing.troubles.with(|troubles| troubles.first().map(trouble::reason))?;
        Some(text::not_compared(first))
    };
    let not_kept = move || match bench.keeper.keeping.get() {
        Keeping::Opening | Keeping::Kept => None,
        Keeping::Elsewhere => Some(text::kept_elsewhere()),
        Keeping::Not(message) => Some(text::not_kept(message)),
    };
    let busy = move || open() > 0 && matches!(bench.readiness.get(), Readiness::Ready { .. });
    view! {
        <section class="strip" aria-label=text::progress class:strip--broken=move || matches!(bench.readiness.get(), Readiness::Broken(_))>
            <p class="strip-text">
                {told}
            </p>
            <p class="strip-note" hidden=move || not_compared().is_none()>{not_compared}</p>
            <p class="strip-note" hidden=move || not_kept().is_none()>{not_kept}</p>
            <details class="popup strip-passed" hidden=move || bench.passed_over.with(Vec::is_empty)>
                <summary>
                    {move || text::files_passed_over(bench.passed_over.with(Vec::len))}
                </summary>
                <div class="popup-body">
                    <ul>
                        {move || {
                            bench
                                .passed_over
                                .get()
                                .into_iter()
                                .map(|of| view! { <li>{trouble::reason(&of)}</li> })
                                .collect_view()
                        }}
                    </ul>
                    <button type="button" class="button button--small" on:click=move |_| bench.passed_over.update(Vec::clear)>
                        {text::clear_this_list}
                    </button>
                </div>
            </details>
            <progress class="strip-bar" max="1" hidden=move || !busy() prop:value=fraction aria-label=text::all_pictures />
            <button
                type="button"
                class="button button--small"
                hidden=move || !busy()
                on:click=move |_| bench.pause(!bench.paused.get_untracked())
            >
                {move || if bench.paused.get() { text::resume() } else { text::pause() }}
            </button>
            <button type="button" class="button button--small" hidden=move || !busy() on:click=move |_| bench.cancel()>
                {text::cancel}
            </button>
            <button
                type="button"
                class="button button--small"
                hidden=move || busy() || bench.count(Filter::Failed) == 0
                on:click=move |_| bench.retry_all()
            >
                {text::try_failed_again}
            </button>
            <button
                type="button"
                class="button button--small"
                hidden=move || !matches!(bench.readiness.get(), Readiness::Broken(_))
                on:click=move |_| bench.restart(bench.choice())
            >
                {text::try_again}
            </button>
            <button
                type="button"
                class="button button--small"
                hidden=move || !without_stored_pack()
                on:click=move |_| bench.use_pack(memory::demo())
            >
                {text::use_demo_pack}
            </button>
            <button type="button" class="button button--small" hidden=move || !without_stored_pack() on:click=move |_| open_panel()>
                {text::look_after_models}
            </button>
        </section>
    }
}
