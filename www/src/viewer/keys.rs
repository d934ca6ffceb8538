use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::visible::{Layer, Visible};

impl Visible {
    /// Does what a key says, wherever on the page it was pressed; false when it says nothing here.
    pub fn on_key(self, event: &KeyboardEvent) -> bool {
        match event.key().as_str() {
            "1" | "h" | "H" => self.toggle(Layer::Heatmap),
            "2" => self.toggle(Layer::Foreground),
            "3" => self.toggle(Layer::Parts),
            "4" => self.toggle(Layer::Tiles),
            "5" => self.toggle(Layer::Components),
            "6" => self.toggle(Layer::Truth),
            "7" => self.toggle(Layer::Dichotomous),
            "8" => self.toggle(Layer::Region),
            "9" | "c" | "C" => self.toggle(Layer::Contours),
            "+" | "=" => self.zoom.closer(),
            "-" => self.zoom.farther(),
            "0" => self.zoom.fit(),
            "l" | "L" => self.toggle_loupe(),
            " " if !presses(event) => self.comparing.update(|on| *on = !*on),
            _ => return false,
        }
        true
    }
}

/// Whether the space bar presses what has the focus. Choosing the picture again that is chosen already is no reason.
fn presses(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        // The selector is right.
        let control =
            target.closest(r#"button:not([aria-current="true"]), summary, a[href], [role="option"]"#);
        control.ok().flatten().is_some()
    })
}
