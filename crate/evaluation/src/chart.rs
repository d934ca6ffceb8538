use std::fmt::Write;

use spotcheck_metrics::{CurvePoint, PrecisionRecallPoint};
use spotcheck_report::HtmlText;

use crate::ClassResult;

/// The plot in its drawing: left and upper edge, and its side.
const LEFT: f64 = 44.0;
const TOP: f64 = 30.0;
const SIDE: f64 = 260.0;
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 350.0;

/// How the curves look, on light and on dark; for the page that holds them, or for a file of its own.
pub const STYLE: &str = "\
.pr { --pr-ink: #1b1e20; --pr-soft: #555b5f; --pr-line: #dcdcd6; --pr-sample: #0b6674; --pr-pixel: #a82418; }
@media (prefers-color-scheme: dark) {
  .pr { --pr-ink: #e9e9e5; --pr-soft: #a5abae; --pr-line: #33383b; --pr-sample: #63c1cd; --pr-pixel: #ff9484; }
}
@media print {
  .pr { --pr-ink: #000; --pr-soft: #444; --pr-line: #ccc; --pr-sample: #0b6674; --pr-pixel: #a82418; }
}
.pr text { fill: var(--pr-soft); font: 12px system-ui, sans-serif; }
.pr .title { fill: var(--pr-ink); font-weight: 600; font-size: 14px; }
.pr path { fill: none; stroke: var(--pr-line); }
.pr .sample { stroke: var(--pr-sample); stroke-width: 2; }
.pr .pixel { stroke: var(--pr-pixel); stroke-width: 2; stroke-dasharray: 5 3; }
.pr circle { fill: var(--pr-sample); }
.pr circle.of-pixel { fill: var(--pr-pixel); }
";

/// A class's precision–recall curves as an SVG file.
pub fn file(class: &ClassResult) -> String {
    drawing(
        class,
        &format!(
            "<style>{STYLE}svg {{ background: #fff; }}@media (prefers-color-scheme: dark) {{ svg {{ background: #16181a; }} }}</style>"
        ),
    )
}

/// The same inside of a page that has [`STYLE`].
pub fn inline(class: &ClassResult) -> String {
    drawing(class, "")
}

/// Both curves, dots at F1-max, and a legend that tells them apart by dashes, too.
fn drawing(class: &ClassResult, style: &str) -> String {
    let (right, bottom) = (LEFT + SIDE, TOP + SIDE);
    let name = HtmlText(&class.name);
    let mut svg = format!(
        "<svg class=\"pr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Precision–recall curves of {name}\">{style}<text class=\"title\" x=\"{LEFT}\" y=\"18\">{name}</text>"
    );
    let mut put = |args: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = svg.write_fmt(args);
    };
    put(format_args!("<path d=\""));
    for quarter in 0..=4 {
        let at = f64::from(quarter) / 4.0 * SIDE;
        put(format_args!("M{LEFT} {:.0}H{right}M{:.0} {TOP}V{bottom}", TOP + at, LEFT + at));
    }
    put(format_args!("\"/>"));
    for end in [0.0, 1.0] {
        let (x, y) = (LEFT + end * SIDE, bottom - end * SIDE + 4.0);
        put(format_args!("<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{end}</text>", bottom + 16.0));
        put(format_args!("<text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{end}</text>", LEFT - 6.0));
    }
    let middle = TOP + SIDE / 2.0;
    put(format_args!(
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">recall</text><text transform=\"translate(30 {middle}) \
         rotate(-90)\" text-anchor=\"middle\">precision</text>",
        LEFT + SIDE / 2.0,
        bottom + 16.0
    ));
    let curves = [
        ("sample", "samples", &class.sample_curve, class.sample.f1_max, "of-sample"),
        ("pixel", "pixels", &class.pixel_curve, class.pixel.f1_max.map(|value| value.value), "of-pixel"),
    ];
    for (number, (kind, words, curve, f1_max, dot)) in curves.into_iter().enumerate() {
        let y = bottom + 34.0 + 18.0 * number as f64;
        put(format_args!("<path class=\"{kind}\" d=\"M{LEFT} {:.0}h24\"/>", y - 4.0));
        let value = f1_max.map_or("–".to_owned(), |best| format!("{:.1} %", 100.0 * best));
        put(format_args!("<text x=\"{:.0}\" y=\"{y:.0}\">{words}, F1-max {value}</text>", LEFT + 32.0));
        let Some(best) = &curve.best else { continue };
        put(format_args!("<path class=\"{kind}\" d=\""));
        for (at, point) in curve.points.iter().enumerate() {
            let (x, y) = place(point);
            put(format_args!("{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" }));
        }
        let (x, y) = place(best);
        put(format_args!("\"/><circle class=\"{dot}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"));
    }
    svg + "</svg>\n"
}

fn place(point: &PrecisionRecallPoint) -> (f64, f64) {
    let (x, y) = point.position();
    (LEFT + x * SIDE, TOP + (1.0 - y) * SIDE)
}
