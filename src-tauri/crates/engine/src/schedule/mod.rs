//! Round the clock: each workflow's schedule, when its next batch begins and why then, and the tick that begins what is due.
//!
//! The rules are in [`autoreach_domain::schedule`]; here they meet the clock, the habits of whoever reviews, the measured pace
//! and what stands in the way. A schedule and what it began are one setting, so that beginning a batch, remembering its day
//! and adding its jobs is one transaction: a kill leaves a batch that began or one that is still due.
//! Nothing here works a job off (see [`crate::jobs`]) and nothing works while the computer is off: [`HONESTLY`] says so.

#[cfg(test)]
mod tests;
mod tick;
pub mod view;
mod watch;
mod words;

pub use tick::{Begun, HeldUp, Tick};
pub use watch::Watch;
pub use words::HONESTLY;

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::{RunId, WorkflowId};
use autoreach_domain::schedule::{
    ClockTime, InvalidSchedule, Progress, QuietSpan, Schedule, Surroundings, USUAL_SECONDS_PER_LEAD, batch_takes,
};
use autoreach_store::TableConnection;
use autoreach_store::tables::setting;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use view::ScheduleView;

/// Setting: the schedules of all workflows and what they began.
const SCHEDULES: &str = "schedules";

/// All schedules of a workspace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    /// No batch begins by itself until somebody says so.
    #[serde(default)]
    is_paused: bool,
    /// By workflow.
    #[serde(default)]
    schedules: Vec<KeptSchedule>,
}

/// A workflow's schedule and what it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptSchedule {
    workflow_id: WorkflowId,
    schedule: Schedule,
    progress: Progress,
    /// The latest batch that it began.
    #[serde(default)]
    last: Option<KeptBatch>,
    /// Seconds a lead took in the latest batch that ended; `None` before one did.
    #[serde(default)]
    seconds_per_lead: Option<f64>,
}

/// A batch that began by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptBatch {
    /// `None` where there was no lead to take up.
    run_id: Option<RunId>,
    started_at: Timestamp,
    /// `None` while it goes on.
    finished_at: Option<Timestamp>,
    leads: u64,
    why: String,
}

impl Kept {
    async fn read(db: &impl TableConnection) -> Result<Self, EngineError> {
        Ok(setting::get(db, SCHEDULES).await?.unwrap_or_default())
    }

    async fn write(&self, db: &impl TableConnection) -> Result<(), EngineError> {
        Ok(setting::set(db, SCHEDULES, self).await?)
    }

    fn of(&self, workflow_id: WorkflowId) -> Option<&KeptSchedule> {
        self.schedules.iter().find(|kept| kept.workflow_id == workflow_id)
    }
}

impl Engine {
    /// A workflow's schedule and its next batch.
    pub async fn schedule(&self, workflow_id: WorkflowId) -> Result<ScheduleView, EngineError> {
        let kept = Kept::read(self.store.read()).await?;
        self.schedule_view(&kept, workflow_id).await
    }

    /// Sets a workflow's schedule, or with `None` ends it. What began on this day does not begin again.
    pub async fn set_schedule(&self, workflow_id: WorkflowId, schedule: Option<Schedule>) -> Result<ScheduleView, EngineError> {
        if let Some(schedule) = &schedule {
            schedule.check()?;
            zone_of(schedule, &self.persons_zone())?;
        }
        let now = self.now();
        let tx = self.store.begin().await?;
        let mut kept = Kept::read(&*tx).await?;
        let before = kept.of(workflow_id).cloned();
        kept.schedules.retain(|kept| kept.workflow_id != workflow_id);
        if let Some(schedule) = schedule {
            let pace = before.as_ref().and_then(|before| before.seconds_per_lead);
            let around = self.surroundings(workflow_id, &schedule, pace).await?;
            let (progress, last) = match before {
                Some(before) => (before.progress.under(&schedule, &around, now), before.last),
                None => (Progress::new(&schedule, &around, now), None),
            };
            kept.schedules.push(KeptSchedule { workflow_id, schedule, progress, last, seconds_per_lead: pace });
        }
        kept.write(&*tx).await?;
        tx.commit().await?;
        self.schedule_view(&kept, workflow_id).await
    }

    /// Lets no batch begin by itself, or lets them begin again. A run that is under way is not touched.
    pub async fn pause_schedules(&self, is_paused: bool) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        let kept = Kept { is_paused, ..Kept::read(&*tx).await? };
        kept.write(&*tx).await?;
        Ok(tx.commit().await?)
    }

    /// What a start depends on beside the schedule.
    async fn surroundings(
        &self,
        workflow_id: WorkflowId,
        schedule: &Schedule,
        seconds_per_lead: Option<f64>,
    ) -> Result<Surroundings, EngineError> {
        let persons_zone = self.persons_zone();
        let review = self.digest_minutes(workflow_id).await?.map(|minute| minute.and_then(ClockTime::from_minute));
        let preferences = self.preferences().await?;
        let quiet = preferences.quiet_hours.filter(|_| preferences.rests_in_quiet_hours);
        Ok(Surroundings {
            zone: zone_of(schedule, &persons_zone)?,
            persons_zone,
            review,
            batch_takes: batch_takes(schedule.leads_per_day, seconds_per_lead.unwrap_or(USUAL_SECONDS_PER_LEAD)),
            // Hours that cannot be read keep nobody from working, as they keep nobody from being told.
            rest: quiet.and_then(|quiet| Some(QuietSpan { from: quiet.from.parse().ok()?, to: quiet.to.parse().ok()? })),
        })
    }
}

/// The zone of a schedule's times.
fn zone_of(schedule: &Schedule, persons: &TimeZone) -> Result<TimeZone, EngineError> {
    match &schedule.zone {
        None => Ok(persons.clone()),
        Some(name) => Ok(TimeZone::get(name).map_err(|_| InvalidSchedule::Zone(name.clone()))?),
    }
}
