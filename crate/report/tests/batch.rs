//! What becomes of an inspection.

use spotcheck_imaging::{Map, Mask, Rect};
use spotcheck_method::{Component, FiredPrompt, ForegroundSource, Inspection, Settings, StageSeconds, Tile};
use spotcheck_report::{Findings, Verdict};

fn tile(score: f32, prompt: &str) -> Tile {
    let fired = |prompt: &str| vec![FiredPrompt { prompt: prompt.into(), cosine: 0.25 }];
    Tile {
        component: 0,
        rect: Rect::new(0, 0, 10, 10),
        normal: 0.25,
        anomalous: 0.25,
        score,
        normal_prompts: fired("a whole gear"),
        anomalous_prompts: fired(prompt),
    }
}

fn inspection() -> Inspection {
    Inspection {
        object: "gear".into(),
        width: 20,
        height: 10,
        score: 0.75,
        rejected: true,
        foreground_source: ForegroundSource::Given,
        foreground: Mask::filled(20, 10, true),
        dichotomous: None,
        sam_masks: Vec::new(),
        components: vec![Component { rect: Rect::new(2, 3, 5, 6), area: 25, parts: 1, score: 0.75 }],
        tiles: vec![tile(0.5, "a dull gear"), tile(0.75, "a broken gear"), tile(0.25, "a new gear")],
        map: Map::filled(20, 10, 0.0),
        tile_features: None,
        seconds: StageSeconds { score: 0.5, ..StageSeconds::default() },
        settings: Settings::default(),
    }
}

#[test]
fn an_inspection_becomes_findings() {
    let findings = Findings::of(&inspection(), 0.5, Some(0.2), 2.0);
    assert_eq!((findings.score, findings.verdict), (0.75, Verdict::Reject));
    assert_eq!((findings.seconds.stages.score, findings.seconds.total), (0.5, 2.0));
    assert_eq!(findings.words[0].prompt, "a broken gear");
    let component = &findings.components[0];
    assert_eq!((component.rect, component.area, component.score), (Rect::new(2, 3, 5, 6), 25, 0.75));
    // 25 of 200 pixels, each of 0.04 mm².
    assert_eq!(component.percent, 12.5);
    assert!((component.mm2.unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(Findings::of(&inspection(), 0.8, None, 2.0).verdict, Verdict::Accept);
    assert_eq!(Findings::of(&inspection(), 0.8, None, 2.0).components[0].mm2, None);
}

#[test]
fn a_score_at_the_threshold_is_rejected() {
    assert_eq!(Verdict::of(0.5, 0.5), Verdict::Reject);
    assert_eq!(Verdict::of(0.499_999, 0.5), Verdict::Accept);
}
