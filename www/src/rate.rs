use std::collections::VecDeque;

/// Milliseconds that a rate is measured over.
const WINDOW: f64 = 10_000.0;

/// How fast something comes, over the last seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rate(VecDeque<(f64, f64)>);

impl Rate {
    /// At `now`, in milliseconds, so many bytes were there.
    pub fn note(&mut self, now: f64, bytes: f64) {
        if self.0.back().is_some_and(|&(_, before)| bytes < before) {
            self.0.clear();
        }
        self.0.push_back((now, bytes));
        while self.0.len() > 2 && self.0.front().is_some_and(|&(then, _)| now - then > WINDOW) {
            self.0.pop_front();
        }
    }

    /// Bytes a second; `None` before there are two measurements half a second apart.
    pub fn per_second(&self) -> Option<f64> {
        let (&(from, first), &(to, last)) = (self.0.front()?, self.0.back()?);
        (to - from >= 500.0 && last > first).then(|| (last - first) / (to - from) * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_that_of_the_last_seconds() {
        let mut rate = Rate::default();
        rate.note(0.0, 0.0);
        rate.note(100.0, 500.0);
        assert_eq!(rate.per_second(), None, "too early");
        rate.note(1000.0, 1000.0);
        assert_eq!(rate.per_second(), Some(1000.0));
        for second in 2..=20 {
            rate.note(f64::from(second) * 1000.0, 1000.0 + f64::from(second - 1) * 3000.0);
        }
        assert_eq!(rate.per_second(), Some(3000.0));
    }

    #[test]
    fn begins_anew_when_something_else_comes() {
        let mut rate = Rate::default();
        rate.note(0.0, 9e6);
        rate.note(1000.0, 10.0);
        assert_eq!(rate.per_second(), None);
    }
}
