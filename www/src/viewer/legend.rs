use std::sync::Arc;

use leptos::prelude::*;
use spotcheck_protocol::Colours;

use crate::overlay;
use crate::text;
use crate::words;

/// Every so manieth colour is enough for a gradient.
const STEP: usize = 15;

/// The heatmap's colours with the values at their ends.
#[component]
pub fn Legend(colours: Memo<Arc<Colours>>, top: Memo<f32>) -> impl IntoView {
    let gradient = move || colours.with(|colours| gradient(&colours.table));
    let end = move || figure(top.get());
    view! {
        <div class="legend" role="img" aria-label=move || text::legend(end())>
            <span>"0"</span>
            <span class="legend-scale">
                <span style:background-image=gradient />
            </span>
            <span data-value="top">{end}</span>
        </div>
    }
}

fn gradient(table: &[u8]) -> Option<String> {
    let stops: Vec<String> = table
        .chunks_exact(3)
        .enumerate()
        .step_by(STEP)
        .map(|(value, colour)| {
            let alpha = f64::from(overlay::opacity(value as u8)) / 255.0;
            format!("rgb({} {} {} / {alpha:.2})", colour[0], colour[1], colour[2])
        })
        .collect();
    (!stops.is_empty()).then(|| format!("linear-gradient(to right, {})", stops.join(", ")))
}

fn figure(top: f32) -> String {
    if top == 1.0 { "1".into() } else { words::decimal(f64::from(top), 3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legend_runs_from_the_first_to_the_last_colour() {
        let table: Vec<u8> = (0..=255u8).flat_map(|i| [i, 0, 7]).collect();
        let gradient = gradient(&table).unwrap();
        assert!(gradient.starts_with("linear-gradient(to right, rgb(0 0 7 / 0.00), "), "{gradient}");
        assert!(gradient.ends_with("rgb(255 0 7 / 1.00))"), "{gradient}");
        assert_eq!(super::gradient(&[]), None);
    }

    #[test]
    fn the_end_is_told_exactly() {
        assert_eq!((figure(1.0), figure(0.4344)), ("1".into(), "0.434".into()));
    }
}
