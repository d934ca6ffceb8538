use leptos::prelude::*;
use spotcheck_protocol::Method;

use super::Draft;
use crate::bench::Bench;
use crate::text;
use crate::trouble;

/// What pictures are inspected by, with what each method does or why it cannot be chosen.
#[component]
pub fn MethodField(draft: Draft) -> impl IntoView {
    let bench: Bench = expect_context();
    let choices: [(Method, text::Message); 3] = [
        (Method::Vvv, text::method_vvv_is),
        (Method::Winclip, text::method_winclip_is),
        (Method::AprilGan, text::method_april_gan_is),
    ];
    let choices = choices.map(|(method, what)| {
        let lacks = Memo::new(move |_| bench.lacks(method));
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="method"
                    value=method.name()
                    disabled=move || lacks.with(Option::is_some)
                    prop:checked=move || draft.with(|draft| draft.method == method)
                    on:change=move |_| draft.update(|draft| draft.method = method)
                />
                <span>
                    {method.title()}
                    <small>{what}</small>
                    <small class="method-lacks" hidden=move || lacks.with(Option::is_none)>
                        {move || lacks.get().map(|of| trouble::sentence(&of))}
                    </small>
                </span>
            </label>
        }
    });
    let changed = move || draft.with(|draft| !draft.method.is_own());
    view! {
        <fieldset class="field" class:field--changed=changed>
            <legend data-changed=text::changed>{text::method}</legend>
            {choices.collect_view()}
        </fieldset>
    }
}
