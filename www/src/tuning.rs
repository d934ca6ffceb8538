//! The panel of settings: the method, and every number and prompt of this program's own.

mod method;
mod sharing;
mod together;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use spotcheck_protocol::{Setting, Trouble, describe_settings};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use self::method::MethodField;
use self::sharing::Shared;
use self::together::TogetherField;
use crate::bench::{Bench, Readiness};
use crate::chooser::Chooser;
use crate::item::State;
use crate::language::{self, LanguageField};
use crate::memory::{Word, recall, remember};
use crate::save;
use crate::text;
use crate::trouble;
use crate::words;

/// What will hold when it is applied.
type Draft = RwSignal<Shared>;

/// The panel behind the gear.
#[component]
pub fn Tuning() -> impl IntoView {
    let bench: Bench = expect_context();
    let draft: Draft = RwSignal::default();
    let trouble = RwSignal::new(None::<Trouble>);
    let reset = move || {
        let changes = serde_json::from_str(&bench.changes()).unwrap_or_default();
        draft.set(Shared { method: bench.method.get_untracked(), changes });
    };
    reset();
    // A link with settings fills them in; applying them is the person's part.
    let from_link = Shared::linked();
    if let Some(shared) = &from_link {
        draft.set(shared.clone());
    }
    // What would hold when it is applied, or why it cannot.
    let next = Memo::new(move |_| {
        let defaults = bench.defaults.get().ok_or_else(|| Trouble::told(text::models_not_there_yet()))?;
        // A link or a file may have another method than the pack.
        if let Some(lacks) = bench.lacks(draft.with(|draft| draft.method)) {
            return Err(lacks);
        }
        let json = Value::from(draft.get().changes).to_string();
        defaults.with_json(&json).map_err(Trouble::from)
    });
    let other_method = move || draft.with(|draft| draft.method) != bench.method.get();
    let changed = move || match (next.get(), bench.settings.get()) {
        (Ok(next), Some(now)) => next != now || other_method(),
        _ => false,
    };
    let apply = move |_| {
        let Shared { method, changes } = draft.get_untracked();
        trouble.set(bench.change_settings(method, &changes).err());
    };
    let costs = move || match next.get() {
        Err(of) => trouble::sentence(&of),
        Ok(_) if !changed() => text::settings_are_used(),
        Ok(next) if other_method() || bench.would_run_again(&next) => cost(bench),
        Ok(_) => text::applied_at_once(),
    };
    let import = move |file: File| {
        spawn_local(async move {
            match Shared::open(&file).await {
                Ok(shared) => {
                    draft.set(shared);
                    trouble.set(None);
                }
                Err(of) => trouble.set(Some(of.of_file(&file.name()))),
            }
        });
    };
    let export = move |_| {
        let object = draft.with_untracked(Shared::object);
        let json = serde_json::to_string_pretty(&Value::from(object)).unwrap_or_default();
        trouble.set(save::text("spotcheck-settings.json", &json, "application/json").err().map(Into::into));
    };
    let copied = RwSignal::new(false);
    let copy = move |_| {
        spawn_local(async move {
            let link = draft.with_untracked(Shared::link);
            let done = JsFuture::from(window().navigator().clipboard().write_text(&link)).await;
            copied.set(done.is_ok());
            trouble.set(done.err().map(|_| text::cannot_copy_link(link).into()));
        });
    };
    view! {
        <details class="popup tuning" open=from_link.is_some()>
            <summary title=text::settings aria-label=text::settings>{text::settings}</summary>
            <div class="popup-body tuning-body">
                <p class="tuning-costs" role="status">{costs}</p>
                <p class="note note--failed" role="alert" hidden=move || trouble.get().is_none()>
                    {move || trouble.get().map(|of| trouble::sentence(&of))}
                </p>
                <p class="note note--failed" role="alert" hidden=move || bench.refused.get().is_none()>
                    {move || bench.refused.get().map(|of| trouble::sentence(&of))}
                </p>
                <div class="tuning-buttons">
                    <button
                        type="button"
                        class="button button--main"
                        disabled=move || next.with(Result::is_err) || !changed()
                        on:click=apply
                    >
                        {text::apply}
                    </button>
                    <button type="button" class="button" disabled=move || !changed() on:click=move |_| reset()>
                        {text::undo}
                    </button>
                    <button
                        type="button"
                        class="button"
                        disabled=move || draft.with(|draft| draft.changes.is_empty())
                        on:click=move |_| draft.update(|draft| draft.changes.clear())
                    >
                        {text::packs_own}
                    </button>
                    <button type="button" class="button" on:click=export>{text::export_settings}</button>
                    <Chooser accept="application/json,.json" class="button" files="settings" on_choose=move |files| {
                        if let Some((file, _)) = files.into_iter().next() {
                            import(file);
                        }
                    }>{text::import}</Chooser>
                    <button type="button" class="button" on:click=copy>
                        {move || if copied.get() { text::link_copied() } else { text::copy_link() }}
                    </button>
                </div>
                <MethodField draft />
                <TogetherField />
                <LanguageField />
                <Workers />
                {describe_settings()
                    .into_iter()
                    .map(|setting| view! { <Field setting draft /> })
                    .collect_view()}
            </div>
        </details>
    }
}

/// How many workers inspect at once.
#[component]
fn Workers() -> impl IntoView {
    let bench: Bench = expect_context();
    let count = RwSignal::new(recall(Word::Workers).unwrap_or_default());
    view! {
        <div class="field">
            <label for="workers">{text::pictures_at_once}</label>
            <input
                id="workers"
                type="number"
                min="1"
                max="8"
                placeholder=text::automatic
                prop:value=move || count.get()
                on:change=move |event| {
                    let text = event_target_value(&event);
                    remember(Word::Workers, (!text.is_empty()).then_some(text.as_str()));
                    count.set(text);
                    bench.restart(bench.choice());
                }
            />
            <p>{text::pictures_at_once_is}</p>
        </div>
    }
}

/// A setting with its sentence, its default and a reset.
#[component]
fn Field(setting: Setting, draft: Draft) -> impl IntoView {
    let bench: Bench = expect_context();
    let key = setting.key;
    // The pack may have another default than the method.
    let default = Memo::new(move |_| {
        let pack = bench.defaults.get().and_then(|defaults| serde_json::to_value(defaults).ok());
        pack.and_then(|pack| pack.get(key).cloned()).unwrap_or_else(|| setting.default.clone())
    });
    let value = Memo::new(move |_| {
        draft.with(|draft| draft.changes.get(key).cloned()).unwrap_or_else(|| default.get())
    });
    let put = move |value: Value| {
        draft.update(|draft| {
            if value == default.get_untracked() {
                draft.changes.remove(key);
            } else {
                draft.changes.insert(key.into(), value);
            }
        });
    };
    let id = format!("setting-{key}");
    let control = match default.get_untracked() {
        Value::Bool(_) => view! {
            <input
                id=id.clone()
                type="checkbox"
                prop:checked=move || value.get().as_bool().unwrap_or_default()
                on:change=move |event| put(event_target_checked(&event).into())
            />
        }
        .into_any(),
        Value::Array(_) => view! {
            <textarea
                id=id.clone()
                rows="4"
                spellcheck="false"
                prop:value=move || lines(&value.get())
                on:change=move |event| put(list(&event_target_value(&event)))
            />
        }
        .into_any(),
        _ => view! {
            <input
                id=id.clone()
                type="text"
                inputmode="decimal"
                prop:value=move || written(&value.get())
                on:change=move |event| put(number(&event_target_value(&event)))
            />
        }
        .into_any(),
    };
    let changed = move || draft.with(|draft| draft.changes.contains_key(key));
    view! {
        <div class="field" class:field--changed=changed>
            <label for=id data-changed=text::changed>{move || told(key, Some("label")).unwrap_or_else(|| key.replace('_', " "))}</label>
            {control}
            <p>
                {move || told(key, None).unwrap_or_else(|| setting.sentence.into())}
                " "
                <span class="field-default">{move || text::default_is(short(&default.get()))}</span>
                " "
                <button
                    type="button"
                    class="link"
                    hidden=move || !changed()
                    on:click=move |_| draft.update(|draft| {
                        draft.changes.remove(key);
                    })
                >
                    {text::reset}
                </button>
            </p>
        </div>
    }
}

/// What it costs to have the networks run again.
fn cost(bench: Bench) -> String {
    let all = bench.items.with(Vec::len);
    let seconds: Vec<f64> = bench.items.with(|items| {
        let done = items.iter().filter_map(|item| match item.state.get() {
            State::Done(outcome) => Some(words::total(&outcome.findings.seconds)),
            _ => None,
        });
        done.collect()
    });
    if all == 0 || !matches!(bench.readiness.get(), Readiness::Ready { .. }) {
        return text::for_pictures_to_come();
    }
    if seconds.is_empty() {
        return text::applying_inspects(all);
    }
    let each = seconds.iter().sum::<f64>() / seconds.len() as f64;
    text::applying_inspects_for(all, words::duration(each * all as f64))
}

/// A number as it is typed; text that is none stays text, and the settings say what they want.
fn number(text: &str) -> Value {
    let text = text.trim().replace(',', ".");
    match (text.parse::<u64>(), text.parse::<f64>()) {
        (Ok(whole), _) => whole.into(),
        (_, Ok(number)) => number.into(),
        _ => text.into(),
    }
}

fn list(text: &str) -> Value {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().into()
}

fn lines(value: &Value) -> String {
    let entries = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    entries.collect::<Vec<_>>().join("\n")
}

/// A number as the language writes it; text as it is, without quotes.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| words::localised(&value.to_string()), str::to_owned)
}

/// What the language says about a setting, where that is not the method's own English.
fn told(key: &str, attribute: Option<&str>) -> Option<String> {
    language::find(&format!("setting-{}", key.replace('_', "-")), attribute)
}

fn short(value: &Value) -> String {
    match value {
        Value::Array(entries) => text::entries(entries.len()),
        Value::Bool(true) => text::yes(),
        Value::Bool(false) => text::no(),
        other => written(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(number(" 32 "), Value::from(32));
        assert_eq!(number("0,5"), Value::from(0.5));
        assert_eq!(number("many"), Value::from("many"));
    }

    #[test]
    fn lists_are_lines() {
        let value = list(" a scratch \n\n a dent\n");
        assert_eq!(value, serde_json::json!(["a scratch", "a dent"]));
        assert_eq!(lines(&value), "a scratch\na dent");
        assert_eq!(short(&value), "2 entries");
    }
}
