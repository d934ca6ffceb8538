//! The report of a call: one HTML file to read and to print.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::{SecondsFormat, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use image::RgbImage;
use spotcheck_method::{Inspection, Settings};
use spotcheck_report::{
    Entry, Findings, Html, Language, Look, Outcome, OverlayStyle, PictureFile, Run, Summary, card_jpeg,
};

use crate::inspect::Beside;

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
        let run = Run {
            object: object.into(),
            created: Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
            version: env!("CARGO_PKG_VERSION").into(),
            engine: engine.into(),
            method: String::new(),
            pack: pack.into(),
            settings: serde_json::to_value(settings)?,
            threshold: settings.verdict_threshold,
            pixels_per_mm: None,
        };
        let style =
            OverlayStyle { contour: Some(settings.pixel_threshold as f32), ..OverlayStyle::default() };
        Ok(Some(Self { path, language: arguments.language, run, style, entries: Vec::new() }))
    }

    /// Adds a picture with what was found, and what took part beside the prompts; `total` is in seconds.
    pub fn found(
        &mut self,
        path: &Path,
        picture: &RgbImage,
        inspection: &Inspection,
        beside: Option<Beside>,
        total: f64,
    ) -> Result<()> {
        let findings = Findings {
            zero_shot: beside.map(|beside| beside.zero_shot_score),
            partners: beside.map(|beside| beside.partners),
            ..Findings::of(inspection, self.run.threshold, None, total)
        };
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
