use std::sync::Arc;

use leptos::html::Button;
use leptos::prelude::*;
use spotcheck_protocol::MapRegion;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::app::Pane;
use crate::bench::Bench;
use crate::finder::RegionFinder;
use crate::item::Outcome;
use crate::measuring;
use crate::text;
use crate::trouble;
use crate::viewer::{Layer, Visible};
use crate::words;

/// The regions that reach the pixel threshold, the one with the highest value first; choosing one shows it in the viewer.
#[component]
pub fn RegionList(outcome: Arc<Outcome>) -> impl IntoView {
    let bench: Bench = expect_context();
    let finder: RegionFinder = expect_context();
    let pixels = f64::from(outcome.findings.width) * f64::from(outcome.findings.height);
    let regions = Memo::new(move |_| finder.of(&outcome));
    let heading = move || match regions.get() {
        Some(regions) => {
            let threshold = words::decimal(f64::from(regions.threshold), 2);
            text::found_regions_from(text::found_regions_count(regions.count), threshold)
        }
        None => text::found_regions(),
    };
    let total = move || {
        let regions = regions.get().filter(|regions| regions.count > 0)?;
        let about = about(regions.area, pixels, bench.pixels_per_mm.get());
        Some(match regions.count.checked_sub(regions.worst.len()) {
            Some(0) | None => text::found_regions_total(about),
            Some(more) => text::found_regions_total_of_more(about, more),
        })
    };
    let rows = move || {
        let regions = regions.get()?;
        let rows = regions.worst.iter().enumerate();
        Some(rows.map(|(index, region)| view! { <Row index region=region.clone() pixels /> }).collect_view())
    };
    view! {
        <h3 data-regions=move || regions.get().map(|regions| regions.count.to_string())>{heading}</h3>
        <p class="note" hidden=move || regions.with(|regions| regions.as_ref().is_none_or(|regions| regions.count > 0))>
            {text::found_regions_none}
        </p>
        <p class="note note--failed" role="alert" hidden=move || finder.trouble.with(Option::is_none)>
            {move || finder.trouble.get().map(|of| text::found_regions_fail(trouble::sentence(&of)))}
        </p>
        <ol class="components" hidden=move || regions.with(|regions| regions.as_ref().is_none_or(|regions| regions.count == 0))>
            {rows}
        </ol>
        <p class="note contour-total" hidden=move || total().is_none()>{total}</p>
    }
}

#[component]
fn Row(
    index: usize,
    region: MapRegion,
    /// Of the picture.
    pixels: f64,
) -> impl IntoView {
    let bench: Bench = expect_context();
    let finder: RegionFinder = expect_context();
    let visible: Visible = expect_context();
    let pane: RwSignal<Pane> = expect_context();
    let row = NodeRef::<Button>::new();
    let pointed = move || finder.pointed.get() == Some(index);
    // Whether it was pointed at here, where nothing may move under the pointer.
    let here = StoredValue::new(false);
    let point = move |on: bool| {
        here.set_value(on);
        finder.pointed.update(|pointed| match (on, *pointed == Some(index)) {
            (true, _) => *pointed = Some(index),
            (false, true) => *pointed = None,
            (false, false) => {}
        });
    };
    Effect::new(move |_| {
        if pointed()
            && !here.get_value()
            && let Some(row) = row.get_untracked()
        {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let [x, y, width, height] = region.rect.map(f64::from);
    let choose = move |_| {
        if finder.chosen.get_untracked() == Some(index) {
            finder.chosen.set(None);
            return visible.zoom.fit();
        }
        finder.chosen.set(Some(index));
        if !untrack(|| visible.shows(Layer::Contours)) {
            visible.toggle(Layer::Contours);
        }
        // Where only one pane is seen, it is this one now.
        pane.set(Pane::Picture);
        visible.zoom.frame((x, y), (width, height));
    };
    let (area, length) = (region.area, region.length);
    let about = move || {
        let scale = bench.pixels_per_mm.get();
        let long = scale.map_or_else(
            || text::length_pixels(words::decimal(length, 0)),
            |scale| measuring::length(length, scale),
        );
        text::found_region_long(about(area, pixels, scale), long)
    };
    let peak = move || words::decimal(f64::from(region.peak), 2);
    view! {
        <li>
            <button
                type="button"
                class="component-row contour-row"
                class:contour-row--pointed=pointed
                node_ref=row
                data-region=index + 1
                data-area=region.area
                data-length=region.length
                aria-pressed=move || (finder.chosen.get() == Some(index)).to_string()
                title=text::found_region_is
                on:click=choose
                on:pointerenter=move |_| point(true)
                on:pointerleave=move |_| point(false)
                on:focus=move |_| point(true)
                on:blur=move |_| point(false)
            >
                <span><span class="unseen">{text::found_region} " "</span>{index + 1}</span>
                <span class="component-about">{about}</span>
                <span class="figure"><span class="unseen">{text::found_region_highest} " "</span>{peak}</span>
            </button>
        </li>
    }
}

/// An area in pixels, in percent of the picture, and in mm² where the scale is known.
fn about(area: f64, pixels: f64, scale: Option<f64>) -> String {
    let share = text::percent(measuring::digits(area / pixels.max(1.0) * 100.0));
    let measured = scale.map(|scale| measuring::area(area, scale));
    let area = words::decimal(area, 0);
    match measured {
        Some(measured) => text::found_region_area_mm(area, measured, share),
        None => text::found_region_area(area, share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::in_language;

    #[test]
    fn areas_are_told_in_all_units_that_are_known() {
        assert_eq!(about(1250.0, 250_000.0, None), "1250 px, 0.500 % of the picture");
        assert_eq!(about(1250.0, 250_000.0, Some(10.0)), "1250 px, 0.500 % of the picture, 12.5 mm²");
        in_language("de", || {
            assert_eq!(about(1250.0, 250_000.0, Some(10.0)), "1250 px, 0,500 % des Bildes, 12,5 mm²");
        });
    }
}
