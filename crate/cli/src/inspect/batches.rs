use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use image::RgbImage;
use serde::Serialize;
use spotcheck_consensus::LEAST_PICTURES;
use spotcheck_report::Partners;

use super::Found;
use super::pictures::{self, Picture};
use crate::comparing::{Comparer, Member};
use crate::picture;

/// The most pictures that others are held against.
const MOST_REFERENCES: usize = 10;

/// With what pictures are compared.
#[derive(clap::Args)]
#[group(skip)]
pub struct Arguments {
    /// Compares the pictures of an object with each other, from 20 on: what hardly any other picture has counts as odd, where the
    /// prompts find something, too.
    #[arg(long, conflicts_with_all = ["frames", "dump"])]
    consensus: bool,
    /// A picture of a whole thing, that all others are compared with; ten times at most.
    #[arg(long = "reference", value_name = "IMAGE", conflicts_with_all = ["frames", "dump"])]
    references: Vec<PathBuf>,
}

/// What took part in a picture's score beside the prompts.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Beside {
    /// The score by the prompts alone.
    pub zero_shot_score: f32,
    pub partners: Partners,
}

impl Arguments {
    /// Whether pictures are compared with others.
    pub fn any(&self) -> bool {
        self.consensus || !self.references.is_empty()
    }

    /// Puts pictures of the same object, a batch, one behind the other. Refuses what cannot be compared.
    pub fn in_batches(&self, pictures: &mut [Picture]) -> Result<()> {
        let mut batches = BTreeMap::<String, (usize, usize)>::new();
        for Picture { object, .. } in pictures.iter() {
            let place = batches.len();
            batches.entry(object.clone()).or_insert((place, 0)).1 += 1;
        }
        let references = self.references.len();
        ensure!(references <= MOST_REFERENCES, "--reference: {references} are too many, ten are the most");
        ensure!(
            references == 0 || batches.len() < 2,
            "--reference shows one thing, and the pictures are of several, {}: inspect each by itself",
            pictures::objects(pictures)
        );
        if let (true, Some((object, (_, count)))) =
            (self.consensus, batches.iter().find(|(_, (_, count))| *count < LEAST_PICTURES))
        {
            bail!(
                "--consensus takes {LEAST_PICTURES} pictures of an object or more, and of “{object}” there are {count}: \
                 inspect more at once, or leave it out"
            );
        }
        pictures.sort_by_key(|picture| batches.get(&picture.object).map(|(place, _)| *place));
        Ok(())
    }

    /// Begins the batch of `object`, before its first picture.
    pub async fn begin(&self, comparer: &mut Comparer, pictures: &[Picture], object: &str) -> Result<()> {
        let of_object = (0..).zip(pictures).filter(|(_, picture)| picture.object == object);
        let batch: Vec<Member<'_>> =
            of_object.map(|(number, picture)| Member { number, object, path: &picture.path }).collect();
        // One that is of the batch, too, is not held against itself; others have numbers that no picture of it has.
        let number = |path: &PathBuf, other| {
            let of_batch = (0..).zip(pictures).find(|(_, picture)| picture.path == *path);
            of_batch.map_or(other, |(number, _)| number)
        };
        let good: Vec<Member<'_>> = (0..=u64::MAX)
            .rev()
            .zip(&self.references)
            .map(|(other, path)| Member { number: number(path, other), object, path })
            .collect();
        comparer.begin(&batch, &good, self.consensus, &picture::read).await
    }
}

/// Inspects a picture of a batch that has been begun.
pub async fn inspect(
    comparer: &mut Comparer,
    number: u64,
    picture: &RgbImage,
    object: &str,
) -> Result<Found> {
    let said = comparer.inspect(number, picture, object).await?;
    let mut inspection = said.zero_shot;
    let beside = said.joined.map(|joined| {
        let partners = Partners { good: joined.good, others: joined.others };
        let beside = Beside { zero_shot_score: inspection.score, partners };
        inspection.map = joined.combined.map;
        inspection.score = joined.combined.score;
        inspection.rejected = f64::from(inspection.score) >= inspection.settings.verdict_threshold;
        beside
    });
    Ok(Found { inspection, beside, before: said.before })
}
