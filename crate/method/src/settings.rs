use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::prompts::{ANOMALOUS_STATES, LOCALISING_PROMPTS, NORMAL_STATES, PLACEHOLDER, TEMPLATES};

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Not a JSON object, or a value that nothing else is said of.
    #[error("{0}")]
    Unreadable(String),
    #[error("there is no setting {key}")]
    Unknown { key: String },
    #[error("{key} is {value}: it must be {wanted}")]
    WrongType { key: String, value: String, wanted: ValueKind },
    #[error("{key} is {value}: it must be {bounds}")]
    OutOfRange { key: &'static str, value: String, bounds: Bounds },
    #[error("{key} is empty: it must have at least one entry")]
    EmptyList { key: &'static str },
    #[error("{key}: {entry:?} lacks {PLACEHOLDER}, which stands for {stands_for}")]
    NoPlaceholder { key: &'static str, entry: String, stands_for: &'static str },
    #[error("{key} has an empty entry")]
    EmptyEntry { key: &'static str },
}

/// What a setting's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Number,
    /// Of at least 0.
    WholeNumber,
    Flag,
    Texts,
}

/// The smallest and the largest number that a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub from: f64,
    pub to: f64,
    /// Whether the number must be above `from`.
    pub above: bool,
}

impl ValueKind {
    /// As that of a value which is right.
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Flag,
            Value::Array(_) => Self::Texts,
            value if value.is_u64() => Self::WholeNumber,
            _ => Self::Number,
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Number => value.is_number(),
            Self::WholeNumber => value.is_u64(),
            Self::Flag => value.is_boolean(),
            Self::Texts => value.as_array().is_some_and(|entries| entries.iter().all(Value::is_string)),
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::WholeNumber => "a whole number of at least 0",
            Self::Flag => "true or false",
            Self::Texts => "a list of texts",
        })
    }
}

impl Bounds {
    fn between(from: f64, to: f64) -> Self {
        Self { from, to, above: false }
    }

    fn contain(self, value: f64) -> bool {
        value <= self.to && if self.above { value > self.from } else { value >= self.from }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, above } = self;
        if *above { write!(f, "above {from} and at most {to}") } else { write!(f, "from {from} to {to}") }
    }
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
            for (key, value) in changes {
                let Some(known) = all.get_mut(&key) else { return Err(SettingsError::Unknown { key }) };
                let wanted = ValueKind::of(known);
                if !wanted.fits(&value) {
                    return Err(SettingsError::WrongType { key, value: value.to_string(), wanted });
                }
                *known = value;
            }
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
            within(key, value, value, Bounds::between(0.0, 1.0))?;
        }
        within("top_share", self.top_share, self.top_share, Bounds { from: 0.0, to: 1.0, above: true })?;
        let limits = [
            ("stability_offset", self.stability_offset, Bounds::between(0.0, 1e6)),
            ("mask_threshold", self.mask_threshold, Bounds::between(-1e6, 1e6)),
            ("strip_aspect_ratio", self.strip_aspect_ratio, Bounds::between(1.0, 1e6)),
            ("strip_step", self.strip_step, Bounds::between(0.01, 1.0)),
            ("logit_scale", self.logit_scale, Bounds::between(0.0, 1e6)),
            ("logit_limit", self.logit_limit, Bounds::between(1.0, 80.0)),
        ];
        for (key, value, bounds) in limits {
            within(key, value, value, bounds)?;
        }
        let counts = [
            ("points_per_side", self.points_per_side, Bounds::between(1.0, 256.0)),
            ("points_per_batch", self.points_per_batch, Bounds::between(1.0, 65_536.0)),
            ("fired_prompts", self.fired_prompts, Bounds::between(0.0, 1000.0)),
        ];
        for (key, value, bounds) in counts {
            within(key, value, value.into(), bounds)?;
        }
        check_list("normal_states", &self.normal_states, Some("the object's name"))?;
        check_list("anomalous_states", &self.anomalous_states, Some("the object's name"))?;
        check_list("templates", &self.templates, Some("the state with the object's name"))?;
        check_list("localising_prompts", &self.localising_prompts, None)
    }
}

fn within(
    key: &'static str,
    written: impl ToString,
    value: f64,
    bounds: Bounds,
) -> Result<(), SettingsError> {
    if bounds.contain(value) {
        return Ok(());
    }
    Err(SettingsError::OutOfRange { key, value: written.to_string(), bounds })
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
