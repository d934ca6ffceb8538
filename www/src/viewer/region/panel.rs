use leptos::html::Button;
use leptos::prelude::*;
use spotcheck_protocol::Region;

use super::draft::{Draft, Form, Purpose, Tool};
use super::drawing::Drawing;
use super::list::Areas;
use super::place::Scope;
use super::words;
use crate::bench::Bench;
use crate::ranking::Outdated;
use crate::text;
use crate::viewer::visible::Visible;

/// The longest side of the grid on which it is told how much counts, in cells: more than the percent are exact to.
const GRID: u32 = 1024;

/// The button that opens the tools for regions, and the tools.
#[component]
pub fn Panel() -> impl IntoView {
    let drawing: Drawing = expect_context();
    view! {
        <button
            type="button"
            class="toggle region-open"
            aria-expanded=move || drawing.open.get().to_string()
            aria-controls="region-tools"
            title=text::region_open_is
            on:click=move |_| {
                drawing.open.update(|open| *open = !*open);
                if drawing.tool.get_untracked().is_some() {
                    drawing.leave();
                }
            }
        >
            {text::region_open}
        </button>
        <div
            id="region-tools"
            class="region"
            role="group"
            aria-label=text::region
            hidden=move || !drawing.open.get()
        >
            <div class="region-row">
                <Tools />
                <ScopeChoice />
                <Changes />
            </div>
            <Standing />
            <Areas />
            <p class="unseen" role="status">{move || drawing.said.get()}</p>
        </div>
    }
}

/// The four tools.
#[component]
fn Tools() -> impl IntoView {
    let drawing: Drawing = expect_context();
    let buttons = Tool::ALL.map(|tool| {
        let button = NodeRef::<Button>::new();
        // When an outline is finished or left, the keys are for its tool again.
        Effect::new(move |before: Option<bool>| {
            let used = drawing.tool.get() == Some(tool);
            if before == Some(true)
                && drawing.tool.with_untracked(Option::is_none)
                && let Some(button) = button.get_untracked()
            {
                // One that is not shown does not take the focus.
                let _ = button.focus();
            }
            used
        });
        view! {
            <button
                type="button"
                class="toggle tool"
                node_ref=button
                data-tool=format!("{}-{}", tool.purpose.name(), tool.form.name())
                aria-pressed=move || (drawing.tool.get() == Some(tool)).to_string()
                title=move || words::hint(tool)
                on:click=move |_| drawing.take(tool)
            >
                <Sign tool />
                {move || words::tool(tool)}
            </button>
        }
    });
    view! { <div class="region-tools" role="group" aria-label=text::region_draw>{buttons.collect_view()}</div> }
}

/// A tool's form; what is ignored is struck through.
#[component]
fn Sign(tool: Tool) -> impl IntoView {
    let form = match tool.form {
        Form::Rectangle => "M2.5 4.5h11v7h-11z",
        Form::Polygon => "M3 6l6-3.5 4.5 4-2.5 6.5-6.5-1z",
    };
    let strokes = (tool.purpose == Purpose::Ignore).then_some("M5 12l6-8");
    view! {
        <svg class="sign" viewBox="0 0 16 16" aria-hidden="true">
            <path d=form />
            {strokes.map(|strokes| view! { <path d=strokes /> })}
        </svg>
    }
}

/// Which pictures the next area counts for.
#[component]
fn ScopeChoice() -> impl IntoView {
    let drawing: Drawing = expect_context();
    let choices = Scope::ALL.map(|scope| {
        view! {
            <label class="region-choice">
                <input
                    type="radio"
                    name="region-scope"
                    value=scope.name()
                    prop:checked=move || drawing.scope.get() == scope
                    on:change=move |_| drawing.scope.set(scope)
                />
                <span>{move || words::scope(scope)}</span>
            </label>
        }
    });
    view! {
        <div class="region-scope" role="radiogroup" aria-label=text::region_counts_for>
            <span aria-hidden="true">{text::region_counts_for}</span>
            {choices.collect_view()}
        </div>
    }
}

/// Undo and delete.
#[component]
fn Changes() -> impl IntoView {
    let drawing: Drawing = expect_context();
    let drawn = move || drawing.draft.with(Draft::is_empty);
    let undo = move |_| {
        if drawing.draft.with_untracked(Draft::is_empty) { drawing.undo() } else { drawing.back() }
    };
    view! {
        <div class="region-tools">
            <button
                type="button"
                class="toggle"
                title=text::region_undo_is
                disabled=move || drawn() && !drawing.can_undo()
                on:click=undo
            >
                {text::region_undo}
            </button>
            <button
                type="button"
                class="toggle"
                title=move || words::clear_title(drawing.scope.get())
                disabled=move || !drawing.has_areas(drawing.scope.get())
                on:click=move |_| drawing.clear()
            >
                {text::region_clear}
            </button>
        </div>
    }
}

/// How much of the picture counts, and which results are of another region.
#[component]
fn Standing() -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let drawing: Drawing = expect_context();
    let share = Memo::new(move |_| {
        let item = bench.selected_item().filter(|_| drawing.open.get())?;
        let (width, height) = visible.zoom.picture()?;
        let region = bench.region(&item);
        (!region.is_empty()).then(|| counting(&region, width, height))
    });
    let about = move || match share.get() {
        Some(share) => words::share(share),
        None => text::region_none(),
    };
    let outdated = Memo::new(move |_| bench.outdated_by(Outdated::Region));
    let count = move || outdated.with(Vec::len);
    let selected = move || {
        let id = bench.selected.get()?;
        outdated.with(|ids| ids.contains(&id)).then_some(id)
    };
    let nothing = move || share.get() == Some(0.0);
    view! {
        <div class="region-row" data-outdated=move || count().to_string()>
            <p class="note" class:note--failed=nothing role="status" data-share=move || share.get().map(|it| it.to_string())>
                {about}
            </p>
        </div>
        <div class="region-row" hidden=move || count() == 0>
            <p role="status">{move || (count() > 0).then(|| words::costs(count(), bench.work(count())))}</p>
            <button
                type="button"
                class="button button--small"
                hidden=move || selected().is_none()
                disabled=nothing
                on:click=move |_| {
                    if let Some(id) = selected() {
                        bench.inspect_again(&[id]);
                    }
                }
            >
                {text::region_inspect_this_again}
            </button>
            <button
                type="button"
                class="button button--small"
                hidden=move || count() == usize::from(selected().is_some())
                on:click=move |_| bench.inspect_again(&outdated.get_untracked())
            >
                {move || words::inspect_again(count())}
            </button>
        </div>
        <p class="note note--failed" role="alert" hidden=move || trouble(drawing).is_none()>
            {move || trouble(drawing)}
        </p>
    }
}

/// What is wrong with a number; of what is drawn it is told beside the drawing.
fn trouble(drawing: Drawing) -> Option<String> {
    drawing.trouble.get().filter(|_| drawing.tool.with(Option::is_none)).map(words::refused)
}

/// The share of a picture that counts, 0 to 1; 0 only if not a pixel does.
fn counting(region: &Region, width: u32, height: u32) -> f64 {
    let side = width.max(height).max(1);
    let shrink = |length: u32| match side <= GRID {
        true => length,
        false => (u64::from(length) * u64::from(GRID)).div_ceil(u64::from(side)) as u32,
    };
    let share = |width: u32, height: u32| {
        let area = region.mask(width, height).map(|mask| mask.area());
        area.map_or(1.0, |area| area as f64 / (f64::from(width) * f64::from(height)).max(1.0))
    };
    match share(shrink(width), shrink(height)) {
        // What is between the cells' middles is looked for in the pixels.
        0.0 if side > GRID => share(width, height),
        share => share,
    }
}

#[cfg(test)]
mod tests {
    use spotcheck_protocol::Outline;

    use super::*;

    fn inspecting(x: f64, width: f64) -> Region {
        let area = Outline::Rectangle { x, y: 0.0, width, height: 1.0 };
        Region { inspect: vec![area], ignore: Vec::new() }
    }

    #[test]
    fn the_share_is_that_of_the_pixels() {
        assert_eq!(counting(&inspecting(0.0, 0.5), 512, 512), 0.5);
        assert_eq!(counting(&inspecting(0.0, 0.5), 3, 1), 1.0 / 3.0);
        assert_eq!(counting(&inspecting(0.0, 0.25), 8000, 6000), 0.25);
    }

    #[test]
    fn a_line_of_pixels_is_not_nothing() {
        // The column 5 of 8192 is no column's middle of 1024.
        let line = inspecting(5.0 / 8192.0, 1.0 / 8192.0);
        assert_eq!(counting(&line, 8192, 4), 1.0 / 8192.0);
        assert_eq!(counting(&inspecting(0.1, 1e-6), 8192, 4), 0.0);
    }
}
