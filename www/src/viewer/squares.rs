use leptos::prelude::*;
use spotcheck_protocol::Findings;

use super::visible::{Layer, Visible};
use crate::words;

/// Outlines in the picture's own pixels: tiles, and components with their numbers. Strokes and letters keep their size on
/// the screen, by the frame's `--zoom`.
#[component]
pub fn Squares(findings: Findings) -> impl IntoView {
    let visible: Visible = expect_context();
    let tiles = findings.tiles.iter().map(|tile| {
        let rect = tile.rect;
        view! { <rect class="tile" x=rect.x y=rect.y width=rect.width height=rect.height /> }
    });
    let components = findings.components.iter().enumerate().map(|(index, component)| {
        let (rect, score) = (component.rect, f64::from(component.score));
        view! {
            <g class="component" class:component--chosen=move || visible.component.get() == index>
                <rect x=rect.x y=rect.y width=rect.width height=rect.height />
                <text x=rect.x y=rect.y>{move || format!("#{} {}", index + 1, words::decimal(score, 2))}</text>
            </g>
        }
    });
    let display = move |layer| move || if visible.shows(layer) { "inline" } else { "none" };
    view! {
        <svg class="squares" viewBox=format!("0 0 {} {}", findings.width, findings.height) aria-hidden="true">
            <g data-layer=Layer::Tiles.name() style:display=display(Layer::Tiles)>{tiles.collect_view()}</g>
            <g data-layer=Layer::Components.name() style:display=display(Layer::Components)>
                {components.collect_view()}
            </g>
        </svg>
    }
}
