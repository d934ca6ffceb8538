//! Has pictures compared with each other and with good ones, and keeps what comes of it.
//!
//! Features come from whichever worker has inspected a picture, as blobs that the browser may keep out of memory. A worker beside
//! those reads the few that it needs at a time.

mod plan;

use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use spotcheck_protocol::{Basis, Features, Fellow, Joined, Reply, Request, Stamp, Trouble};
use web_sys::Blob;

pub use self::plan::MOST_GOOD;
use self::plan::{Batch, Fixed, Member, renewed};
use crate::bench::Bench;
use crate::errand::Heard;
use crate::item::{Compared, Item, State};
use crate::link::said;
use crate::side::Side;
use crate::text;

/// Compares whatever can be compared, all the time. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Comparing {
    bench: Bench,
    side: Side,
    batch: Memo<Batch>,
    /// What is compared with now.
    fixed: StoredValue<Option<Fixed>>,
    /// The request under way.
    asked: StoredValue<Option<u32>>,
    /// The basis that cannot be used.
    unusable: StoredValue<Option<Basis>>,
    /// How many of how many pictures are compared, while some are.
    pub progress: RwSignal<Option<(usize, usize)>>,
    /// Why some are not.
    pub troubles: RwSignal<Vec<Trouble>>,
}

impl Comparing {
    /// Follows the batch and what the person wants.
    pub fn start(bench: Bench) -> Self {
        let comparing = Self {
            bench,
            side: Side::new(),
            batch: Memo::new(move |_| batch(bench)),
            fixed: StoredValue::new(None),
            asked: StoredValue::new(None),
            unusable: StoredValue::new(None),
            progress: RwSignal::new(None),
            troubles: RwSignal::default(),
        };
        Effect::new(move |_| {
            comparing.batch.track();
            comparing.next();
        });
        comparing
    }

    /// Does what is to be done next, if nothing is under way that shall come first.
    fn next(self) {
        let before = self.fixed.get_value();
        let fixed = self.batch.with_untracked(|batch| renewed(before.as_ref(), batch));
        let basis = |fixed: &Option<Fixed>| fixed.as_ref().map(|fixed| fixed.basis.clone());
        if basis(&fixed) != basis(&before) {
            self.take_back();
            self.troubles.set(Vec::new());
        }
        self.fixed.set_value(fixed.clone());
        match basis(&fixed) {
            None => self.forget(),
            Some(basis) if self.asked.get_value().is_none() => self.ask(basis),
            Some(_) => {}
        }
    }

    fn ask(self, basis: Basis) {
        let unusable = self.unusable.with_value(|unusable| unusable.as_ref() == Some(&basis));
        let items = self.bench.items.get_untracked();
        let fellows: Vec<Fellow> = items.iter().filter_map(|item| fellow(item, &basis)).collect();
        if fellows.is_empty() || unusable {
            return self.progress.set(None);
        }
        let of = |stamp: &Stamp| {
            let item = self.bench.item_untracked(stamp.id)?;
            Some(Features { id: stamp.id, bytes: (*features(&item)?.1).clone() })
        };
        let good = basis.good.iter().filter(|stamp| !basis.references.contains(stamp));
        let features = basis.references.iter().chain(good).filter_map(of).collect();
        let asked = basis.clone();
        let job = self.side.ask(
            |job| Request::Compare { job, basis: asked, features, pictures: fellows },
            move |answer| self.hear(&basis, answer),
        );
        self.asked.set_value(job);
    }

    fn hear(self, basis: &Basis, answer: Result<Reply, Trouble>) -> Heard {
        match answer {
            Ok(Reply::Comparing { done, total, .. }) => {
                self.progress.set(Some((done, total)));
                return Heard::More;
            }
            Ok(Reply::Joined { stamp, joined, .. }) => {
                self.take(basis, stamp, joined);
                return Heard::More;
            }
            Ok(Reply::Compared { .. }) => {}
            Ok(_) => self.fail(basis, text::worker_answers_else().into()),
            Err(trouble) => self.fail(basis, trouble),
        }
        self.asked.set_value(None);
        self.next();
        Heard::End(Ok(()))
    }

    fn take(self, basis: &Basis, stamp: Stamp, answer: Result<Option<Box<Joined>>, Trouble>) {
        // It may be gone, or have another result now.
        let item = self.bench.item_untracked(stamp.id);
        let Some((item, outcome)) = item.and_then(|item| item.outcome().map(|outcome| (item, outcome)))
        else {
            return;
        };
        if outcome.stamp(item.id) != stamp {
            return;
        }
        let joined = answer.and_then(|joined| {
            let join = |Joined { figures, map, heat }| {
                outcome.joined(figures, map, &heat).map(Arc::new).map_err(said)
            };
            joined.map(|joined| join(*joined)).transpose().map_err(Trouble::from)
        });
        let joined = joined.unwrap_or_else(|trouble| {
            self.troubles.update(|troubles| troubles.push(trouble.of_file(&item.name)));
            None
        });
        item.compared.set(Some(Arc::new(Compared { basis: basis.clone(), joined })));
        self.bench.keeper.compared(&item);
    }

    fn fail(self, basis: &Basis, trouble: Trouble) {
        self.unusable.set_value(Some(basis.clone()));
        self.troubles.update(|troubles| troubles.push(trouble));
    }

    fn take_back(self) {
        if let Some(job) = self.asked.try_update_value(Option::take).flatten() {
            self.side.cancel(job);
        }
    }

    /// Nothing is compared: the prompts alone count again.
    fn forget(self) {
        self.progress.set(None);
        for item in self.bench.items.get_untracked() {
            if item.compared.with_untracked(Option::is_some) {
                item.compared.set(None);
                self.bench.keeper.compared(&item);
            }
        }
    }
}

/// The batch as it is now.
fn batch(bench: Bench) -> Batch {
    let together = bench.together.get();
    let paused = bench.paused.get();
    bench.items.with(|items| {
        let open = items.iter().any(|item| {
            item.state.with(|state| match state {
                State::Waiting => !paused,
                State::Running(_) => true,
                State::Done(_) | State::Failed(_) | State::Cancelled => false,
            })
        });
        let member = |item: &Item| {
            let (stamp, _) = features(item)?;
            Some(Member { stamp, good: item.good.get() })
        };
        Batch { members: items.iter().filter_map(member).collect(), open, together }
    })
}

/// A result's stamp and features, where it has some.
fn features(item: &Item) -> Option<(Stamp, SendWrapper<Blob>)> {
    item.state.with(|state| match state {
        State::Done(outcome) => Some((outcome.stamp(item.id), outcome.features.clone()?)),
        _ => None,
    })
}

/// A picture for the worker, if it is still to be compared with this basis.
fn fellow(item: &Item, basis: &Basis) -> Option<Fellow> {
    let is_compared = item
        .compared
        .with_untracked(|compared| compared.as_ref().is_some_and(|compared| compared.basis == *basis));
    let (stamp, features) = untrack(|| features(item)).filter(|_| !is_compared)?;
    let outcome = untrack(|| item.outcome())?;
    Some(Fellow {
        stamp,
        width: outcome.findings.width,
        height: outcome.findings.height,
        features: (*features).clone(),
        map: (*outcome.map).clone(),
    })
}
