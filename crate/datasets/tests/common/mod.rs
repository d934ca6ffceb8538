#![allow(dead_code)] // Each test binary uses a part.

use spotcheck_datasets::{Dataset, Label, Leftover, Reason, Sample, Split};

/// A sample, to be completed by the methods of [`Expected`].
pub fn sample(path: &str, label: Label) -> Sample {
    Sample { path: path.into(), class: None, split: None, label, defect: None, mask: None }
}

pub fn whole(path: &str) -> Sample {
    sample(path, Label::Whole)
}

pub fn defective(path: &str) -> Sample {
    sample(path, Label::Defective)
}

pub fn unknown(path: &str) -> Sample {
    sample(path, Label::Unknown)
}

pub trait Expected {
    fn of(self, class: &str) -> Self;
    fn train(self) -> Self;
    fn test(self) -> Self;
    fn defect(self, name: &str) -> Self;
    fn mask(self, path: &str) -> Self;
}

impl Expected for Sample {
    fn of(mut self, class: &str) -> Self {
        self.class = Some(class.into());
        self
    }

    fn train(mut self) -> Self {
        self.split = Some(Split::Train);
        self
    }

    fn test(mut self) -> Self {
        self.split = Some(Split::Test);
        self
    }

    fn defect(mut self, name: &str) -> Self {
        self.defect = Some(name.into());
        self
    }

    fn mask(mut self, path: &str) -> Self {
        self.mask = Some(path.into());
        self
    }
}

pub fn left(path: &str, reason: Reason) -> Leftover {
    Leftover { path: path.into(), reason }
}

/// The samples one by one, so that a difference is readable.
pub fn same_samples(found: &Dataset, expected: &[Sample]) {
    for (found, expected) in found.samples.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.samples.len(), expected.len(), "{:?}", found.samples);
}
