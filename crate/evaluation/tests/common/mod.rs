//! Runs and results to be kept.

#![allow(dead_code, reason = "no test file uses all of them")]

use std::path::Path;

use serde_json::json;
use spotcheck_datasets::Label;
use spotcheck_evaluation::{ClassSize, DatasetInfo, Folder, PackInfo, Pixels, Record, Run, Shard, Task};
use spotcheck_imaging::{Map, Mask};
use spotcheck_metrics::{Picture, PixelHistogram};

/// A run over classes of so many whole, defective and unlabelled pictures.
pub fn run(layout: &str, classes: &[(&str, [usize; 3])], shard: Option<Shard>) -> Run {
    let classes: Vec<ClassSize> = classes
        .iter()
        .map(|&(name, [whole, defective, unlabelled])| ClassSize {
            name: name.to_owned(),
            object: name.to_owned(),
            whole,
            defective,
            unlabelled,
        })
        .collect();
    let dataset = DatasetInfo {
        layout: layout.to_owned(),
        name: "drawn".to_owned(),
        fingerprint: "0123456789abcdef".to_owned(),
        pictures: classes.iter().map(|class| class.whole + class.defective + class.unlabelled).sum(),
        classes,
    };
    let pack = PackInfo { name: "demo".to_owned(), fingerprint: "fedcba9876543210".to_owned() };
    Run::new("vvv", pack, "rten", json!({ "logit_scale": 100.0, "templates": ["a", "b"] }), dataset, shard)
}

pub fn task(index: usize, class: &str, label: Label) -> Task {
    Task {
        index,
        path: format!("{class}/{index}.png"),
        mask: None,
        class: class.to_owned(),
        object: class.to_owned(),
        label,
        defect: (label == Label::Defective).then(|| "dent".to_owned()),
    }
}

/// Adds a result to a folder; its pixels count when there is a mask.
pub fn add(folder: &mut Folder, task: &Task, score: f32, map: &Map, mask: Option<&Mask>) {
    let mut counts = PixelHistogram::default();
    let pixels = match mask {
        Some(mask) => {
            counts.add(Picture::new(map, mask)).unwrap();
            Pixels::Counted
        }
        None => Pixels::NoMask,
    };
    let record = Record::new(task, (map.width(), map.height()), score, pixels, 0.25);
    folder.add(record, mask.map(|_| &counts)).unwrap();
}

/// Six pictures of two classes: what `add_one` adds.
pub const TWO_CLASSES: [(&str, [usize; 3]); 2] = [("bolt", [1, 2, 0]), ("nut", [2, 1, 0])];

/// Adds the picture at `index` of [`TWO_CLASSES`].
pub fn add_one(folder: &mut Folder, index: usize) {
    let class = TWO_CLASSES[index / 3].0;
    let defective = [0, 1, 3].contains(&index);
    let label = if defective { Label::Defective } else { Label::Whole };
    let value = |at: usize| ((at * 7 + index * 5) % 16) as f32 / 16.0;
    let map = Map::from_vec(4, 4, (0..16).map(value).collect()).unwrap();
    let mut mask = Mask::filled(4, 4, false);
    if defective {
        mask.data_mut()[3..6].fill(true);
    }
    let score = [0.7, 0.4, 0.5, 0.9, 0.125, 0.3][index];
    add(folder, &task(index, class, label), score, &map, Some(&mask));
}

/// Every file of a folder of results that is computed from the others, by name.
pub fn computed(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = ["metrics.csv", "metrics.json", "metrics.md", "report.html", "results.parquet"];
    let curves = std::fs::read_dir(folder.join("curves")).unwrap();
    let mut names: Vec<String> = names.map(str::to_owned).to_vec();
    names.extend(curves.map(|entry| format!("curves/{}", entry.unwrap().file_name().to_string_lossy())));
    names.sort();
    names.into_iter().map(|name| (name.clone(), std::fs::read(folder.join(name)).unwrap())).collect()
}
