//! The developer's commands: `cargo xtask run`, `test`, `check`, `bench`, `screens`, `bundle`, `doctor`.
//!
//! One small program instead of shell scripts, so that the same commands work on Linux, macOS and Windows. It has no
//! dependencies: it is compiled before anything else and must never be the reason a machine cannot start.
//! It knows nothing of the product; it calls cargo, the system's package manager and the programs cargo has built.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a terminal tool: what it prints is its result")]

mod bench;
mod bundle;
mod check;
mod doctor;
mod error;
mod install;
mod interface;
mod interface_tests;
mod lint;
mod options;
mod progress;
mod run;
mod rust_text;
mod system;
mod tally;
mod test;
mod workspace;

use std::process::ExitCode;

use error::XtaskError;
use options::{HELP, Request};
use workspace::Workspace;

fn main() -> ExitCode {
    let request = match options::parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(usage) => {
            eprintln!("{usage}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    perform(request).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn perform(request: Request) -> Result<ExitCode, XtaskError> {
    match request {
        Request::Help => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Request::Run(options) => run::run(&Workspace::find()?, &options),
        Request::Test(options) => test::test(&Workspace::find()?, &options),
        Request::Check(options) => check::check(&Workspace::find()?, &options),
        Request::Bench(options) => bench::bench(&Workspace::find()?, &options),
        Request::Screens(options) => interface_tests::screens(&Workspace::find()?, &options),
        Request::Bundle => bundle::bundle(&Workspace::find()?),
        Request::Doctor(options) => doctor::doctor(&Workspace::find()?, &options),
    }
}
