//! Writes every file of a report on drawn gears: `cargo run --release -p spotcheck-report --example report -- FOLDER`.
//!
//! Nothing is inspected: the heatmaps are blurred truth, the scores made up.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use image::{GrayImage, RgbImage};
use spotcheck_imaging::{Map, Mask, Rect};
use spotcheck_method::{FiredPrompt, Settings, StageSeconds};
use spotcheck_parts::{Defect, DefectChoice, Kind, Request, generate};
use spotcheck_report::{
    Archive, Batch, Coco, Component, Decision, Entry, Findings, Html, Label, Language, Look, Outcome,
    OverlayStyle, PictureFile, Run, Seconds, Summary, Verdict, card_jpeg, csv, json, regions,
};

const THRESHOLD: f64 = 0.5;
/// Where regions and contours begin.
const LEVEL: f32 = 0.4;

/// What is wrong, how many gears, width, height, score, seed.
const DRAWN: [(Option<Defect>, u32, u32, u32, f32, u64); 9] = [
    (Some(Defect::MissingPiece), 1, 640, 640, 0.934, 3),
    (Some(Defect::Crack), 1, 640, 480, 0.871, 4),
    (Some(Defect::Stain), 4, 800, 600, 0.812, 5),
    (Some(Defect::Scratch), 1, 640, 640, 0.693, 6),
    (None, 1, 480, 640, 0.561, 7),
    (Some(Defect::Dent), 1, 640, 640, 0.447, 8),
    (None, 9, 800, 600, 0.312, 9),
    (None, 1, 640, 480, 0.184, 10),
    (None, 2, 640, 480, 0.073, 11),
];

struct Drawn {
    entry: Entry,
    rgb: RgbImage,
    map: Map,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: report FOLDER")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let drawn: Vec<Drawn> = (0..DRAWN.len()).map(draw).collect::<Result<_, _>>()?;
    let mut batch = Batch { run: run()?, entries: drawn.iter().map(|d| d.entry.clone()).collect() };
    batch.entries.push(Entry::new(
        "IMG_0420.HEIC",
        0,
        0,
        Outcome::Failed("HEIC cannot be read. Save it as JPEG or PNG, and inspect that.".into()),
    ));

    let file = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    write_report(file("report.html")?, &batch, &drawn, Language::default())?;
    let german = Language::find("de").unwrap_or_default();
    write_report(file("bericht.html")?, &batch, &drawn, german)?;

    let mut archive = Archive::new(file("report.zip")?, &batch.run.created);
    write_report(archive.begin("report.html")?, &batch, &drawn, Language::default())?;
    csv::entries(&batch, archive.begin("pictures.csv")?)?;
    csv::components(&batch, archive.begin("components.csv")?)?;
    json(&batch, archive.begin("batch.json")?)?;
    let mut coco = Coco::new("defect", batch.run.object.as_str());
    for drawn in &drawn {
        coco.add(&drawn.entry, &regions(&drawn.map, LEVEL));
        let name = format!("overlays/{}", drawn.entry.name);
        archive.add(&name, &card_jpeg(&drawn.rgb, &drawn.map, &style())?)?;
    }
    coco.write(archive.begin("coco.json")?)?;
    archive.finish()?;
    Ok(())
}

fn write_report(
    writer: impl std::io::Write,
    batch: &Batch,
    drawn: &[Drawn],
    language: Language,
) -> Result<(), Box<dyn Error>> {
    let look = Look { language, ..Look::default() };
    let mut html = Html::begin(writer, &batch.run, &Summary::of(&batch.entries), look)?;
    for (index, entry) in batch.entries.iter().enumerate() {
        // One picture at a time: this is all of them that is ever in memory.
        let jpeg = drawn.get(index).map(|d| card_jpeg(&d.rgb, &d.map, &style())).transpose()?;
        html.entry(entry, jpeg.as_deref().map(PictureFile::Jpeg))?;
    }
    html.end()?;
    Ok(())
}

fn style() -> OverlayStyle {
    OverlayStyle { contour: Some(LEVEL), ..OverlayStyle::default() }
}

fn run() -> Result<Run, Box<dyn Error>> {
    Ok(Run {
        object: "gear".into(),
        created: "2026-03-02T14:05:09+01:00".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        engine: "rten".into(),
        method: "VVV".into(),
        pack: "standard".into(),
        settings: serde_json::to_value(Settings::default())?,
        threshold: THRESHOLD,
        pixels_per_mm: Some(10.0),
    })
}

fn draw(index: usize) -> Result<Drawn, Box<dyn Error>> {
    let (defect, count, width, height, score, seed) = DRAWN[index];
    let request = Request {
        kind: Some(Kind::Gear),
        defect: defect.map_or(DefectChoice::Whole, DefectChoice::Only),
        instances: Some(count),
        width,
        height,
        ..Request::new(seed, width)
    };
    let picture = generate(&request)?;
    let map = heat(&picture.defect, score);
    let components = picture.label.instances.iter().enumerate().map(|(number, part)| {
        let area = picture.instances.pixels().filter(|pixel| usize::from(pixel.0[0]) == number + 1).count();
        let score = if part.defective || count == 1 { score } else { score * 0.3 + 0.02 * number as f32 };
        Component {
            rect: Rect::new(part.x as i32, part.y as i32, part.w, part.h),
            area,
            percent: area as f64 / f64::from(width * height) * 100.0,
            mm2: Some(area as f64 * 0.1 * 0.1),
            score,
        }
    });
    let fired =
        ["a photo of a broken gear.", "a cropped photo of a gear with damage.", "a photo of the worn gear."];
    let cosines = (0..).map(|place| 0.21 + 0.08 * score - 0.004 * place as f32);
    let stages = StageSeconds { foreground: 6.9, score: 0.2, segment: 0.7, ..StageSeconds::default() };
    let findings = Findings {
        score,
        zero_shot: None,
        partners: None,
        z: None,
        verdict: Verdict::of(score, THRESHOLD),
        components: components.collect(),
        words: fired
            .iter()
            .zip(cosines)
            .map(|(prompt, cosine)| FiredPrompt { prompt: (*prompt).into(), cosine })
            .collect(),
        seconds: Seconds { stages, total: 7.84 + 0.03 * index as f64 },
    };
    let name = format!("IMG_{:04}.jpg", 388 + 7 * index);
    let mut entry = Entry::new(name.as_str(), width, height, Outcome::Found(findings));
    entry.path = Some(format!("line 2/{name}"));
    entry.label = Some(if defect.is_some() { Label::Defective } else { Label::Whole });
    (entry.decision, entry.note) = match index {
        0 | 2 => (Some(Decision::Reject), String::new()),
        1 => (
            Some(Decision::Reject),
            "Crack from the bore to the root of the tooth.\nSame tray as IMG_0388.".into(),
        ),
        3 => (Some(Decision::Unsure), "Scratch or tool mark? Look at it under the microscope.".into()),
        4 => (Some(Decision::Accept), "Only the light: reflection on the rim.".into()),
        6 => (Some(Decision::Accept), String::new()),
        _ => (None, String::new()),
    };
    Ok(Drawn { entry, rgb: picture.rgb, map })
}

/// The truth as a network would see it: in coarse cells, smoothed.
fn heat(defect: &GrayImage, score: f32) -> Map {
    let (width, height) = defect.dimensions();
    let set = defect.pixels().map(|pixel| pixel.0[0] > 0).collect();
    let mask = Mask::from_vec(width, height, set).unwrap_or(Mask::filled(width, height, false)).dilate(6, 6);
    let side = 20;
    let (columns, rows) = (width / side, height / side);
    let mut cells = Map::filled(columns, rows, 0.0);
    for (index, cell) in cells.data_mut().iter_mut().enumerate() {
        let (x, y) = (index as u32 % columns * side, index as u32 / columns * side);
        let hit = (0..side * side).filter(|at| mask.get(x + at % side, y + at / side)).count();
        *cell = (hit as f32 / 160.0).sqrt().min(1.0) * (score * 0.9);
    }
    cells.resize_bilinear(width, height)
}
