//! What the page says.

use crate::item::Decision;
use spotcheck_protocol::{ForegroundSource, Precision, Progress, Stage, StageSeconds, Step};

/// What a stage does, while it does it.
pub fn doing(stage: Stage) -> &'static str {
    match stage {
        Stage::Prompts => "reading the prompts",
        Stage::Foreground => "finding the object",
        Stage::Tiles => "cutting tiles",
        Stage::Score => "scoring",
        Stage::Segment => "localising",
        Stage::Aggregate => "putting it together",
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
pub fn stages(seconds: &StageSeconds) -> [(&'static str, f64); 6] {
    [
        ("Prompts", seconds.prompts),
        ("Foreground", seconds.foreground),
        ("Tiles", seconds.tiles),
        ("Score", seconds.score),
        ("Localise", seconds.segment),
        ("Put together", seconds.aggregate),
    ]
}

/// Seconds of all stages.
pub fn total(seconds: &StageSeconds) -> f64 {
    stages(seconds).iter().map(|(_, seconds)| seconds).sum()
}

/// How the foreground was found.
pub fn foreground(source: ForegroundSource, parts: usize) -> String {
    match source {
        ForegroundSource::Sam => match parts {
            1 => "One SAM mask inside of IS-Net's mask.".into(),
            n => format!("{n} SAM masks inside of IS-Net's mask, united."),
        },
        ForegroundSource::Dichotomous => "IS-Net's mask: SAM had none inside of it.".into(),
        ForegroundSource::WholeImage => "The whole picture: no object stood out.".into(),
        ForegroundSource::Given => "A mask that was given.".into(),
    }
}

/// Seconds as a person reads them.
pub fn seconds(value: f64) -> String {
    if value < 0.0095 {
        format!("{:.0} ms", value * 1000.0)
    } else if value < 9.995 {
        format!("{value:.2} s")
    } else if value < 99.5 {
        format!("{value:.0} s")
    } else {
        format!("{:.0} min", value / 60.0)
    }
}

/// A time that passes.
pub fn duration(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}

/// Megabytes as a bare number.
pub fn number(bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    if megabytes < 9.95 { format!("{megabytes:.1}") } else { format!("{megabytes:.0}") }
}

/// A size.
pub fn megabytes(bytes: f64) -> String {
    if bytes < 9.95e9 { format!("{} MB", number(bytes)) } else { format!("{:.0} GB", bytes / 1e9) }
}

/// How weights are stored.
pub fn precision(precision: Precision) -> &'static str {
    match precision {
        Precision::F32 => "exact",
        Precision::F16 => "half",
        Precision::Int8 => "quarter",
    }
}

/// What that costs; the table is in the documentation of `crate/pack`.
pub fn precision_costs(precision: Precision) -> &'static str {
    match precision {
        Precision::F32 => "32-bit floats, as published",
        Precision::F16 => "16-bit floats: half the storage; pixels differ by less than 0.003",
        Precision::Int8 => "8-bit integers: under a third of the storage; pixels differ by up to 0.05",
    }
}

/// What is done with a pack, while it is done.
pub fn step(step: Step) -> &'static str {
    match step {
        Step::Queueing => "Another tab of this page works on its packs: waiting",
        Step::Fetching => "Fetching",
        Step::Reconnecting => "The connection was lost: trying again",
        Step::Building => "Building",
        Step::Checking => "Checking",
    }
}

/// The machine's verdict.
pub fn verdict(rejected: bool) -> Decision {
    if rejected { Decision::Reject } else { Decision::Accept }
}

/// A decision, on a button.
pub fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Accept => "Accept",
        Decision::Reject => "Reject",
        Decision::Unsure => "Unsure",
    }
}

/// A cosine, with a true minus and no signed zero.
pub fn cosine(value: f32) -> String {
    let thousandths = (f64::from(value) * 1000.0).round();
    let sign = if thousandths < 0.0 { "\u{2212}" } else { "" };
    format!("{sign}{:.3}", thousandths.abs() / 1000.0)
}

/// A file's name without its ending.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A number of things.
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
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
    fn stems() {
        assert_eq!(stem("a.b.png"), "a.b");
        assert_eq!(stem("part"), "part");
    }
}
