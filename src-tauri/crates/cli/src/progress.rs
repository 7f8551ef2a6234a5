//! A run in the foreground: works the jobs off, shows how far it is, and turns Ctrl-C into a clean pause.
//!
//! On a terminal one line is redrawn; elsewhere a line is written every few seconds, to standard error in both cases.

use crate::error::CliError;
use crate::view::words::{Watched, progress_words};
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::RunId;
use autoreach_engine::error::EngineError;
use autoreach_engine::jobs::runner::RunProgress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How often the run is looked at.
const GLANCE: Duration = Duration::from_millis(150);
/// How often a line is written where none can be redrawn.
const LINE_EVERY: Duration = Duration::from_secs(4);

/// How a run in the foreground ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunEnd {
    /// All jobs are done or given up.
    Finished,
    /// Ctrl-C, or a pause from elsewhere: what was in hand ended.
    Paused,
    /// Ctrl-C twice: dropped where it stood; nothing is lost.
    Dropped,
}

/// Says something before the work begins.
pub(crate) fn tell(words: &str, is_quiet: bool) {
    if !is_quiet {
        write_line(words);
    }
}

/// Works a run off while showing how far it is.
pub(crate) async fn work(engine: &Arc<Engine>, run_id: RunId, is_quiet: bool) -> Result<(RunEnd, RunProgress), CliError> {
    let cancel = CancellationToken::new();
    let mut working = tokio::spawn({
        let (engine, cancel) = (Arc::clone(engine), cancel.clone());
        async move { engine.work(run_id, &cancel).await }
    });
    let drafted_before = engine.run_progress(run_id).await?.drafted;
    let begun = Instant::now();
    let mut display = Display::new(is_quiet);
    let mut is_pausing = false;
    loop {
        tokio::select! {
            ended = &mut working => {
                let progress = finished(ended)?;
                display.end();
                let end = if progress.state == "paused" { RunEnd::Paused } else { RunEnd::Finished };
                return Ok((end, progress));
            }
            _ = tokio::signal::ctrl_c() => {
                if is_pausing {
                    cancel.cancel();
                    working.abort();
                    let progress = engine.run_progress(run_id).await?;
                    display.end();
                    return Ok((RunEnd::Dropped, progress));
                }
                is_pausing = true;
                engine.pause_run().await?;
                display.say("Pausing: what is in hand ends first. Ctrl-C again stops at once.");
            }
            () = tokio::time::sleep(GLANCE) => {
                let watched = Watched { since: begun.elapsed(), drafted_before };
                display.show(&engine.run_progress(run_id).await?, watched);
            }
        }
    }
}

/// The runner's result; a panic inside it is a bug and goes on as one.
fn finished(ended: Result<Result<RunProgress, EngineError>, tokio::task::JoinError>) -> Result<RunProgress, CliError> {
    match ended {
        Ok(outcome) => Ok(outcome?),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(CliError::Terminal(io::ErrorKind::Interrupted.into())),
    }
}

/// Where progress goes.
enum Display {
    Bar(ProgressBar),
    Lines { last: Instant },
    Nowhere,
}

impl Display {
    fn new(is_quiet: bool) -> Self {
        if is_quiet {
            return Self::Nowhere;
        }
        if !io::stderr().is_terminal() {
            return Self::Lines { last: Instant::now() };
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:16} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        Self::Bar(bar)
    }

    fn show(&mut self, progress: &RunProgress, watched: Watched) {
        match self {
            Self::Bar(bar) => {
                bar.set_length(progress.leads);
                bar.set_position(progress.drafted);
                bar.set_message(progress_words(progress, watched));
            }
            Self::Lines { last } if last.elapsed() >= LINE_EVERY => {
                *last = Instant::now();
                write_line(&progress_words(progress, watched));
            }
            Self::Lines { .. } | Self::Nowhere => {}
        }
    }

    fn say(&self, text: &str) {
        match self {
            Self::Bar(bar) => bar.println(text),
            Self::Lines { .. } => write_line(text),
            Self::Nowhere => {}
        }
    }

    fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// A progress line that nobody can take is no reason to stop working.
fn write_line(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
