//! `worker`: round the clock without a window. Begins what is due, works it off, hands over mails whose time has come, and
//! says in a line what happened. A first Ctrl-C or SIGTERM lets what is in hand end, a second one ends at once; nothing is
//! lost either way, because every step is a row of its own.

mod notify;

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
use notify::Teller;
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

/// One worker: how much it says, what it did and what it told.
struct Worker<'a> {
    engine: &'a Arc<Engine>,
    is_quiet: bool,
    is_once: bool,
    worked: Worked,
    said: Said,
    teller: Teller,
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
    let mut worker = Worker {
        engine,
        is_quiet: global.quiet,
        is_once: args.once,
        worked: Worked::default(),
        said: Said::default(),
        teller: Teller::new(args.once),
    };
    let is_dropped = tokio::select! {
        ended = worker.rounds(&stop.gently) => { ended?; false }
        () = stop.at_once.cancelled() => true,
    };
    let Worked { batches, leads, drafted, mails } = worker.worked;
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

impl Worker<'_> {
    async fn rounds(&mut self, stop: &CancellationToken) -> Result<(), CliError> {
        let mut watch = Watch::begin(self.engine.now());
        while !stop.is_cancelled() {
            self.round(stop).await?;
            self.work_off(stop).await?;
            if self.is_once {
                return Ok(());
            }
            // How long the work took is not known beforehand: here only the clocks beside each other tell of sleep.
            self.tell_sleep(watch.look(self.engine.now(), Duration::MAX));
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                () = stop.cancelled() => {}
            }
            self.tell_sleep(watch.look(self.engine.now(), ROUND));
        }
        Ok(())
    }

    fn tell(&self, line: &str) {
        tell(line, self.is_quiet);
    }

    fn tell_sleep(&self, slept: Option<SignedDuration>) {
        if let Some(slept) = slept {
            self.tell(&format!("This computer slept for about {}; what was missed is made up for now.", about(slept)));
        }
    }

    /// One look: what is due begins, mails whose time has come go, trust is settled, and who is to know is told.
    async fn round(&mut self, stop: &CancellationToken) -> Result<(), CliError> {
        let tick = self.engine.tick().await?;
        for began in &tick.began {
            self.worked.batches += 1;
            self.worked.leads += began.leads;
        }
        for line in lines(&tick, &mut self.said) {
            self.tell(&visible(&line));
        }
        match self.engine.hand_over_due(stop).await {
            Ok(0) => {}
            Ok(mails) => {
                self.worked.mails += mails;
                self.tell(&format!("{} moved on in the outbox.", counted(mails as u64, "mail")));
            }
            Err(error) => self.tell(&format!("Mails stay in the outbox: {error}")),
        }
        for workflow in self.engine.workflows().await? {
            self.engine.settle_trust(workflow.id).await?;
        }
        Ok(self.teller.look(self.engine).await?)
    }

    /// Works off every run that goes on, then the mails that are to be written anew.
    async fn work_off(&mut self, stop: &CancellationToken) -> Result<(), CliError> {
        let mut before = None;
        while let Some(run_id) = self.engine.run_to_work().await?.filter(|run_id| before != Some(*run_id) && !stop.is_cancelled()) {
            // Research would wait for the network for as long as it is away.
            if self.is_once && self.engine.offline_since().is_some() {
                self.tell("There is no network; the run goes on when it is back.");
                return Ok(());
            }
            before = Some(run_id);
            let since = self.engine.now();
            let drafted_before = self.engine.run_progress(run_id).await?.drafted;
            let ended = self.work(run_id, stop).await?;
            let drafted = ended.drafted.saturating_sub(drafted_before);
            self.worked.drafted += drafted;
            self.tell(&run_words(self.engine, &ended, drafted).await?);
            self.teller.came(self.engine, since).await?;
        }
        let mut written = None;
        while let Some(redraft) = self.engine.redraft_to_write().await?.filter(|redraft| written != Some(*redraft) && !stop.is_cancelled())
        {
            self.engine.work(redraft, stop).await?;
            written = Some(redraft);
            self.tell("A mail was written anew.");
        }
        Ok(())
    }

    /// Works a run off; meanwhile other batches may become due.
    async fn work(&mut self, run_id: RunId, stop: &CancellationToken) -> Result<RunProgress, CliError> {
        let engine = self.engine;
        let working = engine.work(run_id, stop);
        tokio::pin!(working);
        loop {
            tokio::select! {
                ended = &mut working => return Ok(ended?),
                () = tokio::time::sleep(ROUND) => self.round(stop).await?,
            }
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
