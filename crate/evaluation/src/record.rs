use spotcheck_datasets::Label;

use crate::Task;

/// What became of a picture: a line of `results.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The picture's place in the plan.
    pub index: usize,
    pub path: String,
    pub class: String,
    pub object: String,
    pub label: Label,
    pub defect: Option<String>,
    pub width: u32,
    pub height: u32,
    /// Of the sample, finite; higher means more anomalous.
    pub score: f32,
    pub pixels: Pixels,
    /// From the picture's file to its result.
    pub seconds: f64,
}

/// Whether a picture counts in pixel metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    Counted,
    /// It is defective or unlabelled, and there is no mask that says where.
    NoMask,
    /// Its mask is of another size, so which pixel is which is not known.
    MaskSize {
        width: u32,
        height: u32,
    },
}

impl Record {
    /// The result of a task; the picture's size is in pixels.
    pub fn new(task: &Task, (width, height): (u32, u32), score: f32, pixels: Pixels, seconds: f64) -> Self {
        Self {
            index: task.index,
            path: task.path.clone(),
            class: task.class.clone(),
            object: task.object.clone(),
            label: task.label,
            defect: task.defect.clone(),
            width,
            height,
            score,
            pixels,
            // What is kept of it: a folder that is read again is the same.
            seconds: (seconds * 1000.0).round() / 1000.0,
        }
    }
}

const LABELS: [Label; 3] = [Label::Whole, Label::Defective, Label::Unknown];

/// How files spell a label.
pub(crate) fn label_name(label: Label) -> &'static str {
    match label {
        Label::Whole => "whole",
        Label::Defective => "defective",
        Label::Unknown => "unknown",
    }
}

pub(crate) fn label_of(name: &str) -> Option<Label> {
    LABELS.into_iter().find(|&label| label_name(label) == name)
}

impl Pixels {
    /// How files spell it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Counted => "counted".to_owned(),
            Self::NoMask => "no mask".to_owned(),
            Self::MaskSize { width, height } => format!("mask of {width}x{height}"),
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        match name {
            "counted" => Some(Self::Counted),
            "no mask" => Some(Self::NoMask),
            _ => {
                let (width, height) = name.strip_prefix("mask of ")?.split_once('x')?;
                Some(Self::MaskSize { width: width.parse().ok()?, height: height.parse().ok()? })
            }
        }
    }
}
