//! What pictures are inspected with and judged by.

use leptos::prelude::*;
use spotcheck_protocol::{Method, Request, Settings, Trouble};

use super::Bench;
use crate::memory::{Word, recall, remember};
use crate::text;

impl Bench {
    /// The settings that differ from the pack's, a JSON object.
    pub fn changes(self) -> String {
        recall(Word::Settings).unwrap_or_else(|| "{}".into())
    }

    /// What the pack lacks for a method; `None` where pictures can be inspected by it.
    pub fn lacks(self, method: Method) -> Option<Trouble> {
        self.lacking
            .with(|lacking| lacking.iter().find(|(of, _)| *of == method).map(|(_, lacks)| lacks.clone()))
    }

    /// Changes the method and the settings; `changes` is a JSON object of those that differ from the pack's. The thresholds of
    /// verdicts and of pixels and the share of components are taken over at once; for all others, and for another method, every
    /// picture is inspected again.
    pub fn change_settings(
        self,
        method: Method,
        changes: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), Trouble> {
        let Some(defaults) = self.defaults.get_untracked() else {
            return Err(text::models_not_there_yet().into());
        };
        let json = serde_json::Value::from(changes.clone()).to_string();
        let settings = defaults.with_json(&json)?;
        let again = method != self.method.get_untracked()
            || self
                .settings
                .with_untracked(|old| old.as_ref().is_some_and(|old| needs_networks(old, &settings)));
        remember(Word::Method, (!method.is_own()).then_some(method.name()));
        remember(Word::Settings, (!changes.is_empty()).then_some(json.as_str()));
        let judges = |settings: &Settings| settings.verdict_threshold;
        if self.settings.with_untracked(|old| old.as_ref().map(judges)) != Some(judges(&settings)) {
            // The person wants this score.
            self.spreads.set(None);
            remember(Word::Spreads, None);
        }
        self.refused.set(None);
        self.method.set(method);
        self.settings.set(Some(settings));
        if again {
            self.stop_running();
        }
        self.post_all(&Request::Settings { settings: json });
        if again {
            self.requeue_all();
            self.next();
        }
        Ok(())
    }

    /// Judges by another threshold, a score, for now.
    pub fn preview_threshold(self, threshold: f64) {
        if let Some(calibration) = untrack(|| self.scale()) {
            return self.spreads.set(Some(calibration.z(threshold as f32)));
        }
        self.settings.update(|settings| {
            if let Some(settings) = settings {
                settings.verdict_threshold = threshold.clamp(0.0, 1.0);
            }
        });
    }

    /// Keeps the threshold that is judged by.
    pub fn keep_threshold(self) {
        let spreads = self.spreads.get_untracked();
        remember(Word::Spreads, spreads.map(|z| z.to_string()).as_deref());
        if untrack(|| self.scale()).is_some() {
            return;
        }
        self.keep_number("verdict_threshold", |settings| settings.verdict_threshold);
    }

    /// Keeps a setting, from 0 to 1, as it is now.
    pub fn keep_number(self, key: &str, value: fn(&Settings) -> f64) {
        let (Some(now), Some(defaults)) = (self.settings.get_untracked(), self.defaults.get_untracked())
        else {
            return;
        };
        let mut changes: serde_json::Map<_, _> = serde_json::from_str(&self.changes()).unwrap_or_default();
        if value(&now) == value(&defaults) {
            changes.remove(key);
        } else {
            changes.insert(key.into(), value(&now).into());
        }
        // Within 0 to 1 it is never refused.
        let _ = self.change_settings(self.method.get_untracked(), &changes);
    }

    /// Whether other settings would have the networks run again.
    pub fn would_run_again(self, settings: &Settings) -> bool {
        self.settings.with(|old| old.as_ref().is_some_and(|old| needs_networks(old, settings)))
    }
}

/// Whether a picture inspected with the one settings has to be inspected again for the others: what makes the verdict of the
/// components' scores is done here.
fn needs_networks(old: &Settings, new: &Settings) -> bool {
    let alike = Settings {
        verdict_threshold: old.verdict_threshold,
        pixel_threshold: old.pixel_threshold,
        top_share: old.top_share,
        ..new.clone()
    };
    alike != *old
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_need_no_network() {
        let old = Settings::default();
        let judged = Settings { verdict_threshold: 0.1, pixel_threshold: 0.2, top_share: 1.0, ..old.clone() };
        assert!(judged != old && !needs_networks(&old, &judged));
        assert!(needs_networks(&old, &Settings { logit_scale: 7.0, ..judged }));
    }
}
