use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bench::Bench;
use crate::intake::{self, Intake, Picture};
use crate::item::Truth;

/// A picture that lies beside the page. `crate/parts/examples/samples.rs` drew them.
#[derive(Clone, Copy)]
struct Sample {
    name: &'static str,
    about: &'static str,
    /// Whether nothing is wrong; else a picture marks what is.
    whole: bool,
}

const fn broken(name: &'static str, about: &'static str) -> Sample {
    Sample { name, about, whole: false }
}

const fn whole(name: &'static str, about: &'static str) -> Sample {
    Sample { name, about, whole: true }
}

const SAMPLES: [Sample; 12] = [
    broken("bottle-cap-missing-piece", "bottle cap, a piece missing"),
    broken("circuit-board-hole", "circuit board, a hole"),
    broken("gears-discoloured", "gears, one discoloured"),
    broken("saucer-crack", "saucer, a crack"),
    whole("tablets-whole", "tablets, whole"),
    broken("cashew-contamination", "cashews, one contaminated"),
    broken("fabric-tear", "fabric patch, a tear"),
    broken("battery-dent", "battery, a dent"),
    whole("gear-whole", "gear, whole"),
    broken("toy-brick-scratch", "toy brick, a scratch"),
    broken("wooden-block-stain", "wooden block, a stain"),
    whole("bottle-cap-whole", "bottle cap, whole"),
];

impl Sample {
    fn file(self) -> String {
        format!("{}.jpg", self.name)
    }

    fn truth(self) -> Truth {
        match self.whole {
            true => Truth::Whole,
            false => Truth::Marked(format!("samples/{}.truth.png", self.name).into()),
        }
    }
}

/// The page without pictures: what it does, and samples to try.
#[component]
pub fn Welcome() -> impl IntoView {
    let bench: Bench = expect_context();
    let trouble = RwSignal::new(None::<String>);
    let take = move |wanted: Vec<Sample>| {
        spawn_local(async move {
            let mut pictures = Vec::new();
            for sample in wanted {
                let file = sample.file();
                match intake::sample(&format!("samples/{file}"), &file).await {
                    Ok((file, path)) => {
                        pictures.push(Picture { file, path, truth: Some(sample.truth()), mask: None });
                    }
                    Err(message) => trouble.set(Some(message)),
                }
            }
            bench.add(Intake { pictures, ..Intake::default() });
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
                    on:click=move |_| take(SAMPLES.to_vec())
                >
                    "Try all twelve"
                </button>
            </h3>
            <ul class="samples">
                {SAMPLES
                    .map(|sample| {
                        view! {
                            <li>
                                <button type="button" class="sample" on:click=move |_| take(vec![sample])>
                                    <img src=format!("samples/{}", sample.file()) alt="" width="512" height="512" />
                                    <span>{sample.about}</span>
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
