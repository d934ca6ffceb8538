use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::Trouble;

use crate::bench::Bench;
use crate::intake::{self, Intake, Picture};
use crate::item::Truth;
use crate::text;
use crate::trouble;

/// A picture that lies beside the page. `crate/parts/examples/samples.rs` drew them.
#[derive(Clone, Copy)]
struct Sample {
    name: &'static str,
    about: text::Message,
    /// Whether nothing is wrong; else a picture marks what is.
    whole: bool,
}

const fn broken(name: &'static str, about: text::Message) -> Sample {
    Sample { name, about, whole: false }
}

const fn whole(name: &'static str, about: text::Message) -> Sample {
    Sample { name, about, whole: true }
}

const SAMPLES: [Sample; 12] = [
    broken("bottle-cap-missing-piece", text::sample_bottle_cap_missing_piece),
    broken("circuit-board-hole", text::sample_circuit_board_hole),
    broken("gears-discoloured", text::sample_gears_discoloured),
    broken("saucer-crack", text::sample_saucer_crack),
    whole("tablets-whole", text::sample_tablets_whole),
    broken("cashew-contamination", text::sample_cashew_contamination),
    broken("fabric-tear", text::sample_fabric_tear),
    broken("battery-dent", text::sample_battery_dent),
    whole("gear-whole", text::sample_gear_whole),
    broken("toy-brick-scratch", text::sample_toy_brick_scratch),
    broken("wooden-block-stain", text::sample_wooden_block_stain),
    whole("bottle-cap-whole", text::sample_bottle_cap_whole),
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
    let trouble = RwSignal::new(None::<Trouble>);
    let take = move |wanted: Vec<Sample>| {
        spawn_local(async move {
            let mut pictures = Vec::new();
            for sample in wanted {
                let file = sample.file();
                match intake::sample(&format!("samples/{file}"), &file).await {
                    Ok((file, path)) => {
                        pictures.push(Picture { file, path, truth: Some(sample.truth()), mask: None });
                    }
                    Err(of) => trouble.set(Some(of)),
                }
            }
            bench.add(Intake { pictures, ..Intake::default() });
        });
    };
    view! {
        <main class="welcome">
            <h2>{text::welcome_title}</h2>
            <p>{text::welcome_what}</p>
            <p>{text::welcome_object}</p>
            <p>{text::welcome_private}</p>
            <h3>
                {text::samples}
                <button
                    type="button"
                    class="button button--small"
                    on:click=move |_| take(SAMPLES.to_vec())
                >
                    {text::try_all_twelve}
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
                {move || trouble.get().map(|of| trouble::sentence(&of))}
            </p>
        </main>
    }
}
