//! Works jobs off: claims what is due, runs the step, and writes effect, next job and "done" in one transaction.
//!
//! Several leads are worked on at once, because pages are slow; a lead's own steps follow each other. Pausing lets what
//! is in hand end; cancelling drops its result. A step that fails is tried again with full-jitter backoff and at last
//! given up, visibly. Nothing here knows what a step does: see [`crate::pipeline`].

use super::job::{Step, Subject, new_job};
use crate::Engine;
use crate::error::EngineError;
use crate::network::WAIT_FOR_NETWORK;
use crate::pipeline::{draft, qualify, research};
use crate::settings::engine::QUESTIONS_AT_ONCE;
use autoreach_domain::ids::{RunId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_store::WriteTransaction;
use autoreach_store::tables::job::{self, ClaimedJob};
use autoreach_store::tables::lead::Shelf;
use autoreach_store::tables::run::{self, Purpose, Run, RunState};
use autoreach_store::tables::{artifact, lead};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;
use ts_rs::TS;

/// Leads worked on at once: as many as hosts may be asked at once (`guarantees.md` W4), and as many more as a provider is asked
/// questions about, so that neither pages nor models wait for the other.
const AT_ONCE: usize = 16 + QUESTIONS_AT_ONCE;
/// Shortest and longest pause before a failed step is tried again (`guarantees.md` 4.2).
const BACKOFF: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(1), SignedDuration::from_mins(10));
/// Leads already read go first, so that the first items reach the queue while later leads are still being researched.
const NEAREST_TO_THE_QUEUE_FIRST: [&str; 4] =
    [Step::Redraft.as_str(), Step::Draft.as_str(), Step::Qualify.as_str(), Step::Research.as_str()];
/// How long the runner sleeps when all that is left is due later.
const NAP: Duration = Duration::from_millis(200);

/// Where a run stands, for progress lines.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RunProgress {
    /// The run.
    pub run_id: RunId,
    /// `running`, `paused`, `cancelled` or `finished`.
    pub state: &'static str,
    /// Leads in the run.
    pub leads: u64,
    /// Leads whose pages were read.
    pub researched: u64,
    /// Leads compared with the profile.
    pub qualified: u64,
    /// Leads with an item in the queue.
    pub drafted: u64,
    /// Steps given up.
    pub given_up: u64,
    /// When it began.
    pub started_at: Timestamp,
}

impl RunProgress {
    /// Seconds left at the pace so far; `None` before the first lead is through.
    pub fn seconds_left(&self, now: Timestamp) -> Option<u64> {
        let elapsed = now.duration_since(self.started_at).as_secs_f64();
        let left = self.leads.saturating_sub(self.drafted + self.given_up) as f64;
        (self.drafted > 0).then(|| (elapsed / self.drafted as f64 * left).ceil() as u64)
    }
}

impl Engine {
    /// Starts a run over the leads of a workflow that were not researched yet, or goes on with the one under way. What an
    /// earlier run was cancelled at, or gave up, is taken up again.
    pub async fn start_run(&self, workflow_id: WorkflowId) -> Result<RunId, EngineError> {
        let now = self.now();
        let tx = self.store.begin().await?;
        let run_id = self.put_run(&tx, workflow_id, now).await?;
        job::revive(&*tx, run_id, workflow_id, now).await?;
        let leads = leads_to_begin(&tx, workflow_id).await?;
        self.put_research(&tx, run_id, workflow_id, &leads, now).await?;
        tx.commit().await?;
        Ok(run_id)
    }

    /// A batch that begins by itself, as part of a use case: at most `most` leads that were never begun. What a person
    /// cancelled, and what was given up, stays so. The run, `None` where no lead waits, and how many leads it takes up.
    pub(crate) async fn put_batch(
        &self,
        tx: &WriteTransaction,
        workflow_id: WorkflowId,
        most: usize,
    ) -> Result<(Option<RunId>, u64), EngineError> {
        let mut leads = leads_to_begin(tx, workflow_id).await?;
        leads.truncate(most);
        if leads.is_empty() {
            return Ok((None, 0));
        }
        let now = self.now();
        let run_id = self.put_run(tx, workflow_id, now).await?;
        self.put_research(tx, run_id, workflow_id, &leads, now).await?;
        Ok((Some(run_id), leads.len() as u64))
    }

    /// The run under way, which goes on, or a new one.
    async fn put_run(&self, tx: &WriteTransaction, workflow_id: WorkflowId, now: Timestamp) -> Result<RunId, EngineError> {
        if let Some(run) = run::current(&**tx, Some(workflow_id)).await? {
            run::set_state(&**tx, run.id, RunState::Running, now).await?;
            return Ok(run.id);
        }
        let id = self.id(RunId::new)?;
        let run = Run { id, workflow_id, purpose: Purpose::Leads, state: RunState::Running, started_at: now };
        run::insert(&**tx, &run).await?;
        Ok(id)
    }

    async fn put_research(
        &self,
        tx: &WriteTransaction,
        run_id: RunId,
        workflow_id: WorkflowId,
        leads: &[Lead],
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let made_by = self.made_by(Step::Research).await?;
        let job_of = |lead: &Lead| {
            let subject = Subject { run_id, workflow_id, lead_id: lead.id };
            new_job(subject, Step::Research, 1, &made_by, lead.website.as_deref().unwrap_or_default().as_bytes(), now)
        };
        Ok(job::add(&**tx, &leads.iter().map(job_of).collect::<Vec<_>>()).await?)
    }

    /// Works off every job of a run, and whatever else is due, until none is left, the run is paused, or `cancel` is
    /// called. Gives the last progress.
    pub async fn work(self: &Arc<Self>, run_id: RunId, cancel: &CancellationToken) -> Result<RunProgress, EngineError> {
        let mut in_hand = InHand::default();
        let worked = self.work_off(run_id, cancel, &mut in_hand).await;
        let drained = self.drain(&mut in_hand).await;
        if worked.is_err() || drained.is_err() {
            // Nobody works on these any more: the next runner of this process must find them ready.
            let tx = self.store.begin().await?;
            job::free_own(&*tx, &self.instance).await?;
            tx.commit().await?;
        }
        worked.and(drained)?;
        self.settle_trust(run::get(self.store.read(), run_id).await?.workflow_id).await?;
        self.forget_old_texts(self.now()).await?;
        self.end_run_if_done(run_id).await?;
        self.run_progress(run_id).await
    }

    async fn work_off(self: &Arc<Self>, run_id: RunId, cancel: &CancellationToken, in_hand: &mut InHand) -> Result<(), EngineError> {
        let at_once = if self.is_simulated { 1 } else { AT_ONCE };
        while !cancel.is_cancelled() {
            let claimed = self.claim(at_once - in_hand.tasks.len()).await?;
            let is_idle = claimed.is_empty();
            for job in claimed {
                let (engine, task) = (Arc::clone(self), job.clone());
                let cancel = cancel.clone();
                let handle = in_hand.tasks.spawn(async move { engine.perform(task, &cancel).await });
                in_hand.jobs.insert(handle.id(), job);
            }
            if !in_hand.tasks.is_empty() {
                tokio::select! {
                    ended = in_hand.tasks.join_next_with_id() => self.settle(in_hand, ended).await?,
                    () = cancel.cancelled() => {}
                }
            } else if is_idle {
                let Some(due) = self.next_due(run_id).await? else { break };
                self.clock.wait_for(due, NAP).await;
            }
        }
        Ok(())
    }

    /// Lets what is in hand end; the first error is given after all have ended.
    async fn drain(&self, in_hand: &mut InHand) -> Result<(), EngineError> {
        let mut outcome = Ok(());
        while let Some(ended) = in_hand.tasks.join_next_with_id().await {
            outcome = outcome.and(self.settle(in_hand, Some(ended)).await);
        }
        outcome
    }

    /// Notes how a task ended. A panic is a bug in one step and costs that step an attempt, not the run.
    async fn settle(&self, in_hand: &mut InHand, ended: Option<EndedTask>) -> Result<(), EngineError> {
        match ended {
            Some(Ok((id, outcome))) => {
                in_hand.jobs.remove(&id);
                outcome
            }
            Some(Err(error)) => match in_hand.jobs.remove(&error.id()) {
                Some(job) => {
                    tracing::error!(lead = %job.lead_id, step = %job.step, "a step panicked");
                    self.put_back(&job, "a fault in the program; please report it").await
                }
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    async fn claim(&self, free: usize) -> Result<Vec<ClaimedJob>, EngineError> {
        if free == 0 {
            return Ok(Vec::new());
        }
        let tx = self.store.begin().await?;
        let claimed = job::claim(&*tx, &self.instance, self.now(), &NEAREST_TO_THE_QUEUE_FIRST, free as u64).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// Runs one step; a failure of the step is noted on its job, a failure of the store ends the runner.
    async fn perform(&self, job: ClaimedJob, cancel: &CancellationToken) -> Result<(), EngineError> {
        let outcome = match job.step.parse::<Step>() {
            Ok(Step::Research) => research::run(self, &job, cancel).await,
            Ok(Step::Qualify) => qualify::run(self, &job, cancel).await,
            Ok(Step::Draft) => draft::run(self, &job, cancel).await,
            Ok(Step::Redraft) => draft::run_again(self, &job, cancel).await,
            Err(unknown) => Ok(StepEnd::TryAgain(unknown.to_string())),
        };
        match outcome? {
            StepEnd::Done => Ok(()),
            StepEnd::PutOff => self.put_off(&job, if cancel.is_cancelled() { SignedDuration::ZERO } else { WAIT_FOR_NETWORK }).await,
            StepEnd::TryAgain(cause) => self.put_back(&job, &cause).await,
        }
    }

    /// Back to where it was, as if it had not been tried; due again after `wait`, which is nothing where a person ended the work.
    async fn put_off(&self, job: &ClaimedJob, wait: SignedDuration) -> Result<(), EngineError> {
        let run_at = self.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        let tx = self.store.begin().await?;
        job::put_off(&*tx, job, &self.instance, run_at).await?;
        Ok(tx.commit().await?)
    }

    async fn put_back(&self, job: &ClaimedJob, cause: &str) -> Result<(), EngineError> {
        let run_at = self.now().checked_add(self.backoff(job.attempts)?).unwrap_or(Timestamp::MAX);
        let tx = self.store.begin().await?;
        let is_dead = job::retry_or_give_up(&*tx, job, &self.instance, run_at, cause).await?;
        tx.commit().await?;
        if is_dead {
            tracing::warn!(lead = %job.lead_id, step = %job.step, "step given up");
        }
        Ok(())
    }

    /// Full jitter: a random share of a pause that doubles with each attempt.
    fn backoff(&self, attempts: u32) -> Result<SignedDuration, EngineError> {
        let longest = BACKOFF.0.as_millis() << attempts.min(20);
        let ceiling = longest.min(BACKOFF.1.as_millis());
        let draw = u16::from_be_bytes(self.randomness.bytes()?);
        let millis = ceiling * i128::from(draw) / i128::from(u16::MAX);
        Ok(SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX)))
    }

    /// When the next job of a running run is due; `None` when there is none, or the run was paused or cancelled.
    async fn next_due(&self, run_id: RunId) -> Result<Option<Timestamp>, EngineError> {
        if run::get(self.store.read(), run_id).await?.state != RunState::Running {
            return Ok(None);
        }
        Ok(job::next_due(self.store.read(), run_id).await?)
    }

    async fn end_run_if_done(&self, run_id: RunId) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        let is_running = run::get(&*tx, run_id).await?.state == RunState::Running;
        if is_running && job::next_due(&*tx, run_id).await?.is_none() {
            run::set_state(&*tx, run_id, RunState::Finished, self.now()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The run that has not ended, if any.
    pub async fn current_run(&self) -> Result<Option<RunId>, EngineError> {
        Ok(run::current(self.store.read(), None).await?.map(|run| run.id))
    }

    /// A mail that somebody asked to have written anew, outside of a run of leads; `None` when there is none.
    pub async fn redraft_to_write(&self) -> Result<Option<RunId>, EngineError> {
        Ok(run::running(self.store.read(), Purpose::Redraft).await?.map(|run| run.id))
    }

    /// Lets what is in hand end and begins nothing new.
    pub async fn pause_run(&self) -> Result<RunProgress, EngineError> {
        self.move_run(RunState::Paused).await
    }

    /// Goes on after a pause.
    pub async fn resume_run(&self) -> Result<RunProgress, EngineError> {
        self.move_run(RunState::Running).await
    }

    /// Ends the run; what was not finished is dropped. Leads and items stay.
    pub async fn cancel_run(&self) -> Result<RunProgress, EngineError> {
        self.move_run(RunState::Cancelled).await
    }

    async fn move_run(&self, state: RunState) -> Result<RunProgress, EngineError> {
        let tx = self.store.begin().await?;
        let run = run::current(&*tx, None).await?.ok_or(EngineError::NoRun)?;
        run::set_state(&*tx, run.id, state, self.now()).await?;
        if state == RunState::Cancelled {
            job::cancel_run(&*tx, run.id).await?;
        }
        tx.commit().await?;
        self.run_progress(run.id).await
    }

    /// Where a run stands.
    pub async fn run_progress(&self, run_id: RunId) -> Result<RunProgress, EngineError> {
        let counts = job::counts(self.store.read(), run_id).await?;
        let sum = |step: Option<Step>, states: &[&str]| -> u64 {
            let counted =
                counts.iter().filter(|(s, state, _)| step.is_none_or(|step| step.as_str() == s) && states.contains(&state.as_str()));
            counted.map(|(_, _, n)| n).sum()
        };
        let run = run::get(self.store.read(), run_id).await?;
        Ok(RunProgress {
            run_id,
            state: run.state.as_str(),
            leads: sum(Some(Step::Research), &["ready", "running", "done", "dead", "cancelled"]),
            researched: sum(Some(Step::Research), &["done"]),
            qualified: sum(Some(Step::Qualify), &["done"]),
            drafted: sum(Some(Step::Draft), &["done"]),
            given_up: sum(None, &["dead"]),
            started_at: run.started_at,
        })
    }
}

/// The leads of a workflow that were never begun, in their order.
async fn leads_to_begin(tx: &WriteTransaction, workflow_id: WorkflowId) -> Result<Vec<Lead>, EngineError> {
    let begun = job::leads_begun(&**tx, workflow_id, Step::Research.as_str()).await?;
    let leads = lead::of_workflow(&**tx, workflow_id, Shelf::Current).await?;
    Ok(leads.into_iter().filter(|lead| !begun.contains(&lead.id)).collect())
}

/// The tasks of a runner and the jobs they work on.
#[derive(Default)]
struct InHand {
    tasks: JoinSet<Result<(), EngineError>>,
    jobs: HashMap<task::Id, ClaimedJob>,
}

/// A task that ended, with its id, or died of a panic.
type EndedTask = Result<(task::Id, Result<(), EngineError>), task::JoinError>;

/// How a step ended when nothing was wrong with the store.
pub(crate) enum StepEnd {
    /// Its effect is on disk, or its claim was lost and the result dropped.
    Done,
    /// There is no network, or the caller ended the work: nothing was tried.
    PutOff,
    /// It failed for a passing reason; the cause in words.
    TryAgain(String),
}

/// The latest result of `step`, which the job's predecessor wrote.
pub(crate) async fn result_of<T: serde::de::DeserializeOwned>(
    engine: &Engine,
    job: &ClaimedJob,
    step: Step,
) -> Result<(u32, T), EngineError> {
    let latest = artifact::latest(engine.store.read(), job.lead_id, step.as_str()).await?;
    Ok(latest.ok_or(autoreach_store::tables::TableError::NotFound { noun: "result of the step before" })?)
}
