use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use spotcheck_browser::pause;
use spotcheck_imaging::Mask;
use spotcheck_metrics::{Bounded, Picture, PixelHistogram};
use spotcheck_protocol::{Estimate, Kind, Masked, PixelQuality, Reply, Trouble};

use crate::js::said;
use crate::post::post;
use crate::{maps, masks, trouble};

/// The highest false-positive rate that AUPRO looks at, as in the literature.
const LIMIT: f64 = 0.3;

/// Measures how well maps match masks. Clones are the same.
#[derive(Clone, Default)]
pub struct Rater(Rc<RefCell<Counted>>);

/// What was counted so far: pictures that come are added to it.
#[derive(Default)]
struct Counted {
    /// The newest request; 0 when it is cancelled. They count from 1.
    job: u32,
    histogram: Option<PixelHistogram>,
    /// The maps in it by their numbers, and why one does not count.
    maps: BTreeMap<u32, Option<Trouble>>,
}

impl Rater {
    /// Stops a request before its next picture; it is not answered then. What was counted is kept.
    pub fn cancel(&self, job: u32) {
        let mut counted = self.0.borrow_mut();
        if counted.job == job {
            counted.job = 0;
        }
    }

    /// Counts the maps that were not counted yet, and posts the values; stops when a newer request has come, or when
    /// it is cancelled.
    pub async fn rate(self, job: u32, pictures: Vec<Masked>) {
        self.0.borrow_mut().begin(job, &pictures);
        let total = pictures.len();
        for (at, picture) in pictures.iter().enumerate() {
            if self.0.borrow().maps.contains_key(&picture.number) {
                continue;
            }
            post(&Reply::Rating { job, done: at, total });
            // Here a newer request is heard.
            pause().await;
            let mut counted = self.0.borrow_mut();
            if counted.job != job {
                return;
            }
            counted.add(picture);
        }
        let quality = self.0.borrow().quality();
        post(&Reply::Rated { job, quality });
    }
}

impl Counted {
    /// Keeps what was counted when all of it is still wanted; a histogram forgets nothing.
    fn begin(&mut self, job: u32, pictures: &[Masked]) {
        self.job = job;
        if !self.maps.keys().all(|number| pictures.iter().any(|picture| picture.number == *number)) {
            *self = Self { job, ..Self::default() };
        }
    }

    fn add(&mut self, picture: &Masked) {
        let added = self.count(picture).err();
        self.maps.insert(picture.number, added.map(|trouble| trouble.of_file(&picture.name)));
    }

    fn count(&mut self, picture: &Masked) -> Result<(), Trouble> {
        let map = maps::read(&picture.map, (picture.width, picture.height))
            .map_err(|error| trouble::map(said(error)))?;
        let mask = match &picture.mask {
            Some(file) => masks::read(file)?,
            None => Mask::filled(picture.width, picture.height, false),
        };
        if (mask.width(), mask.height()) != (picture.width, picture.height) {
            let (width, height) = (mask.width(), mask.height());
            let english = format!(
                "the mask has {width} × {height} pixels, the picture {} × {}",
                picture.width, picture.height
            );
            let picture = [picture.width, picture.height];
            return Err(Trouble::new(Kind::MaskSize { mask: [width, height], picture }, english));
        }
        let counts = picture.region.mask(picture.width, picture.height);
        let histogram = self.histogram.get_or_insert_default();
        let picture = Picture::new(&map, &mask).counting(counts.as_ref());
        histogram.add(picture).map_err(|error| error.to_string().into())
    }

    fn quality(&self) -> PixelQuality {
        let estimate = |bounded: Bounded| Estimate { value: bounded.value, error: bounded.error };
        let histogram = self.histogram.as_ref();
        // What has no value is told as none.
        let best = histogram.and_then(|histogram| histogram.best_f1().ok());
        PixelQuality {
            pictures: histogram.map_or(0, PixelHistogram::pictures),
            regions: histogram.map_or(0, PixelHistogram::regions),
            f1_max: best.map(|best| estimate(best.f1)),
            threshold: best.map_or(0.0, |best| best.threshold),
            auroc: histogram.and_then(|histogram| histogram.auroc().ok()).map(estimate),
            aupro: histogram.and_then(|histogram| histogram.aupro(LIMIT).ok()).map(estimate),
            left_out: self.maps.values().flatten().cloned().collect(),
        }
    }
}
