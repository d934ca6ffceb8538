use std::path::Path;

use anyhow::{Context, Result};
use image::RgbImage;
use serde_json::{Value, json};
use spotcheck_consensus::Settings;
use spotcheck_evaluation::Task;

use super::detector::{Class, Detection, Detector};
use crate::comparing::{Comparer, Member};

/// What the zero-shot method is joined by.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// The class's other pictures.
    pub consensus: bool,
    /// So many pictures that are known to be whole.
    pub references: usize,
}

impl Ways {
    pub fn any(self) -> bool {
        self.consensus || self.references > 0
    }

    /// What is put behind a method's name.
    pub fn name(self) -> String {
        let parts = [(self.consensus, "+consensus"), (self.references > 0, "+references")];
        parts.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect()
    }

    /// Puts what results depend on into a method's settings.
    pub fn describe(self, settings: &mut Value) -> Result<()> {
        if let (true, Some(settings)) = (self.any(), settings.as_object_mut()) {
            settings.insert("consensus".to_owned(), json!(self.consensus));
            settings.insert("references".to_owned(), json!(self.references));
            settings.insert("comparison".to_owned(), serde_json::to_value(Settings::default())?);
        }
        Ok(())
    }
}

/// The paper's method, joined by comparisons with other pictures: a class is a batch, numbered as in the plan.
pub struct Comparing {
    pub comparer: Comparer,
    pub ways: Ways,
}

#[async_trait::async_trait(?Send)]
impl Detector for Comparing {
    async fn begin(&mut self, class: &Class<'_>) -> Result<()> {
        let tasks = class.tasks.iter();
        let batch: Vec<Member<'_>> = tasks
            .map(|task| Member {
                number: task.index as u64,
                object: &task.object,
                path: Path::new(&task.path),
            })
            .collect();
        let object = class.tasks.first().map_or(class.name, |task| task.object.as_str());
        // Numbers that no picture of the plan has.
        let numbers = (0..=u64::MAX).rev();
        let good: Vec<Member<'_>> = numbers
            .zip(class.good)
            .map(|(number, path)| Member { number, object, path: Path::new(path) })
            .collect();
        self.comparer.begin(&batch, &good, self.ways.consensus, class.read).await
    }

    async fn detect(&mut self, task: &Task, picture: &RgbImage) -> Result<Detection> {
        let beside = self.comparer.inspect(task.index as u64, picture, &task.object).await?;
        let joined =
            beside.joined.context("the pictures show too little of parts to tell what is ordinary")?;
        Ok(Detection { score: joined.combined.score, map: joined.combined.map, before: beside.before })
    }
}
