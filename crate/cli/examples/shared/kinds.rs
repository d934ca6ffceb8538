//! Work that goes kind of part by kind of part, on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, anyhow};

/// Does `work` for each of `count` kinds with a bench of each thread's own, and gives the outcomes in the kinds' order. A kind at
/// a time: its maps are needed together, and all kinds' maps would fill the memory.
pub fn each<B, T: Send>(
    count: usize,
    open: impl Fn() -> Result<B> + Sync,
    work: impl Fn(&mut B, usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let panicked = || anyhow!("a thread has panicked");
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).min(count);
    std::thread::scope(|scope| {
        let thread = || -> Result<()> {
            let mut bench = open()?;
            loop {
                let kind = next.fetch_add(1, Ordering::Relaxed);
                if kind >= count {
                    return Ok(());
                }
                let found = work(&mut bench, kind)?;
                done.lock().map_err(|_| panicked())?.push((kind, found));
            }
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(thread)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| panicked())?)
    })?;
    let mut done = done.into_inner().map_err(|_| panicked())?;
    done.sort_by_key(|(kind, _)| *kind);
    Ok(done.into_iter().map(|(_, found)| found).collect())
}
