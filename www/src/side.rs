//! Workers beside those that inspect: for what asks for maps and features and no networks, and shall not wait for a picture under
//! way.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use leptos::prelude::*;
use spotcheck_protocol::{Reply, Request, Trouble};

use crate::errand::Heard;
use crate::item::Outcome;
use crate::link::{Event, Link};

/// Hears the answers to a request; [`Heard::End`] from it means that it wants no more.
type Hear = Box<dyn FnMut(Result<Reply, Trouble>) -> Heard>;

/// Such a worker. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Side(StoredValue<Held, LocalStorage>);

#[derive(Default)]
struct Held {
    link: Option<Link>,
    /// Whether the worker listens.
    started: bool,
    /// What was asked before it did.
    waiting: Vec<Request>,
    hearing: HashMap<u32, Hear>,
    last_job: u32,
    /// Maps with their numbers, while somebody has them.
    numbers: Vec<(Weak<Outcome>, u32)>,
    last_number: u32,
}

impl Side {
    pub fn new() -> Self {
        Self(StoredValue::new_local(Held::default()))
    }

    /// Starts the worker, unless it runs. What the page asks of the network it asks before pictures are inspected, so it starts
    /// as soon as they can be.
    pub fn start(self) -> Result<(), String> {
        if self.with(|held| held.link.is_none()) {
            let link = Link::start(move |event| self.on_event(event))?;
            self.with(|held| (held.link, held.started) = (Some(link), false));
        }
        Ok(())
    }

    /// A number that no other result's map has had.
    pub fn number(self, outcome: &Arc<Outcome>) -> u32 {
        self.with(|held| {
            held.numbers.retain(|(of, _)| of.strong_count() > 0);
            let known = held.numbers.iter().find(|(of, _)| std::ptr::eq(of.as_ptr(), Arc::as_ptr(outcome)));
            if let Some(&(_, number)) = known {
                return number;
            }
            held.last_number += 1;
            held.numbers.push((Arc::downgrade(outcome), held.last_number));
            held.last_number
        })
    }

    /// Asks; `hear` is told every answer, or why there is none. The number given is for [`Side::cancel`].
    pub fn ask(
        self,
        request: impl FnOnce(u32) -> Request,
        hear: impl FnMut(Result<Reply, Trouble>) -> Heard + 'static,
    ) -> Option<u32> {
        if let Err(message) = self.start() {
            let mut hear = hear;
            hear(Err(message.into()));
            return None;
        }
        let job = self.with(|held| {
            held.last_job += 1;
            held.hearing.insert(held.last_job, Box::new(hear));
            held.last_job
        });
        self.post(request(job));
        Some(job)
    }

    /// Takes back what was asked, unless it is answered: nobody is told anything then.
    pub fn cancel(self, job: u32) {
        if self.with(|held| held.hearing.remove(&job)).is_some() {
            self.post(Request::Cancel { job });
        }
    }

    /// Posts, as soon as the worker listens.
    fn post(self, request: Request) {
        let posted = self.with(|held| match &held.link {
            Some(link) if held.started => link.post(&request),
            _ => {
                held.waiting.push(request);
                Ok(())
            }
        });
        if let Err(message) = posted {
            self.on_event(Event::Died(message.into()));
        }
    }

    fn on_event(self, event: Event) {
        match event {
            Event::Reply(Reply::Started) => {
                let posted = self.with(|held| {
                    held.started = true;
                    let waiting = std::mem::take(&mut held.waiting);
                    let Held { link: Some(link), .. } = held else { return Ok(()) };
                    waiting.iter().try_for_each(|request| link.post(request))
                });
                if let Err(message) = posted {
                    self.on_event(Event::Died(message.into()));
                }
            }
            Event::Reply(
                reply @ (Reply::Outlined { job, .. }
                | Reply::Rating { job, .. }
                | Reply::Rated { job, .. }
                | Reply::Comparing { job, .. }
                | Reply::Joined { job, .. }
                | Reply::Compared { job, .. }),
            ) => self.tell(job, Ok(reply)),
            Event::Reply(Reply::Unanswered { job, trouble }) => self.tell(job, Err(trouble)),
            Event::Reply(Reply::Panicked { message }) => self.on_event(Event::Died(message.into())),
            Event::Died(trouble) => {
                // The next request starts another worker.
                let (link, hearing) = self.with(|held| {
                    held.waiting.clear();
                    (held.link.take(), std::mem::take(&mut held.hearing))
                });
                drop(link);
                for mut hear in hearing.into_values() {
                    hear(Err(trouble.clone()));
                }
            }
            Event::Reply(_) => {}
        }
    }

    /// Tells who asked; that one may ask again meanwhile.
    fn tell(self, job: u32, answer: Result<Reply, Trouble>) {
        let Some(mut hear) = self.with(|held| held.hearing.remove(&job)) else { return };
        if let Heard::More = hear(answer) {
            self.with(|held| held.hearing.insert(job, hear));
        }
    }

    fn with<T>(self, with: impl FnOnce(&mut Held) -> T) -> T {
        self.0.try_update_value(with).expect("the worker beside lives as long as the page")
    }
}
