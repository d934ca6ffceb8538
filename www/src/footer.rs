use leptos::prelude::*;

use crate::bench::{Bench, Readiness};
use crate::offline::{self, Offline};

/// Where the pictures go (nowhere), how to check it, and the keys.
#[component]
pub fn Footer() -> impl IntoView {
    let bench: Bench = expect_context();
    let offline = offline::prepare(move || matches!(bench.readiness.get(), Readiness::Ready { .. }));
    view! {
        <footer class="footer">
            <span>"Nothing leaves this device."</span>
            <details class="popup popup--up">
                <summary>"How to verify it"</summary>
                <div class="popup-body">
                    <p>
                        "This page is files on a web server and nothing else: no service stands behind it. "
                        "The models run in your browser, on your graphics card or processor."
                    </p>
                    <ol>
                        <li>"Open your browser's developer tools (F12) and there the network tab."</li>
                        <li>"Wait until the line at the top says “Ready”: the models are here."</li>
                        <li>"Drop a picture and watch: no request appears."</li>
                        <li>"Or pull the plug: switch the network off, then drop a picture. It is inspected all the same."</li>
                    </ol>
                    {move || about(offline.get()).map(|text| view! { <p>{text}</p> })}
                </div>
            </details>
            <details class="popup popup--up popup--end" id="keys">
                <summary>"Keys"</summary>
                <div class="popup-body">
                    <dl class="keys">
                        <dt><kbd>"J"</kbd><kbd>"↓"</kbd></dt>
                        <dd>"next picture"</dd>
                        <dt><kbd>"K"</kbd><kbd>"↑"</kbd></dt>
                        <dd>"picture before"</dd>
                        <dt><kbd>"H"</kbd><kbd>"1"</kbd></dt>
                        <dd>"heatmap"</dd>
                        <dt><kbd>"2"</kbd></dt>
                        <dd>"foreground"</dd>
                        <dt><kbd>"3"</kbd></dt>
                        <dd>"SAM masks"</dd>
                        <dt><kbd>"4"</kbd></dt>
                        <dd>"tiles"</dd>
                        <dt><kbd>"5"</kbd></dt>
                        <dd>"components"</dd>
                        <dt><kbd>"6"</kbd></dt>
                        <dd>"truth, where it is known"</dd>
                        <dt><kbd>"7"</kbd><kbd>"C"</kbd></dt>
                        <dd>"contours"</dd>
                        <dt><kbd>"Space"</kbd></dt>
                        <dd>"compare with the bare picture"</dd>
                        <dt><kbd>"L"</kbd></dt>
                        <dd>"loupe"</dd>
                        <dt><kbd>"+"</kbd><kbd>"−"</kbd></dt>
                        <dd>"zoom"</dd>
                        <dt><kbd>"0"</kbd></dt>
                        <dd>"all of the picture"</dd>
                        <dt><kbd>"A"</kbd><kbd>"R"</kbd><kbd>"U"</kbd></dt>
                        <dd>"accept, reject, unsure"</dd>
                        <dt><kbd>"X"</kbd></dt>
                        <dd>"mark this picture"</dd>
                        <dt><kbd>"/"</kbd></dt>
                        <dd>"search"</dd>
                        <dt><kbd>"O"</kbd></dt>
                        <dd>"the object's name"</dd>
                        <dt><kbd>"E"</kbd></dt>
                        <dd>"export"</dd>
                        <dt><kbd>"?"</kbd></dt>
                        <dd>"these keys"</dd>
                    </dl>
                </div>
            </details>
        </footer>
    }
}

/// What there is to say about use without a network.
fn about(offline: Offline) -> Option<&'static str> {
    match offline {
        Offline::No => None,
        Offline::Preparing => Some(
            "Just now the browser stores the files of this page for use offline. Those requests end by themselves.",
        ),
        Offline::Works => Some(
            "Works offline: the page and the demo pack are stored in this browser, and open again without a network.",
        ),
    }
}
