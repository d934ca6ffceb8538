//! The page: pictures in, a ranked list with a heatmap for each out.
//!
//! [`bench::Bench`] holds what the page knows and talks to the worker ([`link`]), [`packs::Packs`] does so for the packs
//! and a worker of their own; the rest shows it, one component a file. Nothing here runs a network or decodes a picture: that is the worker's part (`www/worker`).

mod app;
mod bench;
mod camera;
mod chooser;
mod comparing;
mod database;
mod errand;
mod export;
mod finder;
mod findings;
mod footer;
mod gauge;
mod header;
mod intake;
mod item;
mod keeper;
mod language;
mod link;
mod list;
mod mark;
mod measuring;
mod memory;
mod models;
mod offline;
mod overlay;
mod packs;
mod pictures;
mod pixel_quality;
mod prompt_maps;
mod quality;
mod queue;
mod ranking;
mod rate;
mod region_list;
mod regions;
mod save;
mod side;
mod strip;
mod text;
mod trouble;
mod tuning;
mod unpack;
mod viewer;
mod welcome;
mod words;
mod workers;

use wasm_bindgen::JsCast;

fn main() {
    console_error_panic_hook::set_once();
    let place = leptos::prelude::document().get_element_by_id("app");
    if let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
        // The still picture of the page, shown until now.
        place.set_inner_html("");
        leptos::mount::mount_to(place, app::App).forget();
    }
}
