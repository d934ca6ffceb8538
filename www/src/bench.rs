mod asking;
mod choosing;
mod deciding;
mod restoring;
mod running;
mod settings;

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use spotcheck_browser::pause;
use spotcheck_protocol::{
    Calibration, Colours, Engine, EngineChoice, Method, PackPlace, Region, Request, Settings, Trouble,
};

use self::deciding::{ranked_of, score};
use crate::intake::{self, Found, Intake, Picture};
use crate::item::{Item, Outcome};
use crate::keeper::{Keeper, Keeping};
use crate::memory::{self, Word, recall};
use crate::pictures;
use crate::queue::ItemId;
use crate::ranking::{Filter, Ranked, Sorting, hold, rank};
use crate::workers::Desk;

/// What a thing is called that was given no name.
pub const UNNAMED: &str = "object";

/// What is remembered of a wish, and of one against.
const YES: &str = "yes";
const NO: &str = "no";

/// Whether pictures can be inspected.
#[derive(Clone, PartialEq)]
pub enum Readiness {
    /// The worker and the pack are on their way; how much of it, 0 to 1, as soon as that is known.
    Starting(Option<f64>),
    Ready {
        engine: Engine,
        pack: String,
    },
    /// Why not.
    Broken(Trouble),
}

/// All that the page knows and does. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Bench {
    pub items: RwSignal<Vec<Item>>,
    /// What counts of every picture for the list.
    pub ranked: Memo<Vec<Ranked>>,
    /// What the list shows, in order.
    pub order: Memo<Vec<ItemId>>,
    pub sorting: RwSignal<Sorting>,
    pub filter: RwSignal<Filter>,
    pub search: RwSignal<String>,
    /// The pictures that the person marked, to do something with all of them.
    pub marked: RwSignal<BTreeSet<ItemId>>,
    /// Whether the pointer is over the list: then nothing in it moves.
    pub held: RwSignal<bool>,
    pub selected: RwSignal<Option<ItemId>>,
    /// Whether the person selected it; if not, the first result may take its place.
    by_hand: RwSignal<bool>,
    pub object: RwSignal<String>,
    /// What counts of all pictures.
    pub region_of_all: RwSignal<Region>,
    pub readiness: RwSignal<Readiness>,
    /// Whether waiting pictures wait for the person.
    pub paused: RwSignal<bool>,
    /// The pack that is used.
    pub place: RwSignal<PackPlace>,
    /// What pictures are inspected by.
    pub method: RwSignal<Method>,
    /// The methods that the pack has not all for, each with what it lacks.
    pub lacking: RwSignal<Vec<(Method, Trouble)>>,
    /// What is inspected with, and the pack's own settings; `None` until the first worker is ready.
    pub settings: RwSignal<Option<Settings>>,
    pub defaults: RwSignal<Option<Settings>>,
    /// Why the last settings cannot be used.
    pub refused: RwSignal<Option<Trouble>>,
    /// Whether the prompts alone count, and not what other pictures say.
    pub alone: RwSignal<bool>,
    /// Whether the person wants the pictures of a batch to be compared with each other, or not, where that was said.
    wishes_together: RwSignal<Option<bool>>,
    /// Whether they are, when there are enough: that takes pictures of the same thing, and a batch with a name is of that.
    pub together: Memo<bool>,
    /// The scores' middle and spread, where there are enough scores, and several.
    pub calibration: Memo<Option<Calibration>>,
    /// The threshold in spreads above the middle, where the person wants it so: the batch says which score that is.
    pub spreads: RwSignal<Option<f64>>,
    /// A sample with at least this score is rejected, 0 to 1; beyond that where it is told in spreads.
    pub threshold: Memo<f64>,
    /// Pixels of at least this make contours and regions, 0 to 1.
    pub pixel_threshold: Memo<f64>,
    /// The scale of all pictures, where it is known.
    pub pixels_per_mm: RwSignal<Option<f64>>,
    /// The sample's score is the mean over this share of the components.
    pub top_share: Memo<Option<f64>>,
    /// The colour maps that there are.
    pub colours: RwSignal<Arc<[Colours]>>,
    /// Said to those who hear the page.
    pub announcement: RwSignal<String>,
    pub keeper: Keeper,
    /// What was passed over of what was dropped, each with the reason.
    pub passed_over: RwSignal<Vec<Trouble>>,
    /// What was dropped before it was known what was kept.
    early: StoredValue<Vec<Picture>, LocalStorage>,
    worker: StoredValue<Desk, LocalStorage>,
}

impl Bench {
    /// Starts the worker with the engine that the person chose, and puts back what was kept.
    pub fn start(choice: EngineChoice) -> Self {
        let items = RwSignal::new(Vec::<Item>::new());
        let settings = RwSignal::new(None::<Settings>);
        let (sorting, filter) = (RwSignal::new(Sorting::default()), RwSignal::new(Filter::default()));
        let region_of_all = RwSignal::<Region>::default();
        let method = RwSignal::new(memory::last_method());
        let alone = RwSignal::new(false);
        let object = RwSignal::new(String::from(UNNAMED));
        let wishes_together = RwSignal::new(recall(Word::Together).map(|word| word == YES));
        let (search, held) = (RwSignal::new(String::new()), RwSignal::new(false));
        let pixel_threshold = Memo::new(move |_| {
            settings.with(|settings| settings.as_ref().map_or(0.3, |settings| settings.pixel_threshold))
        });
        let top_share = Memo::new(move |_| {
            settings.with(|settings| settings.as_ref().map(|settings| settings.top_share))
        });
        let scores = Memo::new(move |_| {
            let (alone, top_share) = (alone.get(), top_share.get());
            let score = |item: &Item| Some(score(&*item.shown(alone)?, top_share));
            items.with(|items| items.iter().filter_map(score).collect::<Vec<f32>>())
        });
        let calibration = Memo::new(move |_| {
            scores.with(|scores| Calibration::fit(scores)).filter(|calibration| calibration.spread > 0.0)
        });
        let spreads = RwSignal::new(recall(Word::Spreads).and_then(|text| text.parse().ok()));
        let threshold = Memo::new(move |_| match (spreads.get(), calibration.get()) {
            // In the scores' own precision: what was a score before it was told in spreads is that score again.
            (Some(z), Some(calibration)) => f64::from(calibration.score(z) as f32),
            _ => {
                settings.with(|settings| settings.as_ref().map_or(0.5, |settings| settings.verdict_threshold))
            }
        });
        let ranked = Memo::new(move |_| {
            let (threshold, top_share) = (threshold.get(), top_share.get());
            let (method, alone) = (method.get(), alone.get());
            region_of_all.with(|all| {
                items.with(|items| {
                    items
                        .iter()
                        .map(|item| ranked_of(item, all, method, alone, threshold, top_share))
                        .collect()
                })
            })
        });
        let order = Memo::new(move |before: Option<&Vec<ItemId>>| {
            let now = ranked.with(|ranked: &Vec<Ranked>| {
                search.with(|search| rank(ranked, sorting.get(), filter.get(), search))
            });
            match before {
                Some(before) if held.get() => hold(before, &now),
                _ => now,
            }
        });
        let bench = Self {
            items,
            ranked,
            order,
            sorting,
            filter,
            search,
            marked: RwSignal::default(),
            held,
            selected: RwSignal::new(None),
            by_hand: RwSignal::new(false),
            object,
            region_of_all,
            readiness: RwSignal::new(Readiness::Starting(None)),
            paused: RwSignal::new(false),
            place: RwSignal::new(memory::last_pack()),
            method,
            lacking: RwSignal::default(),
            settings,
            defaults: RwSignal::new(None),
            refused: RwSignal::new(None),
            alone,
            wishes_together,
            together: Memo::new(move |_| wishes_together.get().unwrap_or_else(|| is_named(object))),
            calibration,
            spreads,
            threshold,
            pixel_threshold,
            pixels_per_mm: RwSignal::new(None),
            top_share,
            colours: RwSignal::new(Arc::new([])),
            announcement: RwSignal::new(String::new()),
            keeper: Keeper::new(),
            passed_over: RwSignal::default(),
            early: StoredValue::new_local(Vec::new()),
            worker: StoredValue::new_local(Desk::new(choice)),
        };
        bench.keeper.begin(bench);
        Effect::new(move |_| {
            if bench.keeper.keeping.get() != Keeping::Opening {
                let pictures = bench.early.try_update_value(std::mem::take).unwrap_or_default();
                bench.add(Intake { pictures, ..Intake::default() });
            }
        });
        bench.start_workers();
        bench
    }

    pub fn item(self, id: ItemId) -> Option<Item> {
        self.items.with(|items| find(items, id))
    }

    pub fn item_untracked(self, id: ItemId) -> Option<Item> {
        self.items.with_untracked(|items| find(items, id))
    }

    /// What is shown of a picture's result.
    pub fn shown(self, item: &Item) -> Option<Arc<Outcome>> {
        item.shown(self.alone.get())
    }

    /// The picture that is looked at.
    pub fn selected_item(self) -> Option<Item> {
        self.selected.get().and_then(|id| self.item(id))
    }

    /// Takes in files, folders' files and ZIP files: lists the pictures among them and inspects them.
    pub fn take_in(self, files: impl Future<Output = Result<Vec<Found>, Trouble>> + 'static) {
        spawn_local(async move {
            match files.await {
                Ok(files) => {
                    let intake = intake::sorted(files).await;
                    // Many files are much to sort: the page shall have its turn before they are listed.
                    pause().await;
                    self.add(intake);
                }
                Err(trouble) => self.passed_over.update(|list| list.push(trouble)),
            }
        });
    }

    /// Lists pictures with what is known about them, and inspects them.
    pub fn add(self, intake: Intake) {
        let Intake { pictures, object, passed_over } = intake;
        self.passed_over.update(|list| list.extend(passed_over));
        if pictures.is_empty() {
            return;
        }
        if self.keeper.keeping.get_untracked() == Keeping::Opening {
            self.early.update_value(|early| early.extend(pictures));
            return;
        }
        let unnamed = self.object.with_untracked(|object| object == UNNAMED);
        if let Some(object) = object.filter(|_| unnamed && self.items.with_untracked(Vec::is_empty)) {
            self.rename(&object);
        }
        let new: Vec<Item> = self.desk(|desk| {
            let listed = pictures.into_iter().map(|Picture { file, path, truth, mask }| {
                let id = desk.next_item();
                desk.queue.add(id);
                Item { truth, mask: mask.map(SendWrapper::new), ..Item::new(id, path.into(), file) }
            });
            listed.collect()
        });
        self.keeper.added(&new);
        self.list(new);
    }

    fn list(self, new: Vec<Item>) {
        self.items.update(|items| items.extend(new.iter().cloned()));
        if self.selected.get_untracked().is_none() {
            self.selected.set(self.order.get_untracked().first().copied());
        }
        spawn_local(async move {
            // One after the other: decoded pictures are large.
            for item in new {
                pictures::show(&item).await;
            }
        });
        self.next();
    }

    /// Gives the thing another name, and inspects all pictures again, if it is one.
    pub fn rename(self, object: &str) {
        let object = match object.trim() {
            "" => UNNAMED,
            name => name,
        };
        if self.object.get_untracked() == object {
            // The field may show blanks around it.
            self.object.set(object.into());
            return;
        }
        self.object.set(object.into());
        self.keeper.head(self);
        self.stop_running();
        self.requeue_all();
        self.next();
    }

    /// Takes a picture out of the list.
    pub fn remove(self, item: &Item) {
        if let Some((job, slot)) = self.desk(|desk| desk.queue.remove(item.id)) {
            self.post(slot, &Request::Cancel { job });
        }
        if self.selected.get_untracked() == Some(item.id) {
            let order = self.order.get_untracked();
            let at = order.iter().position(|&id| id == item.id).unwrap_or(0);
            let other = order.get(at + 1).or_else(|| order.get(at.checked_sub(1)?)).copied();
            self.selected.set(other);
        }
        self.items.update(|items| items.retain(|other| other.id != item.id));
        self.marked.update(|marked| {
            marked.remove(&item.id);
        });
        self.keeper.removed(vec![item.id]);
        pictures::forget(item);
    }

    /// Empties the list, and what is kept of it.
    pub fn clear(self) {
        self.stop_running();
        self.desk(|desk| desk.queue.clear());
        self.keeper.cleared();
        self.selected.set(None);
        self.by_hand.set(false);
        self.paused.set(false);
        self.marked.update(BTreeSet::clear);
        self.passed_over.update(Vec::clear);
        self.search.set(String::new());
        self.filter.set(Filter::default());
        self.region_of_all.set(Region::default());
        self.alone.set(false);
        for item in self.items.try_update(std::mem::take).unwrap_or_default() {
            pictures::forget(&item);
        }
        self.keeper.head(self);
    }

    pub fn desk<T>(self, with: impl FnOnce(&mut Desk) -> T) -> T {
        self.worker.try_update_value(with).expect("the bench lives as long as the page")
    }
}

/// Whether the person or the folder said what all pictures show.
fn is_named(object: RwSignal<String>) -> bool {
    object.with(|object| object != UNNAMED)
}

fn find(items: &[Item], id: ItemId) -> Option<Item> {
    // Numbers only grow along the list.
    let at = items.binary_search_by_key(&id, |item| item.id).ok()?;
    items.get(at).cloned()
}
