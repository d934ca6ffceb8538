//! The report of a call: one HTML file to read and to print.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use image::RgbImage;
use spotcheck_method::{Inspection, Settings};
use spotcheck_report::{
    Entry, Findings, Html, Language, Look, Outcome, OverlayStyle, PictureFile, Run, Summary, card_jpeg,
};

const SECONDS_A_DAY: u64 = 86_400;

// Flattened beside other structs of this name, which clap would give the same group.
#[derive(clap::Args)]
#[group(id = "report_arguments")]
pub struct Arguments {
    /// Writes a report on all pictures: one HTML file to read and to print.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The language of the report.
    #[arg(long, default_value = "en", value_name = "TAG", value_parser = languages())]
    language: Language,
}

fn languages() -> impl TypedValueParser<Value = Language> {
    let tags = PossibleValuesParser::new(Language::all().map(Language::tag));
    tags.map(|tag| Language::find(&tag).unwrap_or_default())
}

/// A report while its pictures are inspected.
pub struct Report {
    path: PathBuf,
    language: Language,
    run: Run,
    style: OverlayStyle,
    /// Each with a small picture of it, if there is a result.
    entries: Vec<(Entry, Option<Vec<u8>>)>,
}

impl Report {
    /// `None` when none is asked for.
    pub fn begin(
        arguments: &Arguments,
        object: &str,
        engine: &str,
        pack: &str,
        settings: &Settings,
    ) -> Result<Option<Self>> {
        let Some(path) = arguments.report.clone() else { return Ok(None) };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let run = Run {
            object: object.into(),
            created: rfc3339(now),
            version: env!("CARGO_PKG_VERSION").into(),
            engine: engine.into(),
            pack: pack.into(),
            settings: serde_json::to_value(settings)?,
            threshold: settings.verdict_threshold,
            pixels_per_mm: None,
        };
        let style =
            OverlayStyle { contour: Some(settings.pixel_threshold as f32), ..OverlayStyle::default() };
        Ok(Some(Self { path, language: arguments.language, run, style, entries: Vec::new() }))
    }

    /// Adds a picture with what was found; `total` is in seconds.
    pub fn found(
        &mut self,
        path: &Path,
        picture: &RgbImage,
        inspection: &Inspection,
        total: f64,
    ) -> Result<()> {
        let findings = Findings::of(inspection, self.run.threshold, None, total);
        let card = card_jpeg(picture, &inspection.map, &self.style)?;
        let entry = entry(path, (inspection.width, inspection.height), Outcome::Found(findings));
        self.entries.push((entry, Some(card)));
        Ok(())
    }

    /// Adds a picture without a result.
    pub fn failed(&mut self, path: &Path, error: &anyhow::Error) {
        self.entries.push((entry(path, (0, 0), Outcome::Failed(format!("{error:#}."))), None));
    }

    /// Writes the file.
    pub fn end(self) -> Result<()> {
        let failed = || format!("cannot write {}", self.path.display());
        let file = BufWriter::new(File::create(&self.path).with_context(failed)?);
        let summary = Summary::of(self.entries.iter().map(|(entry, _)| entry));
        let look = Look { language: self.language, ..Look::default() };
        let mut html = Html::begin(file, &self.run, &summary, look).with_context(failed)?;
        for (entry, card) in &self.entries {
            html.entry(entry, card.as_deref().map(PictureFile::Jpeg)).with_context(failed)?;
        }
        html.end().with_context(failed)?;
        Ok(())
    }
}

fn entry(path: &Path, (width, height): (u32, u32), outcome: Outcome) -> Entry {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut entry = Entry::new(name, width, height, outcome);
    entry.path = Some(path.display().to_string());
    entry
}

/// A moment in UTC, from the seconds since 1970.
fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / SECONDS_A_DAY, seconds % SECONDS_A_DAY);
    // Years begin in March, so that a leap day is a year's last; eras of 400 years are alike (Hinnant, *chrono-Compatible
    // Low-Level Date Algorithms*).
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + later;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_calendar_has_them() {
        for (seconds, written) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), written);
        }
    }
}
