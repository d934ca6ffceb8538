//! What the page says about regions.

use spotcheck_protocol::{Outline, OutlineError, Region};

use super::draft::{Corner, Form, Purpose, Tool};
use super::place::Scope;
use crate::words;

pub const OPEN: &str = "Draw region";
pub const OPEN_TITLE: &str = "Areas to inspect and to ignore";
pub const GROUP: &str = "Region";
pub const DRAW: &str = "Draw";
pub const COUNTS_FOR: &str = "For";
pub const UNDO: &str = "Undo";
pub const UNDO_TITLE: &str = "Takes back the last corner, or the last change of an area";
pub const CLEAR: &str = "Delete all areas";
pub const DELETE: &str = "Delete";
pub const LEAVE: &str = "Leave";
pub const CLOSE: &str = "Close polygon";
pub const ADD: &str = "Add rectangle";
pub const PURPOSE: &str = "Inspect or ignore";
pub const ADD_TITLE: &str = "A rectangle by numbers";
pub const AREAS_HELP: &str = "Arrow keys move the chosen area by 1 % of the picture, with Shift by 10 %.";
pub const NOT_COUNTED: &str = "not used: this picture has areas to inspect of its own";

pub const LEFT: &str = "Drawing is left.";
pub const DELETED: &str = "Deleted. Undo brings it back.";
pub const UNDONE: &str = "Undone.";

pub const NOTHING_LEFT: &str =
    "Nothing of this picture is left to inspect. Delete an ignored area, or draw a larger area to inspect.";
pub const NO_REGION: &str = "No area is drawn for this picture: all of it is inspected.";
pub const NOTHING_DRAWN: &str = "No area is drawn for this picture";
pub const WITHOUT_DICHOTOMOUS: &str = "An earlier version inspected this picture. Inspect it again to see it";
pub const OUTDATED: &str = "Found with another region than the one that is drawn now.";

/// A tool, on its button.
pub fn tool(tool: Tool) -> &'static str {
    match (tool.purpose, tool.form) {
        (Purpose::Inspect, Form::Rectangle) => "Inspect rectangle",
        (Purpose::Inspect, Form::Polygon) => "Inspect polygon",
        (Purpose::Ignore, Form::Rectangle) => "Ignore rectangle",
        (Purpose::Ignore, Form::Polygon) => "Ignore polygon",
    }
}

/// How a tool is used.
pub fn hint(tool: Tool) -> &'static str {
    match tool.form {
        Form::Rectangle => {
            "Drag from corner to corner, or click on both. Wheel and two fingers zoom. Keys: arrows, Space for a corner, Esc to leave."
        }
        Form::Polygon => {
            "Click its corners; the first one, a double click or Enter closes it. Dragging moves the zoomed picture. Keys: arrows, Space for a corner, Backspace takes it back, Esc to leave."
        }
    }
}

/// What is drawn, for those who hear the page.
pub fn drawing(tool: Tool) -> String {
    format!("Drawing: {}", self::tool(tool))
}

pub fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Picture => "this picture",
        Scope::All => "all pictures",
    }
}

pub fn counts_for(scope: Scope) -> &'static str {
    match scope {
        Scope::Picture => "It counts for this picture.",
        Scope::All => "It counts for all pictures.",
    }
}

/// On the button that lets an area count for others.
pub fn hand_over(to: Scope) -> &'static str {
    match to {
        Scope::Picture => "This picture only",
        Scope::All => "For all",
    }
}

pub fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Inspect => "Inspect",
        Purpose::Ignore => "Ignore",
    }
}

/// An area in the list.
pub fn area(what: Purpose, outline: &Outline, of: Scope) -> String {
    let form = match outline {
        Outline::Rectangle { .. } => "rectangle".to_owned(),
        Outline::Polygon(corners) => format!("polygon of {} corners", corners.len()),
    };
    format!("{} {form}, {}", purpose(what), scope(of))
}

/// On the button that deletes all areas of a scope: which.
pub fn clear_title(scope: Scope) -> &'static str {
    match scope {
        Scope::Picture => "Deletes the areas that were drawn for this picture alone",
        Scope::All => "Deletes the areas that were drawn for all pictures",
    }
}

/// What was looked at in a result.
pub fn looked_at(region: &Region) -> String {
    let inspected = match region.inspect.len() {
        0 => "All of the picture was inspected".to_owned(),
        n => format!("Only {} inspected", words::count(n, "drawn area was", "drawn areas were")),
    };
    match region.ignore.len() {
        0 => format!("{inspected}."),
        n => format!("{inspected}, {} ignored.", words::count(n, "area was", "areas were")),
    }
}

/// The summary above the list.
pub fn areas(count: usize) -> String {
    format!("Areas and numbers ({count})")
}

/// The four numbers of a rectangle.
pub const SIDES: [&str; 4] = ["Left, %", "Top, %", "Width, %", "Height, %"];

pub fn added(tool: Tool, of: Scope) -> String {
    format!("{}: added for {}.", self::tool(tool), scope(of))
}

pub fn corners(count: usize) -> String {
    format!("{}.", words::count(count, "corner", "corners"))
}

/// Where the keys point at.
pub fn cursor([x, y]: Corner) -> String {
    format!("{} % from the left, {} % from the top", percent(x), percent(y))
}

/// Why an outline is not taken, and what to do.
pub fn refused(error: OutlineError) -> String {
    match error {
        OutlineError::FlatRectangle => {
            "This rectangle has no area. Draw it from one corner to the opposite one.".into()
        }
        OutlineError::FlatPolygon => {
            "This polygon has no area. It needs at least three corners that are not on one line.".into()
        }
        OutlineError::Outside => {
            "This area reaches beyond the picture. Left and width together are at most 100 %, so are top and height.".into()
        }
        error => format!("This area cannot be used: {error}."),
    }
}

/// How much of a picture counts, 0 to 1.
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => NOTHING_LEFT.into(),
        p if p < 0.1 => "Under 0.1 % of this picture is inspected.".into(),
        p if p > 99.9 && p < 100.0 => "Over 99.9 % of this picture is inspected.".into(),
        p => format!("{} % of this picture is inspected.", self::percent(p / 100.0)),
    }
}

/// What a change of the region costs, in seconds of work.
pub fn costs(outdated: usize, seconds: Option<f64>) -> String {
    let results = words::count(outdated, "result is", "results are");
    let again = if outdated == 1 { "it" } else { "them" };
    let work = seconds.map(|seconds| format!(": about {} of work", words::duration(seconds)));
    format!(
        "{results} of another region. Inspecting {again} again runs the networks{}.",
        work.unwrap_or_default()
    )
}

/// On the button that inspects again.
pub fn inspect_again(pictures: usize) -> String {
    format!("Inspect {} again", words::count(pictures, "picture", "pictures"))
}

pub const INSPECT_THIS_AGAIN: &str = "Inspect this one again";

/// A share as percent with a decimal where it has one.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    if tenths % 10.0 == 0.0 { format!("{:.0}", tenths / 10.0) } else { format!("{:.1}", tenths / 10.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_read_well() {
        assert_eq!(share(0.5), "50 % of this picture is inspected.");
        assert_eq!(share(0.3333), "33.3 % of this picture is inspected.");
        assert_eq!(share(1e-5), "Under 0.1 % of this picture is inspected.");
        assert_eq!(share(0.99999), "Over 99.9 % of this picture is inspected.");
        assert_eq!(share(1.0), "100 % of this picture is inspected.");
        assert_eq!(share(0.0), NOTHING_LEFT);
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
}
