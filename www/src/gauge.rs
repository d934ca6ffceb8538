use leptos::prelude::*;
use spotcheck_metrics::Histogram;
use spotcheck_metrics::suggest::{self, SuggestError, Suggestion};

use crate::bench::Bench;
use crate::export::ExportPanel;
use crate::quality::Quality;
use crate::ranking::Filter;
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
        <section class="gauge" aria-label="Threshold">
            <div class="gauge-scale">
                {move || scores.with(|scores| bars(scores, threshold()))}
                <input
                    type="range"
                    min="0"
                    max="1"
                    step="0.01"
                    aria-label="Threshold: a score of at least this is rejected"
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
            <label class="gauge-number">
                <span>"Threshold"</span>
                <input
                    type="number"
                    min="0"
                    max="1"
                    step="0.01"
                    disabled=move || !ready()
                    prop:value=move || written(threshold())
                    on:change=move |event| {
                        if let Ok(value) = event_target_value(&event).replace(',', ".").parse::<f64>() {
                            bench.preview_threshold(value.clamp(0.0, 1.0));
                            bench.keep_threshold();
                        }
                    }
                />
            </label>
            <Suggestions scores />
            <p class="gauge-counts">
                {move || {
                    format!("{} accept · {} reject", bench.count(Filter::Accept), bench.count(Filter::Reject))
                }}
            </p>
            <Quality />
            <ExportPanel />
        </section>
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
            let title =
                format!("{from:.2} to {to:.2}: {}", words::count(count as usize, "picture", "pictures"));
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
    let at = threshold * BINS as f64;
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
    let take = move |name: &'static str, found: Result<Suggestion, SuggestError>| match found {
        Ok(suggestion) => {
            bench.preview_threshold(suggestion.threshold);
            bench.keep_threshold();
            said.set(Some(format!(
                "{name}: {} · {} reject · {} accept",
                written(suggestion.threshold),
                suggestion.rejected,
                suggestion.accepted
            )));
        }
        Err(error) => said.set(Some(format!("{name}: {error}."))),
    };
    let percent = move |label: &'static str, value: RwSignal<f64>| {
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
            " %"
        }
    };
    let scores = move || scores.get_untracked();
    view! {
        <details class="popup popup--up gauge-suggest">
            <summary>"Suggest"</summary>
            <div class="popup-body">
                <p class="note">"Without labels"</p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take("What stands out", suggest::outliers(&scores(), suggest::OUTLIERS_K))>
                        "What stands out"
                    </button>
                    " more than three robust deviations above the median: for batches that are mostly whole"
                </p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take("Reject rate", suggest::reject_rate(&scores(), rate.get_untracked() / 100.0))>
                        "Reject at most"
                    </button>
                    " "
                    {percent("Highest share to reject, in percent", rate)}
                </p>
                <p class="note">"With labels: what is known of the pictures, else your decisions"</p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take("Best F1", suggest::best_f1(&scores(), &labels()))>
                        "Best F1"
                    </button>
                </p>
                <p>
                    <button type="button" class="button button--small" on:click=move |_| take("False rejects", suggest::false_reject_limit(&scores(), &labels(), limit.get_untracked() / 100.0))>
                        "Falsely reject at most"
                    </button>
                    " "
                    {percent("Highest share of whole ones to reject, in percent", limit)}
                    " of the whole ones"
                </p>
                <p role="status" hidden=move || said.get().is_none()>{move || said.get()}</p>
            </div>
        </details>
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
