//! How fast pictures are drawn: `cargo run --release -p spotcheck-parts --example speed -- [COUNT] [SIZE]`.
//!
//! Draws COUNT (200) pictures of SIZE (512) pixels squared as [`Stream`] does, every second one defective, on one thread, and
//! prints the milliseconds a picture and the pictures a second of one core. It counts the time that the processor spent
//! on this program where Linux tells it, and the time on the clock elsewhere: other work on the machine then counts, too.
//! To compare two builds, run them in turn several times.

use std::time::{Duration, Instant};

use spotcheck_parts::{Split, Stream};

/// Linux counts a process's time in these.
const TICK: Duration = Duration::from_millis(10);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u32 = arguments.next().map_or(Ok(200), |v| v.parse())?;
    let size: u32 = arguments.next().map_or(Ok(512), |v| v.parse())?;
    let stream = Stream {
        split: Split::All,
        seed: 1,
        count: count.into(),
        size,
        paired: false,
        max_instances: 5,
        threads: 1,
    };
    let (start, before) = (Instant::now(), processor_time());
    stream.write(&mut std::io::sink())?;
    let taken = match (before, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed(),
    };
    let each = taken.as_secs_f64() / f64::from(count.max(1));
    println!("{:.2} ms a picture, {:.1} pictures a second of one core", each * 1e3, 1.0 / each);
    Ok(())
}

/// What this process has had of the processor, without the kernel's share.
fn processor_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name, in brackets, may hold blanks: the time is the twelfth word after it.
    let ticks: u32 = status.rsplit_once(')')?.1.split_whitespace().nth(11)?.parse().ok()?;
    Some(ticks * TICK)
}
