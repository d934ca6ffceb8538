//! The selected picture under its layers, and what changes how it is shown.
//!
//! [`stage::Stage`] holds the picture and everything that lies over it in one frame, which [`zoom::Zoom`] moves; [`tools::Tools`] the
//! buttons below. [`Visible`] is what both show, and what the keys change.

mod contours;
mod divider;
mod framing;
mod gestures;
mod keys;
mod legend;
mod loupe;
mod pixel_threshold;
mod raster;
mod region;
mod ruler;
mod scale;
mod scale_panel;
mod squares;
mod stage;
mod tools;
mod transform;
mod visible;
mod zoom;

use std::sync::Arc;

use leptos::prelude::*;

use crate::bench::Bench;
use crate::item::Outcome;
use crate::text;
use region::Drawing;
pub use region::RegionNote;
use stage::Stage;
use tools::Tools;
pub use visible::{Layer, Visible};

/// The selected picture with its layers.
#[component]
pub fn Viewer() -> impl IntoView {
    let bench: Bench = expect_context();
    let visible: Visible = expect_context();
    let outcome = Memo::new_with_compare(
        move |_| bench.selected_item().and_then(|item| bench.shown(&item)),
        |a: Option<&Option<Arc<Outcome>>>, b| match (a.and_then(Option::as_ref), b.and_then(Option::as_ref)) {
            (Some(a), Some(b)) => !Arc::ptr_eq(a, b),
            (None, None) => false,
            _ => true,
        },
    );
    Effect::new(move |_| {
        outcome.track();
        visible.component.set(0);
    });
    provide_context(Drawing::new(bench, visible));
    let colours = scale::colours(bench, visible);
    let top = scale::top(bench, visible, outcome);
    view! {
        <section class="viewer" aria-label=text::picture>
            <Stage outcome colours top />
            <Tools outcome colours top />
        </section>
    }
}
