//! Counting what a test run says about itself, line by line while it runs.
//!
//! Two dialects are understood: cargo-nextest and `cargo test -- --show-output`. A test that cannot run on this machine
//! prints `skipped: <test>: <reason>` and returns; the runner calls that passed, so it is taken back here and counted as
//! skipped. For that the output of passing tests has to be read, but nobody wants to see it: the readers say of each line
//! whether it is worth showing. Nothing here starts a program.

use std::mem::take;

/// What a passing test prints when it could not do its work.
const SKIP_MARK: &str = "skipped: ";

/// The sum of one or more test runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// Why tests were skipped, `<test>: <reason>`; a test with two reasons has two entries.
    pub(crate) reasons: Vec<String>,
}

impl Tally {
    /// A build that broke, or a run that died before its summary: one failure, so that nobody takes silence for success.
    pub(crate) fn broken() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.reasons.extend(other.reasons);
    }

    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.add(other);
        self
    }

    /// Nothing failed and something was tested.
    pub(crate) fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// The line everything ends with.
    pub(crate) fn closing_line(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }

    /// The runner counted this test as passed; it was not.
    fn move_to_skipped(&mut self) {
        self.passed = self.passed.saturating_sub(1);
        self.skipped += 1;
    }
}

/// Is a line for the person, or only for the count?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Show,
    Hide,
}

/// Understands one dialect. Two implementations: [`Nextest`] and [`CargoTest`].
pub(crate) trait Reader {
    /// Takes the next line of output.
    fn read(&mut self, line: &str) -> Line;
    /// The count after the last line.
    fn finish(self) -> Tally;
}

/// Which tests the run was asked for. With a filter, nextest reports all others as skipped, which nobody wants counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    All,
    Filtered,
}

/// Reads cargo-nextest with `--success-output immediate --status-level skip`.
pub(crate) struct Nextest {
    selection: Selection,
    tally: Tally,
    /// Tests that passed for the runner and skipped for us.
    marked: usize,
    block: Block,
}

/// Whose captured output the lines belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// Nobody's, or a test's that did not pass.
    Shown,
    /// A test's that passed.
    Passed,
    /// A test's that passed and said it skipped.
    Skipped,
}

impl Nextest {
    pub(crate) fn new(selection: Selection) -> Self {
        Self { selection, tally: Tally::default(), marked: 0, block: Block::Shown }
    }

    fn read_status(&mut self, status: &str, rest: &str) -> Line {
        self.block = if status.ends_with("PASS") || status == "LEAK" { Block::Passed } else { Block::Shown };
        match status {
            "Summary" => self.read_summary(rest),
            "SKIP" if self.selection == Selection::All => {
                self.tally.reasons.push(format!("{}: marked as ignored in the source", test_name(rest)))
            }
            "SKIP" => return Line::Hide,
            _ => {}
        }
        Line::Show
    }

    /// `7 tests run: 4 passed (1 slow), 1 failed, 1 timed out, 1 exec failed, 2 skipped`
    fn read_summary(&mut self, rest: &str) {
        let Some((_, counts)) = rest.split_once(" run: ") else { return };
        for count in without_brackets(counts).split(',') {
            let Some((number, label)) = count.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match label.trim() {
                "passed" => self.tally.passed += number,
                "skipped" if self.selection == Selection::All => self.tally.skipped += number,
                "skipped" => {}
                _ => self.tally.failed += number,
            }
        }
    }

    fn read_captured(&mut self, line: &str) -> Line {
        if self.block == Block::Shown {
            return Line::Show;
        }
        if let Some(reason) = line.trim_start().strip_prefix(SKIP_MARK) {
            self.tally.reasons.push(reason.trim_end().to_owned());
            if self.block == Block::Passed {
                self.marked += 1;
                self.block = Block::Skipped;
            }
        }
        Line::Hide
    }
}

impl Reader for Nextest {
    fn read(&mut self, line: &str) -> Line {
        if line.starts_with("────") {
            self.block = Block::Shown;
            return Line::Show;
        }
        match status_line(line) {
            Some((status, rest)) => self.read_status(status, rest),
            None => self.read_captured(line),
        }
    }

    fn finish(mut self) -> Tally {
        (0..self.marked).for_each(|_| self.tally.move_to_skipped());
        self.tally
    }
}

/// Nextest sets the status right-aligned before column 12 and a bracket at column 13; captured output is indented by
/// four, so a test that prints such a line itself misses the column.
fn status_line(line: &str) -> Option<(&str, &str)> {
    let (status, rest) = (line.get(..12)?.trim_start(), line.get(12..)?.strip_prefix(" [")?);
    let is_status = status.starts_with(|first: char| first.is_ascii_uppercase());
    is_status.then(|| (status, rest.split_once("] ").map_or("", |(_, after)| after)))
}

/// The test out of `(3/7) package tests::name`.
fn test_name(rest: &str) -> &str {
    rest.split_once(") ").map_or(rest, |(_, name)| name).trim()
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

/// Reads `cargo test -- --show-output`: one report per test program, the captured output of passing tests under
/// `successes:` and of failing ones under `failures:`.
#[derive(Default)]
pub(crate) struct CargoTest {
    tally: Tally,
    section: Section,
    /// Tests of the current program that passed for the runner and skipped for us.
    marked: usize,
}

/// Which part of a test program's report is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    #[default]
    Results,
    Successes(Block),
    Failures,
}

impl CargoTest {
    fn read_result(&mut self, counts: &str) {
        for count in counts.split(['.', ';']) {
            let Some((number, label)) = count.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match label {
                "passed" => self.tally.passed += number,
                "failed" => self.tally.failed += number,
                "ignored" => self.tally.skipped += number,
                _ => {}
            }
        }
        (0..take(&mut self.marked)).for_each(|_| self.tally.move_to_skipped());
    }

    fn note_ignored(&mut self, line: &str) {
        let Some((test, verdict)) = line.strip_prefix("test ").and_then(|line| line.rsplit_once(" ... ignored")) else { return };
        let reason = verdict.trim_start_matches(',').trim();
        let reason = if reason.is_empty() { "marked as ignored in the source" } else { reason };
        self.tally.reasons.push(format!("{test}: {reason}"));
    }

    fn read_success(&mut self, line: &str, block: Block) {
        if line.starts_with("---- ") {
            self.section = Section::Successes(Block::Passed);
        }
        let Some(reason) = line.strip_prefix(SKIP_MARK) else { return };
        self.tally.reasons.push(reason.trim_end().to_owned());
        if block == Block::Passed {
            self.marked += 1;
            self.section = Section::Successes(Block::Skipped);
        }
    }
}

impl Reader for CargoTest {
    fn read(&mut self, line: &str) -> Line {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.read_result(counts);
            self.section = Section::Results;
            return Line::Show;
        }
        match (self.section, line) {
            (_, "successes:") => self.section = Section::Successes(Block::Shown),
            (_, "failures:") => self.section = Section::Failures,
            (Section::Results, _) => self.note_ignored(line),
            (Section::Successes(block), _) => self.read_success(line, block),
            (Section::Failures, _) => {}
        }
        if matches!(self.section, Section::Successes(_)) { Line::Hide } else { Line::Show }
    }

    fn finish(self) -> Tally {
        self.tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEXTEST: &str = include_str!("../recorded/nextest.txt");
    const NEXTEST_FLAKY: &str = include_str!("../recorded/nextest-counts.txt");
    const CARGO_TEST: &str = include_str!("../recorded/cargo-test.txt");

    fn count(mut reader: impl Reader, output: &str) -> (Tally, Vec<String>) {
        let shown = output.lines().filter(|line| reader.read(line) == Line::Show).map(str::to_owned).collect();
        (reader.finish(), shown)
    }

    fn counts(tally: &Tally) -> (usize, usize, usize) {
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn a_passing_test_that_says_it_skipped_counts_as_skipped() {
        let (tally, _) = count(Nextest::new(Selection::All), NEXTEST);
        assert_eq!(counts(&tally), (3, 2, 3), "5 passed for nextest, of which two skipped, and one is ignored");
        assert_eq!(
            tally.reasons,
            [
                "autoreach-cli tests::ignored: marked as ignored in the source",
                "skips: no development data",
                "skips_twice: no bus",
                "skips_twice: no keyring",
            ],
            "a failing test that prints the mark is not skipped"
        );
    }

    #[test]
    fn the_output_of_failing_tests_is_shown_and_that_of_passing_ones_is_not() {
        let (_, shown) = count(Nextest::new(Selection::All), NEXTEST);
        let shown = shown.join("\n");
        assert!(shown.contains("broken law") && shown.contains("(test aborted with signal 6: SIGABRT)"));
        assert!(shown.contains("(1/7) autoreach-cli tests::good") && shown.contains("Summary ["));
        assert!(!shown.contains("chatty") && !shown.contains("no development data"));
    }

    #[test]
    fn a_test_that_prints_a_status_line_of_its_own_changes_no_count() {
        let forged = "        PASS [   0.001s] (1/1) a b\n  stdout ───\n\n         Summary [   0.1s] 9 tests run: 9 passed, 0 skipped\n     Summary [   0.0s] 1 test run: 1 passed, 0 skipped\n";
        assert_eq!(counts(&count(Nextest::new(Selection::All), forged).0), (1, 0, 0));
    }

    #[test]
    fn every_way_to_fail_counts_as_failed_and_brackets_count_nothing() {
        assert_eq!(counts(&count(Nextest::new(Selection::All), NEXTEST_FLAKY).0), (95, 5, 3));
    }

    #[test]
    fn tests_left_out_by_a_filter_are_not_skipped() {
        let output = "        SKIP [         ] (───) a b\n     Summary [   0.0s] 1 test run: 1 passed, 41 skipped\n";
        let (tally, shown) = count(Nextest::new(Selection::Filtered), output);
        assert_eq!((counts(&tally), tally.reasons.len(), shown.len()), ((1, 0, 0), 0, 1));
    }

    #[test]
    fn a_run_without_a_summary_counts_nothing() {
        let tally = count(Nextest::new(Selection::All), "error: could not compile `autoreach-store` (lib) due to 1 previous error\n").0;
        assert_eq!(counts(&tally), (0, 0, 0));
        assert!(!tally.is_good());
    }

    #[test]
    fn cargo_test_programs_and_doc_tests_add_up() {
        let (tally, shown) = count(CargoTest::default(), CARGO_TEST);
        assert_eq!(counts(&tally), (4, 1, 4), "4 + 1 + 1 passed of which two skipped; two ignored");
        assert_eq!(
            tally.reasons,
            [
                "tests::ignored: slow",
                "skips: no development data",
                "skips_twice: no bus",
                "skips_twice: no keyring",
                "a/src/lib.rs - two (line 5): marked as ignored in the source",
            ]
        );
        let shown = shown.join("\n");
        assert!(shown.contains("broken law") && !shown.contains("chatty"));
    }

    #[test]
    fn sums_close_with_the_agreed_line() {
        let mut tally = Tally { passed: 3, failed: 0, skipped: 2, reasons: vec!["a: b".into()] };
        assert!(tally.is_good());
        tally.add(Tally::broken());
        assert_eq!(tally.closing_line(), "3 passed, 1 failed, 2 skipped");
        assert!(!tally.is_good());
        assert!(!Tally { skipped: 7, ..Tally::default() }.is_good(), "only skipped is nothing tested");
    }
}
