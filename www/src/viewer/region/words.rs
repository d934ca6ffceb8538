//! What the page says about regions.

use spotcheck_protocol::{Outline, OutlineError, Region};

use super::draft::{Corner, Form, Purpose, Tool};
use super::grip::Grip;
use super::place::Scope;
use crate::text::{self, Message};
use crate::words;

/// A tool, on its button.
pub fn tool(tool: Tool) -> String {
    match (tool.purpose, tool.form) {
        (Purpose::Inspect, Form::Rectangle) => text::region_inspect_rectangle(),
        (Purpose::Inspect, Form::Polygon) => text::region_inspect_polygon(),
        (Purpose::Ignore, Form::Rectangle) => text::region_ignore_rectangle(),
        (Purpose::Ignore, Form::Polygon) => text::region_ignore_polygon(),
    }
}

/// How a tool is used.
pub fn hint(tool: Tool) -> String {
    match tool.form {
        Form::Rectangle => text::region_rectangle_hint(),
        Form::Polygon => text::region_polygon_hint(),
    }
}

/// What is drawn, for those who hear the page.
pub fn drawing(tool: Tool) -> String {
    text::region_drawing(self::tool(tool))
}

pub fn scope(scope: Scope) -> String {
    match scope {
        Scope::Picture => text::region_this_picture(),
        Scope::All => text::region_all_pictures(),
    }
}

pub fn counts_for(scope: Scope) -> String {
    match scope {
        Scope::Picture => text::region_counts_for_this(),
        Scope::All => text::region_counts_for_all(),
    }
}

/// On the button that lets an area count for others.
pub fn hand_over(to: Scope) -> String {
    match to {
        Scope::Picture => text::region_hand_to_this(),
        Scope::All => text::region_hand_to_all(),
    }
}

pub fn purpose(purpose: Purpose) -> String {
    match purpose {
        Purpose::Inspect => text::region_inspect(),
        Purpose::Ignore => text::region_ignore(),
    }
}

/// An area in the list.
pub fn area(what: Purpose, outline: &Outline, of: Scope) -> String {
    let area = match (what, outline) {
        (purpose, Outline::Rectangle { .. }) => tool(Tool { purpose, form: Form::Rectangle }),
        (Purpose::Inspect, Outline::Polygon(corners)) => text::region_inspect_polygon_of(corners.len()),
        (Purpose::Ignore, Outline::Polygon(corners)) => text::region_ignore_polygon_of(corners.len()),
    };
    text::region_area(area, scope(of))
}

/// On the button that deletes all areas of a scope: which.
pub fn clear_title(scope: Scope) -> String {
    match scope {
        Scope::Picture => text::region_clear_this(),
        Scope::All => text::region_clear_all(),
    }
}

/// What was looked at in a result.
pub fn looked_at(region: &Region) -> String {
    let inspected = match region.inspect.len() {
        0 => text::region_all_inspected(),
        n => text::region_only_inspected(n),
    };
    match region.ignore.len() {
        0 => text::region_looked_at(inspected),
        n => text::region_looked_at_without(n, inspected),
    }
}

/// The four numbers of a rectangle.
pub const SIDES: [Message; 4] =
    [text::region_left_side, text::region_top_side, text::region_width, text::region_height];

pub fn added(tool: Tool, of: Scope) -> String {
    text::region_added(scope(of), self::tool(tool))
}

/// Where the keys point at.
pub fn cursor([x, y]: Corner) -> String {
    text::region_cursor(said_percent(x), said_percent(y))
}

/// A handle of an area.
pub fn handle(outline: &Outline, grip: Grip) -> String {
    match (outline, grip) {
        (Outline::Rectangle { .. }, Grip::Corner(0)) => text::region_upper_left(),
        (Outline::Rectangle { .. }, Grip::Corner(1)) => text::region_upper_right(),
        (Outline::Rectangle { .. }, Grip::Corner(2)) => text::region_lower_right(),
        (Outline::Rectangle { .. }, Grip::Corner(_)) => text::region_lower_left(),
        (Outline::Rectangle { .. }, Grip::Edge(0)) => text::region_upper_edge(),
        (Outline::Rectangle { .. }, Grip::Edge(1)) => text::region_right_edge(),
        (Outline::Rectangle { .. }, Grip::Edge(2)) => text::region_lower_edge(),
        (Outline::Rectangle { .. }, Grip::Edge(_)) => text::region_left_edge(),
        (Outline::Polygon(corners), Grip::Corner(at)) => text::region_corner_of(at + 1, corners.len()),
        (Outline::Polygon(corners), Grip::Edge(at)) => {
            // The last edge leads back to the first corner.
            text::region_corner_between(at + 1, (at + 1) % corners.len().max(1) + 1)
        }
        // It has none.
        (_, Grip::Whole) => String::new(),
    }
}

/// A handle, and where it has come to be; of a rectangle's edge that is how far along what it moves.
pub fn handle_at(outline: &Outline, grip: Grip, [x, y]: Corner) -> String {
    let place = match (outline, grip) {
        (Outline::Rectangle { .. }, Grip::Edge(0 | 2)) => text::region_from_top(said_percent(y)),
        (Outline::Rectangle { .. }, Grip::Edge(_)) => text::region_from_left(said_percent(x)),
        _ => cursor([x, y]),
    };
    format!("{}: {place}", handle(outline, grip))
}

/// Why an outline is not taken, and what to do.
pub fn refused(error: OutlineError) -> String {
    match error {
        OutlineError::FlatRectangle => text::region_flat_rectangle(),
        OutlineError::FlatPolygon => text::region_flat_polygon(),
        OutlineError::Outside => text::region_outside(),
        error => text::region_refused(error),
    }
}

/// How much of a picture counts, 0 to 1.
pub fn share(share: f64) -> String {
    match share * 100.0 {
        0.0 => text::region_nothing_left(),
        p if p < 0.1 => text::region_share_under(said_percent(0.001)),
        p if p > 99.9 && p < 100.0 => text::region_share_over(said_percent(0.999)),
        _ => text::region_share(said_percent(share)),
    }
}

/// What a change of the region costs, in seconds of work.
pub fn costs(outdated: usize, seconds: Option<f64>) -> String {
    match seconds {
        Some(seconds) => text::region_costs_for(outdated, words::duration(seconds)),
        None => text::region_costs(outdated),
    }
}

/// On the button that inspects again.
pub fn inspect_again(pictures: usize) -> String {
    text::region_inspect_again(text::pictures(pictures))
}

/// A share as percent with a decimal where it has one: the number that a field holds, in no language.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    if tenths % 10.0 == 0.0 { format!("{:.0}", tenths / 10.0) } else { format!("{:.1}", tenths / 10.0) }
}

/// The same, as the page says it.
fn said_percent(share: f64) -> String {
    text::percent(words::localised(&percent(share)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::in_language;

    fn rectangle() -> Outline {
        Outline::Rectangle { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }
    }

    fn triangle() -> Outline {
        Outline::Polygon(vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    }

    #[test]
    fn shares_read_well() {
        assert_eq!(share(0.5), "50 % of this picture is inspected.");
        assert_eq!(share(0.3333), "33.3 % of this picture is inspected.");
        assert_eq!(share(1e-5), "Under 0.1 % of this picture is inspected.");
        assert_eq!(share(0.99999), "Over 99.9 % of this picture is inspected.");
        assert_eq!(share(1.0), "100 % of this picture is inspected.");
        assert!(share(0.0).starts_with("Nothing of this picture is left to inspect."));
    }

    #[test]
    fn costs_are_told() {
        let one = "1 result is of another region. Inspecting it again runs the networks: about 12 s of work.";
        assert_eq!(costs(1, Some(12.3)), one);
        assert_eq!(
            costs(3, None),
            "3 results are of another region. Inspecting them again runs the networks."
        );
    }

    #[test]
    fn areas_are_told_apart() {
        assert_eq!(area(Purpose::Inspect, &rectangle(), Scope::Picture), "Inspect rectangle, this picture");
        assert_eq!(
            area(Purpose::Ignore, &triangle(), Scope::All),
            "Ignore polygon of 3 corners, all pictures"
        );
        let tool = Tool { purpose: Purpose::Ignore, form: Form::Rectangle };
        assert_eq!(added(tool, Scope::All), "Ignore rectangle: added for all pictures.");
        assert_eq!(cursor([0.5, 0.125]), "50 % from the left, 12.5 % from the top");
    }

    #[test]
    fn handles_are_told_apart() {
        assert_eq!(handle(&rectangle(), Grip::Corner(2)), "Lower right corner");
        assert_eq!(
            handle_at(&rectangle(), Grip::Corner(0), [0.25, 0.125]),
            "Upper left corner: 25 % from the left, 12.5 % from the top"
        );
        assert_eq!(handle_at(&rectangle(), Grip::Edge(2), [0.5, 0.75]), "Lower edge: 75 % from the top");
        assert_eq!(handle_at(&rectangle(), Grip::Edge(3), [0.25, 0.5]), "Left edge: 25 % from the left");
        assert_eq!(handle(&triangle(), Grip::Corner(0)), "Corner 1 of 3");
        assert_eq!(handle(&triangle(), Grip::Edge(1)), "Add a corner between 2 and 3");
        assert_eq!(handle(&triangle(), Grip::Edge(2)), "Add a corner between 3 and 1");
        in_language("de", || {
            assert_eq!(handle(&triangle(), Grip::Corner(0)), "Ecke 1 von 3");
            assert_eq!(handle(&triangle(), Grip::Edge(2)), "Ecke zwischen 3 und 1 hinzufügen");
        });
    }

    #[test]
    fn what_was_looked_at_is_told() {
        let region = |inspect, ignore| Region {
            inspect: vec![rectangle(); inspect],
            ignore: vec![triangle(); ignore],
        };
        assert_eq!(looked_at(&region(0, 1)), "All of the picture was inspected, 1 area was ignored.");
        assert_eq!(looked_at(&region(1, 0)), "Only 1 drawn area was inspected.");
        assert_eq!(looked_at(&region(2, 3)), "Only 2 drawn areas were inspected, 3 areas were ignored.");
    }

    #[test]
    fn german_has_its_comma_and_plurals() {
        in_language("de", || {
            assert_eq!(share(0.3333), "33,3 % dieses Bildes werden geprüft.");
            assert_eq!(share(1e-5), "Weniger als 0,1 % dieses Bildes werden geprüft.");
            assert_eq!(
                area(Purpose::Ignore, &triangle(), Scope::All),
                "Polygon mit 3 Ecken ausnehmen, für alle Bilder"
            );
            assert_eq!(inspect_again(1), "1 Bild erneut prüfen");
            // A field of numbers takes the point whatever the language.
            assert_eq!(percent(0.3333), "33.3");
        });
    }
}
