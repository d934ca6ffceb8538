use std::io::{self, Write};

use super::chart;
use super::escape::Text;
use super::mark::Mark;
use crate::words::Words;
use crate::{Decision, Label, Summary, Verdict};

/// All pictures in a table, each with a link to its card.
pub fn write(w: &mut impl Write, summary: &Summary, threshold: f64, words: &Words) -> io::Result<()> {
    let labelled = summary.rows.iter().any(|row| row.label.is_some());
    write!(
        w,
        "<section class=\"list\">\n<h2>{}</h2>\n<table>\n<thead><tr>",
        words.pictures(summary.entries())
    )?;
    write!(
        w,
        "<th scope=\"col\" class=\"figure\">#</th><th scope=\"col\">{}</th><th scope=\"col\" class=\"figure\" \
         colspan=\"2\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th>",
        words.picture(),
        words.score(),
        words.verdict(),
        words.decision()
    )?;
    if labelled {
        write!(w, "<th scope=\"col\">{}</th>", words.label())?;
    }
    writeln!(w, "</tr></thead>\n<tbody>")?;
    for (index, row) in summary.rows.iter().enumerate() {
        let number = index + 1;
        write!(
            w,
            "<tr><td class=\"figure\">{number}</td><td class=\"name\"><a href=\"#p{number}\"><bdi>{}</bdi></a></td>",
            Text(&row.name)
        )?;
        match row.found {
            Some((score, _)) => {
                write!(w, "<td class=\"scale-cell\">")?;
                chart::scale(w, score.into(), threshold)?;
                write!(w, "</td><td class=\"figure\">{}</td>", words.number(score.into(), 3))?;
            }
            None => write!(w, "<td class=\"scale-cell\"></td><td class=\"figure\">–</td>")?,
        }
        let verdict = row.found.map(|(_, verdict)| verdict);
        let overruled = matches!(
            (verdict, row.decision),
            (Some(Verdict::Accept), Some(Decision::Reject)) | (Some(Verdict::Reject), Some(Decision::Accept))
        );
        write!(
            w,
            "<td>{}</td><td{}>{}</td>",
            Mark::of_verdict(verdict).with(words),
            if overruled { " class=\"overruled\"" } else { "" },
            Mark::of_decision(row.decision).with(words)
        )?;
        if labelled {
            write!(w, "<td>{}</td>", row.label.map_or_else(|| "–".to_owned(), |label| name(label, words)))?;
        }
        writeln!(w, "</tr>")?;
    }
    writeln!(w, "</tbody>\n</table>\n</section>")
}

pub fn name(label: Label, words: &Words) -> String {
    match label {
        Label::Whole => words.whole(),
        Label::Defective => words.defective(),
    }
}
