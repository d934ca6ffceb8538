use leptos::prelude::*;
use spotcheck_metrics::Histogram;
use spotcheck_metrics::suggest::{self, SuggestError, Suggestion};
use spotcheck_protocol::LEAST_SCORES;

use crate::bench::Bench;
use crate::export::ExportPanel;
use crate::quality::Quality;
use crate::ranking::Filter;
use crate::text;
use crate::words;

const BINS: usize = 50;
/// The chart's height, in the units of its width: a bin is one.
const HEIGHT: f64 = 12.0;

/// The batch's scores with the threshold among them.
#[component]
pub fn Gauge() -> impl IntoView {
    let bench: Bench = expect_context();
    let scores = Memo::new(move |_| bench.scores().into_iter().map(|(score, _)| score).collect::<Vec<f32>>());
    let threshold = move || bench.threshold.get();
    let ready = move || bench.settings.with(Option::is_some);
    view! {
        <section class="gauge" aria-label=text::threshold>
            <div class="gauge-scale">
                {move || scores.with(|scores| bars(scores, threshold()))}
                <input
                    type="range"
                    min="0"
                    max="1"
                    step="0.01"
                    aria-label=text::threshold_rejects
                    disabled=move || !ready()
                    prop:value=move || threshold().to_string()
                    on:input=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            bench.preview_threshold(value);
                        }
                    }
                    on:change=move |_| bench.keep_threshold()
                />
            </div>
            <Number ready=Signal::derive(ready) />
            <Suggestions scores />
            <p class="gauge-counts">
                {move || {
                    format!("{} · {}", text::count_accept(bench.count(Filter::Accept)), text::count_reject(bench.count(Filter::Reject)))
                }}
            </p>
            <Quality />
            <ExportPanel />
        </section>
    }
}

/// The threshold as a number, a score or in spreads above the batch's middle.
#[component]
fn Number(ready: Signal<bool>) -> impl IntoView {
    let bench: Bench = expect_context();
    let in_spreads = move || bench.scale().is_some();
    let shown = move || match bench.scale() {
        Some(calibration) => format!("{:.2}", calibration.z(bench.threshold.get() as f32)),
        None => written(bench.threshold.get()),
    };
    let take = move |typed: f64| {
        let score = match untrack(|| bench.scale()) {
            Some(calibration) => calibration.score(typed),
            None => typed.clamp(0.0, 1.0),
        };
        bench.preview_threshold(score);
        bench.keep_threshold();
    };
    let enough = move || bench.calibration.get().is_some();
    view! {
        <div class="gauge-number">
            <label>
                <span>{text::threshold}</span>
                <input
                    type="number"
                    min=move || (!in_spreads()).then_some("0")
                    max=move || (!in_spreads()).then_some("1")
                    step=move || if in_spreads() { "0.1" } else { "0.01" }
                    disabled=move || !ready.get()
                    prop:value=shown
                    on:change=move |event| {
                        if let Ok(value) = event_target_value(&event).replace(',', ".").parse::<f64>() {
                            take(value);
                        }
                    }
                />
            </label>
            <select
                class="control"
                aria-label=text::scores_told
                title=move || if enough() { text::spreads_are() } else { text::spreads_need(LEAST_SCORES) }
                disabled=move || !enough()
                on:change=move |event| bench.tell_in_spreads(event_target_value(&event) == "spreads")
            >
                <option value="score" selected=move || !in_spreads()>{text::score}</option>
                <option value="spreads" selected=in_spreads>{text::spreads}</option>
            </select>
        </div>
    }
}

/// A bar a bin, those to be rejected filled.
fn bars(scores: &[f32], threshold: f64) -> impl IntoView + use<> {
    let histogram = Histogram::new(scores, BINS);
    let highest = histogram.counts().iter().copied().max().unwrap_or(0).max(1) as f64;
    let bars: Vec<_> = histogram
        .counts()
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(bin, &count)| {
            // The smallest bar is still seen.
            let height = (count as f64 / highest * HEIGHT).max(0.5);
            let (from, to) = (histogram.edge(bin), histogram.edge(bin + 1));
            let reject = from >= threshold;
            let title = text::bar(count as usize, words::decimal(from, 2), words::decimal(to, 2));
            view! {
                <rect
                    class="gauge-bar"
                    class:gauge-bar--reject=reject
                    x=bin as f64 + 0.1
                    y=HEIGHT - height
                    width="0.8"
                    height=height
                >
                    <title>{title}</title>
                </rect>
            }
        })
        .collect();
    let at = threshold.clamp(0.0, 1.0) * BINS as f64;
    view! {
        <svg class="gauge-chart" viewBox=format!("0 0 {BINS} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
            {bars}
            <line class="gauge-line" x1=at x2=at y1="0" y2=HEIGHT />
        </svg>
    }
}

/// Rules that find a threshold.
#[component]
fn Suggestions(scores: Memo<Vec<f32>>) -> impl IntoView {
    let bench: Bench = expect_context();
    let rate = RwSignal::new(5.0);
    let limit = RwSignal::new(1.0);
    let said = RwSignal::new(None::<String>);
    let labels = move || bench.scores().into_iter().map(|(_, label)| label).collect::<Vec<Option<bool>>>();
    let take = move |name: String, found: Result<Suggestion, SuggestError>| match found {
        Ok(suggestion) => {
            bench.preview_threshold(suggestion.threshold);
            bench.keep_threshold();
            said.set(Some(text::suggested(
                suggestion.accepted,
                name,
                suggestion.rejected,
                words::localised(&written(suggestion.threshold)),
            )));
        }
        Err(error) => said.set(Some(format!("{name}: {}.", unsuggested(&error)))),
    };
    let percent = move |label: text::Message, value: RwSignal<f64>| {
        view! {
            <input
                class="gauge-percent"
                type="number"
                min="0"
                max="100"
                step="0.5"
                aria-label=label
                prop:value=move || value.get().to_string()
                on:change=move |event| {
                    if let Ok(number) = event_target_value(&event).replace(',', ".").parse::<f64>() {
                        value.set(number.clamp(0.0, 100.0));
                    }
                }
            />
            " "
            {text::percent_sign}
        }
    };
    let scores = move || scores.get_untracked();
    view! {
        <details class="popup popup--up gauge-suggest">
            <summary>{text::suggest}</summary>
            <div class="popup-body">
                <p class="note">{text::without_labels}</p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take(text::what_stands_out(), suggest::outliers(&scores(), suggest::OUTLIERS_K))>
                        {text::what_stands_out}
                    </button>
                    " "
                    {text::what_stands_out_is}
                </p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take(text::reject_rate(), suggest::reject_rate(&scores(), rate.get_untracked() / 100.0))>
                        {text::reject_at_most}
                    </button>
                    " "
                    {percent(text::reject_at_most_percent, rate)}
                </p>
                <p class="note">{text::with_labels}</p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take(text::best_f1(), suggest::best_f1(&scores(), &labels()))>
                        {text::best_f1}
                    </button>
                </p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take(text::false_rejects(), suggest::false_reject_limit(&scores(), &labels(), limit.get_untracked() / 100.0))>
                        {text::falsely_reject_at_most}
                    </button>
                    " "
                    {percent(text::falsely_reject_percent, limit)}
                    " "
                    {text::of_the_whole_ones}
                </p>
                <p role="status" hidden=move || said.get().is_none()>{move || said.get()}</p>
            </div>
        </details>
    }
}

/// Why there is no threshold; what people hardly meet is said in English.
fn unsuggested(error: &SuggestError) -> String {
    match error {
        SuggestError::NoScores => text::no_scores(),
        SuggestError::TooFew { count, needed } => text::too_few(count, needed),
        SuggestError::NoneDefective => text::none_defective(),
        SuggestError::NoneWhole => text::none_whole(),
        other => other.to_string(),
    }
}

/// A threshold with the decimals that it needs, two at least.
fn written(threshold: f64) -> String {
    let rounded = (threshold * 100.0).round() / 100.0;
    if (rounded - threshold).abs() < 1e-6 {
        format!("{rounded:.2}")
    } else {
        format!("{threshold:.6}").trim_end_matches('0').into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_have_the_decimals_they_need() {
        assert_eq!(written(0.5), "0.50");
        assert_eq!(written(f64::from(0.37_f32)), "0.37");
        assert_eq!(written(0.1234), "0.1234");
    }
}
