use leptos::html::Input;
use leptos::prelude::*;
use web_sys::File;

use crate::intake;

/// A way to choose files from this disk: a button's children, and what is done with the files and their names.
#[component]
pub fn Chooser(
    /// The kinds of files that are offered first.
    accept: &'static str,
    /// The button's class.
    class: &'static str,
    /// What the files are, for tests.
    files: &'static str,
    /// Whether a folder is chosen, with all that is in it.
    #[prop(optional)]
    folder: bool,
    on_choose: impl Fn(Vec<(File, String)>) + 'static,
    children: Children,
) -> impl IntoView {
    let chooser = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(input) = chooser.get() {
            input.set_webkitdirectory(folder);
        }
    });
    let choose = move |_| {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(input) = chooser.get_untracked() {
            on_choose(intake::named(input.files()));
            // The same file may be chosen again.
            input.set_value("");
        }
    };
    view! {
        <input
            class="unseen"
            type="file"
            multiple
            accept=accept
            tabindex="-1"
            aria-hidden="true"
            data-files=files
            node_ref=chooser
            on:change=chosen
        />
        <button type="button" class=class on:click=choose>
            {children()}
        </button>
    }
}
