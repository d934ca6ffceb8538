use spotcheck_method::prompts::{ANOMALOUS_STATES, NORMAL_STATES, TEMPLATES};

use crate::{Averaging, PromptEnsemble};

/// Factor on the cosines before the softmax, as anomalib has it; the paper names none.
const LOGIT_SCALE: f64 = 1.0 / 0.07;

/// How many of the method's states are WinCLIP's: its lists begin with them.
const NORMAL: usize = 7;
const ANOMALOUS: usize = 4;

/// WinCLIP's prompts: 7 normal and 4 anomalous states in 22 templates, averaged as anomalib does.
pub fn ensemble() -> PromptEnsemble {
    let first = |texts: &[&str], count| texts.iter().take(count).map(|&text| text.to_owned()).collect();
    PromptEnsemble {
        normal_states: first(&NORMAL_STATES, NORMAL),
        anomalous_states: first(&ANOMALOUS_STATES, ANOMALOUS),
        templates: first(&TEMPLATES, TEMPLATES.len()),
        averaging: Averaging::Raw,
        logit_scale: LOGIT_SCALE,
    }
}
