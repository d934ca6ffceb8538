use std::sync::Arc;

use leptos::prelude::*;

use super::visible::{Layer, Visible};
use crate::finder::RegionFinder;
use crate::item::Outcome;

/// Contours with numbers beside them: a picture full of noise would be covered with them.
const NUMBERED: usize = 50;

/// The contours of the regions that reach the pixel threshold, as lines in the picture's own pixels. Lines keep their width on
/// the screen, by the frame's `--zoom`; a region that is pointed at here is highlighted in the list, too.
#[component]
pub fn Contours(outcome: Memo<Option<Arc<Outcome>>>) -> impl IntoView {
    let visible: Visible = expect_context();
    let finder: RegionFinder = expect_context();
    let shown = move || {
        let outcome = outcome.get().filter(|_| visible.shows(Layer::Contours))?;
        let size = (outcome.findings.width, outcome.findings.height);
        finder.of(&outcome).map(|regions| (size, regions))
    };
    move || {
        shown().map(|((width, height), regions)| {
            let drawn = regions.worst.iter().enumerate().map(|(index, region)| {
                let [x, y, ..] = region.rect;
                let leave = move |_| {
                    finder.pointed.update(|pointed| {
                        if *pointed == Some(index) {
                            *pointed = None;
                        }
                    });
                };
                let number = (index < NUMBERED).then(|| view! { <text x=x y=y>{index + 1}</text> });
                view! {
                    <g
                        class="contour"
                        class:contour--chosen=move || finder.chosen.get() == Some(index)
                        class:contour--pointed=move || finder.pointed.get() == Some(index)
                        data-region=index + 1
                        on:pointerenter=move |_| finder.pointed.set(Some(index))
                        on:pointerleave=leave
                    >
                        // Light on dark: seen on any picture.
                        <path class="contour-ground" d=region.path.clone() />
                        <path class="contour-line" d=region.path.clone() />
                        {number}
                    </g>
                }
            });
            // The highest is drawn last, over the others.
            let drawn = drawn.rev().collect_view();
            view! {
                <svg
                    class="squares contours"
                    data-layer=Layer::Contours.name()
                    viewBox=format!("0 0 {width} {height}")
                    aria-hidden="true"
                >
                    {drawn}
                </svg>
            }
        })
    }
}
