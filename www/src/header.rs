use leptos::prelude::*;
use spotcheck_protocol::EngineChoice;

use crate::bench::{Bench, Readiness};
use crate::camera::Camera;
use crate::chooser::Chooser;
use crate::models::Models;
use crate::tuning::Tuning;
use crate::words;

/// Name of the thing, models and engine, and the ways to put pictures in.
#[component]
pub fn Header() -> impl IntoView {
    let bench: Bench = expect_context();
    view! {
        <header class="header">
            <h1 class="brand">"Spotcheck"</h1>
            <label class="object">
                <span>"Object"</span>
                <input
                    type="text"
                    name="object"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="bottle cap"
                    prop:value=move || bench.object.get()
                    on:change=move |event| bench.rename(&event_target_value(&event))
                />
            </label>
            <div class="header-end">
                <Models />
                <Machine />
                <Tuning />
                <details class="popup popup--end" hidden=move || bench.items.with(Vec::is_empty)>
                    <summary>"Clear"</summary>
                    <div class="popup-body">
                        <p>{move || cleared(bench.items.with(Vec::len))}</p>
                        <button type="button" class="button" on:click=move |_| bench.clear()>"Delete them"</button>
                    </div>
                </details>
                <Camera />
                <Chooser
                    accept=""
                    class="button choose-folder"
                    files="folder"
                    folder=true
                    on_choose=move |files| bench.take_in(async { Ok(files) })
                >
                    "Folder"
                </Chooser>
                <Chooser
                    accept="image/*,.tif,.tiff,.zip"
                    class="button button--main"
                    files="pictures"
                    on_choose=move |files| bench.take_in(async { Ok(files) })
                >
                    "Choose"
                    <span class="choose-what">" pictures"</span>
                </Chooser>
            </div>
        </header>
    }
}

/// What clearing deletes.
fn cleared(pictures: usize) -> String {
    let pictures = words::count(pictures, "picture", "pictures");
    format!(
        "Deletes {pictures} with results, decisions and notes from this browser. The files on your disk stay."
    )
}

/// The engine, why it is this one, and the others to choose from.
#[component]
fn Machine() -> impl IntoView {
    let bench: Bench = expect_context();
    let choice = RwSignal::new(bench.choice());
    let summary = move || match bench.readiness.get() {
        Readiness::Starting(_) => "starting".to_owned(),
        Readiness::Ready { engine, .. } => if engine.gpu { "GPU" } else { "CPU" }.to_owned(),
        Readiness::Broken(_) => "not ready".to_owned(),
    };
    let state = move || match bench.readiness.get() {
        Readiness::Starting(_) => "starting",
        Readiness::Ready { engine, .. } if engine.gpu => "webgpu",
        Readiness::Ready { .. } => "cpu",
        Readiness::Broken(_) => "broken",
    };
    let reason = move || match bench.readiness.get() {
        Readiness::Starting(_) => "The engine and the models are on their way.".to_owned(),
        Readiness::Ready { engine, .. } => engine.reason,
        Readiness::Broken(message) => message,
    };
    let choices = [
        (EngineChoice::Auto, "Automatic", "the GPU when there is a real one"),
        (EngineChoice::Webgpu, "GPU", "whatever WebGPU adapter the browser has"),
        (EngineChoice::Cpu, "CPU", "slower, everywhere"),
    ];
    view! {
        <details class="popup machine" data-engine=state>
            <summary title=reason>{summary}</summary>
            <div class="popup-body">
                <p>{reason}</p>
                <fieldset>
                    <legend>"Engine"</legend>
                    {choices
                        .map(|(which, name, what)| {
                            view! {
                                <label class="choice">
                                    <input
                                        type="radio"
                                        name="engine"
                                        prop:checked=move || choice.get() == which
                                        on:change=move |_| {
                                            choice.set(which);
                                            bench.restart(which);
                                        }
                                    />
                                    <span>
                                        {name}
                                        <small>{what}</small>
                                    </span>
                                </label>
                            }
                        })
                        .collect_view()}
                </fieldset>
            </div>
        </details>
    }
}
