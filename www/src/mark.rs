use leptos::prelude::*;

/// A verdict as word and shape: a ring for accept, a filled diamond for reject. Never colour alone.
#[component]
pub fn Verdict(rejected: bool) -> impl IntoView {
    let (word, class) =
        if rejected { ("reject", "verdict verdict--reject") } else { ("accept", "verdict verdict--accept") };
    let shape = if rejected {
        view! { <path d="M6 0.5 11.5 6 6 11.5 0.5 6Z" fill="currentColor" /> }.into_any()
    } else {
        view! { <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.75" /> }
            .into_any()
    };
    view! {
        <span class=class>
            <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
                {shape}
            </svg>
            {word}
        </span>
    }
}
