//! Inspects pictures of one kind of thing and joins what the prompts say with what they say about each other and what good ones say:
//! the whole batch in memory, in full precision. The page's tests hold the page against it.
//!
//! ```text
//! cargo run -p spotcheck --example join -- [--object NAME] [--together] [--good FILE]... --maps DIR FILE...
//! ```
//!
//! Writes each picture's joined map as 16-bit PNG and prints a JSON object: of each picture its zero-shot and its joined score by the
//! file's name, and by how much the maps change at most where features are stored in half precision (`half_precision`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::json;
use spotcheck_consensus::{
    Calibration, Combined, Compared, Consensus, Memory, Picture, Settings, combine, patch_calibration,
};
use spotcheck_engine::{Engine, Preference};
use spotcheck_imaging::{Limits, Map, decode, encode_png_gray16};
use spotcheck_method::{CancellationToken, Inspector, Options};
use spotcheck_pack::{Folder, Pack};

#[derive(Parser)]
struct Arguments {
    /// The pack's folder.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/demo/pack"))]
    pack: PathBuf,
    /// What the things are.
    #[arg(long, default_value = "object")]
    object: String,
    /// Compares the pictures with each other.
    #[arg(long)]
    together: bool,
    /// A good picture, one of the files.
    #[arg(long)]
    good: Vec<PathBuf>,
    /// Where the maps go.
    #[arg(long)]
    maps: PathBuf,
    files: Vec<PathBuf>,
}

struct Seen {
    name: String,
    good: bool,
    score: f32,
    map: Map,
    picture: Picture,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let batch = pollster::block_on(inspect(&arguments))?;
    let joined = join(&batch, arguments.together)?;
    let half = batch.iter().map(|seen| {
        let picture = Picture::from_bytes(&seen.picture.to_bytes()?)?;
        Ok(Seen { name: seen.name.clone(), map: seen.map.clone(), picture, ..*seen })
    });
    let half = join(&half.collect::<Result<Vec<_>>>()?, arguments.together)?;
    let changes =
        joined.iter().flatten().zip(half.iter().flatten()).flat_map(|(exact, half)| {
            exact.map.data().iter().zip(half.map.data()).map(|(a, b)| (a - b).abs())
        });
    let half_precision = changes.fold(0.0, f32::max);
    std::fs::create_dir_all(&arguments.maps)?;
    let mut pictures = BTreeMap::new();
    for (seen, joined) in batch.iter().zip(&joined) {
        if let Some(joined) = joined {
            let png = encode_png_gray16(&joined.map)?;
            std::fs::write(arguments.maps.join(format!("{}.png", seen.name)), png)?;
        }
        let score = joined.as_ref().map(|joined| joined.score);
        pictures.insert(&seen.name, json!({ "zero_shot": seen.score, "joined": score }));
    }
    println!("{}", json!({ "pictures": pictures, "half_precision": half_precision }));
    Ok(())
}

async fn inspect(arguments: &Arguments) -> Result<Vec<Seen>> {
    let engine = Engine::choose(Preference::Rten).await?;
    let pack = Pack::open(Folder::new(&arguments.pack)).await?;
    let mut inspector = Inspector::new(pack.models(&engine).await?, pack.settings()?)?;
    let options = Options { tile_features: true, ..Options::default() };
    let mut batch = Vec::new();
    for file in &arguments.files {
        let rgb = decode(&std::fs::read(file)?, &Limits::default())?.pixels;
        let (mut quiet, never) = (|_| {}, CancellationToken::default());
        let mut found =
            inspector.inspect(&rgb, &arguments.object, &options, &mut quiet, &never, None).await?;
        batch.push(Seen {
            name: file.file_name().context("a path without a file")?.to_string_lossy().into_owned(),
            good: arguments.good.contains(file),
            score: found.score,
            picture: Picture::take(&mut found)?,
            map: found.map,
        });
    }
    Ok(batch)
}

/// `None` for a picture that there is nothing to compare with.
fn join(batch: &[Seen], together: bool) -> Result<Vec<Option<Combined>>> {
    let settings = Settings::default();
    let mut consensus = Consensus::new(settings.clone())?;
    for (number, seen) in (1..).zip(batch) {
        consensus.insert(number, seen.picture.clone())?;
    }
    let good: Vec<&Picture> = batch.iter().filter(|seen| seen.good).map(|seen| &seen.picture).collect();
    let memory = (!good.is_empty()).then(|| Memory::new(&good, &settings)).transpose()?;
    let by_others: Vec<Option<Compared>> =
        (1..).zip(batch).map(|(number, _)| together.then(|| consensus.compare(number)).flatten()).collect();
    let by_good = batch.iter().map(|seen| match &memory {
        Some(memory) if !seen.good => memory.compare(&seen.picture).map(Some),
        _ => Ok(None),
    });
    let by_good = by_good.collect::<Result<Vec<_>, _>>()?;
    let references: Vec<usize> =
        consensus.references().filter_map(|number| usize::try_from(number - 1).ok()).collect();
    let scale = |compared: &[Option<Compared>]| -> Option<Calibration> {
        patch_calibration(references.iter().filter_map(|&at| compared.get(at)?.as_ref()))
    };
    let (scale_of_others, scale_of_good) = (scale(&by_others), scale(&by_good));
    let one = |((seen, others), good): ((&Seen, &Option<Compared>), &Option<Compared>)| {
        let said: Vec<(&Compared, Calibration)> =
            [others.as_ref().zip(scale_of_others), good.as_ref().zip(scale_of_good)]
                .into_iter()
                .flatten()
                .collect();
        combine(&seen.map, &said)
    };
    Ok(batch.iter().zip(&by_others).zip(&by_good).map(one).collect())
}
