use leptos::prelude::*;

use crate::item::Decision;
use crate::ranking::Outdated;
use crate::text;
use crate::words;

/// A verdict as word and shape: a ring for accept, a filled diamond for reject, a half-filled square for unsure. Never colour
/// alone. A person's word stands in a frame.
#[component]
pub fn Verdict(decision: Decision, #[prop(optional)] by_person: bool) -> impl IntoView {
    let shape = match decision {
        Decision::Reject => view! { <path d="M6 0.5 11.5 6 6 11.5 0.5 6Z" fill="currentColor" /> }.into_any(),
        Decision::Accept => {
            view! { <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.75" /> }
                .into_any()
        }
        Decision::Unsure => view! {
            <rect x="1.5" y="1.5" width="9" height="9" fill="none" stroke="currentColor" stroke-width="1.5" />
            <path d="M1.5 10.5v-9h4.5v9z" fill="currentColor" />
        }
        .into_any(),
    };
    let title = by_person.then_some(text::your_decision);
    view! {
        <span class=format!("verdict verdict--{}", decision.name()) class:verdict--person=by_person title=title>
            <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
                {shape}
            </svg>
            {move || words::verdict_name(decision)}
        </span>
    }
}

/// A result that an inspection would not have now, as word and shape: a broken frame.
#[component]
pub fn OutdatedMark(by: Outdated) -> impl IntoView {
    view! {
        <span class="row-outdated" title=move || words::outdated(by)>
            <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
                <rect
                    x="1"
                    y="1"
                    width="10"
                    height="10"
                    fill="none"
                    stroke="currentColor"
                    stroke-width="1.5"
                    stroke-dasharray="2.5 1.5"
                />
                <path d="M6 3.25v3.5M6 8.25v1" stroke="currentColor" stroke-width="1.5" />
            </svg>
            <span class="unseen">{text::filter_outdated}</span>
        </span>
    }
}

/// A picture that others are compared with, as shape and word: a star.
#[component]
pub fn GoodMark() -> impl IntoView {
    view! {
        <span class="row-good" title=text::good>
            <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
                <path
                    d="M6 0.8 7.5 4.2 11.2 4.5 8.4 7 9.3 10.6 6 8.7 2.7 10.6 3.6 7 0.8 4.5 4.5 4.2Z"
                    fill="currentColor"
                />
            </svg>
            <span class="unseen">{text::good}</span>
        </span>
    }
}
