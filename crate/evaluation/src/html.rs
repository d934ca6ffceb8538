use std::fmt::Write;

use spotcheck_report::{HtmlText, STYLE};

use crate::table::Table;
use crate::{Evaluation, chart};

/// What the report's own parts look like, beside the style that all reports share.
const OWN_STYLE: &str = "\
td:not(:first-child), th:not(:first-child) { text-align: right; }
.metrics { overflow-x: auto; }
.metrics tfoot td { color: var(--ink); font-weight: 600; border-bottom: 0; border-top: 1px solid var(--strong-line); }
.metrics .published { color: var(--soft); font-style: italic; }
.metrics p, .notes { margin: 4px 0 12px; max-width: 720px; }
.notes { padding-left: 20px; list-style: disc; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 24px; margin-top: 12px; }
.curves svg { width: 100%; height: auto; break-inside: avoid; }
details pre { overflow-x: auto; font-size: 12px; line-height: 16px; }
@media print { .metrics { overflow: visible; break-inside: avoid; } .curves { grid-template-columns: repeat(3, 1fr); } }
";

/// One HTML file: no scripts, nothing that is fetched, for the screen, light and dark, and for paper.
pub fn report(evaluation: &Evaluation, tables: &[Table]) -> String {
    let run = &evaluation.run;
    let dataset = &run.dataset;
    let title = format!("{} on {}", run.method, dataset.name);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{0}</title>\n<style>\n{STYLE}{OWN_STYLE}{1}</style>\n</head>\n<body>\n<main>\n<header class=\"head\">\n\
         <p class=\"kind\">Evaluation</p>\n<h1><bdi>{0}</bdi></h1>\n<dl>",
        HtmlText(&title),
        chart::STYLE
    );
    let mut put = |args: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = html.write_fmt(args);
    };
    let facts = [
        ("method", run.method.clone()),
        ("pack", run.pack.to_string()),
        ("engine", run.engine.clone()),
        ("data set", format!("{} ({})", dataset.name, dataset.layout)),
        ("pictures", dataset.pictures.to_string()),
        ("classes", dataset.classes.len().to_string()),
        ("Spotcheck", run.version.clone()),
    ];
    for (name, value) in facts {
        put(format_args!("<div><dt>{name}</dt><dd>{}</dd></div>", HtmlText(&value)));
    }
    put(format_args!("</dl>\n</header>\n"));
    if !evaluation.notes.is_empty() {
        put(format_args!("<section>\n<h2>Notes</h2>\n<ul class=\"notes\">\n"));
        for note in &evaluation.notes {
            put(format_args!("<li>{}</li>\n", HtmlText(note)));
        }
        put(format_args!("</ul>\n</section>\n"));
    }
    for table in tables {
        put(format_args!(
            "<section class=\"metrics\">\n<h2>{}</h2>\n<p class=\"small\">{}</p>\n<table>\n",
            HtmlText(&table.title),
            HtmlText(&table.caption)
        ));
        let class = |column: usize| match table.columns.get(column) {
            Some(name) if name.ends_with("(published)") => " class=\"published\"",
            _ => "",
        };
        put(format_args!("<thead><tr>"));
        for (column, name) in table.columns.iter().enumerate() {
            put(format_args!("<th scope=\"col\"{}>{}</th>", class(column), HtmlText(name)));
        }
        put(format_args!("</tr></thead>\n<tbody>\n"));
        let line = |put: &mut dyn FnMut(std::fmt::Arguments<'_>), cells: &[String]| {
            put(format_args!("<tr>"));
            for (column, cell) in cells.iter().enumerate() {
                put(format_args!("<td{}>{}</td>", class(column), HtmlText(cell)));
            }
            put(format_args!("</tr>\n"));
        };
        for row in &table.rows {
            line(&mut put, row);
        }
        put(format_args!("</tbody>\n<tfoot>\n"));
        line(&mut put, &table.mean);
        put(format_args!("</tfoot>\n</table>\n</section>\n"));
    }
    put(format_args!("<section>\n<h2>Precision–recall curves</h2>\n<div class=\"curves\">\n"));
    for class in &evaluation.classes {
        put(format_args!("{}", chart::inline(class)));
    }
    put(format_args!(
        "</div>\n</section>\n<section>\n<h2>Run</h2>\n<details><summary>Everything that the results depend on</summary>\n"
    ));
    let json = serde_json::to_string_pretty(run).unwrap_or_default();
    put(format_args!("<pre>{}</pre>\n</details>\n</section>\n</main>\n</body>\n</html>\n", HtmlText(&json)));
    html
}
