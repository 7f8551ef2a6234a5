//! `cargo xtask test`: every test there is, and one closing line that a person and a machine can both read.
//!
//! Programs and tests are built by a single cargo call: dev-dependencies switch on features of shared crates, and two
//! calls with different features would compile half the tree twice. Stories find the built programs beside themselves.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use crate::error::XtaskError;
use crate::install;
use crate::interface::{self, Interface};
use crate::interface_tests;
use crate::options::TestOptions;
use crate::progress::Steps;
use crate::system::{self, Platform, Role};
use crate::tally::{CargoTest, Line, Nextest, Reader, Selection, Tally};
use crate::workspace::{Workspace, program_name, run_to_end};

/// Runs everything and closes with the count, also when the build broke or a runner could not be started.
pub(crate) fn test(workspace: &Workspace, options: &TestOptions) -> Result<ExitCode, XtaskError> {
    let mut steps = Steps::new(6);
    let tally = run_all(workspace, options, &mut steps).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        Tally::broken()
    });
    report(&tally, &steps);
    Ok(if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_all(workspace: &Workspace, options: &TestOptions, steps: &mut Steps) -> Result<Tally, XtaskError> {
    steps.begin("System packages");
    install::make_present(&[Role::Build, Role::Window, Role::Interface, Role::Tests])?;
    let shell = Shell::on_this_machine();
    steps.begin("The window's interface");
    let interface = interface::build(workspace)?;
    if interface == Interface::Broken {
        return Ok(Tally::broken());
    }
    steps.begin("Building the programs and the tests");
    if !run_to_end(&mut build_command(workspace, &shell))?.success() {
        return Ok(Tally::broken());
    }
    steps.begin("Tests");
    let mut tally = shell.skipped();
    tally.add(run_tests(workspace, options, &shell)?);
    steps.begin("Examples in the documentation");
    tally.add(run_doc_tests(workspace, options, &shell)?);
    steps.begin("Tests of the interface");
    match selection(options) {
        Selection::All => tally.add(interface_tests::run(&interface)?),
        Selection::Filtered => println!("      not asked for: filters are for Rust tests"),
    }
    Ok(tally)
}

/// Can the window be compiled here?
enum Shell {
    Built,
    LeftOut { missing: &'static str },
}

impl Shell {
    fn on_this_machine() -> Self {
        match system::missing_parts(Platform::detect(), &[Role::Window]).first() {
            None => Self::Built,
            Some(part) => Self::LeftOut { missing: part.label() },
        }
    }

    fn cargo_arguments(&self) -> &'static [&'static str] {
        match self {
            Self::Built => &["--workspace"],
            Self::LeftOut { .. } => &["--workspace", "--exclude", "autoreach"],
        }
    }

    fn skipped(&self) -> Tally {
        match self {
            Self::Built => Tally::default(),
            Self::LeftOut { missing } => Tally { skipped: 1, reasons: vec![format!("the window: {missing} missing")], ..Tally::default() },
        }
    }
}

/// Leaves this program out: on Windows a running program cannot be replaced.
fn build_command(workspace: &Workspace, shell: &Shell) -> Command {
    let mut cargo = workspace.cargo();
    cargo.arg("build").args(shell.cargo_arguments()).args(["--exclude", "xtask", "--bins", "--tests"]);
    cargo
}

fn run_tests(workspace: &Workspace, options: &TestOptions, shell: &Shell) -> Result<Tally, XtaskError> {
    let mut cargo = test_environment(workspace, options);
    if system::has_program("cargo-nextest") {
        cargo.args(["nextest", "run", "--no-fail-fast", "--failure-output", "immediate", "--success-output", "immediate"]);
        cargo.args(shell.cargo_arguments());
        cargo.args(["--status-level", "skip", "--final-status-level", "fail"]).args(&options.filters);
        return counted(cargo.stderr(Stdio::piped()), Nextest::new(selection(options)));
    }
    cargo.args(["test", "--no-fail-fast", "--lib", "--bins", "--tests"]).args(shell.cargo_arguments());
    cargo.args(["--", "--show-output"]).args(&options.filters);
    counted(cargo.stdout(Stdio::piped()), CargoTest::default())
}

fn run_doc_tests(workspace: &Workspace, options: &TestOptions, shell: &Shell) -> Result<Tally, XtaskError> {
    let mut cargo = test_environment(workspace, options);
    cargo.args(["test", "--doc", "--no-fail-fast"]).args(shell.cargo_arguments());
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
pub(crate) fn counted(command: &mut Command, mut reader: impl Reader) -> Result<Tally, XtaskError> {
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
