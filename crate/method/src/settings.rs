use serde::{Deserialize, Serialize};

use crate::prompts::{ANOMALOUS_STATES, LOCALISING_PROMPTS, NORMAL_STATES, PLACEHOLDER, TEMPLATES};

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Not JSON, an unknown key, or a value of another type.
    #[error("{0}")]
    Unreadable(String),
    #[error("{key} is {value}: it must be {must}")]
    OutOfRange { key: &'static str, value: String, must: &'static str },
    #[error("{key} is empty: it must have at least one entry")]
    EmptyList { key: &'static str },
    #[error("{key}: {entry:?} lacks {PLACEHOLDER}, which stands for {stands_for}")]
    NoPlaceholder { key: &'static str, entry: String, stands_for: &'static str },
    #[error("{key} has an empty entry")]
    EmptyEntry { key: &'static str },
}

/// A setting, for people to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub key: &'static str,
    pub default: serde_json::Value,
    pub sentence: &'static str,
}

/// One list gives the struct, its defaults and what is said about each: they cannot part.
macro_rules! settings {
    ($( $(#[doc = $sentence:literal])+ $key:ident: $type:ty = $default:expr; )+) => {
        /// Every number and list of the method, with the defaults of the paper and its reference implementations.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Settings {
            $( $(#[doc = $sentence])+ pub $key: $type, )+
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $( $key: $default, )+ }
            }
        }

        /// Every setting with its default and a sentence, in the method's order.
        pub fn describe_settings() -> Vec<Setting> {
            let defaults = Settings::default();
            vec![ $( Setting {
                key: stringify!($key),
                default: serde_json::json!(defaults.$key),
                sentence: concat!($($sentence),+).trim_ascii(),
            }, )+ ]
        }
    };
}

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

settings! {
    /// Where the min-max normalised saliency is above this, the picture is object (D), 0 to 1.
    saliency_threshold: f64 = 0.5;
    /// Whether IS-Net reads the picture at half the side of its input: a quarter of the work, and coarser.
    saliency_at_half_size: bool = false;
    /// Points along each axis at which SAM is asked for masks.
    points_per_side: u32 = 32;
    /// Whether SAM is asked only at points in D dilated by one grid step; for speed. A mask needs most of its area in D, so
    /// points elsewhere rarely add one: of 160 pictures of the demo's unseen kinds, no foreground differed.
    points_near_object_only: bool = true;
    /// Points that SAM is asked for at a time; does not change the result.
    points_per_batch: u32 = 64;
    /// SAM masks need a predicted IoU above this, 0 to 1.
    predicted_iou_threshold: f64 = 0.88;
    /// SAM masks need at least this stability score, 0 to 1.
    stability_threshold: f64 = 0.95;
    /// How far the logits' threshold is moved both ways for the stability score.
    stability_offset: f64 = 1.0;
    /// SAM's logits above this are mask.
    mask_threshold: f64 = 0.0;
    /// Of two SAM masks whose boxes have an IoU above this, the one with the lower predicted IoU goes, 0 to 1.
    box_nms_threshold: f64 = 0.7;
    /// A SAM mask is kept when at least this share of its area lies in D, 0 to 1.
    mask_inside_object: f64 = 0.8;
    /// Components of the foreground smaller than this share of the picture are dropped, 0 to 1.
    speck_share: f64 = 0.001;
    /// A component is tiled in strips when its box's longer side is more than this times the shorter.
    strip_aspect_ratio: f64 = 1.5;
    /// A component is tiled in strips when it has more than this many SAM masks.
    strip_parts: u32 = 20;
    /// A SAM mask counts as a part of a component that holds at least this share of its area, 0 to 1.
    part_inside_component: f64 = 0.8;
    /// Step from one tile of a strip to the next, in short sides of the component's box.
    strip_step: f64 = 0.5;
    /// States of a whole object; [o] is its name.
    normal_states: Vec<String> = list(&NORMAL_STATES);
    /// States of an object with something wrong; [o] is its name.
    anomalous_states: Vec<String> = list(&ANOMALOUS_STATES);
    /// Sentences around a state; [o] is the state with the name. An entry listed twice has twice the weight.
    templates: Vec<String> = list(&TEMPLATES);
    /// What the segmenter looks for, whatever the object. An entry listed twice has twice the weight.
    localising_prompts: Vec<String> = list(&LOCALISING_PROMPTS);
    /// Factor on the cosines before the softmax: 100 is CLIP's own, WinCLIP's code has 1/0.07.
    logit_scale: f64 = 100.0;
    /// The segmenter's logits are clamped to this, both ways, before the harmonic mean.
    logit_limit: f64 = 30.0;
    /// The sample score is the mean over this share of the components, the highest, 0 to 1.
    top_share: f64 = 0.25;
    /// How many of the prompts that fired most are told for each tile and side.
    fired_prompts: u32 = 5;
    /// A sample with at least this score is rejected, 0 to 1.
    verdict_threshold: f64 = 0.5;
    /// Pixels of the map of at least this make contours, regions and masks, 0 to 1. Nothing else depends on it. A pixel's
    /// value is its tile's score times how well the place fits the prompts, so it is rarely near 1: 0.3 takes in what is
    /// plainly seen in the heatmap and leaves out its faint surroundings.
    pixel_threshold: f64 = 0.3;
}

impl Settings {
    /// These settings with those that `json`, an object, names; unknown keys and unusable values are refused.
    pub fn with_json(&self, json: &str) -> Result<Self, SettingsError> {
        let unreadable = |error: serde_json::Error| SettingsError::Unreadable(error.to_string());
        let changes: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(json).map_err(unreadable)?;
        let mut all = serde_json::to_value(self).map_err(unreadable)?;
        if let Some(all) = all.as_object_mut() {
            all.extend(changes);
        }
        let settings: Self = serde_json::from_value(all).map_err(unreadable)?;
        settings.validate()?;
        Ok(settings)
    }

    /// Whether every value is in its range and every list is usable.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let shares = [
            ("saliency_threshold", self.saliency_threshold),
            ("predicted_iou_threshold", self.predicted_iou_threshold),
            ("stability_threshold", self.stability_threshold),
            ("box_nms_threshold", self.box_nms_threshold),
            ("mask_inside_object", self.mask_inside_object),
            ("speck_share", self.speck_share),
            ("part_inside_component", self.part_inside_component),
            ("verdict_threshold", self.verdict_threshold),
            ("pixel_threshold", self.pixel_threshold),
        ];
        for (key, value) in shares {
            within(key, value, (0.0..=1.0).contains(&value), "from 0 to 1")?;
        }
        within(
            "top_share",
            self.top_share,
            self.top_share > 0.0 && self.top_share <= 1.0,
            "above 0 and at most 1",
        )?;
        let limits = [
            ("stability_offset", self.stability_offset, 0.0..=1e6, "from 0 to 1000000"),
            ("mask_threshold", self.mask_threshold, -1e6..=1e6, "from -1000000 to 1000000"),
            ("strip_aspect_ratio", self.strip_aspect_ratio, 1.0..=1e6, "from 1 to 1000000"),
            ("strip_step", self.strip_step, 0.01..=1.0, "from 0.01 to 1"),
            ("logit_scale", self.logit_scale, 0.0..=1e6, "from 0 to 1000000"),
            ("logit_limit", self.logit_limit, 1.0..=80.0, "from 1 to 80"),
        ];
        for (key, value, range, must) in limits {
            within(key, value, range.contains(&value), must)?;
        }
        let counts = [
            ("points_per_side", self.points_per_side, 1..=256, "from 1 to 256"),
            ("points_per_batch", self.points_per_batch, 1..=65_536, "from 1 to 65536"),
            ("fired_prompts", self.fired_prompts, 0..=1000, "from 0 to 1000"),
        ];
        for (key, value, range, must) in counts {
            within(key, value, range.contains(&value), must)?;
        }
        check_list("normal_states", &self.normal_states, Some("the object's name"))?;
        check_list("anomalous_states", &self.anomalous_states, Some("the object's name"))?;
        check_list("templates", &self.templates, Some("the state with the object's name"))?;
        check_list("localising_prompts", &self.localising_prompts, None)
    }
}

fn within(
    key: &'static str,
    value: impl ToString,
    inside: bool,
    must: &'static str,
) -> Result<(), SettingsError> {
    if inside { Ok(()) } else { Err(SettingsError::OutOfRange { key, value: value.to_string(), must }) }
}

fn check_list(
    key: &'static str,
    entries: &[String],
    stands_for: Option<&'static str>,
) -> Result<(), SettingsError> {
    if entries.is_empty() {
        return Err(SettingsError::EmptyList { key });
    }
    for entry in entries {
        if entry.trim().is_empty() {
            return Err(SettingsError::EmptyEntry { key });
        }
        if let Some(stands_for) = stands_for
            && !entry.contains(PLACEHOLDER)
        {
            return Err(SettingsError::NoPlaceholder { key, entry: entry.clone(), stands_for });
        }
    }
    Ok(())
}
