use std::collections::VecDeque;

/// A picture in the list.
pub type ItemId = u32;

/// One run of the worker over a picture. A picture that is inspected again gets another job.
pub type JobId = u32;

/// What waits for the worker, and what it works on: one picture at a time.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: VecDeque<ItemId>,
    running: Option<Running>,
    jobs: JobId,
}

#[derive(Debug)]
struct Running {
    job: JobId,
    /// Absent when nobody wants the result any more, but the worker is still busy with it.
    item: Option<ItemId>,
}

impl Queue {
    /// Puts a picture last.
    pub fn add(&mut self, item: ItemId) {
        self.waiting.push_back(item);
    }

    /// Puts a picture first: it is the next.
    pub fn put_back(&mut self, item: ItemId) {
        self.waiting.push_front(item);
    }

    /// The next picture, as a job, when the worker is free.
    pub fn start(&mut self) -> Option<(JobId, ItemId)> {
        if self.running.is_some() {
            return None;
        }
        let item = self.waiting.pop_front()?;
        let job = self.next_job();
        self.running = Some(Running { job, item: Some(item) });
        Some((job, item))
    }

    /// A number that no job had.
    pub fn next_job(&mut self) -> JobId {
        self.jobs += 1;
        self.jobs
    }

    /// A job came to its end: the worker is free. Gives the picture if its result is still wanted.
    pub fn finish(&mut self, job: JobId) -> Option<ItemId> {
        self.running.take_if(|running| running.job == job)?.item
    }

    /// The picture that `job` works on, if its result is still wanted.
    pub fn item_of(&self, job: JobId) -> Option<ItemId> {
        self.running.as_ref().filter(|running| running.job == job)?.item
    }

    /// The job under way.
    pub fn running(&self) -> Option<JobId> {
        self.running.as_ref().map(|running| running.job)
    }

    /// The worker is gone: it works on nothing. Gives the picture it had.
    pub fn lose_worker(&mut self) -> Option<ItemId> {
        self.running.take()?.item
    }

    /// Forgets what waits, and lets go of the result of what runs. Gives the pictures concerned.
    pub fn clear(&mut self) -> Vec<ItemId> {
        let running = self.running.as_mut().and_then(|running| running.item.take());
        running.into_iter().chain(self.waiting.drain(..)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_in_order() {
        let mut queue = Queue::default();
        assert_eq!(queue.start(), None);
        queue.add(7);
        queue.add(8);
        let (job, item) = queue.start().unwrap();
        assert_eq!(item, 7);
        assert_eq!(queue.start(), None, "the worker is busy");
        assert_eq!(queue.item_of(job), Some(7));
        assert_eq!(queue.finish(job), Some(7));
        assert_eq!(queue.start().unwrap().1, 8);
    }

    #[test]
    fn replies_of_other_jobs_change_nothing() {
        let mut queue = Queue::default();
        queue.add(7);
        let (job, _) = queue.start().unwrap();
        assert_eq!(queue.finish(job + 1), None);
        assert_eq!(queue.item_of(job + 1), None);
        assert_eq!(queue.running(), Some(job));
    }

    #[test]
    fn a_lost_worker_gives_its_picture_back() {
        let mut queue = Queue::default();
        queue.add(7);
        queue.add(8);
        let (first, _) = queue.start().unwrap();
        let item = queue.lose_worker().unwrap();
        queue.put_back(item);
        let (second, item) = queue.start().unwrap();
        assert_eq!(item, 7);
        assert_ne!(first, second, "a late reply to the first must not be taken for the second's");
    }

    #[test]
    fn after_clearing_the_worker_is_busy_until_it_answers() {
        let mut queue = Queue::default();
        queue.add(7);
        queue.add(8);
        let (job, _) = queue.start().unwrap();
        assert_eq!(queue.clear(), [7, 8]);
        queue.add(7);
        assert_eq!(queue.start(), None);
        assert_eq!(queue.item_of(job), None, "its progress is nobody's");
        assert_eq!(queue.finish(job), None);
        assert_eq!(queue.start().unwrap().1, 7);
    }
}
