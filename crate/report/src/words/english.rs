use super::Words;

pub const ENGLISH: Words = Words {
    language: "en",
    decimal_separator: '.',

    report: "Inspection report",
    created: "Inspected",
    pack: "Pack",
    engine: "Engine",
    threshold: "Threshold",
    scale: "Scale",

    summary: "Summary",
    verdict: "Verdict",
    decision: "Decision",
    accept: "accept",
    reject: "reject",
    unsure: "unsure",
    undecided: "undecided",
    no_result: "no result",
    total: "Total",
    overruled: |n| match n {
        0 => "No decision contradicts a verdict.".into(),
        1 => "1 decision contradicts the verdict.".into(),
        n => format!("{n} decisions contradict the verdict."),
    },

    scores: "Scores",
    histogram: |n, reached| {
        format!("Histogram of {}: {reached} of them reached the threshold", count(n, "score", "scores"))
    },

    labels: "Against labels",
    label: "Label",
    whole: "whole",
    defective: "defective",
    precision: "Precision",
    recall: "Recall",
    labelled: |n| format!("{} labelled", count(n, "picture", "pictures")),

    pictures: |n| count(n, "picture", "pictures"),
    picture: "Picture",
    score: "Score",

    findings: "Findings",
    heat_scale: "Heatmap, fixed scale",
    overlay_of: |name| format!("{name} with its heatmap"),
    region: |inspected, ignored| {
        let inspected = match inspected {
            0 => "All of the picture inspected".to_owned(),
            n => format!("Only {} inspected", count(n, "drawn area", "drawn areas")),
        };
        match ignored {
            0 => inspected,
            n => format!("{inspected}, {} ignored", count(n, "area", "areas")),
        }
    },
    components: |n| count(n, "component", "components"),
    place: "Place, px",
    area: "Area, px",
    share_of_picture: "Of picture",
    components_left_out: |n| format!("{} of lower score not listed", count(n, "component", "components")),
    looks_like: "What the worst tile looks like",
    cosine: "Cosine",
    note: "Note",

    settings: "Settings",
    setting: "Setting",
    value: "Value",
    caution: "A score is not a measurement. Scores and heatmaps are on a fixed scale from 0 to 1; a picture is rejected \
              when its score reaches the threshold.",
};

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
