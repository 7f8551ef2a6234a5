//! AutoReach in the terminal: the same engine as the window's, command by command.
//!
//! This crate translates. A command becomes one or a few calls of the engine, and the result becomes words or JSON; an
//! `if` about business in here is a rule looking for its home. What a person sees is made by pure functions in `view`;
//! the interactive review lives in `review`.

mod access;
mod answer;
mod args;
mod commands;
mod error;
mod files;
mod learner;
mod logs;
mod progress;
mod prompt;
mod review;
mod view;

use args::Cli;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: a process started to read one workbook must not open workspaces or touch the terminal.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == autoreach_engine::PARSER_ARGUMENT) {
        return autoreach_engine::parse_workbook_child();
    }
    let cli = Cli::parse();
    let as_json = cli.global.json;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(commands::carry_out(cli));
            runtime.shutdown_background();
            answer::give(outcome, as_json)
        }
        Err(cause) => answer::give(Err(error::CliError::Terminal(cause)), as_json),
    }
}
