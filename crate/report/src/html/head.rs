use std::io::{self, Write};

use super::chart;
use super::escape::Text;
use super::mark::{Mark, SYMBOLS};
use crate::words::Words;
use crate::{Confusion, Decision, Run, Summary, Verdict};

/// Up to the first section.
pub fn write(w: &mut impl Write, run: &Run, words: &Words) -> io::Result<()> {
    write!(
        w,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n",
        words.tag()
    )?;
    write!(
        w,
        "<title>{}: {}, {}</title>\n<style>\n",
        words.report(),
        Text(&run.object),
        Text(&date(&run.created))
    )?;
    w.write_all(super::STYLE.as_bytes())?;
    write!(w, "</style>\n</head>\n<body>\n{SYMBOLS}<main>\n<header class=\"head\">\n")?;
    write!(w, "<p class=\"kind\">{}</p>\n<h1><bdi>{}</bdi></h1>\n<dl>", words.report(), Text(&run.object))?;
    let facts = [
        (words.created(), date(&run.created)),
        (words.threshold(), words.number(run.threshold, 2)),
        (words.pack(), run.pack.clone()),
        (words.engine(), run.engine.clone()),
        ("Spotcheck".to_owned(), run.version.clone()),
    ];
    // A pixel's size is a fact of the pictures, if it is known.
    let scale = run.pixels_per_mm.map(|scale| (words.scale(), format!("{} px/mm", words.number(scale, 3))));
    let method = (!run.method.is_empty()).then(|| (words.method(), run.method.clone()));
    for (name, value) in facts.into_iter().chain(method).chain(scale) {
        write!(w, "<div><dt>{name}</dt><dd>{}</dd></div>", Text(&value))?;
    }
    writeln!(w, "</dl>\n</header>")
}

/// How many of what, the scores, and how that compares to what is true.
pub fn summary(w: &mut impl Write, summary: &Summary, threshold: f64, words: &Words) -> io::Result<()> {
    write!(w, "<section class=\"summary\">\n<h2>{}</h2>\n<div class=\"columns\">\n<div>\n", words.summary())?;
    figures(w, summary, words)?;
    counts(w, summary, words)?;
    write!(w, "</div>\n<figure><figcaption>{}</figcaption>", words.scores())?;
    chart::histogram(w, summary, threshold, words)?;
    write!(w, "</figure>\n</div>\n")?;
    if summary.confusion.total() > 0 {
        confusion(w, &summary.confusion, words)?;
    }
    writeln!(w, "</section>")
}

fn figures(w: &mut impl Write, summary: &Summary, words: &Words) -> io::Result<()> {
    write!(w, "<ul class=\"figures\">")?;
    for verdict in [Some(Verdict::Accept), Some(Verdict::Reject), None] {
        let count = summary.verdicts(verdict);
        if verdict.is_some() || count > 0 {
            let mark = Mark::of_verdict(verdict).with(words);
            write!(w, "<li><strong>{}</strong>{mark}</li>", words.number(count as f64, 0))?;
        }
    }
    writeln!(w, "</ul>")
}

/// Verdicts by decisions.
fn counts(w: &mut impl Write, summary: &Summary, words: &Words) -> io::Result<()> {
    let decisions = [Some(Decision::Accept), Some(Decision::Reject), Some(Decision::Unsure), None];
    write!(
        w,
        "<table class=\"matrix\"><thead><tr><th scope=\"col\"><span>{} ↓</span> <span>{} →</span></th>",
        words.verdict(),
        words.decision()
    )?;
    for decision in decisions {
        write!(w, "<th scope=\"col\">{}</th>", Mark::of_decision(decision).with(words))?;
    }
    write!(w, "<th scope=\"col\">{}</th></tr></thead><tbody>", words.total())?;
    let cell = |w: &mut dyn Write, count: usize| write!(w, "<td>{}</td>", words.number(count as f64, 0));
    for verdict in [Some(Verdict::Accept), Some(Verdict::Reject), None] {
        let total = summary.verdicts(verdict);
        if verdict.is_none() && total == 0 {
            continue;
        }
        write!(w, "<tr><th scope=\"row\">{}</th>", Mark::of_verdict(verdict).with(words))?;
        for decision in decisions {
            cell(w, summary.count(verdict, decision))?;
        }
        cell(w, total)?;
        write!(w, "</tr>")?;
    }
    write!(w, "</tbody><tfoot><tr><th scope=\"row\">{}</th>", words.total())?;
    for decision in decisions {
        cell(w, summary.decisions(decision))?;
    }
    cell(w, summary.entries())?;
    writeln!(w, "</tr></tfoot></table>\n<p class=\"small\">{}</p>", words.overruled(summary.overruled()))
}

fn confusion(w: &mut impl Write, confusion: &Confusion, words: &Words) -> io::Result<()> {
    let accept = Mark::Accept.with(words);
    let reject = Mark::Reject.with(words);
    write!(
        w,
        "<h3>{}</h3>\n<div class=\"confusion\"><table class=\"matrix\"><thead><tr><th scope=\"col\"><span>{} ↓</span> \
         <span>{} →</span></th><th scope=\"col\">{accept}</th><th scope=\"col\">{reject}</th></tr></thead><tbody>",
        words.labels(),
        words.label(),
        words.verdict()
    )?;
    let rows = [
        (words.whole(), [(confusion.true_negatives, "right"), (confusion.false_positives, "wrong")]),
        (words.defective(), [(confusion.false_negatives, "wrong"), (confusion.true_positives, "right")]),
    ];
    for (label, cells) in rows {
        write!(w, "<tr><th scope=\"row\">{label}</th>")?;
        for (count, class) in cells {
            write!(w, "<td class=\"{class}\">{}</td>", words.number(count as f64, 0))?;
        }
        write!(w, "</tr>")?;
    }
    write!(w, "</tbody></table>\n<dl>")?;
    let shares = [
        (words.precision(), confusion.precision()),
        (words.recall(), confusion.recall()),
        (words.f1(), confusion.f1()),
    ];
    for (name, share) in shares {
        write!(w, "<div><dt>{name}</dt><dd>{}</dd></div>", words.number(share.unwrap_or(f64::NAN), 3))?;
    }
    writeln!(w, "</dl><p class=\"small\">{}</p></div>", words.labelled(confusion.total()))
}

/// An RFC 3339 time as a person reads it: day, minute, offset. Anything else stays as it is.
fn date(created: &str) -> String {
    let parts = created.get(..10).zip(created.get(11..16)).zip(created.get(16..));
    let Some(((day, minute), rest)) = parts.filter(|_| created.is_ascii()) else {
        return created.to_owned();
    };
    let offset = rest.trim_start_matches([':', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    match offset {
        "Z" | "z" => format!("{day} {minute} UTC"),
        offset if offset.starts_with(['+', '-']) => {
            format!("{day} {minute} UTC{}", offset.replace('-', "\u{2212}"))
        }
        _ => created.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_well() {
        assert_eq!(date("2026-03-01T14:05:09Z"), "2026-03-01 14:05 UTC");
        assert_eq!(date("2026-03-01T14:05:09.123+01:00"), "2026-03-01 14:05 UTC+01:00");
        assert_eq!(date("2026-03-01T14:05:09-08:00"), "2026-03-01 14:05 UTC\u{2212}08:00");
        for odd in ["", "yesterday", "2026-03-01", "2026-03-01T14:05:09", "ééééééééééééé"] {
            assert_eq!(date(odd), odd);
        }
    }
}
