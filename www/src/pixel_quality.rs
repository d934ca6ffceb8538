use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use spotcheck_protocol::{Estimate, MaskFile, Masked, PixelQuality, Reply, Request, Trouble};

use crate::bench::Bench;
use crate::errand::Heard;
use crate::item::{Item, Outcome, Truth};
use crate::side::Side;
use crate::text;
use crate::trouble;
use crate::words;

/// What takes longer shows its progress.
const PATIENCE: Duration = Duration::from_millis(300);
/// Errors below this are not seen in three decimals.
const UNSEEN: f64 = 5e-4;
/// Stands for a value that there is none of.
const NONE: &str = "–";

/// A result whose truth is known pixel by pixel.
#[derive(Clone)]
struct Known {
    item: Item,
    outcome: Arc<Outcome>,
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.item.id == other.item.id && Arc::ptr_eq(&self.outcome, &other.outcome)
    }
}

/// How well the maps match the masks, over all pixels of the batch that were looked at. It is worked out while it is seen, and again when
/// results come or go; the worker only adds what is new.
#[component]
pub fn PixelFigures(
    /// Whether it is seen.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    let bench: Bench = expect_context();
    let side: Side = expect_context();
    let quality = RwSignal::new(None::<PixelQuality>);
    let trouble = RwSignal::new(None::<Trouble>);
    let progress = RwSignal::new(None::<f64>);
    let known = Memo::new(move |_| {
        let alone = bench.alone.get();
        bench.items.with(|items| items.iter().filter_map(|item| known(item, alone)).collect::<Vec<_>>())
    });
    let masks = move || known.with(|known| known.iter().any(|known| known.item.mask.is_some()));
    let unmasked = move || {
        bench.items.with(|items| {
            let defective = |item: &&Item| item.truth.as_ref().is_some_and(Truth::is_defective);
            items.iter().filter(defective).filter(|item| item.mask.is_none()).count()
        })
    };
    // What was asked last, to be taken back when it is stale.
    let asked = StoredValue::new(None::<u32>);
    let take_back = move || {
        if let Some(job) = asked.try_update_value(Option::take).flatten() {
            side.cancel(job);
        }
        let _ = progress.try_set(None);
    };
    on_cleanup(take_back);
    Effect::new(move |_| {
        let pictures = known.get();
        take_back();
        if !open.get() || !pictures.iter().any(|known| known.item.mask.is_some()) {
            return;
        }
        let slow = RwSignal::new(false);
        set_timeout(
            move || {
                // It may be over.
                let _ = slow.try_set(true);
            },
            PATIENCE,
        );
        let masked = pictures.iter().filter_map(|known| masked(side, known)).collect();
        let job = side.ask(
            |job| Request::Rate { job, pictures: masked },
            move |answer| {
                match answer {
                    Ok(Reply::Rating { done, total, .. }) => {
                        if slow.try_get_untracked() == Some(true) {
                            progress.set(Some(done as f64 / total.max(1) as f64));
                        }
                        return Heard::More;
                    }
                    Ok(Reply::Rated { quality: found, .. }) => {
                        trouble.set(None);
                        quality.set(Some(found));
                    }
                    Ok(_) => trouble.set(Some(text::worker_answers_else().into())),
                    Err(of) => trouble.set(Some(of)),
                }
                progress.set(None);
                Heard::End(Ok(()))
            },
        );
        asked.set_value(job);
    });
    let shown = move || quality.get().filter(|_| masks());
    view! {
        <div class="pixel-quality" hidden=move || !masks()>
            <h3>{text::pixels_against_masks}</h3>
            <progress
                class="wide"
                max="1"
                hidden=move || progress.get().is_none()
                prop:value=move || progress.get().unwrap_or_default()
                aria-label=text::pixels_against_masks
            />
            <p class="note note--failed" role="alert" hidden=move || trouble.with(Option::is_none)>
                {move || trouble.get().map(|of| text::pixels_not_compared(trouble::sentence(&of)))}
            </p>
            {move || shown().map(|quality| view! { <Figures quality unmasked=unmasked() /> })}
        </div>
    }
}

#[component]
fn Figures(
    quality: PixelQuality,
    /// How many defective pictures have no mask.
    unmasked: usize,
) -> impl IntoView {
    let PixelQuality { pictures, regions, f1_max, threshold, auroc, aupro, left_out } = quality;
    let best = move || match f1_max {
        Some(_) => text::f1_max_at(words::decimal(f64::from(threshold), 2), figure(f1_max)),
        None => NONE.into(),
    };
    let of = move || text::pixels_of(text::pictures(pictures), text::found_regions_count(regions));
    let without = move || (unmasked > 0).then(|| format!(" {}", text::pixels_without_mask(unmasked)));
    let left_out =
        left_out.into_iter().map(|of| view! { <li>{move || trouble::sentence(&of)}</li> }).collect_view();
    view! {
        <table class="figures">
            <tbody>
                <tr>
                    <th scope="row">{text::pixel_f1_max}</th>
                    <td class="figure" data-metric="pixel-f1-max">{best}</td>
                </tr>
                <tr>
                    <th scope="row">{text::pixel_auroc}</th>
                    <td class="figure" data-metric="pixel-auroc">{move || figure(auroc)}</td>
                </tr>
                <tr>
                    <th scope="row" title=text::aupro_is>
                        {text::aupro}
                    </th>
                    <td class="figure" data-metric="aupro">{move || figure(aupro)}</td>
                </tr>
            </tbody>
        </table>
        <p class="note">{of} {without}</p>
        <ul class="note">{left_out}</ul>
    }
}

/// What counts of a picture: one that is whole, or whose mask is there.
fn known(item: &Item, alone: bool) -> Option<Known> {
    let outcome = item.shown(alone)?;
    let is_known = item.mask.is_some() || item.truth == Some(Truth::Whole);
    is_known.then(|| Known { item: item.clone(), outcome })
}

/// A result for the worker; `None` when its mask is gone.
fn masked(side: Side, known: &Known) -> Option<Masked> {
    let Known { item, outcome } = known;
    let mask = match &item.mask {
        Some(file) => Some(MaskFile { file: file.slice().ok()? }),
        None => None,
    };
    Some(Masked {
        number: side.number(outcome),
        name: item.name.to_string(),
        width: outcome.findings.width,
        height: outcome.findings.height,
        map: (*outcome.map).clone(),
        mask,
        region: outcome.findings.region.clone(),
    })
}

/// A value in three decimals, with its error where that is seen in them.
fn figure(estimate: Option<Estimate>) -> String {
    match estimate {
        None => NONE.into(),
        Some(Estimate { value, error }) if error < UNSEEN => words::decimal(value, 3),
        // Rounded up: the error is a bound.
        Some(Estimate { value, error }) => {
            let error = words::decimal((error * 1000.0).ceil() / 1000.0, 3);
            format!("{} ± {error}", words::decimal(value, 3))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_where_it_is_seen() {
        let told = |value, error| figure(Some(Estimate { value, error }));
        assert_eq!(told(0.87654, 4e-4), "0.877");
        assert_eq!(told(0.87654, 0.0011), "0.877 ± 0.002");
        assert_eq!(figure(None), "–");
    }
}
