//! `cargo xtask test`: every test there is, and one closing line that a person and a machine can both read.
//!
//! Programs and tests are built by a single cargo call: dev-dependencies switch on features of shared crates, and two
//! calls with different features would compile half the tree twice. Stories find the built programs beside themselves.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use crate::error::XtaskError;
use crate::install;
use crate::options::TestOptions;
use crate::progress::Steps;
use crate::system::{self, Role};
use crate::tally::{CargoTest, Line, Nextest, Reader, Selection, Tally};
use crate::workspace::{Workspace, program_name, run_to_end};

/// Runs everything and closes with the count, also when the build broke or a runner could not be started.
pub(crate) fn test(workspace: &Workspace, options: &TestOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(4);
    let tally = run_all(workspace, options, &mut steps).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        Tally::broken()
    });
    report(&tally, &steps);
    Ok(if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_all(workspace: &Workspace, options: &TestOptions, steps: &mut Steps) -> Result<Tally, XtaskError> {
    steps.begin("System packages");
    install::make_present(&[Role::Build, Role::Tests])?;
    steps.begin("Building the programs and the tests");
    if !run_to_end(&mut build_command(workspace))?.success() {
        return Ok(Tally::broken());
    }
    steps.begin("Tests");
    let mut tally = run_tests(workspace, options)?;
    steps.begin("Examples in the documentation");
    tally.add(run_doc_tests(workspace, options)?);
    Ok(tally)
}

/// The window is not part of the main job yet; `cargo test -p autoreach` and `cargo xtask run --window` build it.
const WITHOUT_THE_SHELL: [&str; 2] = ["--exclude", "autoreach"];

/// Leaves this program out: on Windows a running program cannot be replaced.
fn build_command(workspace: &Workspace) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--workspace", "--exclude", "xtask", "--bins", "--tests"]).args(WITHOUT_THE_SHELL);
    cargo
}

fn run_tests(workspace: &Workspace, options: &TestOptions) -> Result<Tally, XtaskError> {
    let mut cargo = test_environment(workspace, options);
    if system::has_program("cargo-nextest") {
        cargo.args(["nextest", "run", "--workspace", "--no-fail-fast", "--failure-output", "immediate", "--success-output", "immediate"]);
        cargo.args(WITHOUT_THE_SHELL);
        cargo.args(["--status-level", "skip", "--final-status-level", "fail"]).args(&options.filters);
        return counted(cargo.stderr(Stdio::piped()), Nextest::new(selection(options)));
    }
    cargo.args(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"]).args(WITHOUT_THE_SHELL);
    cargo.args(["--", "--show-output"]).args(&options.filters);
    counted(cargo.stdout(Stdio::piped()), CargoTest::default())
}

fn run_doc_tests(workspace: &Workspace, options: &TestOptions) -> Result<Tally, XtaskError> {
    let mut cargo = test_environment(workspace, options);
    cargo.args(["test", "--doc", "--workspace", "--no-fail-fast"]).args(WITHOUT_THE_SHELL);
    cargo.args(["--", "--show-output"]).args(&options.filters);
    counted(cargo.stdout(Stdio::piped()), CargoTest::default())
}

fn selection(options: &TestOptions) -> Selection {
    if options.filters.is_empty() { Selection::All } else { Selection::Filtered }
}

/// Colours would have to be peeled off again before counting.
fn test_environment(workspace: &Workspace, options: &TestOptions) -> Command {
    let mut cargo = workspace.cargo();
    cargo.env("CARGO_TERM_COLOR", "never");
    if let Some(data) = workspace.development_data() {
        cargo.env("AUTOREACH_DEV_DATA", data);
    }
    if options.long {
        cargo.env("AUTOREACH_LONG", "1");
    }
    cargo
}

/// Runs a test program whose report comes through the one stream that was piped.
fn counted(command: &mut Command, mut reader: impl Reader) -> Result<Tally, XtaskError> {
    let program = program_name(command);
    let mut child = command.spawn().map_err(|source| XtaskError::CannotStart { program: program.clone(), source })?;
    let lost = |source| XtaskError::OutputLost { program: program.clone(), source };
    if let Some(report) = child.stderr.take() {
        read_report(report, &mut reader).map_err(lost)?;
    }
    if let Some(report) = child.stdout.take() {
        read_report(report, &mut reader).map_err(lost)?;
    }
    Ok(judged(reader.finish(), child.wait().map_err(lost)?))
}

/// Tests may print bytes that are not text; they are shown as well as they can be.
fn read_report(report: impl Read, reader: &mut impl Reader) -> std::io::Result<()> {
    let mut report = BufReader::new(report);
    let mut bytes = Vec::new();
    while report.read_until(b'\n', &mut bytes)? > 0 {
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end_matches(['\n', '\r']);
        if reader.read(line) == Line::Show {
            println!("{line}");
        }
        bytes.clear();
    }
    Ok(())
}

/// A runner that failed without a failing test broke down itself.
fn judged(mut tally: Tally, status: ExitStatus) -> Tally {
    if !status.success() && tally.failed == 0 {
        println!("the run ended with {status} and without a failing test: counted as one failure");
        tally.add(Tally::broken());
    }
    tally
}

fn report(tally: &Tally, steps: &Steps) {
    if !tally.reasons.is_empty() {
        println!("\nSkipped:");
        tally.reasons.iter().for_each(|reason| println!("  {reason}"));
    }
    println!("\nTook {}", steps.elapsed());
    println!("{}", tally.closing_line());
}
