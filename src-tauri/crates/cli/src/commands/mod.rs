//! The commands, one file per group: a few engine calls each, and the answer in words and JSON.

mod account;
mod backup;
mod context;
mod decide;
mod demo;
mod discover;
mod doctor;
mod egress;
mod engine;
mod erase;
mod export;
mod import;
mod insights;
mod items;
mod leads;
mod outbox;
mod profile;
mod run;
mod schedule;
mod simulate;
mod suppress;
mod team;
mod trust;
mod verify;
mod worker;
mod workflow;
mod workspace;

pub(crate) use decide::parse_mail;

use crate::access::{self, Network};
use crate::answer::Answer;
use crate::args::{Cli, Command, Global, OfflineCommand};
use crate::error::CliError;
use crate::{learner, review};
use autoreach_engine::Engine;
use std::io;
use std::sync::Arc;

/// Carries out what was typed: first the commands that open what they need themselves, or nothing.
pub(crate) async fn carry_out(cli: Cli) -> Result<Answer, CliError> {
    let Cli { global, command } = cli;
    match command {
        Command::Learner { jsonl: _ } => speak_learner(),
        Command::Demo(args) => demo::demo(&global, &args).await,
        Command::Init(args) => workspace::init(&global, &args).await,
        Command::Recovery(command) => workspace::recovery(&global, command).await,
        Command::Simulate(args) => simulate::simulate(&global, &args).await,
        Command::Doctor => doctor::doctor(&global).await,
        Command::Run(args) => in_workspace(&global, Network::Used, async |engine| run::run(engine, &global, &args).await).await,
        Command::Worker(args) => in_workspace(&global, Network::Used, async |engine| worker::worker(engine, &global, args).await).await,
        Command::Resume => in_workspace(&global, Network::Used, async |engine| run::resume(engine, &global).await).await,
        Command::Reread { item } => in_workspace(&global, Network::Used, async |engine| run::reread(engine, &global, &item).await).await,
        Command::Discover(command) => in_workspace(&global, Network::Used, async |engine| discover::discover(engine, command).await).await,
        Command::Backup(command) => backup::backup(&global, command).await,
        Command::Offline(command) => {
            in_workspace(&global, Network::Untouched, async |engine| offline(engine, &global, command).await).await
        }
    }
}

/// Opens the workspace, works in it, and closes it whatever came of that.
async fn in_workspace(
    global: &Global,
    network: Network,
    work: impl AsyncFnOnce(&Arc<Engine>) -> Result<Answer, CliError>,
) -> Result<Answer, CliError> {
    let engine = access::open(global, network).await?;
    let answer = work(&engine).await;
    engine.close().await;
    answer
}

/// The commands that work in an open workspace without reading a web page.
async fn offline(engine: &Arc<Engine>, global: &Global, command: OfflineCommand) -> Result<Answer, CliError> {
    match command {
        OfflineCommand::Pause => run::pause(engine).await,
        OfflineCommand::Schedule(command) => schedule::schedule(engine, command).await,
        OfflineCommand::Cancel => run::cancel(engine).await,
        OfflineCommand::Status => run::status(engine).await,
        OfflineCommand::Workflow(command) => workflow::workflow(engine, command).await,
        OfflineCommand::Import(args) => import::import(engine, &args).await,
        OfflineCommand::Imports => import::imports(engine).await,
        OfflineCommand::ImportUndo { id } => import::undo(engine, id).await,
        OfflineCommand::Leads(args) => leads::leads(engine, &args).await,
        OfflineCommand::Suppress(command) => suppress::suppress(engine, command).await,
        OfflineCommand::Queue { limit } => items::queue(engine, limit).await,
        OfflineCommand::Show(args) => items::show(engine, &args).await,
        OfflineCommand::History { limit } => items::history(engine, limit).await,
        OfflineCommand::Decide(args) => decide::decide(engine, &args).await,
        OfflineCommand::Redraft { item, instruction } => decide::redraft(engine, &item, instruction).await,
        OfflineCommand::Undo { item } => decide::undo(engine, item.as_deref()).await,
        OfflineCommand::Redo => decide::redo(engine).await,
        OfflineCommand::Review => review::review(engine, global.json).await,
        OfflineCommand::Outbox { action } => outbox::outbox(engine, action).await,
        OfflineCommand::Send(args) => outbox::send(engine, args).await,
        OfflineCommand::Account(command) => account::account(engine, command).await,
        OfflineCommand::Egress(args) => egress::egress(engine, args).await,
        OfflineCommand::Estimate(args) => egress::estimate(engine, args).await,
        OfflineCommand::Engine(command) => engine::engine(engine, command).await,
        OfflineCommand::DryRun { state } => account::dry_run(engine, state).await,
        OfflineCommand::Erase(args) => erase::erase(engine, &args).await,
        OfflineCommand::Export(command) => export::export(engine, command).await,
        OfflineCommand::Trust { command } => trust::trust(engine, command).await,
        OfflineCommand::Override(args) => trust::set_override(engine, &args).await,
        OfflineCommand::Replay(args) => trust::replay(engine, &args).await,
        OfflineCommand::Audit => trust::audit(engine).await,
        OfflineCommand::Lessons { command } => trust::lessons(engine, command).await,
        OfflineCommand::Insights => insights::insights(engine).await,
        OfflineCommand::Unlearn(args) => trust::unlearn(engine, &args).await,
        OfflineCommand::Profile { command } => profile::profile(engine, command).await,
        OfflineCommand::Era(args) => profile::era(engine, &args).await,
        OfflineCommand::Exceptions { command } => context::exceptions(engine, command).await,
        OfflineCommand::Notes { command } => context::notes(engine, command).await,
        OfflineCommand::Contacts { command } => context::contacts(engine, command).await,
        OfflineCommand::Team { command } => team::team(engine, command).await,
        OfflineCommand::Verify => verify::verify(engine).await,
    }
}

fn speak_learner() -> Result<Answer, CliError> {
    learner::run_jsonl(io::stdin().lock(), io::stdout().lock()).map_err(CliError::Output)?;
    Ok(Answer::silent())
}
