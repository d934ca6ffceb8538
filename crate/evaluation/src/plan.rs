use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};
use spotcheck_datasets::{Dataset, Label, Layout, Sample, Split};

use crate::{ClassSize, DatasetInfo, Error, Shard, record};

/// Which pictures of a data set are to be scored.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Those of these classes, spelt as the data set does; all when there are none.
    pub classes: Vec<String>,
    /// At most so many of each class: defective and whole ones in turn, in the order of their paths.
    pub limit: Option<usize>,
    /// What classes are called in prompts; by default as the data set says, or spells them, which is what the paper does.
    pub names: BTreeMap<String, String>,
    /// The class of pictures where no folder names one.
    pub only_class: String,
    /// So many whole pictures of each class serve as references, and are not scored.
    pub good: usize,
}

/// A picture to be scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its place in the plan, from 0: the same in every shard.
    pub index: usize,
    /// As the data set has it.
    pub path: String,
    pub mask: Option<String>,
    pub class: String,
    /// What the thing is called in prompts.
    pub object: String,
    pub label: Label,
    pub defect: Option<String>,
}

/// The pictures to be scored, class by class, in the order of their paths.
#[derive(Clone, Debug)]
pub struct Plan {
    layout: Layout,
    tasks: Vec<Task>,
    /// Paths of each class's references.
    good: BTreeMap<String, Vec<String>>,
}

impl Plan {
    /// Chooses pictures: of VisA and MVTec AD those for testing, and so wherever a split is known; otherwise all. Fails when a
    /// class is asked for that is not there, when VisA's split is not known, and when nothing is left. References are the first
    /// whole pictures for training; where no split is known, the first whole ones of all. Fails when a class has too few.
    pub fn new(dataset: &Dataset, choice: &Choice) -> Result<Self, Error> {
        let is_test = |sample: &&Sample| sample.split == Some(Split::Test);
        let has_split = dataset.samples.iter().any(|sample| is_test(&sample));
        match dataset.layout {
            Layout::Visa if !has_split => {
                return Err(Error::NoTestSplit { layout: "VisA", file: "split_csv/1cls.csv" });
            }
            Layout::MvtecAd if !has_split => return Err(Error::NoPictures),
            _ => {}
        }
        let mut classes: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
        for sample in dataset.samples.iter().filter(|sample| !has_split || is_test(sample)) {
            classes.entry(sample.class.as_deref().unwrap_or(&choice.only_class)).or_default().push(sample);
        }
        if let Some(name) =
            choice.classes.iter().chain(choice.names.keys()).find(|name| !classes.contains_key(name.as_str()))
        {
            let known = classes.keys().map(|&name| name.to_owned()).collect();
            return Err(Error::UnknownClass { name: name.clone(), known });
        }
        classes.retain(|name, _| {
            choice.classes.is_empty() || choice.classes.iter().any(|chosen| chosen == name)
        });
        let mut tasks = Vec::new();
        let mut good = BTreeMap::new();
        for (class, mut samples) in classes {
            if choice.good > 0 {
                let for_training = |sample: &&Sample| {
                    sample.split == Some(Split::Train)
                        && sample.class.as_deref().unwrap_or(&choice.only_class) == class
                };
                let whole = |sample: &&Sample| sample.label == Label::Whole;
                let chosen: Vec<&Sample> = match has_split {
                    true => {
                        dataset.samples.iter().filter(for_training).filter(whole).take(choice.good).collect()
                    }
                    false => samples.iter().copied().filter(whole).take(choice.good).collect(),
                };
                if chosen.len() < choice.good {
                    let class = class.to_owned();
                    return Err(Error::FewReferences { class, wanted: choice.good, found: chosen.len() });
                }
                samples.retain(|sample| !chosen.iter().any(|good| good.path == sample.path));
                good.insert(class.to_owned(), chosen.into_iter().map(|sample| sample.path.clone()).collect());
            }
            let named = choice.names.get(class).or_else(|| dataset.objects.get(class));
            let object = named.map_or(class, String::as_str);
            for sample in limited(samples, choice.limit) {
                tasks.push(Task {
                    index: tasks.len(),
                    path: sample.path.clone(),
                    mask: sample.mask.clone(),
                    class: class.to_owned(),
                    object: object.to_owned(),
                    label: sample.label,
                    defect: sample.defect.clone(),
                });
            }
        }
        if tasks.iter().all(|task| task.label == Label::Unknown && task.mask.is_none()) {
            return Err(Error::NoPictures);
        }
        Ok(Self { layout: dataset.layout, tasks, good })
    }

    /// All pictures.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The references of a class, whole pictures that are no tasks.
    pub fn good(&self, class: &str) -> &[String] {
        self.good.get(class).map_or(&[], Vec::as_slice)
    }

    /// All tasks of a class, in every shard.
    pub fn class<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Task> {
        self.tasks.iter().filter(move |task| task.class == class)
    }

    /// Those of a shard: every `of`th one, so that all shards have some of each class.
    pub fn shard(&self, shard: Option<Shard>) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(move |task| shard.is_none_or(|shard| shard.holds(task.index)))
    }

    /// What identifies the pictures. `size_of` gives a file's size in bytes; what is in the files is not read, so that a
    /// picture that was changed without a change of its size goes unnoticed.
    pub fn info<E>(
        &self,
        name: &str,
        mut size_of: impl FnMut(&str) -> Result<u64, E>,
    ) -> Result<DatasetInfo, E> {
        let text = |hash: &mut Sha256, text: &str| {
            // Lengths in front: no two lists of texts are the same bytes.
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        let mut hash = Sha256::new();
        for task in &self.tasks {
            let label = record::label_name(task.label);
            let [defect, mask] = [&task.defect, &task.mask].map(|text| text.as_deref().unwrap_or_default());
            for part in [&task.path, &task.class, &task.object, label, defect, mask] {
                text(&mut hash, part);
            }
            hash.update(size_of(&task.path)?.to_le_bytes());
            if let Some(mask) = &task.mask {
                hash.update(size_of(mask)?.to_le_bytes());
            }
        }
        for (class, paths) in &self.good {
            for path in paths {
                [class, path].into_iter().for_each(|part| text(&mut hash, part));
                hash.update(size_of(path)?.to_le_bytes());
            }
        }
        let fingerprint = hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Ok(DatasetInfo {
            layout: layout_name(self.layout).to_owned(),
            name: name.to_owned(),
            fingerprint,
            pictures: self.tasks.len(),
            classes: self.classes(),
        })
    }

    fn classes(&self) -> Vec<ClassSize> {
        let mut classes: Vec<ClassSize> = Vec::new();
        for class in self.tasks.chunk_by(|a, b| a.class == b.class) {
            let Some(first) = class.first() else { continue };
            let count = |label| class.iter().filter(|task| task.label == label).count();
            classes.push(ClassSize {
                name: first.class.clone(),
                object: first.object.clone(),
                whole: count(Label::Whole),
                defective: count(Label::Defective),
                unlabelled: count(Label::Unknown),
            });
        }
        classes
    }
}

/// At most `limit` samples: defective, whole and unlabelled ones in turn.
fn limited(samples: Vec<&Sample>, limit: Option<usize>) -> Vec<&Sample> {
    let Some(limit) = limit.filter(|&limit| limit < samples.len()) else { return samples };
    let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
    for (turn, label) in [Label::Defective, Label::Whole, Label::Unknown].into_iter().enumerate() {
        let of_label = samples.iter().enumerate().filter(|(_, sample)| sample.label == label);
        ranked.extend(of_label.enumerate().map(|(round, (place, _))| (round, turn, place)));
    }
    ranked.sort_unstable();
    let mut places: Vec<usize> = ranked.into_iter().take(limit).map(|(.., place)| place).collect();
    places.sort_unstable();
    places.into_iter().filter_map(|place| samples.get(place).copied()).collect()
}

/// What a layout is called on the command line and in `run.json`.
fn layout_name(layout: Layout) -> &'static str {
    match layout {
        Layout::Visa => "visa",
        Layout::MvtecAd => "mvtec",
        Layout::Manifest => "manifest",
        _ => "folder",
    }
}
