use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use spotcheck_protocol::{Export, Exported, ExportedOutcome, Reply, Request, Trouble, What};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ClipboardItem};

use crate::bench::Bench;
use crate::errand::{Heard, errand};
use crate::item::{Item, State};
use crate::language;
use crate::link::said;
use crate::pictures;
use crate::save;
use crate::text;
use crate::trouble;

/// Name on the button, file, media type, what it is.
const KINDS: [(What, text::Message, &str, &str, text::Message); 5] = [
    (What::Report, text::export_report, "spotcheck-report.html", "text/html", text::export_report_is),
    (What::Csv, text::export_table, "spotcheck.csv", "text/csv", text::export_table_is),
    (What::Json, text::export_json, "spotcheck.json", "application/json", text::export_json_is),
    (What::Coco, text::export_coco, "spotcheck-coco.json", "application/json", text::export_coco_is),
    (
        What::Everything,
        text::export_everything,
        "spotcheck.zip",
        "application/zip",
        text::export_everything_is,
    ),
];

/// The batch as files.
#[component]
pub fn ExportPanel() -> impl IntoView {
    let bench: Bench = expect_context();
    let listed = RwSignal::new(false);
    let progress = RwSignal::new(None::<f64>);
    let trouble = RwSignal::new(None::<Trouble>);
    let export = move |what, file: &'static str, media_type: &'static str| {
        let items = if listed.get_untracked() {
            bench.order.get_untracked().into_iter().filter_map(|id| bench.item_untracked(id)).collect()
        } else {
            bench.items.get_untracked()
        };
        trouble.set(None);
        progress.set(Some(0.0));
        spawn_local(async move {
            let tell = move |fraction| progress.set(Some(fraction));
            let saved = match written(bench, what, &items, media_type, tell).await {
                Ok(blob) => save::blob(file, &blob).map_err(Into::into),
                Err(trouble) => Err(trouble),
            };
            progress.set(None);
            trouble.set(saved.err());
        });
    };
    view! {
        <details class="popup popup--up popup--end export" id="export">
            <summary>{text::export}</summary>
            <div class="popup-body">
                {KINDS
                    .map(|(what, name, file, media_type, about)| {
                        view! {
                            <p>
                                <button
                                    type="button"
                                    class="button button--small"
                                    disabled=move || progress.get().is_some()
                                    on:click=move |_| export(what, file, media_type)
                                >
                                    {name}
                                </button>
                                " "
                                {about}
                            </p>
                        }
                    })
                    .collect_view()}
                <label class="choice">
                    <input type="checkbox" prop:checked=listed on:change=move |event| listed.set(event_target_checked(&event)) />
                    <span>{text::only_what_is_listed}</span>
                </label>
                <label class="choice">
                    <input
                        class="gauge-percent"
                        type="number"
                        min="0"
                        max="1"
                        step="0.05"
                        prop:value=move || bench.pixel_threshold.get().to_string()
                        on:change=move |event| {
                            if let Ok(value) = event_target_value(&event).replace(',', ".").parse::<f64>() {
                                bench.set_pixel_threshold(value);
                            }
                        }
                    />
                    <span>{text::level_is}</span>
                </label>
                <progress
                    class="wide"
                    max="1"
                    hidden=move || progress.get().is_none()
                    prop:value=move || progress.get().unwrap_or_default()
                    aria-label=text::export
                />
                <p class="note note--failed" role="alert" hidden=move || trouble.get().is_none()>
                    {move || trouble.get().map(|of| text::not_exported(trouble::reason(&of)))}
                </p>
            </div>
        </details>
    }
}

/// Puts a picture with its heatmap into the clipboard.
pub async fn copy(bench: Bench, item: &Item) -> Result<(), Trouble> {
    let png = written(bench, What::Overlay, std::slice::from_ref(item), "image/png", |_| {}).await?;
    let copied = async {
        let record = js_sys::Object::new();
        js_sys::Reflect::set(&record, &"image/png".into(), &png)?;
        let clip = ClipboardItem::new_with_record_from_str_to_blob_promise(&record)?;
        JsFuture::from(window().navigator().clipboard().write(&Array::of1(&clip))).await
    };
    copied.await.map(|_| ()).map_err(|error| text::cannot_copy(said(error)).into())
}

/// Pictures as a file, written by a worker of its own; `tell` hears how far that is, 0 to 1.
async fn written(
    bench: Bench,
    what: What,
    items: &[Item],
    media_type: &str,
    tell: impl Fn(f64) + 'static,
) -> Result<Blob, Trouble> {
    let settings = bench.settings.get_untracked().ok_or_else(text::no_models_yet)?;
    let export = Export {
        what,
        language: language::tag().into(),
        object: bench.object.get_untracked(),
        created: js_sys::Date::new_0().to_iso_string().into(),
        threshold: bench.threshold.get_untracked(),
        method: bench.method.get_untracked(),
        level: settings.pixel_threshold as f32,
        pixels_per_mm: bench.pixels_per_mm.get_untracked(),
        settings: serde_json::to_string(&settings).map_err(|error| error.to_string())?,
        entries: untrack(|| items.iter().filter_map(|item| exported(bench, item)).collect()),
    };
    // A blob each: the browser may keep them out of memory.
    let pieces = Rc::new(RefCell::new(Vec::<Blob>::new()));
    let heard = pieces.clone();
    let hear = move |reply| match reply {
        Reply::Piece { bytes } => match pictures::blob(&bytes, "") {
            Ok(piece) => {
                heard.borrow_mut().push(piece);
                Heard::More
            }
            Err(message) => Heard::End(Err(message.into())),
        },
        Reply::Exporting { done, total } => {
            tell(done as f64 / total.max(1) as f64);
            Heard::More
        }
        Reply::Exported { trouble } => Heard::End(trouble.map_or(Ok(()), Err)),
        _ => Heard::More,
    };
    errand(Request::Export { export: Box::new(export) }, hear).await?;
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let pieces: Array = pieces.take().into_iter().map(JsValue::from).collect();
    Blob::new_with_blob_sequence_and_options(&pieces, &options).map_err(|error| said(error).into())
}

/// A picture for the worker; `None` while there is nothing to say about it.
fn exported(bench: Bench, item: &Item) -> Option<Exported> {
    let outcome = match item.state.get() {
        State::Done(zero_shot) => {
            let outcome = bench.shown(item)?;
            let score = bench.judge(&outcome).0;
            ExportedOutcome::Found {
                findings: Box::new(outcome.findings.clone()),
                score,
                zero_shot: outcome.findings.partners.map(|_| bench.judge(&zero_shot).0),
                z: bench.calibration.get().map(|calibration| calibration.z(score)),
                picture: item.file.slice().ok()?,
                map: (*outcome.map).clone(),
            }
        }
        State::Failed(of) => ExportedOutcome::Failed { trouble: (*of).clone(), said: trouble::sentence(&of) },
        State::Waiting | State::Running(_) | State::Cancelled => return None,
    };
    Some(Exported {
        name: item.name.to_string(),
        decision: item.decision.get(),
        note: item.note.get().to_string(),
        label: item.is_defective(),
        outcome,
    })
}
