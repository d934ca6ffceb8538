/// Counts tests from the lines that test runners print at their end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Tally {
    /// Takes a line of cargo's (`test result: ok. 3 passed; 0 failed; …`), of node's (`# pass 3`, `ℹ fail 0`), or our
    /// own (`3 passed, 0 failed`); any other line changes nothing.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        let words: Vec<&str> = line.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            ["test", "result:", _, passed, "passed", failed, "failed", ..]
            | [passed, "passed", failed, "failed"] => self.add(passed, failed),
            ["#" | "ℹ", "pass", passed] => self.add(passed, "0"),
            ["#" | "ℹ", "fail", failed] => self.add("0", failed),
            _ => {}
        }
    }

    /// Counts a check that has no tests of its own.
    pub fn check(&mut self, passed: bool) {
        if passed { self.passed += 1 } else { self.failed += 1 }
    }

    fn add(&mut self, passed: &str, failed: &str) {
        if let (Ok(passed), Ok(failed)) = (passed.parse::<usize>(), failed.parse::<usize>()) {
            self.passed += passed;
            self.failed += failed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn after(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn reads_the_closing_lines_of_three_runners() {
        let lines = [
            "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "# pass 4",
            "# fail 2",
            "ℹ pass 3",
            "30 passed, 5 failed",
        ];
        assert_eq!(after(&lines), Tally { passed: 49, failed: 8 });
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(after(&["test a ... ok", "1 passed", "# tests 9", ""]), Tally::default());
    }
}
