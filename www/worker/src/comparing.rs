use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use spotcheck_browser::pause;
use spotcheck_consensus::{Basis as Ready, Error, Picture, Settings};
use spotcheck_protocol::{
    Basis, DISPLAY_SIDE, Features, Fellow, Joined, JoinedFigures, Kind, Partners, Reply, Stamp, Trouble,
};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use crate::js::{blob, read_now, said};
use crate::layers::{self, Grid};
use crate::post::post;
use crate::{maps, trouble};

/// Holds pictures against each other. Clones are the same.
///
/// In memory are the basis' features and those of one picture more, however large the batch is.
#[derive(Clone, Default)]
pub struct Comparer(Rc<RefCell<Held>>);

#[derive(Default)]
struct Held {
    /// The newest request; 0 when it is cancelled. They count from 1.
    job: u32,
    /// The last basis that was made ready.
    ready: Option<(Basis, Rc<Ready>)>,
}

/// Why a request is not answered to its end.
enum Stop {
    /// It is cancelled, or a newer one has come.
    Unwanted,
    Fails(Trouble),
}

impl Comparer {
    /// Stops a request before its next picture; it is not answered any more then.
    pub fn cancel(&self, job: u32) {
        let mut held = self.0.borrow_mut();
        if held.job == job {
            held.job = 0;
        }
    }

    /// Compares pictures one after the other and posts what comes of it; stops when a newer request has come, or when it is
    /// cancelled.
    pub async fn compare(self, job: u32, basis: Basis, features: Vec<Features>, pictures: Vec<Fellow>) {
        self.0.borrow_mut().job = job;
        let to_measure = if self.ready(&basis).is_some() { 0 } else { basis.references.len() };
        let total = to_measure + pictures.len();
        let tell = |done| post(&Reply::Comparing { job, done, total });
        let reply = match self.make_ready(job, basis, features, tell).await {
            Ok(ready) => self.each(job, &ready, pictures, |done| tell(to_measure + done)).await,
            Err(stop) => Err(stop),
        };
        match reply {
            Ok(()) => post(&Reply::Compared { job }),
            Err(Stop::Fails(trouble)) => post(&Reply::Unanswered { job, trouble }),
            Err(Stop::Unwanted) => {}
        }
    }

    async fn each(
        &self,
        job: u32,
        ready: &Ready,
        pictures: Vec<Fellow>,
        tell: impl Fn(usize),
    ) -> Result<(), Stop> {
        for (done, fellow) in pictures.iter().enumerate() {
            tell(done);
            self.pause(job).await?;
            let joined = join(ready, fellow).map(|joined| joined.map(Box::new));
            post(&Reply::Joined { job, stamp: fellow.stamp, joined });
        }
        Ok(())
    }

    /// The basis, if it is the last that was made ready.
    fn ready(&self, basis: &Basis) -> Option<Rc<Ready>> {
        let held = self.0.borrow();
        held.ready.as_ref().filter(|(of, _)| of == basis).map(|(_, ready)| ready.clone())
    }

    async fn make_ready(
        &self,
        job: u32,
        basis: Basis,
        features: Vec<Features>,
        tell: impl Fn(usize),
    ) -> Result<Rc<Ready>, Stop> {
        if let Some(ready) = self.ready(&basis) {
            return Ok(ready);
        }
        // The old one makes room first.
        self.0.borrow_mut().ready = None;
        let features: BTreeMap<u32, Blob> = features.into_iter().map(|of| (of.id, of.bytes)).collect();
        let pictures = |stamps: &[Stamp]| {
            let one = |stamp: &Stamp| {
                let bytes = features.get(&stamp.id).ok_or_else(|| fails(&Error::NoFeatures))?;
                Ok((u64::from(stamp.id), read(bytes).map_err(Stop::Fails)?))
            };
            stamps.iter().map(one).collect::<Result<Vec<_>, Stop>>()
        };
        let (references, good) = (pictures(&basis.references)?, pictures(&basis.good)?);
        let mut ready = Ready::new(&Settings::default(), basis.together, references, good)
            .map_err(|error| fails(&error))?;
        for done in 0.. {
            tell(done);
            self.pause(job).await?;
            if !ready.measure().map_err(|error| fails(&error))? {
                break;
            }
        }
        let ready = Rc::new(ready);
        self.0.borrow_mut().ready = Some((basis, ready.clone()));
        Ok(ready)
    }

    /// Lets a newer request be heard.
    async fn pause(&self, job: u32) -> Result<(), Stop> {
        pause().await;
        if self.0.borrow().job == job { Ok(()) } else { Err(Stop::Unwanted) }
    }
}

/// A picture's zero-shot map with what the others say.
fn join(ready: &Ready, fellow: &Fellow) -> Result<Option<Joined>, Trouble> {
    let map =
        maps::read(&fellow.map, (fellow.width, fellow.height)).map_err(|error| trouble::map(said(error)))?;
    let picture = read(&fellow.features)?;
    let joined = ready.combine(fellow.stamp.id.into(), &picture, &map).map_err(|error| compare(&error))?;
    let joined = joined.map(|joined| {
        let map = &joined.combined.map;
        let heat = layers::heat(map, Grid::over(fellow.width, fellow.height, DISPLAY_SIDE));
        Ok(Joined {
            figures: JoinedFigures {
                partners: Partners { good: joined.good, others: joined.others },
                score: joined.combined.score,
                peak: map.range().map_or(0.0, |(_, highest)| highest),
            },
            map: maps::blob(map)?,
            heat: blob(&heat)?,
        })
    });
    joined.transpose().map_err(|error: JsValue| said(error).into())
}

fn read(features: &Blob) -> Result<Picture, Trouble> {
    let mut bytes = vec![0; features.size() as usize];
    read_now(features, 0, &mut bytes).map_err(|error| compare(&Error::Stored(said(error))))?;
    Picture::from_bytes(&bytes).map_err(|error| compare(&error))
}

fn fails(error: &Error) -> Stop {
    Stop::Fails(compare(error))
}

/// Why pictures cannot be compared.
fn compare(error: &Error) -> Trouble {
    let english = error.to_string();
    match error {
        Error::Shapes => Trouble::new(Kind::OtherFeatures, english),
        Error::Stored(_) => Trouble::new(Kind::FeaturesCut, english),
        _ => english.into(),
    }
}
