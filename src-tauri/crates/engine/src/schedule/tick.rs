//! The tick: begins the batches that are due. Safe to call as often as one likes.

use super::view::NextBatch;
use super::{Kept, KeptBatch, KeptSchedule};
use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::{RunId, WorkflowId};
use autoreach_domain::schedule::{NextStart, next_start};
use autoreach_store::tables::run::{self, RunState};
use jiff::Timestamp;
use serde::Serialize;

/// What a tick did and found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tick {
    /// Batches that began.
    pub began: Vec<Begun>,
    /// Why a batch that is due did not begin; it stays due.
    pub held_up: Option<HeldUp>,
    /// The next batch of all workflows; due where something holds it up.
    pub next: Option<NextBatch>,
    /// Backups taken.
    pub backups: usize,
}

/// A batch that began by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Begun {
    /// Its workflow.
    pub workflow_id: WorkflowId,
    /// Its workflow's name.
    pub workflow: String,
    /// Its run; `None` where there was no lead to take up.
    pub run_id: Option<RunId>,
    /// Leads taken up.
    pub leads: u64,
    /// Why now.
    pub why: String,
}

/// What keeps a batch that is due from beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldUp {
    /// Somebody paused all schedules.
    Paused,
    /// Somebody paused the run under way.
    RunPaused,
    /// There is no network.
    Offline,
    /// What models may cost in a day is used up.
    LimitReached,
}

/// A due batch with what it is due for.
struct Due {
    /// Which of the kept schedules.
    place: usize,
    name: String,
    next: NextStart,
    why: String,
}

impl Engine {
    /// Begins every batch that is due, unless something holds it up, and takes the backups that are due. In a store that can
    /// only be read it does nothing.
    pub async fn tick(&self) -> Result<Tick, EngineError> {
        if self.read_only_reason().is_some() {
            return Ok(Tick::default());
        }
        let (began, held_up) = self.begin_due().await?;
        let backups = match self.back_up_if_due().await {
            Ok(taken) => taken.len(),
            Err(error) => {
                tracing::warn!(code = error.code(), "a backup that is due could not be taken");
                0
            }
        };
        Ok(Tick { began, held_up, next: self.next_batch().await?, backups })
    }

    /// The next batch of all workflows.
    pub async fn next_batch(&self) -> Result<Option<NextBatch>, EngineError> {
        let kept = Kept::read(self.store.read()).await?;
        let mut soonest: Option<NextBatch> = None;
        for one in &kept.schedules {
            let next = self.next_of(one).await?;
            soonest = [soonest, next].into_iter().flatten().min_by_key(|next| next.at);
        }
        Ok(soonest)
    }

    /// A run of leads that may be worked on, the oldest first; `None` when there is none.
    pub async fn run_to_work(&self) -> Result<Option<RunId>, EngineError> {
        Ok(run::running(self.store.read(), run::Purpose::Leads).await?.map(|run| run.id))
    }

    async fn begin_due(&self) -> Result<(Vec<Begun>, Option<HeldUp>), EngineError> {
        let now = self.now();
        let mut kept = Kept::read(self.store.read()).await?;
        let is_measured = self.measure(&mut kept).await?;
        let is_due = !self.due(&kept, now).await?.is_empty();
        let held_up = if is_due { self.in_the_way(kept.is_paused).await? } else { None };
        if held_up.is_some() || !(is_due || is_measured) {
            return Ok((Vec::new(), held_up));
        }
        let tx = self.store.begin().await?;
        // Read again: somebody may have changed a schedule in between.
        let mut kept = Kept::read(&*tx).await?;
        self.measure(&mut kept).await?;
        let mut began = Vec::new();
        for Due { place, name, next, why } in self.due(&kept, now).await? {
            let one = &mut kept.schedules[place];
            let (run_id, leads) = self.put_batch(&tx, one.workflow_id, one.schedule.leads_per_day as usize).await?;
            one.progress.start(next.slot);
            let finished_at = run_id.is_none().then_some(now);
            one.last = Some(KeptBatch { run_id, started_at: now, finished_at, leads, why: why.clone() });
            tracing::info!(workflow = %one.workflow_id, leads, "a batch began by its schedule");
            began.push(Begun { workflow_id: one.workflow_id, workflow: name, run_id, leads, why });
        }
        kept.write(&*tx).await?;
        tx.commit().await?;
        Ok((began, None))
    }

    /// The batches that are due.
    async fn due(&self, kept: &Kept, now: Timestamp) -> Result<Vec<Due>, EngineError> {
        let mut due = Vec::new();
        for (place, one) in kept.schedules.iter().enumerate() {
            let Some(name) = self.workflow_name(one.workflow_id).await? else { continue };
            let around = self.surroundings(one.workflow_id, &one.schedule, one.seconds_per_lead).await?;
            if let Some(next) = next_start(&one.schedule, &around, &one.progress, now).filter(|next| next.at <= now) {
                let why = super::words::why(next.why, &around.persons_zone);
                due.push(Due { place, name, next, why });
            }
        }
        Ok(due)
    }

    /// Notes that batches ended, and how long a lead took in them. `true`: something was noted.
    async fn measure(&self, kept: &mut Kept) -> Result<bool, EngineError> {
        let mut is_noted = false;
        for one in &mut kept.schedules {
            let Some(last) = one.last.as_mut().filter(|last| last.finished_at.is_none()) else { continue };
            let Some(run_id) = last.run_id else { continue };
            let Some(ended_at) = run::ended_at(self.store.read(), run_id).await? else { continue };
            last.finished_at = Some(ended_at);
            let is_whole = run::get(self.store.read(), run_id).await?.state == RunState::Finished && last.leads > 0;
            if is_whole {
                one.seconds_per_lead = Some(ended_at.duration_since(last.started_at).as_secs_f64().max(0.0) / last.leads as f64);
            }
            is_noted = true;
        }
        Ok(is_noted)
    }

    /// What keeps batches from beginning, the gravest first.
    async fn in_the_way(&self, is_paused: bool) -> Result<Option<HeldUp>, EngineError> {
        if is_paused {
            return Ok(Some(HeldUp::Paused));
        }
        if let Some(run) = run::current(self.store.read(), None).await?
            && run.state == RunState::Paused
        {
            return Ok(Some(HeldUp::RunPaused));
        }
        if self.offline_since().is_some() {
            return Ok(Some(HeldUp::Offline));
        }
        Ok(self.is_day_limit_reached().await?.then_some(HeldUp::LimitReached))
    }

    /// The next batch of one workflow, in words; `None` where none can begin.
    pub(super) async fn next_of(&self, kept: &KeptSchedule) -> Result<Option<NextBatch>, EngineError> {
        let Some(workflow) = self.workflow_name(kept.workflow_id).await? else { return Ok(None) };
        let now: Timestamp = self.now();
        let around = self.surroundings(kept.workflow_id, &kept.schedule, kept.seconds_per_lead).await?;
        let next = next_start(&kept.schedule, &around, &kept.progress, now);
        Ok(next.map(|next| NextBatch {
            workflow_id: kept.workflow_id,
            workflow,
            when: super::words::when(next.at, now, &around.persons_zone),
            why: super::words::why(next.why, &around.persons_zone),
            at: next.at,
        }))
    }

    async fn workflow_name(&self, id: WorkflowId) -> Result<Option<String>, EngineError> {
        let known = self.workflows().await?.into_iter().find(|workflow| workflow.id == id);
        Ok(known.map(|workflow| workflow.definition.name))
    }

    /// What is in the way of a batch that is due now, for the views.
    pub(super) async fn held_up(&self, kept: &Kept, next: Option<&NextBatch>) -> Result<Option<HeldUp>, EngineError> {
        let is_due = next.is_some_and(|next| next.at <= self.now());
        if is_due { self.in_the_way(kept.is_paused).await } else { Ok(kept.is_paused.then_some(HeldUp::Paused)) }
    }
}
