use std::collections::VecDeque;

/// A picture in the list.
pub type ItemId = u32;

/// One run of a worker over a picture. A picture that is inspected again gets another job.
pub type JobId = u32;

/// A worker's place.
pub type Slot = usize;

/// What waits for the workers, and what they work on: each on one picture at a time.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: VecDeque<ItemId>,
    running: Vec<Running>,
    jobs: JobId,
}

#[derive(Debug)]
struct Running {
    job: JobId,
    slot: Slot,
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

    /// How many pictures wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The next picture, as a job, when the worker is free.
    pub fn start(&mut self, slot: Slot) -> Option<(JobId, ItemId)> {
        if self.running.iter().any(|running| running.slot == slot) {
            return None;
        }
        let item = self.waiting.pop_front()?;
        let job = self.next_job();
        self.running.push(Running { job, slot, item: Some(item) });
        Some((job, item))
    }

    /// A number that no job had.
    pub fn next_job(&mut self) -> JobId {
        self.jobs += 1;
        self.jobs
    }

    /// A job came to its end: its worker is free. Gives the picture if its result is still wanted.
    pub fn finish(&mut self, job: JobId) -> Option<ItemId> {
        let at = self.running.iter().position(|running| running.job == job)?;
        self.running.swap_remove(at).item
    }

    /// The picture that `job` works on, if its result is still wanted.
    pub fn item_of(&self, job: JobId) -> Option<ItemId> {
        self.running.iter().find(|running| running.job == job)?.item
    }

    /// The jobs under way, each with its worker.
    pub fn running(&self) -> Vec<(JobId, Slot)> {
        self.running.iter().map(|running| (running.job, running.slot)).collect()
    }

    /// A worker is gone: it works on nothing. Gives the picture it had.
    pub fn lose_worker(&mut self, slot: Slot) -> Option<ItemId> {
        let at = self.running.iter().position(|running| running.slot == slot)?;
        self.running.swap_remove(at).item
    }

    /// Forgets one picture. Gives the job that works on it, and its worker: its result is nobody's from now on.
    pub fn remove(&mut self, item: ItemId) -> Option<(JobId, Slot)> {
        self.waiting.retain(|&waiting| waiting != item);
        let running = self.running.iter_mut().find(|running| running.item == Some(item))?;
        running.item = None;
        Some((running.job, running.slot))
    }

    /// Forgets what waits, and lets go of the results of what runs. Gives the pictures concerned.
    pub fn clear(&mut self) -> Vec<ItemId> {
        let running: Vec<ItemId> =
            self.running.iter_mut().filter_map(|running| running.item.take()).collect();
        running.into_iter().chain(self.waiting.drain(..)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_in_order() {
        let mut queue = Queue::default();
        assert_eq!(queue.start(0), None);
        queue.add(7);
        queue.add(8);
        let (job, item) = queue.start(0).unwrap();
        assert_eq!(item, 7);
        assert_eq!(queue.start(0), None, "the worker is busy");
        assert_eq!(queue.item_of(job), Some(7));
        assert_eq!(queue.finish(job), Some(7));
        assert_eq!(queue.start(0).unwrap().1, 8);
    }

    #[test]
    fn two_workers_share_the_pictures() {
        let mut queue = Queue::default();
        [7, 8, 9].into_iter().for_each(|item| queue.add(item));
        let (first, _) = queue.start(0).unwrap();
        let (second, item) = queue.start(1).unwrap();
        assert_eq!((item, queue.waiting()), (8, 1));
        assert_eq!(queue.running(), [(first, 0), (second, 1)]);
        assert_eq!(queue.finish(first), Some(7));
        assert_eq!(queue.start(1), None, "the second is still busy");
        assert_eq!(queue.start(0).unwrap().1, 9);
        assert_eq!(queue.item_of(second), Some(8));
    }

    #[test]
    fn replies_of_other_jobs_change_nothing() {
        let mut queue = Queue::default();
        queue.add(7);
        let (job, _) = queue.start(0).unwrap();
        assert_eq!(queue.finish(job + 1), None);
        assert_eq!(queue.item_of(job + 1), None);
        assert_eq!(queue.running(), [(job, 0)]);
    }

    #[test]
    fn a_lost_worker_gives_its_picture_back() {
        let mut queue = Queue::default();
        queue.add(7);
        queue.add(8);
        let (first, _) = queue.start(0).unwrap();
        assert_eq!(queue.lose_worker(1), None);
        let item = queue.lose_worker(0).unwrap();
        queue.put_back(item);
        let (second, item) = queue.start(0).unwrap();
        assert_eq!(item, 7);
        assert_ne!(first, second, "a late reply to the first must not be taken for the second's");
    }

    #[test]
    fn one_picture_is_taken_out() {
        let mut queue = Queue::default();
        [7, 8, 9].into_iter().for_each(|item| queue.add(item));
        let (job, _) = queue.start(0).unwrap();
        assert_eq!(queue.remove(8), None);
        assert_eq!(queue.remove(7), Some((job, 0)));
        assert_eq!(queue.finish(job), None, "nobody wants it");
        assert_eq!(queue.start(0).unwrap().1, 9);
    }

    #[test]
    fn after_clearing_the_worker_is_busy_until_it_answers() {
        let mut queue = Queue::default();
        queue.add(7);
        queue.add(8);
        let (job, _) = queue.start(0).unwrap();
        assert_eq!(queue.clear(), [7, 8]);
        queue.add(7);
        assert_eq!(queue.start(0), None);
        assert_eq!(queue.item_of(job), None, "its progress is nobody's");
        assert_eq!(queue.finish(job), None);
        assert_eq!(queue.start(0).unwrap().1, 7);
    }
}
