//! Comparisons with other pictures, with and without their parts.

use std::time::Instant;

use anyhow::{Context, Result};
use spotcheck_consensus::{
    Calibration, Compared, Consensus, Memory, Picture, Settings, combine, patch_calibration, rescore,
};
use spotcheck_imaging::Map;

use crate::measured::Found;

/// A comparison: what is compared, and what becomes of it.
pub struct Way {
    pub name: &'static str,
    /// With the batch.
    pub consensus: bool,
    /// With so many good pictures.
    pub good: usize,
    /// Whether the zero-shot map takes part.
    pub zero_shot: bool,
    pub settings: fn(Settings) -> Settings,
    /// Whether like pictures share their scores in the end (MuSc's RsCIN).
    pub shared: bool,
}

const WHOLE: Way =
    Way { name: "", consensus: true, good: 0, zero_shot: true, settings: |settings| settings, shared: false };

/// The methods.
pub const METHODS: [Way; 5] = [
    Way { name: "VVV and consensus", ..WHOLE },
    Way { name: "VVV and 1 good picture", consensus: false, good: 1, ..WHOLE },
    Way { name: "VVV and 4 good pictures", consensus: false, good: 4, ..WHOLE },
    Way { name: "VVV and 10 good pictures", consensus: false, good: 10, ..WHOLE },
    Way { name: "VVV, consensus and 4 good pictures", good: 4, ..WHOLE },
];

/// What they are without some of their parts.
pub const PARTS: [Way; 8] = [
    Way { name: "consensus alone, without VVV's map", zero_shot: false, ..WHOLE },
    Way {
        name: "4 good pictures alone, without VVV's map",
        zero_shot: false,
        consensus: false,
        good: 4,
        ..WHOLE
    },
    Way {
        name: "VVV and consensus, patches alone",
        settings: |settings| Settings { neighbourhoods: vec![1], ..settings },
        ..WHOLE
    },
    Way {
        name: "VVV and consensus, neighbourhoods of 1, 3 and 5",
        settings: |settings| Settings { neighbourhoods: vec![1, 3, 5], ..settings },
        ..WHOLE
    },
    Way {
        name: "VVV and consensus, the nearest 30 %",
        settings: |settings| Settings { nearest_share: 0.3, ..settings },
        ..WHOLE
    },
    Way {
        name: "VVV and consensus, with 8 of the pictures",
        settings: |settings| Settings { references: Some(8), ..settings },
        ..WHOLE
    },
    Way {
        name: "VVV and consensus, with all of the pictures",
        settings: |settings| Settings { references: None, ..settings },
        ..WHOLE
    },
    Way { name: "VVV and consensus, scores shared by like pictures", shared: true, ..WHOLE },
];

/// A batch's pictures with their zero-shot maps, and good ones.
pub struct Compare<'a> {
    pub pictures: &'a [Picture],
    pub zero_shot: &'a [Map],
    pub good: &'a [Picture],
}

impl Compare<'_> {
    pub fn by(&self, way: &Way) -> Result<Found> {
        let start = Instant::now();
        let settings = (way.settings)(Settings::default());
        let mut compared: Vec<(Vec<Compared>, Calibration)> = Vec::new();
        let mut add = |of: Vec<Compared>| {
            let scale = patch_calibration(&of).context("a batch of few patches")?;
            compared.push((of, scale));
            anyhow::Ok(())
        };
        if way.consensus {
            let mut batch = Consensus::new(settings.clone())?;
            for (number, picture) in (0..).zip(self.pictures) {
                batch.insert(number, picture.clone())?;
            }
            let numbers = (0..).take(self.pictures.len());
            add(numbers
                .map(|number| batch.compare(number))
                .collect::<Option<_>>()
                .context("a batch of one")?)?;
        }
        if way.good > 0 {
            let good: Vec<&Picture> = self.good.iter().take(way.good).collect();
            let memory = Memory::new(&good, &settings)?;
            add(self.pictures.iter().map(|picture| memory.compare(picture)).collect::<Result<_, _>>()?)?;
        }
        let mut found = Found::default();
        for (index, zero_shot) in self.zero_shot.iter().enumerate() {
            // Even odds: nothing is said, and what others say decides.
            let even = Map::filled(zero_shot.width(), zero_shot.height(), 0.5);
            let own = compared.iter().filter_map(|(of, scale)| Some((of.get(index)?, *scale)));
            let own: Vec<(&Compared, Calibration)> = own.collect();
            let map = if way.zero_shot { zero_shot } else { &even };
            let both = combine(map, &own).context("maps of several sizes")?;
            found.push(both.score, both.map);
        }
        if way.shared {
            let embeddings: Vec<Vec<f32>> = self.pictures.iter().map(Picture::embedding).collect();
            found.scores = rescore(&found.scores, &embeddings, &settings.neighbours);
        }
        found.seconds = start.elapsed().as_secs_f64();
        Ok(found)
    }
}
