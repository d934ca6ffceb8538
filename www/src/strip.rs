use leptos::prelude::*;
use spotcheck_protocol::PackPlace;

use crate::bench::{Bench, Readiness};
use crate::item::State;
use crate::memory;
use crate::models::open_panel;
use crate::words;

/// One line on how far everything is.
#[component]
pub fn Strip() -> impl IntoView {
    let bench: Bench = expect_context();
    let states = Memo::new_with_compare(
        move |_| {
            bench.items.with(|items| {
                items.iter().map(|item| (item.name.clone(), item.state.get())).collect::<Vec<_>>()
            })
        },
        |_, _| true,
    );
    let count = move |wanted: fn(&State) -> bool| {
        states.with(|states| states.iter().filter(|(_, state)| wanted(state)).count())
    };
    let open = move || count(|state| matches!(state, State::Waiting | State::Running(_)));
    let fraction = move || {
        states.with(|states| {
            let done: f64 = states
                .iter()
                .map(|(_, state)| match state {
                    State::Waiting => 0.0,
                    State::Running(progress) => words::done(*progress),
                    _ => 1.0,
                })
                .sum();
            done / states.len().max(1) as f64
        })
    };
    let text = move || match (bench.readiness.get(), states.with(Vec::len), open()) {
        (Readiness::Broken(message), ..) => message,
        (Readiness::Starting(None), ..) => "Starting the engine".into(),
        (Readiness::Starting(Some(fraction)), ..) => format!("Loading the models, {:.0} %", fraction * 100.0),
        (Readiness::Ready { .. }, 0, _) => "Ready".into(),
        (Readiness::Ready { .. }, all, 0) => {
            let rejected = count(|state| matches!(state, State::Done(o) if o.findings.rejected));
            let accepted = count(|state| matches!(state, State::Done(o) if !o.findings.rejected));
            let without = all - rejected - accepted;
            let mut text = format!(
                "{} · {accepted} accept · {rejected} reject",
                words::count(all, "picture", "pictures")
            );
            if without > 0 {
                text.push_str(&format!(" · {without} without a result"));
            }
            text
        }
        (Readiness::Ready { .. }, all, open) => {
            let mut text = format!("{} of {all}", all - open);
            states.with(|states| {
                if let Some((name, State::Running(progress))) =
                    states.iter().find(|(_, state)| matches!(state, State::Running(_)))
                {
                    text.push_str(&format!(" · {name}: {}", words::doing(progress.stage)));
                }
            });
            if let Some(left) = bench.seconds_left() {
                text.push_str(&format!(" · {} left", words::seconds(left)));
            }
            text
        }
    };
    let without_stored_pack = move || {
        matches!(bench.readiness.get(), Readiness::Broken(_))
            && matches!(bench.place.get(), PackPlace::Stored(_))
    };
    let busy = move || open() > 0 && matches!(bench.readiness.get(), Readiness::Ready { .. });
    view! {
        <section class="strip" aria-label="Progress" class:strip--broken=move || matches!(bench.readiness.get(), Readiness::Broken(_))>
            <p class="strip-text">{text}</p>
            <progress class="strip-bar" max="1" hidden=move || !busy() prop:value=fraction aria-label="All pictures" />
            <button type="button" class="button button--small" hidden=move || !busy() on:click=move |_| bench.cancel()>
                "Cancel"
            </button>
            <button
                type="button"
                class="button button--small"
                hidden=move || !matches!(bench.readiness.get(), Readiness::Broken(_))
                on:click=move |_| bench.restart(bench.choice())
            >
                "Try again"
            </button>
            <button
                type="button"
                class="button button--small"
                hidden=move || !without_stored_pack()
                on:click=move |_| bench.use_pack(memory::demo())
            >
                "Use the demo pack"
            </button>
            <button type="button" class="button button--small" hidden=move || !without_stored_pack() on:click=move |_| open_panel()>
                "Look after the models"
            </button>
        </section>
    }
}
