//! A batch as files: what a person hands on.

use std::io::Write;

use image::RgbImage;
use js_sys::Uint8Array;
use spotcheck_browser::pause;
use spotcheck_imaging::{Map, Mask, encode_png_gray8, encode_png_gray16, encode_png_rgb};
use spotcheck_protocol::{self as protocol, Export, Exported, ExportedOutcome, Kind, Reply, Trouble, What};
use spotcheck_report::{
    Archive, Batch, Coco, Component, Decision, Entry, Findings, Html, Label, Language, Look, Outcome,
    OverlayStyle, Partners, PictureFile, Run, Seconds, Summary, Verdict, card_jpeg, csv, draw_overlay, json,
    outlines, regions,
};
use web_sys::Blob;

use crate::js::{read_now, said};
use crate::post::post;
use crate::read::read_picture;

/// Regions of a picture that are in the table of regions.
const MOST_REGIONS: usize = 1000;
/// Bytes that are sent to the page at a time.
const CHUNK: usize = 1 << 20;

/// Writes a batch and sends it to the page piece by piece; at the end whether it is whole.
pub async fn export(export: Export) {
    let trouble = write(&export).await.err();
    post(&Reply::Exported { trouble });
}

async fn write(export: &Export) -> Result<(), Trouble> {
    let batch = batch(export)?;
    let mut out = Posting::default();
    match export.what {
        What::Csv => csv_file(&batch, &mut out)?,
        What::Json => json(&batch, &mut out).map_err(sentence)?,
        What::Report => report(export, &batch, &mut out).await?,
        What::Coco => coco(export, &batch).await?.write(&mut out).map_err(sentence)?,
        What::Everything => everything(export, &batch, &mut out).await?,
        What::Overlay => {
            if let Some(exported) = export.entries.first()
                && let Some((picture, map)) = opened(exported).await?
            {
                let png = encode_png_rgb(&draw_overlay(&picture, &map, &style(export))).map_err(sentence)?;
                out.write_all(&png).map_err(sentence)?;
            }
        }
    }
    out.flush().map_err(sentence)
}

fn csv_file(batch: &Batch, mut out: impl Write) -> Result<(), Trouble> {
    out.write_all(csv::UTF8_MARK).map_err(sentence)?;
    csv::entries(batch, out).map_err(sentence)
}

async fn report(export: &Export, batch: &Batch, out: impl Write) -> Result<(), Trouble> {
    let summary = Summary::of(&batch.entries);
    // Of a language that the page speaks and the report does not, English is read by most.
    let language = Language::find(&export.language).unwrap_or_default();
    let look = Look { language, ..Look::default() };
    let mut html = Html::begin(out, &batch.run, &summary, look).map_err(sentence)?;
    for (at, (entry, exported)) in batch.entries.iter().zip(&export.entries).enumerate() {
        // One picture at a time: this is all of them that is ever in memory.
        let card = match opened(exported).await? {
            Some((picture, map)) => Some(card_jpeg(&picture, &map, &style(export)).map_err(sentence)?),
            None => None,
        };
        let failed = match &exported.outcome {
            ExportedOutcome::Failed { said, .. } => {
                Some(Entry { outcome: Outcome::Failed(said.clone()), ..entry.clone() })
            }
            ExportedOutcome::Found { .. } => None,
        };
        let entry = failed.as_ref().unwrap_or(entry);
        html.entry(entry, card.as_deref().map(PictureFile::Jpeg)).map_err(sentence)?;
        tell(at + 1, batch).await;
    }
    html.end().map_err(sentence)?;
    Ok(())
}

async fn region_table(export: &Export, batch: &Batch, out: impl Write) -> Result<(), Trouble> {
    let mut table = csv::RegionTable::begin(&batch.run, out).map_err(sentence)?;
    for (at, (entry, exported)) in batch.entries.iter().zip(&export.entries).enumerate() {
        if let Some(map) = map_of(exported)? {
            table.add(entry, &outlines(&map, export.level, MOST_REGIONS)).map_err(sentence)?;
        }
        tell(at + 1, batch).await;
    }
    table.end().map_err(sentence)
}

async fn coco(export: &Export, batch: &Batch) -> Result<Coco, Trouble> {
    let mut coco = Coco::new("defect", batch.run.object.as_str());
    for (at, (entry, exported)) in batch.entries.iter().zip(&export.entries).enumerate() {
        // A picture that could not be read has no size to annotate.
        if let Some(map) = map_of(exported)? {
            coco.add(entry, &regions(&map, export.level));
        }
        tell(at + 1, batch).await;
    }
    Ok(coco)
}

async fn everything(export: &Export, batch: &Batch, out: &mut Posting) -> Result<(), Trouble> {
    let mut archive = Archive::new(out, &export.created);
    csv_file(batch, archive.begin("pictures.csv").map_err(sentence)?)?;
    csv::components(batch, archive.begin("components.csv").map_err(sentence)?).map_err(sentence)?;
    region_table(export, batch, archive.begin("regions.csv").map_err(sentence)?).await?;
    json(batch, archive.begin("batch.json").map_err(sentence)?).map_err(sentence)?;
    let annotations = coco(export, batch).await?;
    annotations.write(archive.begin("coco.json").map_err(sentence)?).map_err(sentence)?;
    report(export, batch, archive.begin("report.html").map_err(sentence)?).await?;
    for (at, exported) in export.entries.iter().enumerate() {
        if let Some((picture, map)) = opened(exported).await? {
            let stem = exported.name.rsplit_once('.').map_or(exported.name.as_str(), |(stem, _)| stem);
            let overlay = encode_png_rgb(&draw_overlay(&picture, &map, &style(export))).map_err(sentence)?;
            archive.add(&format!("overlays/{stem}.png"), &overlay).map_err(sentence)?;
            let raw = encode_png_gray16(&map).map_err(sentence)?;
            archive.add(&format!("maps/{stem}.png"), &raw).map_err(sentence)?;
            let inside = map.data().iter().map(|&value| value >= export.level).collect();
            if let Some(mask) = Mask::from_vec(map.width(), map.height(), inside) {
                let mask = encode_png_gray8(&mask).map_err(sentence)?;
                archive.add(&format!("masks/{stem}.png"), &mask).map_err(sentence)?;
            }
        }
        tell(at + 1, batch).await;
    }
    archive.finish().map_err(sentence)?;
    Ok(())
}

/// Tells the page how far it is, and hears whether it is still wanted.
async fn tell(done: usize, batch: &Batch) {
    post(&Reply::Exporting { done, total: batch.entries.len() });
    pause().await;
}

fn style(export: &Export) -> OverlayStyle {
    OverlayStyle { contour: Some(export.level), ..OverlayStyle::default() }
}

/// A picture with its map; `None` for one without a result. The error names the picture.
async fn opened(exported: &Exported) -> Result<Option<(RgbImage, Map)>, Trouble> {
    let ExportedOutcome::Found { picture, .. } = &exported.outcome else { return Ok(None) };
    let file = read(picture, &exported.name)?;
    let picture = read_picture(&file).await;
    let picture = picture.map_err(|error| Trouble::from(error).of_file(&exported.name))?;
    Ok(map_of(exported)?.map(|map| (picture, map)))
}

fn map_of(exported: &Exported) -> Result<Option<Map>, Trouble> {
    let ExportedOutcome::Found { findings, map, .. } = &exported.outcome else { return Ok(None) };
    let bytes = read(map, &exported.name)?;
    let values = bytes.chunks_exact(4).map(|four| f32::from_ne_bytes([four[0], four[1], four[2], four[3]]));
    let map = Map::from_vec(findings.width, findings.height, values.collect());
    map.map(Some)
        .ok_or_else(|| Trouble::new(Kind::MapCut, "its map was not kept whole").of_file(&exported.name))
}

fn read(blob: &Blob, name: &str) -> Result<Vec<u8>, Trouble> {
    let mut bytes = vec![0; blob.size() as usize];
    read_now(blob, 0, &mut bytes).map_err(|error| {
        let reason = said(error);
        let english = format!("{name} cannot be read: {reason}");
        Trouble::new(Kind::CannotBeRead { path: name.to_owned(), reason }, english)
    })?;
    Ok(bytes)
}

fn batch(export: &Export) -> Result<Batch, Trouble> {
    let found = export.entries.iter().find_map(|entry| match &entry.outcome {
        ExportedOutcome::Found { findings, .. } => Some(findings),
        ExportedOutcome::Failed { .. } => None,
    });
    let engine = found.map_or("", |findings| if findings.engine.gpu { "wonnx" } else { "rten" });
    let run = Run {
        object: export.object.clone(),
        created: export.created.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        engine: engine.into(),
        method: export.method.title().into(),
        pack: found.map(|findings| findings.pack.clone()).unwrap_or_default(),
        settings: serde_json::from_str(&export.settings).map_err(sentence)?,
        threshold: export.threshold,
        pixels_per_mm: export.pixels_per_mm,
    };
    Ok(Batch { run, entries: export.entries.iter().map(|exported| entry(export, exported)).collect() })
}

fn entry(export: &Export, exported: &Exported) -> Entry {
    let name = exported.name.rsplit('/').next().unwrap_or_default();
    let mut entry = match &exported.outcome {
        ExportedOutcome::Found { findings, score, zero_shot, z, .. } => {
            let said = Findings { zero_shot: *zero_shot, z: *z, ..found(export, findings, *score) };
            let found = Outcome::Found(said);
            let mut entry = Entry::new(name, findings.width, findings.height, found);
            entry.region = Some(findings.region.clone()).filter(|region| !region.is_empty());
            entry
        }
        ExportedOutcome::Failed { trouble, .. } => {
            Entry::new(name, 0, 0, Outcome::Failed(trouble.sentence()))
        }
    };
    entry.path = (name != exported.name).then(|| exported.name.clone());
    entry.decision = exported.decision.map(|decision| match decision {
        protocol::Decision::Accept => Decision::Accept,
        protocol::Decision::Reject => Decision::Reject,
        protocol::Decision::Unsure => Decision::Unsure,
    });
    entry.note = exported.note.clone();
    entry.label = exported.label.map(|defective| if defective { Label::Defective } else { Label::Whole });
    entry
}

fn found(export: &Export, findings: &protocol::Findings, score: f32) -> Findings {
    let pixels = f64::from(findings.width) * f64::from(findings.height);
    let components = findings.components.iter().map(|component| Component {
        rect: component.rect,
        area: component.area,
        percent: component.area as f64 / pixels.max(1.0) * 100.0,
        mm2: export.pixels_per_mm.map(|scale| component.area as f64 / (scale * scale)),
        score: component.score,
    });
    let worst = findings.tiles.iter().max_by(|a, b| a.score.total_cmp(&b.score));
    let seconds = findings.seconds;
    let stages = [seconds.prompts, seconds.foreground, seconds.tiles, seconds.score, seconds.segment];
    Findings {
        score,
        verdict: Verdict::of(score, export.threshold),
        components: components.collect(),
        words: worst.map(|tile| tile.anomalous_prompts.clone()).unwrap_or_default(),
        zero_shot: None,
        z: None,
        partners: findings.partners.map(|partners| Partners { good: partners.good, others: partners.others }),
        seconds: Seconds { stages: seconds, total: stages.iter().sum::<f64>() + seconds.aggregate },
    }
}

fn sentence(error: impl std::fmt::Display) -> Trouble {
    error.to_string().into()
}

/// Sends what is written to the page.
#[derive(Default)]
struct Posting(Vec<u8>);

impl Write for Posting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if !self.0.is_empty() {
            post(&Reply::Piece { bytes: Uint8Array::from(self.0.as_slice()) });
            self.0.clear();
        }
        Ok(())
    }
}
