//! The interface's own tests, counted with all others: its components (vitest), its types (svelte-check), and the pictures
//! of every screen, each checked for accessibility, the content policy and the budgets. Pictures land in `ui/screens-out`.

use std::process::{ExitCode, Stdio};

use crate::error::XtaskError;
use crate::interface::{self, Interface};
use crate::options::ScreensOptions;
use crate::system;
use crate::tally::{Line, Reader, Tally};
use crate::test::counted;
use crate::workspace::{Workspace, run_to_end};

/// `cargo xtask screens`: takes the pictures and says what is wrong with them.
pub(crate) fn screens(workspace: &Workspace, options: &ScreensOptions) -> Result<ExitCode, XtaskError> {
    let folder = match interface::build(workspace)? {
        Interface::Ready(folder) => folder,
        Interface::Missing(reason) => {
            println!("no pictures: {reason}");
            return Ok(ExitCode::FAILURE);
        }
        Interface::Broken => return Ok(ExitCode::FAILURE),
    };
    let mut take = interface::npm(&folder, &["run", "screens", "--", "--built"]);
    let status = run_to_end(take.args(&options.names))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs all of them on a built interface.
pub(crate) fn run(interface: &Interface) -> Result<Tally, XtaskError> {
    let folder = match interface {
        Interface::Ready(folder) => folder,
        Interface::Missing(reason) => {
            return Ok(skipped("the interface's components", reason).and(skipped("its types", reason)).and(skipped("its screens", reason)));
        }
        Interface::Broken => return Ok(Tally::broken()),
    };
    let plain = |arguments: &[&str]| {
        let mut npm = interface::npm(folder, arguments);
        npm.env("NO_COLOR", "1").stdout(Stdio::piped());
        npm
    };
    let components = counted(&mut plain(&["run", "test"]), Vitest::default())?;
    let types = counted(&mut plain(&["run", "check"]), Types)?;
    let screens = match system::browser() {
        Some(_) => counted(&mut plain(&["run", "screens", "--", "--built"]), Pictures::default())?,
        None => skipped("the interface's screens", "Chromium is missing"),
    };
    Ok(components.and(types).and(screens))
}

fn skipped(what: &str, reason: &str) -> Tally {
    Tally { skipped: 1, reasons: vec![format!("{what}: {reason}")], ..Tally::default() }
}

/// Reads vitest's summary: `      Tests  1 failed | 64 passed | 2 skipped (67)`.
#[derive(Default)]
struct Vitest(Tally);

impl Reader for Vitest {
    fn read(&mut self, line: &str) -> Line {
        let Some(counts) = line.trim_start().strip_prefix("Tests  ") else { return Line::Show };
        let counts = counts.split_once(" (").map_or(counts, |(counts, _)| counts);
        for count in counts.split('|') {
            let Some((number, label)) = count.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match label {
                "passed" => self.0.passed += number,
                "failed" => self.0.failed += number,
                _ => {
                    self.0.skipped += number;
                    self.0.reasons.push(format!("{number} tests of the interface: marked as {label} in the source"));
                }
            }
        }
        Line::Show
    }

    fn finish(self) -> Tally {
        self.0
    }
}

/// svelte-check is one test; its exit code says how it went.
struct Types;

impl Reader for Types {
    fn read(&mut self, _: &str) -> Line {
        Line::Show
    }

    fn finish(self) -> Tally {
        Tally { passed: 1, ..Tally::default() }
    }
}

/// Reads the summary of the pictures: `150 pictures, 2 with faults, script 94 KB compressed (at most 300)`.
#[derive(Default)]
struct Pictures(Tally);

impl Reader for Pictures {
    fn read(&mut self, line: &str) -> Line {
        let number = |words: &str, label: &str| words.strip_suffix(label)?.trim().parse::<usize>().ok();
        let mut parts = line.split(", ");
        let taken = parts.next().and_then(|part| number(part, "pictures"));
        if let (Some(taken), Some(faulty)) = (taken, parts.next().and_then(|part| number(part, "with faults"))) {
            self.0.passed = taken.saturating_sub(faulty);
            self.0.failed = faulty;
        }
        Line::Show
    }

    fn finish(self) -> Tally {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(mut reader: impl Reader, output: &str) -> (usize, usize, usize) {
        output.lines().for_each(|line| {
            reader.read(line);
        });
        let tally = reader.finish();
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn the_components_count_by_the_summary_and_not_by_their_files() {
        let output = " Test Files  1 failed | 10 passed (11)\n      Tests  2 failed | 64 passed | 1 skipped (67)\n   Start at  16:49:47\n";
        assert_eq!(counts(Vitest::default(), output), (64, 2, 1));
        assert_eq!(counts(Vitest::default(), "      Tests  67 passed (67)\n"), (67, 0, 0));
    }

    #[test]
    fn every_picture_is_a_test() {
        let output = "✗ review-dark-1280.png: axe color-contrast: b\n150 pictures, 2 with faults, script 94 KB compressed (at most 300)\n";
        assert_eq!(counts(Pictures::default(), output), (148, 2, 0));
        assert_eq!(counts(Pictures::default(), "the browser did not start\n"), (0, 0, 0), "a run that breaks off has no count of its own");
    }

    #[test]
    fn what_cannot_run_is_skipped_with_its_reason() {
        let tally = run(&Interface::Missing("there is no Node")).expect("nothing is started");
        assert_eq!((tally.passed, tally.failed, tally.skipped), (0, 0, 3));
        assert!(tally.reasons.iter().all(|reason| reason.ends_with("there is no Node")), "{:?}", tally.reasons);
    }
}
