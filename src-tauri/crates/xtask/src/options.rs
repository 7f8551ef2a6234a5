//! The command line: what was asked for, parsed once. Options after `--` are never interpreted here, they belong to
//! the program that is called. Written by hand because a parser crate would be this program's only dependency.

use std::fmt;

/// The answer to `cargo xtask --help`.
pub(crate) const HELP: &str = "\
Usage: cargo xtask <command> [options] [-- arguments]

  run      install what is missing, build, and open the window on the demo workspace;
           where there is no display, run the main job on it in the terminal
             --release     build optimised
             --no-window   in the terminal also where there is a display
             -- ARGS       passed on to `autoreach demo`, in the terminal
  test     run every test; the last line is `N passed, N failed, N skipped`
             --long        full counts in the long tests (sets AUTOREACH_LONG=1)
             -- FILTERS    only the Rust tests whose name contains one of these
  check    formatting, clippy, documentation, the interface's types and the checkout's own textual rules
             --rules       only the textual rules, which take no time
  bench    build optimised and print the figures
             -- ARGS       passed on to the bench program
  screens  pictures of every screen in both themes, checked for accessibility, into ui/screens-out
             -- NAMES      only the screens whose name begins with one of these
  bundle   build optimised and pack the window as .deb and .rpm (Linux)
  doctor   what this machine has and what is missing, with the commands that install it
             --install     install it, without asking
             --systems     print the install commands for every supported system

`run` and `test` ask once before they install system packages. Without a terminal, or with CI=true, they go ahead.
`test` looks for development data in AUTOREACH_DEV_DATA, or in ../shared/data when that exists.";

/// One command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Help,
    Run(RunOptions),
    Test(TestOptions),
    Check(CheckOptions),
    Bench(BenchOptions),
    Screens(ScreensOptions),
    Bundle,
    Doctor(DoctorOptions),
}

/// Options of `run`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RunOptions {
    pub(crate) release: bool,
    pub(crate) no_window: bool,
    pub(crate) demo_arguments: Vec<String>,
}

/// Options of `test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestOptions {
    pub(crate) long: bool,
    pub(crate) filters: Vec<String>,
}

/// Options of `check`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CheckOptions {
    pub(crate) rules_only: bool,
}

/// Options of `bench`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    pub(crate) arguments: Vec<String>,
}

/// Options of `screens`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ScreensOptions {
    pub(crate) names: Vec<String>,
}

/// Options of `doctor`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DoctorOptions {
    pub(crate) install: bool,
    pub(crate) systems: bool,
}

/// A command line nobody can have meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    NoCommand,
    UnknownCommand(String),
    UnknownOption { command: &'static str, option: String },
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => write!(f, "which command?"),
            Self::UnknownCommand(command) => write!(f, "there is no command `{command}`"),
            Self::UnknownOption { command, option } => write!(f, "`{command}` does not know `{option}`"),
        }
    }
}

/// Reads the arguments after the program's own name.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Request, UsageError> {
    let mut arguments = arguments;
    let command = arguments.next().ok_or(UsageError::NoCommand)?;
    let mut own: Vec<String> = arguments.collect();
    let passed_on = match own.iter().position(|argument| argument == "--") {
        Some(separator) => own.split_off(separator).split_off(1),
        None => Vec::new(),
    };
    if own.iter().any(|argument| is_help(argument)) {
        return Ok(Request::Help);
    }
    match command.as_str() {
        "run" => parse_run(own, passed_on),
        "test" => parse_test(own, passed_on),
        "check" => parse_check(own.into_iter().chain(passed_on)),
        "bench" => none_left("bench", own).map(|()| Request::Bench(BenchOptions { arguments: passed_on })),
        "screens" => none_left("screens", own).map(|()| Request::Screens(ScreensOptions { names: passed_on })),
        "bundle" => none_left("bundle", own.into_iter().chain(passed_on)).map(|()| Request::Bundle),
        "doctor" => parse_doctor(own.into_iter().chain(passed_on)),
        "help" => Ok(Request::Help),
        other if is_help(other) => Ok(Request::Help),
        _ => Err(UsageError::UnknownCommand(command)),
    }
}

fn is_help(argument: &str) -> bool {
    matches!(argument, "--help" | "-h")
}

fn parse_run(own: Vec<String>, demo_arguments: Vec<String>) -> Result<Request, UsageError> {
    let mut options = RunOptions { demo_arguments, ..RunOptions::default() };
    for option in own {
        match option.as_str() {
            "--release" => options.release = true,
            "--no-window" => options.no_window = true,
            _ => return Err(UsageError::UnknownOption { command: "run", option }),
        }
    }
    Ok(Request::Run(options))
}

fn parse_test(own: Vec<String>, filters: Vec<String>) -> Result<Request, UsageError> {
    let mut options = TestOptions { filters, ..TestOptions::default() };
    for option in own {
        match option.as_str() {
            "--long" => options.long = true,
            _ => return Err(UsageError::UnknownOption { command: "test", option }),
        }
    }
    Ok(Request::Test(options))
}

fn parse_check(own: impl Iterator<Item = String>) -> Result<Request, UsageError> {
    let mut options = CheckOptions::default();
    for option in own {
        match option.as_str() {
            "--rules" => options.rules_only = true,
            _ => return Err(UsageError::UnknownOption { command: "check", option }),
        }
    }
    Ok(Request::Check(options))
}

fn parse_doctor(own: impl Iterator<Item = String>) -> Result<Request, UsageError> {
    let mut options = DoctorOptions::default();
    for option in own {
        match option.as_str() {
            "--install" => options.install = true,
            "--systems" => options.systems = true,
            _ => return Err(UsageError::UnknownOption { command: "doctor", option }),
        }
    }
    Ok(Request::Doctor(options))
}

fn none_left(command: &'static str, own: impl IntoIterator<Item = String>) -> Result<(), UsageError> {
    match own.into_iter().next() {
        Some(option) => Err(UsageError::UnknownOption { command, option }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, UsageError> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_after_the_separator_reach_the_program_untouched() {
        let expected =
            RunOptions { release: true, no_window: true, demo_arguments: vec!["--json".into(), "--release".into(), "--help".into()] };
        assert_eq!(parsed("run --release --no-window -- --json --release --help"), Ok(Request::Run(expected)));
    }

    #[test]
    fn every_command_parses_bare() {
        assert_eq!(parsed("run"), Ok(Request::Run(RunOptions::default())));
        assert_eq!(parsed("test"), Ok(Request::Test(TestOptions::default())));
        assert_eq!(parsed("check"), Ok(Request::Check(CheckOptions::default())));
        assert_eq!(parsed("bench"), Ok(Request::Bench(BenchOptions::default())));
        assert_eq!(parsed("screens"), Ok(Request::Screens(ScreensOptions::default())));
        assert_eq!(parsed("bundle"), Ok(Request::Bundle));
        assert_eq!(parsed("doctor"), Ok(Request::Doctor(DoctorOptions::default())));
    }

    #[test]
    fn options_land_where_they_belong() {
        assert_eq!(parsed("test --long -- crash"), Ok(Request::Test(TestOptions { long: true, filters: vec!["crash".into()] })));
        assert_eq!(parsed("doctor --install --systems"), Ok(Request::Doctor(DoctorOptions { install: true, systems: true })));
        assert_eq!(parsed("check --rules"), Ok(Request::Check(CheckOptions { rules_only: true })));
        assert_eq!(parsed("bench -- queue"), Ok(Request::Bench(BenchOptions { arguments: vec!["queue".into()] })));
    }

    #[test]
    fn help_is_found_in_every_position() {
        for line in ["--help", "-h", "help", "run --help", "doctor -h"] {
            assert_eq!(parsed(line), Ok(Request::Help), "{line}");
        }
    }

    #[test]
    fn what_nobody_can_have_meant_is_refused_by_name() {
        assert_eq!(parsed(""), Err(UsageError::NoCommand));
        assert_eq!(parsed("fly"), Err(UsageError::UnknownCommand("fly".into())));
        assert_eq!(parsed("run --long"), Err(UsageError::UnknownOption { command: "run", option: "--long".into() }));
        assert_eq!(parsed("check -- domain"), Err(UsageError::UnknownOption { command: "check", option: "domain".into() }));
    }

    #[test]
    fn the_help_names_every_command() {
        for command in ["run", "test", "check", "bench", "screens", "bundle", "doctor"] {
            assert!(HELP.lines().any(|line| line.trim_start().starts_with(command)), "{command}");
        }
    }
}
