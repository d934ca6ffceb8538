//! What the page says.

use crate::item::Decision;
use crate::ranking::Outdated;
use crate::text;
use spotcheck_protocol::{ForegroundSource, Partners, Precision, Progress, Stage, StageSeconds, Step};

/// What a stage does, while it does it.
pub fn doing(stage: Stage) -> String {
    match stage {
        Stage::Prompts => text::doing_prompts(),
        Stage::Foreground => text::doing_foreground(),
        Stage::Tiles => text::doing_tiles(),
        Stage::Score => text::doing_score(),
        Stage::Segment => text::doing_segment(),
        Stage::Aggregate => text::doing_aggregate(),
    }
}

/// How much of an inspection is done, 0 to 1, by what the stages usually take.
pub fn done(progress: Progress) -> f64 {
    let (from, to) = match progress.stage {
        Stage::Prompts => (0.0, 0.1),
        Stage::Foreground => (0.1, 0.6),
        Stage::Tiles => (0.6, 0.62),
        Stage::Score => (0.62, 0.7),
        Stage::Segment => (0.7, 0.97),
        Stage::Aggregate => (0.97, 1.0),
    };
    from + (to - from) * f64::from(progress.fraction).clamp(0.0, 1.0)
}

/// Stages with the seconds they took.
pub fn stages(seconds: &StageSeconds) -> [(text::Message, f64); 6] {
    [
        (text::stage_prompts, seconds.prompts),
        (text::stage_foreground, seconds.foreground),
        (text::stage_tiles, seconds.tiles),
        (text::stage_score, seconds.score),
        (text::stage_segment, seconds.segment),
        (text::stage_aggregate, seconds.aggregate),
    ]
}

/// Seconds of all stages.
pub fn total(seconds: &StageSeconds) -> f64 {
    stages(seconds).iter().map(|(_, seconds)| seconds).sum()
}

/// How the foreground was found.
pub fn foreground(source: ForegroundSource, parts: usize) -> String {
    match source {
        ForegroundSource::Sam => text::foreground_sam(parts),
        ForegroundSource::Dichotomous => text::foreground_dichotomous(),
        ForegroundSource::WholeImage => text::foreground_whole_image(),
        ForegroundSource::Given => text::foreground_given(),
    }
}

/// Seconds as a person reads them.
pub fn seconds(value: f64) -> String {
    if value < 0.0095 {
        text::milliseconds(decimal(value * 1000.0, 0))
    } else if value < 9.995 {
        text::seconds(decimal(value, 2))
    } else if value < 99.5 {
        text::seconds(decimal(value, 0))
    } else {
        text::minutes(decimal(value / 60.0, 0))
    }
}

/// A time that passes.
pub fn duration(seconds: f64) -> String {
    if seconds < 90.0 {
        text::seconds(decimal(seconds, 0))
    } else {
        text::minutes(decimal(seconds / 60.0, 0))
    }
}

/// Megabytes as a bare number.
pub fn number(bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    if megabytes < 9.95 { decimal(megabytes, 1) } else { decimal(megabytes, 0) }
}

/// A size.
pub fn megabytes(bytes: f64) -> String {
    if bytes < 9.95e9 { text::megabytes(number(bytes)) } else { text::gigabytes(decimal(bytes / 1e9, 0)) }
}

/// How weights are stored.
pub fn precision(precision: Precision) -> String {
    match precision {
        Precision::F32 => text::precision_f32(),
        Precision::F16 => text::precision_f16(),
        Precision::Int8 => text::precision_int8(),
    }
}

/// A precision's name where it is remembered, in no language.
pub fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::F32 => "exact",
        Precision::F16 => "half",
        Precision::Int8 => "quarter",
    }
}

/// What that costs; the table is in the documentation of `crate/pack`.
pub fn precision_costs(precision: Precision) -> String {
    match precision {
        Precision::F32 => text::precision_f32_costs(),
        Precision::F16 => text::precision_f16_costs(),
        Precision::Int8 => text::precision_int8_costs(),
    }
}

/// What is done with a pack, while it is done.
pub fn step(step: Step) -> String {
    match step {
        Step::Queueing => text::step_queueing(),
        Step::Fetching => text::step_fetching(),
        Step::Reconnecting => text::step_reconnecting(),
        Step::Building => text::step_building(),
        Step::Checking => text::step_checking(),
    }
}

/// The machine's verdict.
pub fn verdict(rejected: bool) -> Decision {
    if rejected { Decision::Reject } else { Decision::Accept }
}

/// A decision, on a button.
pub fn decision(decision: Decision) -> String {
    match decision {
        Decision::Accept => text::decide_accept(),
        Decision::Reject => text::decide_reject(),
        Decision::Unsure => text::decide_unsure(),
    }
}

/// The key for a decision, the same in every language.
pub fn decision_key(decision: Decision) -> &'static str {
    match decision {
        Decision::Accept => "A",
        Decision::Reject => "R",
        Decision::Unsure => "U",
    }
}

/// A verdict, beside its mark.
pub fn verdict_name(verdict: Decision) -> String {
    match verdict {
        Decision::Accept => text::verdict_accept(),
        Decision::Reject => text::verdict_reject(),
        Decision::Unsure => text::verdict_unsure(),
    }
}

/// Why a result is not what an inspection would say now.
pub fn outdated(by: Outdated) -> String {
    match by {
        Outdated::Region => text::region_outdated(),
        Outdated::Method => text::method_outdated(),
    }
}

/// A number with so many decimals, as the language writes it.
pub fn decimal(value: f64, decimals: usize) -> String {
    localised(&format!("{value:.decimals$}"))
}

/// A number with its sign, a true minus, and so many decimals.
pub fn signed(value: f64, decimals: usize) -> String {
    let number = decimal(value.abs(), decimals);
    let is_zero = !number.contains(|digit: char| ('1'..='9').contains(&digit));
    match value.is_sign_negative() {
        _ if is_zero => number,
        true => format!("\u{2212}{number}"),
        false => format!("+{number}"),
    }
}

/// What took part in a result beside the prompts.
pub fn partners(partners: Partners) -> String {
    match (partners.good, partners.others) {
        (0, others) => text::with_others(text::other_pictures(others)),
        (good, 0) => text::with_others(text::good_pictures(good)),
        (good, others) => text::with_both(text::good_pictures(good), text::other_pictures(others)),
    }
}

/// A number that was written with a point, as the language writes it.
pub fn localised(number: &str) -> String {
    number.replace('.', &text::decimal_separator())
}

/// A share, 0 to 1, in percent with so many decimals.
pub fn percent(share: f64, decimals: usize) -> String {
    text::percent(decimal(share * 100.0, decimals))
}

/// A cosine, with a true minus and no signed zero.
pub fn cosine(value: f32) -> String {
    let thousandths = (f64::from(value) * 1000.0).round();
    let sign = if thousandths < 0.0 { "\u{2212}" } else { "" };
    format!("{sign}{}", decimal(thousandths.abs() / 1000.0, 3))
}

/// A file's name without its ending.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_read_well() {
        assert_eq!(seconds(0.004), "4 ms");
        assert_eq!(seconds(0.123), "0.12 s");
        assert_eq!(seconds(9.99), "9.99 s");
        assert_eq!(seconds(41.2), "41 s");
        assert_eq!(seconds(150.0), "2 min");
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(megabytes(817_400_000.0), "817 MB");
        assert_eq!(megabytes(1_234_000.0), "1.2 MB");
        assert_eq!(megabytes(1.2e9), "1200 MB");
        assert_eq!(megabytes(64e9), "64 GB");
        assert_eq!((duration(41.4).as_str(), duration(240.0).as_str()), ("41 s", "4 min"));
    }

    #[test]
    fn progress_never_goes_back() {
        let stages =
            [Stage::Prompts, Stage::Foreground, Stage::Tiles, Stage::Score, Stage::Segment, Stage::Aggregate];
        let values: Vec<f64> = stages
            .into_iter()
            .flat_map(|stage| [0.0, 0.5, 1.0].map(|fraction| done(Progress { stage, fraction })))
            .collect();
        assert!(values.is_sorted());
        assert_eq!((values[0], values[17]), (0.0, 1.0));
    }

    #[test]
    fn cosines_read_well() {
        assert_eq!(cosine(0.2804), "0.280");
        assert_eq!(cosine(-0.0041), "\u{2212}0.004");
        assert_eq!(cosine(-0.0001), "0.000");
    }

    #[test]
    fn signed_numbers_have_one_zero() {
        assert_eq!(
            [3.12, -0.26, 0.04, -0.04].map(|value| signed(value, 1)),
            ["+3.1", "\u{2212}0.3", "0.0", "0.0"]
        );
    }

    #[test]
    fn partners_are_told_that_there_are() {
        let told = |good, others| partners(Partners { good, others });
        assert_eq!(told(0, 19), "With 19 other pictures");
        assert_eq!(told(1, 0), "With 1 good picture");
        assert_eq!(told(2, 1), "With 2 good pictures and 1 other picture");
    }

    #[test]
    fn stems() {
        assert_eq!(stem("a.b.png"), "a.b");
        assert_eq!(stem("part"), "part");
    }
}
