use leptos::prelude::*;
use spotcheck_protocol::Outline;

use super::draft::{Form, Purpose};
use super::drawing::Drawing;
use crate::viewer::visible::{Layer, Visible};

/// The side of the hatching's pattern, in CSS pixels.
const HATCH: f64 = 10.0;

/// The areas over the picture, in its own pixels: what is not inspected is dimmed, what is ignored is hatched. Strokes keep their width on
/// the screen, by the frame's `--zoom`.
#[component]
pub fn Shapes() -> impl IntoView {
    let visible: Visible = expect_context();
    let drawing: Drawing = expect_context();
    let zoom = visible.zoom;
    let size = move || zoom.picture().unwrap_or((1, 1));
    let view_box = move || format!("0 0 {} {}", size().0, size().1);
    let across = move || size().0.to_string();
    let down = move || size().1.to_string();
    let hatch = move || {
        let scale = zoom.now().map_or(1.0, |(_, transform)| transform.scale);
        format!("rotate(45) scale({})", HATCH / scale.max(f64::MIN_POSITIVE))
    };
    let places = Memo::new(move |_| {
        let counting = drawing.places().into_iter().filter(|&place| drawing.counts(place));
        counting.filter_map(|place| Some((place, drawing.area(place)?))).collect::<Vec<_>>()
    });
    let inspects =
        move || places.with(|places| places.iter().any(|(place, _)| place.purpose == Purpose::Inspect));
    let inspected = move || {
        places.with(|places| {
            let inspected = places.iter().filter(|(place, _)| place.purpose == Purpose::Inspect);
            let drawn = inspected.map(|(_, outline)| {
                view! { <polygon points=points(outline, size()) fill-rule="evenodd" fill="black" /> }
            });
            drawn.collect_view()
        })
    };
    let outlines = move || {
        places.with(|places| {
            let drawn = places.iter().map(|(place, outline)| {
                let (place, points) = (*place, points(outline, size()));
                let hatching = (place.purpose == Purpose::Ignore).then(|| {
                    let points = points.clone();
                    view! { <polygon class="area-hatch" points=points fill-rule="evenodd" fill="url(#region-hatch)" /> }
                });
                view! {
                    <g
                        class="area"
                        class:area--ignore=place.purpose == Purpose::Ignore
                        class:area--chosen=move || drawing.chosen.get() == Some(place)
                        data-purpose=place.purpose.name()
                        data-scope=place.scope.name()
                    >
                        {hatching}
                        <polygon class="area-halo" points=points.clone() />
                        <polygon class="area-line" points=points />
                    </g>
                }
            });
            drawn.collect_view()
        })
    };
    let draft = move || {
        let tool = drawing.tool.get()?;
        let (width, height) = size();
        drawing.draft.with(|draft| {
            let mut corners = draft.outline(tool.form);
            let [x, y] = draft.first()?;
            if tool.form == Form::Rectangle {
                // All four sides are seen.
                corners.extend(corners.first().copied());
            }
            let line = points(&Outline::Polygon(corners), (width, height));
            // The first corner is where a polygon is closed.
            let first = (tool.form == Form::Polygon).then(|| {
                view! { <circle class="draft-first" cx=x * f64::from(width) cy=y * f64::from(height) /> }
            });
            Some(view! {
                <g class="draft">
                    <polyline class="area-halo" points=line.clone() />
                    <polyline class="area-line" points=line />
                    {first}
                </g>
            })
        })
    };
    let cursor = move || {
        let [x, y] = drawing.cursor.get()?;
        let (width, height) = size();
        let (x, y) = (x * f64::from(width), y * f64::from(height));
        Some(view! {
            <g class="draft-cursor">
                <circle class="area-halo" cx=x cy=y />
                <circle class="area-line" cx=x cy=y />
            </g>
        })
    };
    let display = move || if visible.shows(Layer::Region) { "inline" } else { "none" };
    view! {
        <svg class="regions" data-layer=Layer::Region.name() viewBox=view_box aria-hidden="true">
            <defs>
                <pattern id="region-hatch" width="1" height="1" patternUnits="userSpaceOnUse" patternTransform=hatch>
                    <rect class="hatch-light" width="0.5" height="1" />
                    <rect class="hatch-dark" x="0.5" width="0.5" height="1" />
                </pattern>
                <mask id="region-outside" maskUnits="userSpaceOnUse" x="0" y="0" width=across height=down>
                    <rect width=across height=down fill="white" />
                    {inspected}
                </mask>
            </defs>
            <g style:display=display>
                <Show when=inspects>
                    <rect class="region-veil" width=across height=down mask="url(#region-outside)" />
                </Show>
                {outlines}
            </g>
            // What is being drawn is seen in any case.
            {draft}
            {cursor}
        </svg>
    }
}

/// The corners of an outline as SVG has them, in the pixels of a picture.
fn points(outline: &Outline, (width, height): (u32, u32)) -> String {
    let corners = outline.corners(width, height);
    corners.iter().map(|[x, y]| format!("{x:.3},{y:.3}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_in_the_pictures_pixels() {
        let outline = Outline::Rectangle { x: 0.25, y: 0.0, width: 0.5, height: 1.0 };
        assert_eq!(points(&outline, (100, 30)), "25.000,0.000 75.000,0.000 75.000,30.000 25.000,30.000");
    }
}
