use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bench::Bench;
use crate::intake;

/// Pictures that lie beside the page, and what they show. `www/make_samples.py` drew them.
const SAMPLES: [(&str, &str); 6] = [
    ("bottle-cap-missing-piece.jpg", "bottle cap, a piece missing"),
    ("bottle-cap-whole.jpg", "bottle cap, whole"),
    ("circuit-board-hole.jpg", "circuit board, a hole"),
    ("tablet-dent.jpg", "tablet, a dent"),
    ("gear-whole.jpg", "gear, whole"),
    ("gears-wrong-colour.jpg", "gears, one of a wrong colour"),
];

/// The page without pictures: what it does, and samples to try.
#[component]
pub fn Welcome() -> impl IntoView {
    let bench: Bench = expect_context();
    let trouble = RwSignal::new(None::<String>);
    let take = move |wanted: Vec<&'static str>| {
        spawn_local(async move {
            let mut files = Vec::new();
            for name in wanted {
                match intake::sample(&format!("samples/{name}"), name).await {
                    Ok(file) => files.push(file),
                    Err(message) => trouble.set(Some(message)),
                }
            }
            bench.add(files);
        });
    };
    view! {
        <main class="welcome">
            <h2>"Drop pictures of a thing that should be whole"</h2>
            <p>
                "Spotcheck ranks them by how likely something is wrong with it, and shows where. "
                "No training, no examples: it compares what it sees with words such as “a scratch”."
            </p>
            <p>"Type what the thing is into the field above, or leave it at “object”."</p>
            <p>"Nothing leaves this device. The line at the foot of the page says how to check that."</p>
            <h3>
                "Samples"
                <button
                    type="button"
                    class="button button--small"
                    on:click=move |_| take(SAMPLES.map(|(file, _)| file).to_vec())
                >
                    "Try all six"
                </button>
            </h3>
            <ul class="samples">
                {SAMPLES
                    .map(|(file, about)| {
                        view! {
                            <li>
                                <button type="button" class="sample" on:click=move |_| take(vec![file])>
                                    <img src=format!("samples/{file}") alt="" width="512" height="512" />
                                    <span>{about}</span>
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <p class="note note--failed" role="alert" hidden=move || trouble.get().is_none()>
                {move || trouble.get()}
            </p>
        </main>
    }
}
