//! Where an area is kept.

use spotcheck_protocol::{Outline, Region};

use super::draft::Purpose;

/// Which pictures an area counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The one that is looked at.
    Picture,
    All,
}

impl Scope {
    pub const ALL: [Scope; 2] = [Scope::Picture, Scope::All];

    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Picture => "picture",
            Scope::All => "all",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Scope::Picture => Scope::All,
            Scope::All => Scope::Picture,
        }
    }
}

/// An area among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub scope: Scope,
    pub purpose: Purpose,
    /// Among the areas of its scope and purpose.
    pub index: usize,
}

/// The areas of one purpose.
pub fn areas(region: &Region, purpose: Purpose) -> &[Outline] {
    match purpose {
        Purpose::Inspect => &region.inspect,
        Purpose::Ignore => &region.ignore,
    }
}

/// The areas of one purpose, to be changed.
pub fn areas_mut(region: &mut Region, purpose: Purpose) -> &mut Vec<Outline> {
    match purpose {
        Purpose::Inspect => &mut region.inspect,
        Purpose::Ignore => &mut region.ignore,
    }
}
