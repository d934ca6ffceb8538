//! The report: what it says, and that nothing of what strangers wrote is markup.

mod common;

use common::{batch, found, joined, run};
use spotcheck_imaging::{Outline, Region};
use spotcheck_method::FiredPrompt;
use spotcheck_report::{
    Batch, Decision, Entry, Html, Language, Look, Outcome, PictureFile, Summary, Verdict,
};

fn report(batch: &Batch, language: &str, picture: Option<PictureFile<'_>>) -> String {
    let look = Look { language: Language::find(language).unwrap(), ..Look::default() };
    let mut html = Html::begin(Vec::new(), &batch.run, &Summary::of(&batch.entries), look).unwrap();
    for entry in &batch.entries {
        html.entry(entry, picture).unwrap();
    }
    String::from_utf8(html.end().unwrap()).unwrap()
}

/// The texts between tags, blanks folded.
fn texts(html: &str) -> String {
    let body = html.split_once("</style>").unwrap().1;
    let pieces = body.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    pieces.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// All tags in their order, without what stands in attributes.
fn tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let mut names = String::new();
        let mut quoted = false;
        let end = tag
            .find(|c| {
                quoted ^= c == '"';
                if !quoted && c != '>' {
                    names.push(c);
                }
                !quoted && c == '>'
            })
            .unwrap();
        tags.push(names);
        rest = &tag[end..];
    }
    tags
}

#[test]
fn it_says_what_was_found() {
    let text = texts(&report(&batch(), "en", None));
    for expected in [
        "Inspection report bottle cap",
        "Inspected 2026-03-02 14:05 UTC+01:00 Threshold 0.50 Pack demo Engine rten Spotcheck 0.1.0",
        // Figures, then verdicts by decisions.
        "Summary 2 accept 1 reject 1 no result",
        "accept 0 0 1 1 2 reject 1 0 0 0 1 no result 0 0 0 1 1 Total 1 0 1 2 4",
        "1 decision contradicts the verdict.",
        // One whole is rejected, one defective accepted, one defective has no result.
        "whole 0 1 defective 1 0 Precision 0.000 Recall 0.000 F1 0.000 2 pictures labelled",
        "1 a.png 0.750 reject accept whole 2 b.png 0.125 accept undecided – 3 c.heic – no result",
        "1 a.png tray 1/a.png 200 × 100 px · 1.50 s Score 0.750 Verdict reject Decision accept Label whole",
        "Note Dust, &quot;only&quot; dust\nsays K.",
        "#2 50, 2 · 30 × 40 450 2.25 % – 0.750 #1 1, 2 · 30 × 40 900 4.50 % 9.00 0.250",
        "a photo of a broken bottle cap. 0.250",
        "HEIC cannot be read.",
        "points_per_side 32 templates a photo of a [o]. · the [o]",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
}

#[test]
fn another_language_says_it_too() {
    let html = report(&batch(), "de", None);
    let text = texts(&html);
    assert!(html.contains("<html lang=\"de\">"));
    for expected in
        ["Prüfbericht bottle cap", "Schwelle 0,50", "4 Bilder", "2,25 %", "Vergleich mit der Referenz"]
    {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
    assert!(!text.contains("reject") && !text.contains("Score"));
    assert_eq!(tags(&html).len(), tags(&report(&batch(), "en", None)).len());
}

/// Everywhere where somebody's text may stand.
fn spoken(text: &str) -> Batch {
    let mut batch = batch();
    let run = &mut batch.run;
    for field in [&mut run.object, &mut run.created, &mut run.version, &mut run.engine, &mut run.pack] {
        *field = text.into();
    }
    run.settings = serde_json::json!({ text: [text, { text: text }], "b": text });
    for entry in &mut batch.entries {
        entry.name = text.into();
        entry.path = Some(format!("{text}/{text}"));
        entry.note = text.into();
        match &mut entry.outcome {
            Outcome::Found(findings) => {
                findings.words = vec![FiredPrompt { prompt: text.into(), cosine: 0.0 }]
            }
            Outcome::Failed(reason) => *reason = text.into(),
        }
    }
    batch
}

#[test]
fn nothing_that_somebody_wrote_is_markup() {
    let picture = Some(PictureFile::Png(b"not a picture"));
    let harmless = tags(&report(&spoken("a"), "en", picture));
    for text in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</title></style></svg><script>",
        "<!--",
        "]]>",
        "&lt;script&gt;",
        "&#60;b&#62;",
        "javascript:alert(1)",
        "a\u{0}\u{1b}\u{202e}b",
        "</bdi><base href=//x>",
    ] {
        let html = report(&spoken(text), "en", picture);
        assert_eq!(tags(&html), harmless, "{text:?}");
        let body = html.split_once("</style>").unwrap().1;
        if text.contains(['<', '"', '\'', '&', '\0']) {
            assert!(!body.contains(text), "{text:?}");
        }
        assert!(!html.contains(['\0', '\u{1b}', '\u{202e}']));
    }
}

#[test]
fn it_asks_for_nothing_and_runs_nothing() {
    let html = report(&batch(), "en", Some(PictureFile::Jpeg(b"\xff\xd8\xff")));
    assert!(html.contains(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         img-src data:\">"
    ));
    let tags = tags(&html);
    for forbidden in ["script", "link", "iframe", "object", "form", "base"] {
        assert!(!tags.iter().any(|tag| tag.split([' ', '\n']).next() == Some(forbidden)), "{forbidden}");
    }
    assert!(
        !html.contains("http:")
            && !html.contains("https:")
            && !html.contains("@import")
            && !html.contains("url(h")
    );
    // FF D8 FF in base64.
    assert_eq!(html.matches("src=\"data:image/jpeg;base64,/9j/\"").count(), 4);
    assert_eq!(html.matches(" src=").count(), 4);
}

#[test]
fn tags_are_closed() {
    let html = report(&batch(), "en", Some(PictureFile::Png(b"")));
    let mut open = Vec::new();
    for tag in tags(&html) {
        let name = tag.split([' ', '\n', '=']).next().unwrap().to_owned();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "{open:?}"),
            None if ["!DOCTYPE", "meta", "img", "br"].contains(&name.as_str()) || tag.ends_with('/') => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let anchors: Vec<&str> =
        html.split("href=\"#p").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(anchors, ["1", "2", "3", "4"]);
    assert!(anchors.iter().all(|number| html.contains(&format!("<article id=\"p{number}\">"))));
}

#[test]
fn bars_stand_where_the_scores_are() {
    let scores = [0.0, 0.049, 0.05, 0.52, 0.98, 1.0, 0.99, 0.96, 0.97];
    let entries: Vec<Entry> = scores.iter().map(|&score| found("a", score, Vec::new())).collect();
    let html = report(&Batch { run: run(), entries }, "en", None);
    let chart = html.split("<svg class=\"histogram\"").nth(1).unwrap().split("</svg>").next().unwrap();
    let bars: Vec<(&str, &str, f64)> = chart
        .split("<rect class=\"")
        .skip(1)
        .map(|bar| {
            let fields: Vec<&str> = bar.split('"').collect();
            (fields[0], fields[2], fields[8].parse().unwrap())
        })
        .collect();
    // 20 bars of 22 units from 28 on; 120 units are the highest count, 5.
    assert_eq!(
        bars,
        [("low", "29.0", 48.0), ("low", "51.0", 24.0), ("high", "249.0", 24.0), ("high", "447.0", 120.0)]
    );
    assert!(chart.contains("M248.0 2V138"), "the threshold is half way");
    assert!(chart.contains("aria-label=\"Histogram of 9 scores: 6 of them reached the threshold\""));
}

#[test]
fn a_drawn_region_is_told() {
    let area = || Outline::between([0.0, 0.0], [0.5, 1.0]);
    let mut batch = batch();
    batch.entries[0].region = Some(Region { inspect: vec![area()], ignore: vec![area(), area()] });
    batch.entries[1].region = Some(Region { inspect: Vec::new(), ignore: vec![area()] });
    let text = texts(&report(&batch, "en", None));
    assert!(text.contains("Only 1 drawn area inspected, 2 areas ignored"), "{text}");
    assert!(text.contains("All of the picture inspected, 1 area ignored"), "{text}");
    let text = texts(&report(&batch, "de", None));
    assert!(text.contains("Nur 1 gezeichneter Bereich geprüft, 2 Bereiche ausgenommen"), "{text}");
}

#[test]
fn what_took_part_in_a_score_is_told() {
    let told = texts(&report(&joined(), "en", None));
    for part in [
        "Method VVV",
        "Spreads above the middle 2.5",
        "Spreads above the middle \u{2212}0.8",
        "By the prompts alone 0.375",
        "Compared with 2 good, 19 other pictures",
    ] {
        assert_eq!(told.matches(part).count(), 1, "{part}: {told}");
    }
    let german = texts(&report(&joined(), "de", None));
    assert!(german.contains("Verglichen mit 2 guten, 19 anderen Bildern"), "{german}");
    let plain = texts(&report(&batch(), "en", None));
    assert!(!plain.contains("Method") && !plain.contains("alone") && !plain.contains("Spreads"), "{plain}");
}

#[test]
fn an_empty_batch_is_a_report() {
    let text = texts(&report(&Batch { run: run(), entries: Vec::new() }, "en", None));
    assert!(text.contains("Summary 0 accept 0 reject") && text.contains("0 pictures"));
}

#[test]
fn summaries_count() {
    let summary = Summary::of(&batch().entries);
    assert_eq!(summary.entries(), 4);
    assert_eq!(summary.verdicts(Some(Verdict::Accept)), 2);
    assert_eq!(summary.verdicts(None), 1);
    assert_eq!(summary.decisions(Some(Decision::Unsure)), 1);
    assert_eq!(summary.decisions(None), 2);
    assert_eq!(summary.count(Some(Verdict::Reject), Some(Decision::Accept)), 1);
    assert_eq!(summary.overruled(), 1);
    let confusion = summary.confusion;
    assert_eq!((confusion.false_positives, confusion.false_negatives, confusion.total()), (1, 1, 2));
    assert_eq!(
        (confusion.precision(), confusion.recall(), confusion.f1()),
        (Some(0.0), Some(0.0), Some(0.0))
    );
    assert_eq!(Summary::default().confusion.f1(), None);
}
