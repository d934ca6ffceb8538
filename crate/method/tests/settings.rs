//! Settings as users meet them: JSON in, sentences out, clear errors.

use proptest::prelude::*;
use spotcheck_method::{Settings, SettingsError, describe_settings};

fn error(json: &str) -> String {
    Settings::default().with_json(json).unwrap_err().to_string()
}

#[test]
fn every_setting_is_described() {
    let described = describe_settings();
    let defaults = serde_json::to_value(Settings::default()).unwrap();
    let defaults = defaults.as_object().unwrap();
    assert_eq!(described.len(), defaults.len());
    for setting in &described {
        assert_eq!(defaults.get(setting.key), Some(&setting.default));
        assert!(setting.sentence.ends_with('.') && !setting.sentence.starts_with(' '), "{setting:?}");
        // As a settings file of its own.
        let json = serde_json::json!({ setting.key: setting.default }).to_string();
        assert_eq!(Settings::default().with_json(&json), Ok(Settings::default()));
    }
}

#[test]
fn only_what_is_named_changes() {
    let base = Settings { points_per_side: 16, ..Settings::default() };
    let found = base.with_json(r#"{"top_share": 0.5, "localising_prompts": ["a hole"]}"#).unwrap();
    assert_eq!(
        found,
        Settings { top_share: 0.5, localising_prompts: vec!["a hole".to_owned()], ..base.clone() }
    );
    assert_eq!(base.with_json("{}"), Ok(base.clone()));
    let all = serde_json::to_string(&found).unwrap();
    assert_eq!(Settings::default().with_json(&all), Ok(found));
}

#[test]
fn errors_say_what_and_why() {
    assert_eq!(error(r#"{"top_shar": 0.5}"#), "there is no setting top_shar");
    assert_eq!(error(r#"{"top_share": "much"}"#), r#"top_share is "much": it must be a number"#);
    for wrong in ["2.5", "-1", "\"many\"", "null"] {
        let expected = format!("points_per_side is {wrong}: it must be a whole number of at least 0");
        assert_eq!(error(&format!(r#"{{"points_per_side": {wrong}}}"#)), expected);
    }
    assert_eq!(
        error(r#"{"templates": ["[o]", 1]}"#),
        r#"templates is ["[o]",1]: it must be a list of texts"#
    );
    assert!(error(r#"{"points_near_object_only": 1}"#).ends_with("it must be true or false"));
    assert!(error(r#"{"points_per_side": 5000000000}"#).contains("5000000000"));
    assert!(error("[1]").contains("map"));
    assert!(error("{").contains("EOF"));
    assert_eq!(error(r#"{"top_share": 0}"#), "top_share is 0: it must be above 0 and at most 1");
    assert_eq!(error(r#"{"box_nms_threshold": 1.5}"#), "box_nms_threshold is 1.5: it must be from 0 to 1");
    assert_eq!(error(r#"{"points_per_side": 0}"#), "points_per_side is 0: it must be from 1 to 256");
    assert_eq!(error(r#"{"strip_step": 2}"#), "strip_step is 2: it must be from 0.01 to 1");
    assert_eq!(error(r#"{"templates": []}"#), "templates is empty: it must have at least one entry");
    assert_eq!(
        error(r#"{"normal_states": ["[o]", "good"]}"#),
        r#"normal_states: "good" lacks [o], which stands for the object's name"#
    );
    assert_eq!(error(r#"{"localising_prompts": [" "]}"#), "localising_prompts has an empty entry");
    let odd = Settings { logit_scale: f64::NAN, ..Settings::default() };
    assert!(matches!(odd.validate(), Err(SettingsError::OutOfRange { key: "logit_scale", .. })));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,60}") {
        let _ = Settings::default().with_json(&text);
    }

    #[test]
    fn no_value_panics(key in 0..describe_settings().len(), value in any::<f64>(), text in ".{0,9}") {
        let key = describe_settings()[key].key;
        for value in [serde_json::json!(value), serde_json::json!(value as i64), serde_json::json!(text), serde_json::json!([text])] {
            let _ = Settings::default().with_json(&serde_json::json!({ key: value }).to_string());
        }
    }
}
