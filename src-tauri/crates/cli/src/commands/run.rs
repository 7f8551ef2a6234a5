//! `run` and its controls: import, research, qualify, draft; stop at review or go on to hand-over.

use super::items::find_item;
use super::{import, outbox};
use crate::answer::Answer;
use crate::args::{Global, RunArgs, StopAt};
use crate::error::CliError;
use crate::progress::{self, RunEnd};
use crate::prompt;
use crate::view::lists;
use crate::view::text::visible;
use crate::view::words::{counted, took};
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::WorkflowId;
use autoreach_engine::domain::sending::OutboxState;
use autoreach_engine::error::EngineError;
use autoreach_engine::jobs::runner::RunProgress;
use autoreach_engine::leads::GivenUp;
use autoreach_engine::pipeline::send::{SendMode, SendReport};
use autoreach_engine::review::queue::QueueCounts;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Steps given up that a summary names.
const GIVEN_UP_NAMED: usize = 5;

/// A finished part of the job, for the summary.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    /// What was done.
    pub(crate) words: String,
    /// How long it took.
    pub(crate) took: Duration,
}

/// The executable that reads workbooks in a process of its own: this one.
pub(crate) fn parser() -> Result<PathBuf, CliError> {
    std::env::current_exe().map_err(CliError::Terminal)
}

/// Imports files and runs the pipeline.
pub(crate) async fn run(engine: &Arc<Engine>, global: &Global, args: &RunArgs) -> Result<Answer, CliError> {
    let workflow = engine.workflow(args.mapping.workflow.as_deref()).await?;
    let (mut stages, mut texts, mut reports) = (Vec::new(), Vec::new(), Vec::new());
    for file in &args.files {
        let begun = Instant::now();
        let report = import::read(engine, file, &args.mapping, workflow.id, args.dry_run_import).await?;
        stages.push(Stage {
            words: format!("{} imported from {}", counted(report.new as u64, "lead"), file.display()),
            took: begun.elapsed(),
        });
        texts.push(lists::import(&report, args.dry_run_import));
        reports.push(report);
    }
    if args.dry_run_import {
        return Ok(Answer::new(&json!({ "imports": reports }), texts.join("\n")));
    }
    let answer = to_review(engine, workflow.id, stages, global.quiet, "autoreach review").await?;
    let answer = answer.with_imports(&json!(reports), &texts);
    match args.to {
        StopAt::Review => Ok(answer),
        StopAt::Sent => go_on_to_sent(engine, args.yes, answer).await,
    }
}

/// Goes on with a paused run, or with one that a crash interrupted.
pub(crate) async fn resume(engine: &Arc<Engine>, global: &Global) -> Result<Answer, CliError> {
    let run_id = engine.current_run().await?.ok_or(EngineError::NoRun)?;
    engine.resume_run().await?;
    let begun = Instant::now();
    let (end, progress) = progress::work(engine, run_id, global.quiet).await?;
    summary(engine, Vec::new(), end, &progress, begun.elapsed(), "autoreach review").await
}

/// Reads the pages of one lead again.
pub(crate) async fn reread(engine: &Arc<Engine>, global: &Global, item: &str) -> Result<Answer, CliError> {
    let before = engine.item(find_item(engine, item).await?).await?.item;
    let again = engine.read_again(before.lead_id).await?;
    progress::work(engine, again.run, global.quiet).await?;
    let after = engine.item(before.id).await?.item;
    let (old, new) = (&before.card.dossier.findings, &after.card.dossier.findings);
    let appeared = new.iter().filter(|finding| !old.iter().any(|known| known.fact == finding.fact)).count();
    let gone = old.iter().filter(|finding| !new.iter().any(|known| known.fact == finding.fact)).count();
    let text = match (appeared, gone) {
        (0, 0) => format!("Nothing has changed on their pages; {} are dated today.", counted(new.len() as u64, "fact")),
        _ => format!("{appeared} new, {gone} gone, {} in all.", counted(new.len() as u64, "fact")),
    };
    Ok(Answer::new(&json!({ "item": after.id, "appeared": appeared, "gone": gone, "facts": new.len() }), text))
}

/// Runs the pipeline over a workflow's leads until everything waits for review.
pub(crate) async fn to_review(
    engine: &Arc<Engine>,
    workflow_id: WorkflowId,
    stages: Vec<Stage>,
    is_quiet: bool,
    next: &str,
) -> Result<Answer, CliError> {
    let begun = Instant::now();
    let estimate = engine.estimate_run(workflow_id).await?;
    if estimate.stages.iter().any(|stage| stage.model.is_some()) {
        progress::tell(&visible(&estimate.words), is_quiet);
    }
    let run_id = engine.start_run(workflow_id).await?;
    let (end, progress) = progress::work(engine, run_id, is_quiet).await?;
    let answer = summary(engine, stages, end, &progress, begun.elapsed(), next).await?;
    Ok(answer.with_part("estimate", &json!(estimate)))
}

async fn summary(
    engine: &Engine,
    stages: Vec<Stage>,
    end: RunEnd,
    progress: &RunProgress,
    took: Duration,
    next: &str,
) -> Result<Answer, CliError> {
    let counts = engine.queue_counts().await?;
    let given_up = engine.given_up().await?;
    let json = json!({
        "run": progress, "queue": counts, "given_up": given_up, "seconds": took.as_secs_f64(), "next": next,
        "finished": end == RunEnd::Finished,
    });
    let text = summary_text(&stages, end, progress, &counts, &given_up, took, next);
    let answer = Answer::new(&json, text);
    Ok(if end == RunEnd::Dropped { answer.unfinished() } else { answer })
}

fn summary_text(
    stages: &[Stage],
    end: RunEnd,
    progress: &RunProgress,
    counts: &QueueCounts,
    given_up: &[GivenUp],
    run_took: Duration,
    next: &str,
) -> String {
    let mut lines: Vec<String> = stages.iter().map(|stage| format!("{} in {}", stage.words, took(stage.took))).collect();
    if progress.leads == 0 {
        lines.push("No new lead to work on.".into());
    } else {
        lines.push(run_words(progress, run_took));
    }
    if !given_up.is_empty() {
        lines.push(format!("{} given up; `autoreach run` does not try them again:", counted(given_up.len() as u64, "step")));
        lines.extend(given_up.iter().take(GIVEN_UP_NAMED).map(|step| format!("  {}, {}: {}", step.company, step.step, step.cause)));
    }
    lines.push(format!("{} waiting for your review", counted(counts.open, "item")));
    lines.push(match end {
        RunEnd::Finished if counts.open > 0 => format!("\nNext: {next}"),
        RunEnd::Finished => "\nNothing waits for you.".into(),
        RunEnd::Paused => "\nPaused. `autoreach resume` goes on, `autoreach cancel` ends it.".into(),
        RunEnd::Dropped => "\nStopped at once. Nothing is lost: `autoreach resume` goes on.".into(),
    });
    lines.join("\n")
}

fn run_words(progress: &RunProgress, run_took: Duration) -> String {
    let RunProgress { leads, researched, qualified, drafted, .. } = progress;
    format!("Run: {}, {researched} researched, {qualified} qualified, {drafted} drafted in {}", counted(*leads, "lead"), took(run_took))
}

/// Hands over what may leave, after a yes.
async fn go_on_to_sent(engine: &Arc<Engine>, is_agreed: bool, answer: Answer) -> Result<Answer, CliError> {
    let is_real = !engine.is_dry_run().await?;
    if is_real && !is_agreed {
        let waiting = waiting_mails(engine).await?;
        let question = format!("Hand over {} to the mail server?", counted(waiting, "approved mail"));
        match prompt::can_ask() {
            true if prompt::ask_yes(&question)? => {}
            true => return Ok(answer),
            false => return Err(CliError::NeedsYes),
        }
    }
    let report: SendReport = outbox::hand_over(engine, SendMode::AsSet).await?;
    Ok(answer.with_more("send", &json!(report), &lists::send(&report)))
}

async fn waiting_mails(engine: &Engine) -> Result<u64, CliError> {
    let counts = engine.outbox_counts().await?;
    let waits = |state: OutboxState| matches!(state, OutboxState::Held | OutboxState::Queued | OutboxState::Deferred);
    Ok(counts.into_iter().filter(|(state, _)| waits(*state)).map(|(_, n)| n).sum())
}

/// Lets what is in hand end and begins nothing new.
pub(crate) async fn pause(engine: &Engine) -> Result<Answer, CliError> {
    let progress = engine.pause_run().await?;
    Ok(Answer::new(&progress, "Paused. `autoreach resume` goes on."))
}

/// Ends the run for good.
pub(crate) async fn cancel(engine: &Engine) -> Result<Answer, CliError> {
    let progress = engine.cancel_run().await?;
    Ok(Answer::new(&progress, "Cancelled. Leads and finished items stay."))
}

/// Where everything stands.
pub(crate) async fn status(engine: &Engine) -> Result<Answer, CliError> {
    let run = match engine.current_run().await? {
        Some(run_id) => Some(engine.run_progress(run_id).await?),
        None => None,
    };
    let counts = engine.queue_counts().await?;
    let outbox: Value = engine.outbox_counts().await?.into_iter().map(|(state, n)| (state.to_string(), Value::from(n))).collect();
    let is_dry_run = engine.is_dry_run().await?;
    let json = json!({ "workspace": engine.dir(), "run": run, "queue": counts, "outbox": outbox, "dry_run": is_dry_run });
    let run_words = run.map_or_else(
        || "No run under way.".to_owned(),
        |run| format!("Run {}: {} of {} drafted, {} researched.", run.state, run.drafted, run.leads, run.researched),
    );
    let text = format!(
        "{run_words}\n{} waiting for your review, {} put off, {} decided.\n{} in the outbox that have not left{}.",
        counted(counts.open, "item"),
        counts.snoozed,
        counts.decided,
        counted(waiting_mails(engine).await?, "mail"),
        if is_dry_run { "; dry run is on" } else { "" }
    );
    Ok(Answer::new(&json, text))
}

/// A token that Ctrl-C calls: what is in hand ends, nothing new begins.
pub(crate) fn cancelled_by_ctrl_c() -> CancellationToken {
    let cancel = CancellationToken::new();
    let to_cancel = cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            to_cancel.cancel();
        }
    });
    cancel
}
