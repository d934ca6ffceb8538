use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Without a terminal, a line is written no more often than this.
const QUIET: Duration = Duration::from_secs(30);

/// How far an evaluation is, on stderr: on a terminal one line that changes, otherwise a line now and then.
pub struct Progress {
    all: usize,
    done: usize,
    start: Instant,
    last: Option<Instant>,
    terminal: bool,
}

impl Progress {
    pub fn new(all: usize) -> Self {
        Self { all, done: 0, start: Instant::now(), last: None, terminal: std::io::stderr().is_terminal() }
    }

    /// Another picture is done.
    pub fn done(&mut self, class: &str) {
        self.done += 1;
        let due =
            self.terminal || self.done == self.all || self.last.is_none_or(|last| last.elapsed() >= QUIET);
        if !due {
            return;
        }
        self.last = Some(Instant::now());
        let line = line(self.done, self.all, class, self.start.elapsed());
        if self.terminal {
            // That nobody can be told how far it is, is no reason to stop.
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
        } else {
            eprintln!("{line}");
        }
    }

    /// Makes room for another message.
    pub fn clear(&self) {
        if self.terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    pub fn end(self) {
        if self.terminal && self.done > 0 {
            eprintln!();
        }
    }
}

fn line(done: usize, all: usize, class: &str, elapsed: Duration) -> String {
    let each = elapsed.as_secs_f64() / done.max(1) as f64;
    let left = each * all.saturating_sub(done) as f64;
    format!("{done} of {all} · {class} · {each:.1} s a picture · {} left", duration(left))
}

/// Seconds as people say them.
fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_as_slow_as_what_was() {
        let shown = line(10, 40, "candle", Duration::from_secs(100));
        assert_eq!(shown, "10 of 40 · candle · 10.0 s a picture · 5 min left");
        assert_eq!(
            line(40, 40, "candle", Duration::from_secs(4)),
            "40 of 40 · candle · 0.1 s a picture · 0 s left"
        );
        assert_eq!(duration(4.0 * 3600.0 + 61.0), "4 h 1 min");
    }
}
