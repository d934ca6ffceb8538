use spotcheck_imaging::Rect;
use spotcheck_method::{FiredPrompt, StageSeconds};
use spotcheck_report::{
    Batch, Component, Decision, Entry, Findings, Label, Outcome, Partners, Run, Seconds, Verdict,
};

/// A batch of four: rejected with two components, accepted with none, failed, accepted but defective.
pub fn batch() -> Batch {
    let component = |x, area, mm2, score| Component {
        rect: Rect::new(x, 2, 30, 40),
        area,
        percent: area as f64 / 200.0,
        mm2,
        score,
    };
    let mut first =
        found("a.png", 0.75, vec![component(1, 900, Some(9.0), 0.25), component(50, 450, None, 0.75)]);
    first.path = Some("tray 1/a.png".into());
    first.decision = Some(Decision::Accept);
    first.note = "Dust, \"only\" dust\nsays K.".into();
    first.label = Some(Label::Whole);
    let second = found("b.png", 0.125, Vec::new());
    let mut third = Entry::new("c.heic", 0, 0, Outcome::Failed("HEIC cannot be read.".into()));
    third.label = Some(Label::Defective);
    let mut fourth = found("d.png", 0.25, vec![component(0, 2000, None, 0.25)]);
    fourth.label = Some(Label::Defective);
    fourth.decision = Some(Decision::Unsure);
    Batch { run: run(), entries: vec![first, second, third, fourth] }
}

/// The same, of a method with a name, the first one's score joined with other pictures', and with scores on the batch's scale.
#[allow(dead_code, reason = "not every test has use for it")]
pub fn joined() -> Batch {
    let mut batch = batch();
    batch.run.method = "VVV".into();
    for (entry, z) in batch.entries.iter_mut().zip([2.5, -0.75, 0.0, 0.5]) {
        if let Outcome::Found(findings) = &mut entry.outcome {
            findings.z = Some(z);
        }
    }
    if let Outcome::Found(findings) = &mut batch.entries[0].outcome {
        findings.zero_shot = Some(0.375);
        findings.partners = Some(Partners { good: 2, others: 19 });
    }
    batch
}

pub fn run() -> Run {
    Run {
        object: "bottle cap".into(),
        created: "2026-03-02T14:05:09+01:00".into(),
        version: "0.1.0".into(),
        engine: "rten".into(),
        method: String::new(),
        pack: "demo".into(),
        settings: serde_json::json!({ "points_per_side": 32, "templates": ["a photo of a [o].", "the [o]"] }),
        threshold: 0.5,
        pixels_per_mm: None,
    }
}

pub fn found(name: &str, score: f32, components: Vec<Component>) -> Entry {
    let stages = StageSeconds { foreground: 0.5, score: 0.25, ..StageSeconds::default() };
    let findings = Findings {
        score,
        zero_shot: None,
        partners: None,
        z: None,
        verdict: Verdict::of(score, 0.5),
        components,
        words: vec![FiredPrompt { prompt: "a photo of a broken bottle cap.".into(), cosine: 0.25 }],
        seconds: Seconds { stages, total: 1.5 },
    };
    Entry::new(name, 200, 100, Outcome::Found(findings))
}
