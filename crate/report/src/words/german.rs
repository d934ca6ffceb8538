use super::Words;

pub const GERMAN: Words = Words {
    language: "de",
    decimal_separator: ',',

    report: "Prüfbericht",
    created: "Geprüft",
    pack: "Modellpaket",
    engine: "Engine",
    threshold: "Schwellwert",
    scale: "Maßstab",

    summary: "Übersicht",
    verdict: "Urteil",
    decision: "Entscheidung",
    accept: "annehmen",
    reject: "zurückweisen",
    unsure: "unsicher",
    undecided: "offen",
    no_result: "ohne Ergebnis",
    total: "Summe",
    overruled: |n| match n {
        0 => "Keine Entscheidung widerspricht einem Urteil.".into(),
        1 => "1 Entscheidung widerspricht dem Urteil.".into(),
        n => format!("{n} Entscheidungen widersprechen dem Urteil."),
    },

    scores: "Anomaliewerte",
    histogram: |n, reached| {
        format!(
            "Histogramm: {}, davon {reached} am Schwellwert oder darüber",
            count(n, "Anomaliewert", "Anomaliewerte")
        )
    },

    labels: "Abgleich mit dem tatsächlichen Zustand",
    label: "Tatsächlich",
    whole: "fehlerfrei",
    defective: "fehlerhaft",
    precision: "Präzision",
    recall: "Trefferquote",
    labelled: |n| format!("{} mit bekanntem Zustand", count(n, "Bild", "Bilder")),

    pictures: |n| count(n, "Bild", "Bilder"),
    picture: "Bild",
    score: "Anomaliewert",

    findings: "Ergebnisse",
    heat_scale: "Heatmap, feste Skala",
    overlay_of: |name| format!("{name} mit Heatmap"),
    region: |inspected, ignored| {
        let inspected = match inspected {
            0 => "Ganzes Bild geprüft".to_owned(),
            n => format!("Nur {} geprüft", count(n, "gezeichneter Bereich", "gezeichnete Bereiche")),
        };
        match ignored {
            0 => inspected,
            n => format!("{inspected}, {} ausgenommen", count(n, "Bereich", "Bereiche")),
        }
    },
    components: |n| count(n, "Teil", "Teile"),
    place: "Ort, px",
    area: "Fläche, px",
    share_of_picture: "Bildanteil",
    components_left_out: |n| format!("{} mit kleinerem Wert nicht aufgeführt", count(n, "Teil", "Teile")),
    looks_like: "Wie die schlechteste Kachel aussieht",
    cosine: "Kosinus",
    note: "Bemerkung",

    settings: "Einstellungen",
    setting: "Einstellung",
    value: "Wert",
    caution: "Ein Anomaliewert ist keine Messung. Anomaliewerte und Heatmaps haben eine feste Skala von 0 bis 1; ein \
              Bild wird zurückgewiesen, wenn sein Anomaliewert den Schwellwert erreicht.",
};

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
