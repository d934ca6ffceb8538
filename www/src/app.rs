use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, Node, UrlSearchParams};

use crate::bench::{Bench, Readiness};
use crate::comparing::Comparing;
use crate::finder::RegionFinder;
use crate::findings::FindingsPanel;
use crate::footer::Footer;
use crate::gauge::Gauge;
use crate::header::Header;
use crate::intake::{self, Dropped};
use crate::item::Decision;
use crate::language;
use crate::list::List;
use crate::models::open_panel;
use crate::packs::Packs;
use crate::side::Side;
use crate::strip::Strip;
use crate::text;
use crate::viewer::{Viewer, Visible};
use crate::welcome::Welcome;
use spotcheck_protocol::EngineChoice;

/// What a narrow screen shows of the three columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    List,
    Picture,
    Findings,
}

impl Pane {
    const ALL: [Pane; 3] = [Pane::List, Pane::Picture, Pane::Findings];

    fn name(self) -> &'static str {
        match self {
            Pane::List => "list",
            Pane::Picture => "picture",
            Pane::Findings => "findings",
        }
    }

    fn title(self) -> String {
        match self {
            Pane::List => text::pane_list(),
            Pane::Picture => text::pane_picture(),
            Pane::Findings => text::pane_findings(),
        }
    }
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    language::begin();
    let bench = Bench::start(chosen_engine());
    let packs = Packs::new(bench);
    let visible = Visible::new();
    let pane = RwSignal::new(Pane::Picture);
    let dragging = RwSignal::new(false);
    provide_context(bench);
    provide_context(packs);
    provide_context(visible);
    let side = Side::new();
    provide_context(side);
    Effect::new(move |_| {
        if matches!(bench.readiness.get(), Readiness::Ready { .. }) {
            // Whoever asks it something is told why it does not run.
            let _ = side.start();
        }
    });
    provide_context(Comparing::start(bench));
    provide_context(RegionFinder::start(bench, side));
    provide_context(pane);

    // The listeners live as long as the page.
    window_event_listener(ev::dragover, move |event| {
        if intake::has_files(&event) {
            event.prevent_default();
            dragging.set(true);
        }
    });
    window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            dragging.set(false);
        }
    });
    window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        dragging.set(false);
        let dropped = match intake::dropped(&event) {
            Dropped::Files(files) => {
                let (checkpoints, pictures) =
                    files.into_iter().partition::<Vec<_>, _>(|(_, name)| Packs::is_for(name));
                if !checkpoints.is_empty() {
                    open_panel();
                }
                packs.give(checkpoints);
                Dropped::Files(pictures)
            }
            entries => entries,
        };
        bench.take_in(intake::opened(dropped));
    });
    window_event_listener(ev::paste, move |event| {
        let files = intake::pasted(&event);
        if !files.is_empty() {
            event.prevent_default();
            bench.take_in(async { Ok(files) });
        }
    });
    window_event_listener(ev::keydown, move |event| on_key(bench, visible, &event));
    window_event_listener(ev::pointerdown, move |event| {
        close_popups(event.target().and_then(|target| target.dyn_into().ok()).as_ref());
    });

    let empty = Memo::new(move |_| bench.items.with(Vec::is_empty));
    view! {
        <Header />
        <Strip />
        <Show when=move || !empty.get() fallback=Welcome>
            <nav class="panes" aria-label=text::panes>
                {Pane::ALL
                    .map(|which| {
                        view! {
                            <button
                                type="button"
                                aria-pressed=move || (pane.get() == which).to_string()
                                on:click=move |_| pane.set(which)
                            >
                                {move || which.title()}
                            </button>
                        }
                    })
                    .collect_view()}
            </nav>
            <main class="bench" data-pane=move || pane.get().name()>
                <List />
                <Viewer />
                <FindingsPanel />
            </main>
            <Gauge />
        </Show>
        <Footer />
        <div class="drop-veil" class:drop-veil--shown=dragging aria-hidden="true">
            {text::drop_to_inspect}
        </div>
        <p class="unseen" role="status" aria-live="polite">
            {move || bench.announcement.get()}
        </p>
    }
}

/// The engine that the page's address asks for.
fn chosen_engine() -> EngineChoice {
    let query = window().location().search().unwrap_or_default();
    match UrlSearchParams::new_with_str(&query).ok().and_then(|query| query.get("engine")).as_deref() {
        Some("webgpu") => EngineChoice::Webgpu,
        Some("cpu") => EngineChoice::Cpu,
        _ => EngineChoice::Auto,
    }
}

/// Closes the popups that are open, without the one that `within` is in.
fn close_popups(within: Option<&Node>) {
    let Ok(open) = document().query_selector_all("details.popup[open]") else { return };
    for popup in (0..open.length()).filter_map(|at| open.get(at)) {
        if let Some(popup) = popup.dyn_ref::<Element>().filter(|popup| !popup.contains(within)) {
            // It cannot fail: the attribute's name is right.
            let _ = popup.remove_attribute("open");
        }
    }
}

/// Opens a popup, or closes it.
fn toggle_popup(id: &str) {
    if let Some(popup) = document().get_element_by_id(id) {
        // It cannot fail: the attribute's name is right.
        let _ = popup.toggle_attribute("open");
        if let Some(first) =
            popup.query_selector("summary").ok().flatten().and_then(|e| e.dyn_into::<HtmlElement>().ok())
        {
            let _ = first.focus();
        }
    }
}

/// Moves the focus to the first of such elements.
fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // One that is not seen does not take it.
        let _ = element.focus();
    }
}

fn on_key(bench: Bench, visible: Visible, event: &KeyboardEvent) {
    if event.key() == "Escape" {
        return close_popups(None);
    }
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    if typing || event.default_prevented() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let decide = |decision| {
        if let Some(item) = bench.selected.get_untracked().and_then(|id| bench.item_untracked(id)) {
            bench.decide(&item, decision);
        }
    };
    match event.key().as_str() {
        "j" | "J" | "ArrowDown" | "ArrowRight" => bench.step(1),
        "k" | "K" | "ArrowUp" | "ArrowLeft" => bench.step(-1),
        "a" | "A" => decide(Decision::Accept),
        "r" | "R" => decide(Decision::Reject),
        "u" | "U" => decide(Decision::Unsure),
        "g" | "G" => {
            if let Some(item) = bench.selected.get_untracked().and_then(|id| bench.item_untracked(id)) {
                bench.mark_good(&item);
            }
        }
        "e" | "E" => toggle_popup("export"),
        "/" => focus(".list-search"),
        "o" | "O" => focus("[name=object]"),
        "?" => toggle_popup("keys"),
        "x" | "X" => {
            if let Some(id) = bench.selected.get_untracked() {
                bench.mark(id);
            }
        }
        _ if visible.on_key(event) => {}
        _ => return,
    }
    if !bench.items.with_untracked(Vec::is_empty) {
        event.prevent_default();
    }
}
