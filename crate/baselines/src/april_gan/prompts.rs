use crate::{Averaging, PromptEnsemble};

/// CLIP's own logit scale, with which the layers were trained.
const LOGIT_SCALE: f64 = 100.0;

/// States of a whole object; `[o]` is its name. WinCLIP's seven.
pub const NORMAL_STATES: [&str; 7] = [
    "[o]",
    "flawless [o]",
    "perfect [o]",
    "unblemished [o]",
    "[o] without flaw",
    "[o] without defect",
    "[o] without damage",
];

/// States of an object with something wrong: WinCLIP's four and a fifth.
pub const ABNORMAL_STATES: [&str; 5] =
    ["damaged [o]", "broken [o]", "[o] with flaw", "[o] with defect", "[o] with damage"];

/// The general ones of CLIP's templates for ImageNet, and five of an object in a scene.
pub const TEMPLATES: [&str; 35] = [
    "a bad photo of a [o].",
    "a low resolution photo of the [o].",
    "a bad photo of the [o].",
    "a cropped photo of the [o].",
    "a bright photo of a [o].",
    "a dark photo of the [o].",
    "a photo of my [o].",
    "a photo of the cool [o].",
    "a close-up photo of a [o].",
    "a black and white photo of the [o].",
    "a bright photo of the [o].",
    "a cropped photo of a [o].",
    "a jpeg corrupted photo of a [o].",
    "a blurry photo of the [o].",
    "a photo of the [o].",
    "a good photo of the [o].",
    "a photo of one [o].",
    "a close-up photo of the [o].",
    "a photo of a [o].",
    "a low resolution photo of a [o].",
    "a photo of a large [o].",
    "a blurry photo of a [o].",
    "a jpeg corrupted photo of the [o].",
    "a good photo of a [o].",
    "a photo of the small [o].",
    "a photo of the large [o].",
    "a black and white photo of a [o].",
    "a dark photo of a [o].",
    "a photo of a cool [o].",
    "a photo of a small [o].",
    "there is a [o] in the scene.",
    "there is the [o] in the scene.",
    "this is a [o] in the scene.",
    "this is the [o] in the scene.",
    "this is one [o] in the scene.",
];

/// APRIL-GAN's texts: 7 normal and 5 anomalous states in 35 templates.
pub fn ensemble() -> PromptEnsemble {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    PromptEnsemble {
        normal_states: owned(&NORMAL_STATES),
        anomalous_states: owned(&ABNORMAL_STATES),
        templates: owned(&TEMPLATES),
        averaging: Averaging::Unit,
        logit_scale: LOGIT_SCALE,
    }
}
