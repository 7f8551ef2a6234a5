//! `worker`: round the clock without a window. Begins what is due, works it off, hands over mails whose time has come, and
//! says in a line what happened. A first Ctrl-C or SIGTERM lets what is in hand end, a second one ends at once; nothing is
//! lost either way, because every step is a row of its own.

use crate::answer::Answer;
use crate::args::{Global, WorkerArgs};
use crate::error::CliError;
use crate::progress::tell;
use crate::view::text::visible;
use crate::view::words::counted;
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::RunId;
use autoreach_engine::error::EngineError;
use autoreach_engine::jobs::runner::RunProgress;
use autoreach_engine::schedule::{HONESTLY, HeldUp, Tick, Watch};
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether something is due.
const ROUND: Duration = Duration::from_secs(30);

/// What a worker did until it ended.
#[derive(Debug, Default)]
struct Worked {
    batches: usize,
    leads: u64,
    drafted: u64,
    mails: usize,
}

/// What was said already, so that nothing is said twice.
#[derive(Default)]
struct Said {
    /// When the next batch begins; the inner `None` is that none does.
    next: Option<Option<String>>,
    held_up: Option<HeldUp>,
}

/// How the worker is told to end.
struct Stop {
    /// What is in hand ends.
    gently: CancellationToken,
    /// Nothing is waited for.
    at_once: CancellationToken,
}

/// Works until it is told to end, or through what is due.
pub(crate) async fn worker(engine: &Arc<Engine>, global: &Global, args: WorkerArgs) -> Result<Answer, CliError> {
    let stop = stop_on_signals()?;
    tell(HONESTLY, global.quiet);
    let mut worked = Worked::default();
    let is_dropped = tokio::select! {
        ended = rounds(engine, global.quiet, args.once, &stop.gently, &mut worked) => { ended?; false }
        () = stop.at_once.cancelled() => true,
    };
    let Worked { batches, leads, drafted, mails } = worked;
    let json = json!({
        "batches": batches, "leads": leads, "drafted": drafted, "mails": mails, "next": engine.next_batch().await?,
        "finished": !is_dropped,
    });
    let mut text = format!("{} begun with {}; {drafted} drafted.", batches_words(batches), counted(leads, "lead"));
    if is_dropped {
        text = "Stopped at once. Nothing is lost: `autoreach worker` goes on.".to_owned();
    }
    let answer = Answer::new(&json, text);
    Ok(if is_dropped { answer.unfinished() } else { answer })
}

async fn rounds(
    engine: &Arc<Engine>,
    is_quiet: bool,
    is_once: bool,
    stop: &CancellationToken,
    worked: &mut Worked,
) -> Result<(), CliError> {
    let (mut watch, mut said) = (Watch::begin(engine.now()), Said::default());
    while !stop.is_cancelled() {
        round(engine, is_quiet, stop, worked, &mut said).await?;
        work_off(engine, is_quiet, is_once, stop, worked, &mut said).await?;
        if is_once {
            return Ok(());
        }
        // How long the work took is not known beforehand: here only the clocks beside each other tell of sleep.
        tell_sleep(watch.look(engine.now(), Duration::MAX), is_quiet);
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            () = stop.cancelled() => {}
        }
        tell_sleep(watch.look(engine.now(), ROUND), is_quiet);
    }
    Ok(())
}

fn tell_sleep(slept: Option<SignedDuration>, is_quiet: bool) {
    if let Some(slept) = slept {
        tell(&format!("This computer slept for about {}; what was missed is made up for now.", about(slept)), is_quiet);
    }
}

/// One look: what is due begins, mails whose time has come go, trust is settled.
async fn round(
    engine: &Arc<Engine>,
    is_quiet: bool,
    stop: &CancellationToken,
    worked: &mut Worked,
    said: &mut Said,
) -> Result<(), CliError> {
    let tick = engine.tick().await?;
    for began in &tick.began {
        worked.batches += 1;
        worked.leads += began.leads;
    }
    for line in lines(&tick, said) {
        tell(&visible(&line), is_quiet);
    }
    match engine.hand_over_due(stop).await {
        Ok(0) => {}
        Ok(mails) => {
            worked.mails += mails;
            tell(&format!("{} moved on in the outbox.", counted(mails as u64, "mail")), is_quiet);
        }
        Err(error) => tell(&format!("Mails stay in the outbox: {error}"), is_quiet),
    }
    for workflow in engine.workflows().await? {
        engine.settle_trust(workflow.id).await?;
    }
    Ok(())
}

/// Works off every run that goes on, then the mails that are to be written anew.
async fn work_off(
    engine: &Arc<Engine>,
    is_quiet: bool,
    is_once: bool,
    stop: &CancellationToken,
    worked: &mut Worked,
    said: &mut Said,
) -> Result<(), CliError> {
    let mut before = None;
    while let Some(run_id) = engine.run_to_work().await?.filter(|run_id| before != Some(*run_id) && !stop.is_cancelled()) {
        // Research would wait for the network for as long as it is away.
        if is_once && engine.offline_since().is_some() {
            tell("There is no network; the run goes on when it is back.", is_quiet);
            return Ok(());
        }
        before = Some(run_id);
        let drafted_before = engine.run_progress(run_id).await?.drafted;
        let ended = work(engine, run_id, is_quiet, stop, worked, said).await?;
        let drafted = ended.drafted.saturating_sub(drafted_before);
        worked.drafted += drafted;
        tell(&run_words(engine, &ended, drafted).await?, is_quiet);
    }
    let mut written = None;
    while let Some(redraft) = engine.redraft_to_write().await?.filter(|redraft| written != Some(*redraft) && !stop.is_cancelled()) {
        engine.work(redraft, stop).await?;
        written = Some(redraft);
        tell("A mail was written anew.", is_quiet);
    }
    Ok(())
}

/// Works a run off; meanwhile other batches may become due.
async fn work(
    engine: &Arc<Engine>,
    run_id: RunId,
    is_quiet: bool,
    stop: &CancellationToken,
    worked: &mut Worked,
    said: &mut Said,
) -> Result<RunProgress, CliError> {
    let working = engine.work(run_id, stop);
    tokio::pin!(working);
    loop {
        tokio::select! {
            ended = &mut working => return Ok(ended?),
            () = tokio::time::sleep(ROUND) => round(engine, is_quiet, stop, worked, said).await?,
        }
    }
}

async fn run_words(engine: &Engine, run: &RunProgress, drafted: u64) -> Result<String, EngineError> {
    let open = engine.queue_counts().await?.open;
    let left = run.leads.saturating_sub(run.drafted + run.given_up);
    let rest = match (left, run.state) {
        (0, _) => String::new(),
        (left, "paused") => format!(" {} left; the run is paused.", counted(left, "lead")),
        (left, _) => format!(" {} left for the next start.", counted(left, "lead")),
    };
    Ok(format!("{drafted} drafted, {} waiting for your review.{rest}", counted(open, "item")))
}

/// What a tick has to tell that was not said before.
fn lines(tick: &Tick, said: &mut Said) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for began in &tick.began {
        lines.push(match began.leads {
            0 => format!("{}: no new lead waits for today's batch.", began.workflow),
            leads => format!("{}: a batch of {} begins, because {}.", began.workflow, counted(leads, "lead"), began.why),
        });
    }
    if tick.backups > 0 {
        lines.push(format!("{} taken.", counted(tick.backups as u64, "backup")));
    }
    if tick.held_up != said.held_up {
        lines.extend(tick.held_up.map(|held_up| held_up.words().to_owned()));
        said.held_up = tick.held_up;
    }
    let next = tick.next.as_ref().map(|next| next.when.clone());
    if tick.held_up.is_none() && said.next.as_ref() != Some(&next) {
        lines.push(match &tick.next {
            Some(next) => format!("{}: next batch {}, because {}.", next.workflow, next.when, next.why),
            None => "No schedule begins a batch; `autoreach schedule set` sets one.".to_owned(),
        });
        said.next = Some(next);
    }
    lines
}

fn batches_words(batches: usize) -> String {
    if batches == 1 { "1 batch".to_owned() } else { format!("{batches} batches") }
}

/// `9 h`, or minutes below two hours.
fn about(slept: SignedDuration) -> String {
    match slept.as_mins() {
        minutes @ ..120 => format!("{minutes} min"),
        minutes => format!("{} h", minutes / 60),
    }
}

#[cfg(unix)]
fn stop_on_signals() -> Result<Stop, CliError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Terminal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::Terminal)?;
    let stop = Stop { gently: CancellationToken::new(), at_once: CancellationToken::new() };
    let (gently, at_once) = (stop.gently.clone(), stop.at_once.clone());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if gently.is_cancelled() { at_once.cancel() } else { gently.cancel() }
        }
    });
    Ok(stop)
}

#[cfg(not(unix))]
fn stop_on_signals() -> Result<Stop, CliError> {
    let stop = Stop { gently: CancellationToken::new(), at_once: CancellationToken::new() };
    let (gently, at_once) = (stop.gently.clone(), stop.at_once.clone());
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if gently.is_cancelled() { at_once.cancel() } else { gently.cancel() }
        }
    });
    Ok(stop)
}
