use leptos::prelude::*;
use spotcheck_metrics::{CurvePoint, Error, Ranking, thinned};
use web_sys::HtmlDetailsElement;

use crate::bench::Bench;
use crate::item::Item;
use crate::pixel_quality::PixelFigures;
use crate::text;
use crate::words;

/// Points of a curve that are drawn at most.
const POINTS: usize = 200;
/// Stands for a figure that has no value: of AUROC while only one kind is labelled.
const NONE: &str = "–";

/// How good the scores are, as soon as it is known of some pictures what is right.
#[component]
pub fn Quality() -> impl IntoView {
    let bench: Bench = expect_context();
    let labelled = Memo::new(move |_| {
        let known = bench.scores().into_iter().filter_map(|(score, label)| Some((score, label?)));
        known.unzip::<f32, bool, Vec<f32>, Vec<bool>>()
    });
    let any = move || labelled.with(|(scores, _)| !scores.is_empty());
    let open = RwSignal::new(false);
    view! {
        <details
            class="popup popup--up popup--end quality"
            class:popup--none=move || !any()
            on:toggle=move |event| {
                let details: HtmlDetailsElement = event_target(&event);
                open.set(details.open());
            }
        >
            <summary>{text::quality}</summary>
            <div class="popup-body">
                {move || {
                    labelled.with(|(scores, labels)| match Ranking::new(scores, labels) {
                        Ok(ranking) => view! { <Figures ranking /> }.into_any(),
                        Err(error) => view! { <p class="note">{format!("{}.", unranked(&error))}</p> }.into_any(),
                    })
                }}
                <PixelFigures open />
            </div>
        </details>
    }
}

#[component]
fn Figures(ranking: Ranking) -> impl IntoView {
    let bench: Bench = expect_context();
    let (auroc, precision) = (ranking.auroc().ok(), ranking.average_precision().ok());
    let best = ranking.best_f1().ok().map(|best| (best.f1, f64::from(best.threshold)));
    let best = move || {
        best.map_or(NONE.into(), |(f1, threshold)| {
            text::f1_max_at(words::decimal(threshold, 2), words::decimal(f1, 3))
        })
    };
    let recall = ranking.precision_recall_curve().map(|points| curve(&points)).ok();
    let roc = ranking.roc_curve().map(|points| curve(&points)).ok();
    let confusion = Memo::new(move |_| ranking.confusion(bench.threshold.get()));
    // Whether of some result a part was not looked at.
    let partly = Memo::new(move |_| {
        let partly = |item: &Item| item.outcome().is_some_and(|outcome| !outcome.findings.region.is_empty());
        bench.items.with(|items| items.iter().any(partly))
    });
    let percent = |value: Option<f64>| value.map_or(NONE.into(), |value| words::percent(value, 1));
    let drawn = |title: text::Message, across: text::Message, up: text::Message, points: Option<String>| {
        points.map(|points| {
            view! {
                <figure>
                    <figcaption>{title}</figcaption>
                    <svg class="curve" viewBox="0 0 100 100" role="img" aria-label=title>
                        <rect x="0" y="0" width="100" height="100" />
                        <polyline points=points />
                    </svg>
                    <small>{move || format!("{} → · ↑ {}", across(), up())}</small>
                </figure>
            }
        })
    };
    view! {
        <p class="note">{text::quality_labels} {move || partly.get().then(|| format!(" {}", text::quality_region()))}</p>
        <table class="figures confusion">
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{text::rejected}</th>
                    <th scope="col">{text::accepted}</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">{text::defective}</th>
                    <td class="figure">{move || confusion.get().true_positives}</td>
                    <td class="figure">{move || confusion.get().false_negatives}</td>
                </tr>
                <tr>
                    <th scope="row">{text::whole}</th>
                    <td class="figure">{move || confusion.get().false_positives}</td>
                    <td class="figure">{move || confusion.get().true_negatives}</td>
                </tr>
            </tbody>
        </table>
        <table class="figures">
            <tbody>
                <tr><th scope="row">{text::precision}</th><td class="figure">{move || percent(confusion.get().precision())}</td></tr>
                <tr><th scope="row">{text::recall}</th><td class="figure">{move || percent(confusion.get().recall())}</td></tr>
                <tr><th scope="row">{text::f1}</th><td class="figure">{move || percent(confusion.get().f1())}</td></tr>
                <tr><th scope="row">{text::whole_rejected}</th><td class="figure">{move || percent(confusion.get().false_reject_rate())}</td></tr>
                <tr><th scope="row">{text::f1_max}</th><td class="figure">{best}</td></tr>
                <tr><th scope="row">{text::auroc}</th><td class="figure">{move || figure(auroc)}</td></tr>
                <tr><th scope="row">{text::average_precision}</th><td class="figure">{move || figure(precision)}</td></tr>
            </tbody>
        </table>
        <div class="curves">
            {drawn(text::precision_and_recall, text::axis_recall, text::axis_precision, recall)}
            {drawn(text::roc, text::axis_false_rejects, text::axis_true_rejects, roc)}
        </div>
    }
}

fn figure(value: Option<f64>) -> String {
    value.map_or(NONE.into(), |value| words::decimal(value, 3))
}

/// Why there are no figures; what people hardly meet is said in English.
fn unranked(error: &Error) -> String {
    match error {
        Error::NothingAnomalous { count } => text::nothing_anomalous(count),
        Error::NothingNormal { count } => text::nothing_normal(count),
        other => other.to_string(),
    }
}

/// A curve's points in a square of 100, up is up.
fn curve<P: CurvePoint>(points: &[P]) -> String {
    let place = |point: &P| {
        let (x, y) = point.position();
        format!("{:.2},{:.2}", x * 100.0, (1.0 - y) * 100.0)
    };
    thinned(points, POINTS).iter().map(place).collect::<Vec<_>>().join(" ")
}
