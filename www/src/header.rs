use leptos::prelude::*;
use spotcheck_protocol::EngineChoice;

use crate::bench::{Bench, Readiness};
use crate::camera::Camera;
use crate::chooser::Chooser;
use crate::models::Models;
use crate::text;
use crate::trouble;
use crate::tuning::Tuning;

/// Name of the thing, models and engine, and the ways to put pictures in.
#[component]
pub fn Header() -> impl IntoView {
    let bench: Bench = expect_context();
    view! {
        <header class="header">
            <h1 class="brand">"Spotcheck"</h1>
            <label class="object">
                <span>{text::object}</span>
                <input
                    type="text"
                    name="object"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=text::object_example
                    prop:value=move || bench.object.get()
                    on:change=move |event| bench.rename(&event_target_value(&event))
                />
            </label>
            <div class="header-end">
                <Models />
                <Machine />
                <Tuning />
                <details class="popup popup--end" class:popup--none=move || bench.items.with(Vec::is_empty)>
                    <summary>{text::clear}</summary>
                    <div class="popup-body">
                        <p>{move || text::clear_deletes(bench.items.with(Vec::len))}</p>
                        <button type="button" class="button" on:click=move |_| bench.clear()>{text::delete_them}</button>
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
                    {text::folder}
                </Chooser>
                <Chooser
                    accept="image/*,.tif,.tiff,.zip"
                    class="button button--main"
                    files="pictures"
                    on_choose=move |files| bench.take_in(async { Ok(files) })
                >
                    {text::choose}
                    <span class="choose-what">" "{text::choose_what}</span>
                </Chooser>
            </div>
        </header>
    }
}

/// The engine, why it is this one, and the others to choose from.
#[component]
fn Machine() -> impl IntoView {
    let bench: Bench = expect_context();
    let choice = RwSignal::new(bench.choice());
    let summary = move || match bench.readiness.get() {
        Readiness::Starting(_) => text::engine_starting(),
        Readiness::Ready { engine, .. } => {
            if engine.gpu {
                text::engine_gpu()
            } else {
                text::engine_cpu()
            }
        }
        Readiness::Broken(_) => text::engine_not_ready(),
    };
    let state = move || match bench.readiness.get() {
        Readiness::Starting(_) => "starting",
        Readiness::Ready { engine, .. } if engine.gpu => "webgpu",
        Readiness::Ready { .. } => "cpu",
        Readiness::Broken(_) => "broken",
    };
    let reason = move || match bench.readiness.get() {
        Readiness::Starting(_) => text::engine_coming(),
        Readiness::Ready { engine, .. } => engine.reason,
        Readiness::Broken(of) => trouble::sentence(&of),
    };
    let choices: [(EngineChoice, text::Message, text::Message); 3] = [
        (EngineChoice::Auto, text::engine_automatic, text::engine_automatic_is),
        (EngineChoice::Webgpu, text::engine_gpu, text::engine_gpu_is),
        (EngineChoice::Cpu, text::engine_cpu, text::engine_cpu_is),
    ];
    view! {
        <details class="popup machine" data-engine=state>
            <summary title=reason>{summary}</summary>
            <div class="popup-body">
                <p>{reason}</p>
                <fieldset>
                    <legend>{text::engine}</legend>
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
