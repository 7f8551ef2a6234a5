//! What is shown of a schedule.

use super::words::{self, HONESTLY};
use super::{Kept, KeptSchedule};
use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::schedule::{Day, Schedule};
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

/// The next batch of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NextBatch {
    /// Its workflow.
    pub workflow_id: WorkflowId,
    /// Its workflow's name.
    pub workflow: String,
    /// When; now or before where it is due.
    pub at: Timestamp,
    /// When, on the person's clock, such as `Monday 07:40`.
    pub when: String,
    /// Why then.
    pub why: String,
}

/// A workflow's schedule.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ScheduleView {
    /// Its workflow.
    pub workflow_id: WorkflowId,
    /// The schedule; `None` = no batch begins by itself.
    pub schedule: Option<Schedule>,
    /// What a schedule is before anybody changed it, for a form.
    pub usual: Schedule,
    /// The next batch.
    pub next: Option<NextBatch>,
    /// What stands in the way, in words.
    pub held_up: Option<String>,
    /// What came of the latest batch, in words.
    pub last: Option<String>,
    /// When the person is usually about to review on the next working day, such as `08:50`; `None` before it is known.
    pub review_at: Option<String>,
    /// The zone of this computer.
    pub zone: String,
    /// Somebody paused all schedules.
    pub is_paused: bool,
    /// What no schedule can promise.
    pub honestly: String,
}

/// What the tray says about batches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Batches {
    /// No workflow has a schedule.
    #[default]
    Unscheduled,
    /// Somebody paused all schedules.
    Paused,
    /// The next one, such as `Monday 07:40`.
    Next(String),
    /// None can begin: quiet hours leave nothing.
    Never,
}

impl Engine {
    /// What the tray says about batches.
    pub async fn batches(&self) -> Result<Batches, EngineError> {
        let kept = Kept::read(self.store.read()).await?;
        if kept.schedules.is_empty() {
            return Ok(Batches::Unscheduled);
        }
        if kept.is_paused {
            return Ok(Batches::Paused);
        }
        Ok(self.next_batch().await?.map_or(Batches::Never, |next| Batches::Next(next.when)))
    }

    pub(super) async fn schedule_view(&self, kept: &Kept, workflow_id: WorkflowId) -> Result<ScheduleView, EngineError> {
        let of_workflow = kept.of(workflow_id);
        let next = match of_workflow {
            Some(of_workflow) => self.next_of(of_workflow).await?,
            None => None,
        };
        let held_up = match of_workflow {
            Some(_) => self.held_up(kept, next.as_ref()).await?,
            None => None,
        };
        let no_batch = of_workflow.is_some() && next.is_none();
        let held_up = held_up.map(|held_up| held_up.words().to_owned());
        let nothing_left = || no_batch.then(|| "Quiet hours leave nothing of these hours; no batch can begin.".to_owned());
        let zone = self.persons_zone();
        let now = self.now();
        let last = of_workflow.and_then(|kept: &KeptSchedule| kept.last.as_ref());
        let minutes = self.digest_minutes(workflow_id).await?;
        let today = now.to_zoned(zone.clone()).date();
        let coming = (0..minutes.len()).filter_map(|later| minutes[(Day::of(today) as usize + later) % minutes.len()]).next();
        Ok(ScheduleView {
            workflow_id,
            schedule: of_workflow.map(|kept| kept.schedule.clone()),
            usual: Schedule::default(),
            next,
            held_up: held_up.or_else(nothing_left),
            last: last.map(|batch| words::last(batch, now, &zone)),
            review_at: coming.map(crate::team::pace::clock),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            is_paused: kept.is_paused,
            honestly: HONESTLY.to_owned(),
        })
    }
}
