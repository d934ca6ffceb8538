use leptos::prelude::*;
use spotcheck_protocol::{Ended, PackOffer, PackPlace, PackState, Precision, Source, Step};
use wasm_bindgen::JsCast;
use web_sys::HtmlDetailsElement;

use crate::bench::{Bench, Readiness};
use crate::chooser::Chooser;
use crate::language;
use crate::memory;
use crate::packs::{Doing, HOST, Packs, is_partial};
use crate::text;
use crate::trouble;
use crate::words;

/// The id of the panel, which a result's line opens.
const PANEL: &str = "models";

/// Shows the panel.
pub fn open_panel() {
    let panel = document().get_element_by_id(PANEL);
    if let Some(panel) = panel.and_then(|panel| panel.dyn_into::<HtmlDetailsElement>().ok()) {
        panel.set_open(true);
        if let Ok(Some(summary)) = panel.query_selector("summary")
            && let Ok(summary) = summary.dyn_into::<web_sys::HtmlElement>()
        {
            // It has a focus to give: it is a summary.
            let _ = summary.focus();
        }
    }
}

/// The packs: which is used, which there are, and how to get them.
#[component]
pub fn Models() -> impl IntoView {
    let bench: Bench = expect_context();
    let packs: Packs = expect_context();
    let summary = move || {
        let name = match bench.readiness.get() {
            Readiness::Ready { pack, .. } => pack,
            _ => match bench.place.get() {
                PackPlace::Site(_) => "demo".into(),
                PackPlace::Stored(preset) => preset,
            },
        };
        match packs.doing.get() {
            Some(doing) => {
                format!(
                    "{name} · {} {}",
                    doing.preset,
                    words::percent((doing.fraction() * 100.0).floor() / 100.0, 0)
                )
            }
            None => {
                let paused = packs.library.with(|library| {
                    let packs = library.iter().flat_map(|library| &library.packs);
                    packs.into_iter().any(|offer| is_partial(&offer.state))
                });
                if paused { format!("{name} · {}", text::paused()) } else { name }
            }
        }
    };
    let offers = move || packs.library.get().map(|library| library.packs).unwrap_or_default();
    let toggled = move |event: leptos::ev::Event| {
        let open = event.target().and_then(|panel| panel.dyn_into::<HtmlDetailsElement>().ok());
        if open.is_some_and(|panel| panel.open()) {
            packs.look();
        }
    };
    let trouble = move || {
        packs.trouble.get().or_else(|| packs.library.with(|library| library.as_ref()?.trouble.clone()))
    };
    view! {
        <details id=PANEL class="popup models" on:toggle=toggled>
            <summary title=text::models>
                <span class="unseen">{text::models_are}" "</span>
                {summary}
            </summary>
            <div class="popup-body popup-body--wide">
                <Demo />
                <Show when=move || packs.library.with(Option::is_some) || trouble().is_some() fallback=|| view! { <p class="note">{text::looking}</p> }>
                    <For each=offers key=|offer| format!("{offer:?}") children=move |offer| view! { <Pack offer /> } />
                </Show>
                <p class="note note--failed" role="alert" hidden=move || trouble().is_none()>
                    {move || trouble().map(|of| trouble::sentence(&of))}
                </p>
                <Origin />
            </div>
        </details>
    }
}

/// The pack that comes with the page.
#[component]
fn Demo() -> impl IntoView {
    let bench: Bench = expect_context();
    let used = move || matches!(bench.place.get(), PackPlace::Site(_));
    view! {
        <section class="pack" data-pack="demo">
            <h2>{text::demo}<span class="pack-state">{move || if used() { text::in_use() } else { text::comes_with_the_page() }}</span></h2>
            <p>{text::demo_is}</p>
            <p class="pack-buttons">
                <button type="button" class="button button--small" hidden=used on:click=move |_| bench.use_pack(memory::demo())>
                    {text::use_pack}
                </button>
            </p>
        </section>
    }
}

/// A pack that can be had.
#[component]
fn Pack(offer: PackOffer) -> impl IntoView {
    let bench: Bench = expect_context();
    let packs: Packs = expect_context();
    let preset = StoredValue::new(offer.preset.clone());
    let mine = move |of: &str| preset.with_value(|preset| preset == of);
    let doing = Memo::new(move |_| packs.doing.get().filter(|doing| mine(&doing.preset)));
    let used = move || matches!(bench.place.get(), PackPlace::Stored(of) if mine(&of));
    let asked = RwSignal::new(false);
    let deleting = RwSignal::new(false);
    let ended = move || packs.ended.get().filter(|(of, _)| mine(of)).map(|(_, ended)| ended);

    let state = offer.state.clone();
    let standing = move || match &state {
        PackState::Whole { .. } if used() => text::in_use(),
        PackState::Whole { bytes, precision } => {
            format!("{}, {}", words::megabytes(*bytes), words::precision(*precision))
        }
        PackState::Partial { bytes } => text::size_here(words::megabytes(*bytes)),
        PackState::Absent => String::new(),
    };
    let whole = matches!(offer.state, PackState::Whole { .. });
    let partial = is_partial(&offer.state);
    let fetched = offer.beside.unwrap_or(offer.download);
    let stored = match offer.state {
        PackState::Whole { bytes, .. } | PackState::Partial { bytes } => bytes,
        PackState::Absent => 0.0,
    };
    let beside = offer.beside.is_some();
    let sources = StoredValue::new(offer.sources.clone());
    let has_given = (!offer.given.is_empty()).then(|| offer.given.join(", "));
    let precision = RwSignal::new(Packs::precision(&offer.preset));
    let get = move |_| {
        asked.set(false);
        packs.get(&preset.get_value(), precision.get_untracked());
    };
    let idle = move || doing.with(Option::is_none);
    // A pack's own words are English; a language may have others for those that it knows.
    let said =
        move |attribute| preset.with_value(|preset| language::find(&format!("pack-{preset}"), attribute));
    let (title, good_for) = (offer.title.clone(), offer.good_for.clone());
    let title = move || said(Some("title")).unwrap_or_else(|| title.clone());
    let good_for = move || said(None).unwrap_or_else(|| good_for.clone());
    view! {
        <section class="pack" data-pack=offer.preset.clone() data-state=move || state_name(&offer.state, doing.with(Option::is_some))>
            <h2>{title}<span class="pack-state">{standing}</span></h2>
            <p>{good_for}</p>
            {has_given.map(|given| view! { <p class="note">{move || text::given(&given)}</p> })}
            <Show when=move || !idle()>
                <Running doing preset=preset.get_value() />
            </Show>
            {move || ended().map(|ended| view! { <Outcome preset=preset.get_value() ended /> })}
            <Show when=move || asked.get() && idle()>
                <Terms sources=sources.get_value() beside precision />
                <p class="pack-buttons">
                    <button type="button" class="button button--small button--main" on:click=get>
                        {move || text::fetch_size(words::megabytes(fetched))}
                    </button>
                    <button type="button" class="button button--small" on:click=move |_| asked.set(false)>
                        {text::not_now}
                    </button>
                </p>
            </Show>
            <Show when=move || deleting.get() && idle()>
                <p class="pack-buttons">
                    {move || text::delete_size(words::megabytes(stored))}
                    <button type="button" class="button button--small" on:click=move |_| packs.discard(&preset.get_value())>
                        {text::delete}
                    </button>
                    <button type="button" class="button button--small" on:click=move |_| deleting.set(false)>
                        {text::keep}
                    </button>
                </p>
            </Show>
            <p class="pack-buttons" hidden=move || !idle() || asked.get() || deleting.get()>
                <Show when=move || !whole && !partial>
                    <button type="button" class="button button--small" on:click=move |_| asked.set(true)>
                        {move || text::get_size(words::megabytes(fetched))}
                    </button>
                </Show>
                <Show when=move || partial>
                    <button type="button" class="button button--small button--main" on:click=get>
                        {text::go_on}
                    </button>
                </Show>
                <Show when=move || whole && !used()>
                    <button
                        type="button"
                        class="button button--small button--main"
                        on:click=move |_| bench.use_pack(PackPlace::Stored(preset.get_value()))
                    >
                        {text::use_pack}
                    </button>
                </Show>
                <Show when=move || whole>
                    <button type="button" class="button button--small" on:click=move |_| packs.check(&preset.get_value())>
                        {text::check}
                    </button>
                </Show>
                <Show when=move || whole || partial>
                    <button type="button" class="button button--small" on:click=move |_| deleting.set(true)>
                        {text::delete}
                    </button>
                </Show>
            </p>
        </section>
    }
}

/// For styles and tests.
fn state_name(state: &PackState, doing: bool) -> &'static str {
    match state {
        _ if doing => "busy",
        PackState::Absent => "absent",
        PackState::Partial { .. } => "partial",
        PackState::Whole { .. } => "whole",
    }
}

/// What a pack is built from and under which terms, before anything is fetched, and how it is stored.
#[component]
fn Terms(sources: Vec<Source>, beside: bool, precision: RwSignal<Precision>) -> impl IntoView {
    let packs: Packs = expect_context();
    let from = move || match beside {
        true => text::lies_beside(),
        false => text::built_from(packs.host.get()),
    };
    let free = move || {
        let free = packs.library.with(|library| library.as_ref()?.free)?;
        Some(text::browser_grants(words::megabytes(free)))
    };
    view! {
        <div class="terms">
            <p>{from}</p>
            <ul>
                {sources
                    .into_iter()
                    .map(|source| {
                        view! {
                            <li>
                                <a href=source.page.clone() target="_blank" rel="noreferrer noopener">
                                    {source.title}
                                </a>
                                {move || text::source_terms(&source.licence, words::megabytes(source.bytes))}
                                {source.disputed.map(|disputed| view! { <small class="disputed">{disputed}</small> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <fieldset hidden=beside>
                <legend>{text::stored_as}</legend>
                {Precision::ALL
                    .map(|which| {
                        view! {
                            <label class="choice">
                                <input
                                    type="radio"
                                    name="precision"
                                    prop:checked=move || precision.get() == which
                                    on:change=move |_| precision.set(which)
                                />
                                <span>
                                    {move || words::precision(which)}
                                    <small>{move || words::precision_costs(which)}</small>
                                </span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <p class="note">{free}</p>
        </div>
    }
}

/// How far it is, how fast it comes, and the ways to stop it.
#[component]
fn Running(doing: Memo<Option<Doing>>, preset: String) -> impl IntoView {
    let packs: Packs = expect_context();
    let step = move || doing.with(|doing| doing.as_ref().map(|doing| doing.getting.step));
    let label = {
        let preset = preset.clone();
        move || text::the_pack(&preset)
    };
    view! {
        <div class="pack-running">
            <progress
                class="wide"
                max="1"
                prop:value=move || doing.with(|doing| doing.as_ref().map_or(0.0, Doing::fraction))
                aria-label=label
            />
            <p class="note">{move || doing.with(|doing| doing.as_ref().map(progress))}</p>
            <p class="pack-buttons">
                <button
                    type="button"
                    class="button button--small"
                    // While it queues or builds it hears nothing.
                    hidden=move || matches!(step(), Some(Step::Queueing | Step::Building))
                    on:click=move |_| packs.stop()
                >
                    {move || if step() == Some(Step::Checking) { text::stop() } else { text::pause() }}
                </button>
                <button
                    type="button"
                    class="button button--small"
                    hidden=move || step() == Some(Step::Checking)
                    on:click=move |_| packs.discard(&preset)
                >
                    {text::cancel}
                </button>
            </p>
        </div>
    }
}

/// What is done, how far it is, and how long it still takes.
fn progress(doing: &Doing) -> String {
    let Doing { getting, rate, .. } = doing;
    let mut text = words::step(getting.step);
    if getting.total > 0.0 && getting.step != Step::Queueing {
        text += &format!(", {}", text::done_of(words::megabytes(getting.total), words::number(getting.done)));
    }
    let moves = matches!(getting.step, Step::Fetching | Step::Building | Step::Checking);
    if let Some(rate) = rate.per_second().filter(|_| moves) {
        text += &format!(" · {}", text::megabytes_per_second(words::decimal(rate / 1e6, 1)));
        let left = (getting.total - getting.done) / rate;
        if left >= 1.0 {
            text += &format!(" · {}", text::time_left(words::duration(left)));
        }
    }
    text
}

/// How the last thing ended that was done with a pack.
#[component]
fn Outcome(preset: String, ended: Ended) -> impl IntoView {
    let packs: Packs = expect_context();
    match ended {
        Ended::Done => view! { <p class="note" role="status">{text::ended_whole}</p> }.into_any(),
        Ended::Stopped => view! { <p class="note" role="status">{text::ended_stopped}</p> }.into_any(),
        Ended::Failed(of) => {
            view! { <p class="note note--failed" role="alert">{move || trouble::sentence(&of)}</p> }
                .into_any()
        }
        Ended::Damaged(files) => {
            let damaged = files.join(", ");
            view! {
                <p class="note note--failed" role="alert">{move || text::ended_damaged(&damaged)}</p>
                <p class="pack-buttons">
                    <button
                        type="button"
                        class="button button--small button--main"
                        on:click=move |_| packs.repair(&preset, files.clone())
                    >
                        {text::repair}
                    </button>
                </p>
            }
            .into_any()
        }
    }
}

/// Where checkpoints come from: a host, or this disk.
#[component]
fn Origin() -> impl IntoView {
    let packs: Packs = expect_context();
    let taken = move || {
        let (taken, _) = packs.given.get();
        (!taken.is_empty()).then(|| text::recognised(taken.join(", ")))
    };
    let refused = move || {
        packs.given.get().1.into_iter().map(|of| view! { <li>{trouble::sentence(&of)}</li> }).collect_view()
    };
    view! {
        <section class="pack">
            <label class="host">
                <span>{text::checkpoints_host}</span>
                <input
                    type="text"
                    name="host"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=HOST
                    prop:value=move || packs.host.get()
                    on:change=move |event| packs.set_host(&event_target_value(&event))
                />
            </label>
            <p>
                {text::or_take_files}
                " "
                <Chooser
                    accept=".safetensors,.onnx,.json,.txt"
                    class="button button--small"
                    files="checkpoints"
                    on_choose=move |files| packs.give(files)
                >
                    {text::choose_files}
                </Chooser>
            </p>
            <p class="note" role="status">{taken}</p>
            <ul class="note note--failed">{refused}</ul>
        </section>
    }
}
