//! What the page says.

use spotcheck_protocol::{ForegroundSource, Progress, Stage, StageSeconds};

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
