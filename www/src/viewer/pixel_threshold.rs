use leptos::prelude::*;

use crate::bench::Bench;
use crate::text;

/// The value from which on pixels make contours. Nothing is inspected again when it changes.
#[component]
pub fn PixelThreshold() -> impl IntoView {
    let bench: Bench = expect_context();
    let ready = move || bench.settings.with(Option::is_some);
    let value = move || bench.pixel_threshold.get();
    view! {
        <div
            class="heat-field contour-field"
            role="group"
            aria-label=text::contours
            title=text::contours_are
        >
            <label class="heat-field">
                <span>{text::contours_from}</span>
                <input
                    type="range"
                    min="0.01"
                    max="1"
                    step="0.01"
                    disabled=move || !ready()
                    prop:value=move || value().to_string()
                    on:input=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            bench.preview_pixel_threshold(value);
                        }
                    }
                    on:change=move |_| bench.keep_pixel_threshold()
                />
            </label>
            <input
                class="gauge-percent"
                type="number"
                min="0"
                max="1"
                step="0.01"
                aria-label=text::contours_from_number
                disabled=move || !ready()
                prop:value=move || written(value())
                on:change=move |event| {
                    if let Ok(value) = event_target_value(&event).replace(',', ".").parse::<f64>() {
                        bench.set_pixel_threshold(value);
                    }
                }
            />
        </div>
    }
}

/// With two decimals, or as many as it has; a field of numbers takes the point whatever the language.
fn written(value: f64) -> String {
    let short = format!("{value:.2}");
    if short.parse() == Ok(value) { short } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_decimal_is_lost() {
        assert_eq!([0.3, 1.0, 0.125].map(written), ["0.30", "1.00", "0.125"]);
    }
}
