use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::{Findings, FiredPrompt, Tile, Trouble};

use crate::bench::Bench;
use crate::comparing::MOST_GOOD;
use crate::export;
use crate::finder::RegionFinder;
use crate::item::{Decision, Item, Outcome, State};
use crate::mark::Verdict;
use crate::models::open_panel;
use crate::prompt_maps::PromptMaps;
use crate::region_list::RegionList;
use crate::save;
use crate::text;
use crate::trouble;
use crate::viewer::{RegionNote, Visible};
use crate::words;

/// The name of the pack that comes with the page.
const DEMO: &str = "demo";

/// What was found in the selected picture, and why the machine thinks so.
#[component]
pub fn FindingsPanel() -> impl IntoView {
    let bench: Bench = expect_context();
    let body = move || {
        let item = bench.selected_item()?;
        let view = match item.state.get() {
            State::Done(outcome) => view! { <Found item outcome /> }.into_any(),
            State::Running(progress) => {
                let (stage, done) = (progress.clone(), progress);
                view! {
                    <p class="note">{move || words::doing(stage.get().stage)}</p>
                    <progress class="wide" max="1" prop:value=move || words::done(done.get()) aria-label=text::this_picture />
                    <button type="button" class="button" on:click=move |_| bench.cancel_one(&item)>{text::cancel_this_one}</button>
                }
                .into_any()
            }
            State::Waiting => view! {
                <p class="note">{text::waits_for_turn}</p>
                <button type="button" class="button" on:click=move |_| bench.cancel_one(&item)>{text::cancel_this_one}</button>
            }
            .into_any(),
            State::Cancelled => view! {
                <p class="note">{text::cancelled_before}</p>
                <button type="button" class="button" on:click=move |_| bench.retry(&item)>{text::inspect}</button>
            }
            .into_any(),
            State::Failed(of) => view! {
                <p class="note note--failed" role="alert">{
                    let name = item.name.clone();
                    move || format!("{name}: {}", trouble::sentence(&of))
                }</p>
                <button type="button" class="button" on:click=move |_| bench.retry(&item)>{text::try_again}</button>
            }
            .into_any(),
        };
        Some(view)
    };
    view! {
        <section class="findings" aria-label=text::findings>
            {body}
        </section>
    }
}

#[component]
fn Found(item: Item, outcome: Arc<Outcome>) -> impl IntoView {
    let findings = outcome.findings.clone();
    let total = words::total(&findings.seconds);
    let finder: RegionFinder = expect_context();
    let bench: Bench = expect_context();
    let shown = Memo::new_with_compare(
        {
            let (item, outcome) = (item.clone(), outcome.clone());
            move |_| bench.shown(&item).unwrap_or_else(|| outcome.clone())
        },
        |a: Option<&Arc<Outcome>>, b| !a.zip(b).is_some_and(|(a, b)| Arc::ptr_eq(a, b)),
    );
    // What is below the regions would move when they are found, a moment later.
    let coming =
        move || shown.with(|shown| finder.of(shown)).is_none() && finder.trouble.with(Option::is_none);
    let saved = item.clone();
    // Other methods look at no tile, and tell no words.
    let is_own = findings.method.is_own();
    let method = findings.method.title();
    view! {
        <h2 class="findings-name">{item.name.to_string()}</h2>
        <Score outcome=shown />
        <Said item=item.clone() outcome=outcome.clone() />
        <RegionNote item=item.clone() outcome=outcome.clone() />
        <Decide item=item.clone() />
        <Show when={
            let demo = findings.pack == DEMO;
            move || demo
        }>
            <p class="note demo-note">
                {text::found_by_demo}
                " "
                <button type="button" class="link" on:click=move |_| open_panel()>{text::found_by_demo_link}</button>
                {text::found_by_demo_end}
            </p>
        </Show>
        <div class="findings-rest" class:findings-rest--coming=coming>
        {move || view! { <RegionList outcome=shown.get() /> }}
        <Components findings=findings.clone() />
        {is_own.then(|| view! { <Why item=item.clone() findings=findings.clone() /> })}
        <details class="fold">
            <summary>{text::foreground}</summary>
            <p>{move || words::foreground(findings.foreground, findings.parts)}</p>
        </details>
        <details class="fold" open>
            <summary>{text::stages}<span class="fold-figure">{move || words::seconds(total)}</span></summary>
            <table class="figures">
                <tbody>
                    {words::stages(&findings.seconds)
                        .map(|(name, seconds)| {
                            let share = format!("{:.1}%", seconds / total.max(1e-9) * 100.0);
                            view! {
                                <tr>
                                    <th scope="row">{name}</th>
                                    <td class="bar"><span style:width=share /></td>
                                    <td class="figure">{move || words::seconds(seconds)}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
            <p class="note">{move || text::found_by_method(method)}</p>
            <p class="note">{findings.engine.reason.clone()}</p>
        </details>
        </div>
        {move || view! { <Save item=saved.clone() outcome=shown.get() /> }}
    }
}

/// The score on its scale, against the threshold.
#[component]
fn Score(outcome: Memo<Arc<Outcome>>) -> impl IntoView {
    let bench: Bench = expect_context();
    let place = |value: f64| format!("{:.1}%", value.clamp(0.0, 1.0) * 100.0);
    let judged = Memo::new(move |_| outcome.with(|outcome| bench.judge(outcome)));
    let score = move || judged.get().0;
    let rejected = move || judged.get().1;
    view! {
        <div class="score">
            <p class="score-figure">{move || bench.figure(f64::from(score()))}</p>
            <p class="score-verdict">
                {move || view! { <Verdict decision=words::verdict(rejected()) /> }}
                <small>{move || text::threshold_is(bench.figure(bench.threshold.get()))}</small>
            </p>
            <div class="score-scale" aria-hidden="true">
                <span class="score-bar" class:score-bar--reject=rejected style:width=move || place(f64::from(score())) />
                <span class="score-threshold" style:left=move || place(bench.threshold.get()) />
            </div>
        </div>
    }
}

/// What the score was made with: the prompts, and other pictures where they say something. Its room is always there.
#[component]
fn Said(
    item: Item,
    /// The zero-shot result.
    outcome: Arc<Outcome>,
) -> impl IntoView {
    let bench: Bench = expect_context();
    let good = item.good;
    let about_good = match outcome.features {
        Some(_) => text::good_itself,
        None => text::good_without_features,
    };
    let joined = Memo::new({
        let compared = item.compared;
        move |_| {
            let joined = compared.with(|compared| compared.as_ref().and_then(|it| it.joined.clone()))?;
            Some((joined.findings.partners?, joined.findings.score))
        }
    });
    let zero_shot = move || bench.figure(f64::from(bench.judge(&outcome).0));
    let said = move || match joined.get().filter(|_| !bench.alone.get()) {
        Some((partners, _)) => words::partners(partners),
        None => text::by_prompts_alone(),
    };
    // The other of the two.
    let other = move || match joined.get() {
        Some((partners, score)) if bench.alone.get() => {
            text::and_score(bench.figure(f64::from(score)), words::partners(partners))
        }
        _ => text::and_score(zero_shot(), text::by_prompts_alone()),
    };
    view! {
        <p class="said note">
            <span>
                {said}
                {move || good.get().then(|| format!(" · {}", about_good()))}
            </span>
            <button
                type="button"
                class="link"
                hidden=move || joined.get().is_none()
                title=text::alone_is
                on:click=move |_| bench.alone.update(|alone| *alone = !*alone)
            >
                {other}
            </button>
        </p>
    }
}

/// What the person says: a word and a note.
#[component]
fn Decide(item: Item) -> impl IntoView {
    let bench: Bench = expect_context();
    let note = item.note.clone();
    let good = item.clone();
    let is_good = item.good.clone();
    let full = {
        let good = item.good.clone();
        move || !good.get() && bench.count_good() >= MOST_GOOD
    };
    let full_title = full.clone();
    let buttons = Decision::ALL.map(|decision| {
        let (said, item) = (item.decision.clone(), item.clone());
        let name = move || words::decision(decision);
        view! {
            <button
                type="button"
                class="button button--small"
                aria-pressed=move || (said.get() == Some(decision)).to_string()
                title=move || text::with_key(words::decision_key(decision), name())
                on:click=move |_| bench.decide(&item, decision)
            >
                {name}
            </button>
        }
    });
    view! {
        <div class="decide" role="group" aria-label=text::your_decision>
            {buttons.collect_view()}
        </div>
        <div class="decide">
            <button
                type="button"
                class="button button--small"
                aria-pressed=move || is_good.get().to_string()
                disabled=full
                title=move || if full_title() { text::good_enough(MOST_GOOD) } else { text::with_key("G", text::good_is()) }
                on:click=move |_| bench.mark_good(&good)
            >
                {text::good}
            </button>
        </div>
        <textarea
            class="decide-note"
            rows="1"
            placeholder=text::note
            aria-label=text::note
            prop:value=move || note.get().to_string()
            on:change=move |event| bench.note(&item, event_target_value(&event).trim())
        />
    }
}

/// The components, in the picture's order, with their scores; one of them is looked into.
#[component]
fn Components(findings: Findings) -> impl IntoView {
    let visible: Visible = expect_context();
    let pixels = f64::from(findings.width) * f64::from(findings.height);
    let rows = findings.components.iter().enumerate().map(|(index, component)| {
        let tiles = findings.tiles.iter().filter(|tile| tile.component == index).count();
        let share = component.area as f64 / pixels.max(1.0);
        let score = f64::from(component.score);
        let title = move || text::component_about(tiles, words::percent(share, 1));
        let width = format!("{:.1}%", f64::from(component.score) * 100.0);
        view! {
            <li>
                <button
                    type="button"
                    class="component-row"
                    aria-pressed=move || (visible.component.get() == index).to_string()
                    on:click=move |_| visible.component.set(index)
                >
                    <span>{format!("#{}", index + 1)}</span>
                    <span class="component-about">{title}</span>
                    <span class="figure">{move || words::decimal(score, 2)}</span>
                    <span class="component-bar" style:width=width aria-hidden="true" />
                </button>
            </li>
        }
    });
    let rows = rows.collect_view();
    let count = findings.components.len();
    view! {
        <h3>{move || text::components(count)}</h3>
        <ol class="components">{rows}</ol>
    }
}

/// The words that fit best to the worst tile of the component that is looked into.
#[component]
fn Why(item: Item, findings: Findings) -> impl IntoView {
    let visible: Visible = expect_context();
    let tile = move || {
        let of_component = findings.tiles.iter().filter(|tile| tile.component == visible.component.get());
        of_component.max_by(|a, b| a.score.total_cmp(&b.score)).cloned()
    };
    view! {
        <h3>{move || text::what_it_looks_like(visible.component.get() + 1)}</h3>
        {move || {
            tile().map(|tile| view! { <Prompts tile=tile.clone() /> <PromptMaps item=item.clone() tile /> })
        }}
    }
}

#[component]
fn Prompts(tile: Tile) -> impl IntoView {
    let side = |title: text::Message, mean: f32, prompts: Vec<FiredPrompt>| {
        view! {
            <table class="figures prompts">
                <thead>
                    <tr>
                        <th scope="col">{title}</th>
                        <th scope="col" class="figure" title=text::mean_is>
                            {move || text::mean(words::cosine(mean))}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {prompts
                        .into_iter()
                        .map(|fired| {
                            view! {
                                <tr>
                                    <td>{fired.prompt}</td>
                                    <td class="figure">{move || words::cosine(fired.cosine)}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        }
    };
    view! {
        {side(text::side_anomalous, tile.anomalous, tile.anomalous_prompts)}
        {side(text::side_normal, tile.normal, tile.normal_prompts)}
    }
}

/// The result as files.
#[component]
fn Save(item: Item, outcome: Arc<Outcome>) -> impl IntoView {
    let bench: Bench = expect_context();
    let trouble = RwSignal::new(None::<Trouble>);
    let stem = words::stem(&item.name).to_owned();
    let save_map = {
        let (stem, outcome) = (stem.clone(), outcome.clone());
        move |_| {
            let name = format!("{stem}.map.png");
            bench.encode_map(outcome.clone(), move |png| {
                trouble.set(png.and_then(|png| save::blob(&name, &png).map_err(Into::into)).err());
            });
        }
    };
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let item = item.clone();
        spawn_local(async move {
            let done = export::copy(bench, &item).await;
            copied.set(done.is_ok());
            trouble.set(done.err());
        });
    };
    let save_json = move |_| {
        let json = &outcome.findings.json;
        trouble.set(save::text(&format!("{stem}.json"), json, "application/json").err().map(Into::into));
    };
    view! {
        <div class="save">
            <button type="button" class="button" on:click=save_map title=text::save_map_is>
                {text::save_map}
            </button>
            <button type="button" class="button" on:click=save_json>{text::save_json}</button>
            <button type="button" class="button" on:click=copy title=text::copy_picture_is>
                {move || if copied.get() { text::copied() } else { text::copy_picture() }}
            </button>
            <p class="note note--failed" hidden=move || trouble.get().is_none()>
                {move || trouble.get().map(|of| text::not_saved(trouble::reason(&of)))}
            </p>
        </div>
    }
}
