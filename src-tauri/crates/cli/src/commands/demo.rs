//! `demo`: the whole main job on 40 invented companies, from nothing to items that wait for review.

use super::run::{self, Stage};
use crate::access;
use crate::answer::Answer;
use crate::args::{DemoArgs, Global};
use crate::error::CliError;
use crate::view::lists;
use autoreach_engine::{Engine, demo, workspace};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Opens or creates the demo workspace and runs the pipeline over its leads.
pub(crate) async fn demo(global: &Global, args: &DemoArgs) -> Result<Answer, CliError> {
    let dir = demo_dir(global, args)?;
    if args.fresh {
        delete_demo(&dir)?;
    }
    if workspace::exists(&dir) && !demo::is_demo(&dir) {
        return Err(CliError::NotADemo(dir));
    }
    let begun = Instant::now();
    let engine = access::open_demo(global, &dir).await?;
    let outcome = import_and_run(&engine, global, begun, next_command(global, &dir)).await;
    engine.close().await;
    outcome
}

async fn import_and_run(engine: &Arc<Engine>, global: &Global, begun: Instant, next: String) -> Result<Answer, CliError> {
    let workflow = engine.workflow(None).await?;
    let parser = run::parser()?;
    let report = demo::import_leads(engine, &workflow, &parser).await?;
    let imported = Stage { words: format!("Imported: {}", lists::import_counts(&report, false)), took: begun.elapsed() };
    run::to_review(engine, workflow.id, vec![imported], global.quiet, &next).await
}

fn demo_dir(global: &Global, args: &DemoArgs) -> Result<PathBuf, CliError> {
    match args.dir.clone().or_else(|| global.workspace.clone()) {
        Some(named) => Ok(named),
        None => access::default_demo_dir(),
    }
}

/// Deletes a demo workspace, and never anything else.
fn delete_demo(dir: &Path) -> Result<(), CliError> {
    if !dir.exists() {
        return Ok(());
    }
    if !demo::is_demo(dir) {
        return Err(CliError::NotADemo(dir.to_owned()));
    }
    std::fs::remove_dir_all(dir).map_err(|cause| CliError::Write { path: dir.to_owned(), cause })
}

/// What to type next: the short form where it means this workspace.
fn next_command(global: &Global, dir: &Path) -> String {
    match access::workspace_dir(global) {
        Ok(meant) if meant == dir && global.workspace.is_none() => "autoreach review".into(),
        _ => format!("autoreach review --workspace {}", dir.display()),
    }
}
