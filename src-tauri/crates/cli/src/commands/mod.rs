//! The commands, one file per group: a few engine calls each, and the answer in words and JSON.

mod account;
mod decide;
mod demo;
mod doctor;
mod export;
mod import;
mod items;
mod leads;
mod outbox;
mod run;
mod suppress;
mod verify;
mod workflow;
mod workspace;

pub(crate) use decide::parse_mail;

use crate::access::{self, Network};
use crate::answer::Answer;
use crate::args::{Cli, Command, Global};
use crate::error::CliError;
use crate::{learner, review};
use autoreach_engine::Engine;
use std::io;
use std::sync::Arc;

/// Carries out what was typed.
pub(crate) async fn carry_out(cli: Cli) -> Result<Answer, CliError> {
    let Cli { global, command } = cli;
    match command {
        Command::Learner { jsonl: _ } => speak_learner(),
        Command::Demo(args) => demo::demo(&global, &args).await,
        Command::Init(args) => workspace::init(&global, &args).await,
        Command::Recovery(command) => workspace::recovery(&global, command).await,
        Command::Doctor => doctor::doctor(&global).await,
        Command::Run(args) => run::run(&global, &args).await,
        Command::Resume => run::resume(&global).await,
        command => {
            let engine = access::open(&global, Network::Untouched).await?;
            let answer = with_engine(&engine, &global, command).await;
            engine.close().await;
            answer
        }
    }
}

/// The commands that need an open workspace and no network.
async fn with_engine(engine: &Arc<Engine>, global: &Global, command: Command) -> Result<Answer, CliError> {
    match command {
        Command::Pause => run::pause(engine).await,
        Command::Cancel => run::cancel(engine).await,
        Command::Status => run::status(engine).await,
        Command::Workflow(command) => workflow::workflow(engine, command).await,
        Command::Import(args) => import::import(engine, &args).await,
        Command::Imports => import::imports(engine).await,
        Command::ImportUndo { id } => import::undo(engine, id).await,
        Command::Leads(args) => leads::leads(engine, &args).await,
        Command::Suppress(command) => suppress::suppress(engine, command).await,
        Command::Queue { limit } => items::queue(engine, limit).await,
        Command::Show(args) => items::show(engine, &args).await,
        Command::History { limit } => items::history(engine, limit).await,
        Command::Decide(args) => decide::decide(engine, &args).await,
        Command::Undo { item } => decide::undo(engine, item.as_deref()).await,
        Command::Redo => decide::redo(engine).await,
        Command::Review => review::review(engine, global.json).await,
        Command::Outbox { action } => outbox::outbox(engine, action).await,
        Command::Send(args) => outbox::send(engine, args).await,
        Command::Account(command) => account::account(engine, command).await,
        Command::DryRun { state } => account::dry_run(engine, state).await,
        Command::Export(command) => export::export(engine, command).await,
        Command::Verify => verify::verify(engine).await,
        Command::Learner { .. }
        | Command::Demo(_)
        | Command::Init(_)
        | Command::Recovery(_)
        | Command::Doctor
        | Command::Run(_)
        | Command::Resume => unreachable!("carried out before a workspace is opened"),
    }
}

fn speak_learner() -> Result<Answer, CliError> {
    learner::run_jsonl(io::stdin().lock(), io::stdout().lock()).map_err(CliError::Output)?;
    Ok(Answer::silent())
}
