use leptos::prelude::*;

use crate::bench::{Bench, Readiness};
use crate::offline::{self, Offline};
use crate::text;

/// Where the pictures go (nowhere), how to check it, and the keys.
#[component]
pub fn Footer() -> impl IntoView {
    let bench: Bench = expect_context();
    let offline = offline::prepare(move || matches!(bench.readiness.get(), Readiness::Ready { .. }));
    view! {
        <footer class="footer">
            <span>{text::nothing_leaves}</span>
            <details class="popup popup--up">
                <summary>{text::how_to_verify}</summary>
                <div class="popup-body">
                    <p>{text::verify_files}</p>
                    <ol>
                        <li>{text::verify_open}</li>
                        <li>{text::verify_wait}</li>
                        <li>{text::verify_drop}</li>
                        <li>{text::verify_unplug}</li>
                    </ol>
                    {move || about(offline.get()).map(|text| view! { <p>{text}</p> })}
                </div>
            </details>
            <details class="popup popup--up popup--end" id="keys">
                <summary>{text::keys}</summary>
                <div class="popup-body">
                    <dl class="keys">
                        <dt><kbd>"J"</kbd><kbd>"↓"</kbd></dt>
                        <dd>{text::key_next}</dd>
                        <dt><kbd>"K"</kbd><kbd>"↑"</kbd></dt>
                        <dd>{text::key_before}</dd>
                        <dt><kbd>"H"</kbd><kbd>"1"</kbd></dt>
                        <dd>{text::key_heatmap}</dd>
                        <dt><kbd>"2"</kbd></dt>
                        <dd>{text::key_foreground}</dd>
                        <dt><kbd>"3"</kbd></dt>
                        <dd>{text::key_parts}</dd>
                        <dt><kbd>"4"</kbd></dt>
                        <dd>{text::key_tiles}</dd>
                        <dt><kbd>"5"</kbd></dt>
                        <dd>{text::key_components}</dd>
                        <dt><kbd>"6"</kbd></dt>
                        <dd>{text::key_truth}</dd>
                        <dt><kbd>"7"</kbd></dt>
                        <dd>{text::key_dichotomous}</dd>
                        <dt><kbd>"8"</kbd></dt>
                        <dd>{text::key_region}</dd>
                        <dt><kbd>"9"</kbd><kbd>"C"</kbd></dt>
                        <dd>{text::key_contours}</dd>
                        <dt><kbd>{text::key_space}</kbd></dt>
                        <dd>{text::key_compare}</dd>
                        <dt><kbd>"L"</kbd></dt>
                        <dd>{text::key_loupe}</dd>
                        <dt><kbd>"+"</kbd><kbd>"−"</kbd></dt>
                        <dd>{text::key_zoom}</dd>
                        <dt><kbd>"0"</kbd></dt>
                        <dd>{text::key_fit}</dd>
                        <dt><kbd>"A"</kbd><kbd>"R"</kbd><kbd>"U"</kbd></dt>
                        <dd>{text::key_decide}</dd>
                        <dt><kbd>"G"</kbd></dt>
                        <dd>{text::key_good}</dd>
                        <dt><kbd>"X"</kbd></dt>
                        <dd>{text::key_mark}</dd>
                        <dt><kbd>"/"</kbd></dt>
                        <dd>{text::key_search}</dd>
                        <dt><kbd>"O"</kbd></dt>
                        <dd>{text::key_object}</dd>
                        <dt><kbd>"E"</kbd></dt>
                        <dd>{text::key_export}</dd>
                        <dt><kbd>"?"</kbd></dt>
                        <dd>{text::key_keys}</dd>
                    </dl>
                </div>
            </details>
        </footer>
    }
}

/// What there is to say about use without a network.
fn about(offline: Offline) -> Option<String> {
    match offline {
        Offline::No => None,
        Offline::Preparing => Some(text::offline_preparing()),
        Offline::Works => Some(text::offline_works()),
    }
}
